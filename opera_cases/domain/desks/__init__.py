"""Desks: where the programme meets people, in which periods, who works there, and who is away."""
