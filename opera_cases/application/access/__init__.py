"""Who may act, how far they reach, and what answers hide from them."""
