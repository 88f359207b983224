"""Letters: what a message says, put in words when it is handed over, in the language of whoever reads it."""
