"""Backing an office up, and putting it back."""
