"""Personal values: opened on record, and erased."""
