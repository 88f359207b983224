"""Messages: what the office wrote to whom, and what became of it."""
