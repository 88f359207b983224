"""Reminders: of each deadline a ladder of rungs, each told once, each able to say why."""
