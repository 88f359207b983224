"""Who may act, as rows that carry the mark of the office."""
