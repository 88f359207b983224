"""What knows everything: the settings, the server, and the log of its requests and faults."""
