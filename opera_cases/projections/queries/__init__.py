"""Questions to read models."""
