"""What workers share: tasks, leases, heartbeats, and how far each follower has read."""
