"""Backups of the log and of the documents."""
