"""Finding people, cases and resources."""
