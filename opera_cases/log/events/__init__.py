"""Events: stored, read back and written, and what goes into the same write with them."""
