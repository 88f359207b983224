"""Is asked: the REST interface over the office and the read models."""
