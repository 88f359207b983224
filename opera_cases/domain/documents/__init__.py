"""Documents: sealed files in the file of a case, in versions; what was withdrawn stays and is no longer offered."""
