"""What is asked for many records at once: a queue, and what is carried out from it."""
