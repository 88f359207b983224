"""Programs of their own, for what takes long or was written by strangers."""
