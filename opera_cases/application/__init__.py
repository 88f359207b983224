"""The one door: every command, from whoever it comes, is decided and written here."""
