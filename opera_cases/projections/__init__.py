"""Reads: every page and list is folded from the log, and can be thrown away and folded again."""
