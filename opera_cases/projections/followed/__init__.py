"""Read models that follow the log, and how they keep up."""
