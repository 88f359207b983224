"""Keys: the keyring and its master key, and what is sealed with them."""
