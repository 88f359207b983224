"""What everything that is asked over HTTP shares: who asks, limits, problem documents, and the gate of readings."""
