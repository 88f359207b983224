"""Audit: who did what, by which rule, and what was known on which day."""
