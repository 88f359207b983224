"""The databases: connections, statements that go together, tables and their migrations."""
