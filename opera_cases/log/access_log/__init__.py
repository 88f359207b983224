"""The two ledgers beside the log: what was refused, and who read what of whom."""
