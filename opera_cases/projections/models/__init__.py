"""Read models of records, one module each, kept in the write of a command."""
