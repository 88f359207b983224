"""A case is one journey of one person: from the first contact to the follow-up after closing."""
