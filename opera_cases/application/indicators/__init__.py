"""The figures that are reported."""
