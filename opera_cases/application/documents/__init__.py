"""Documents on cases."""
