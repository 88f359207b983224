"""Records as their reader may see them: one typed answer a kind."""
