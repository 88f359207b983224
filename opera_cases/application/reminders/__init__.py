"""Reminders: whom each tells, when, why, and what holds it back."""
