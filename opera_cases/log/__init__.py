"""Keeps: the events, the command ids, the claims and the keys, on SQLite and on PostgreSQL."""
