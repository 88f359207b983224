"""Corrections: an event that points at the fact it corrects, by the fact's address. The original stays (handbook 6.9)."""
