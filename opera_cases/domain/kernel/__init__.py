"""What every record is made of: events, rules, steps, the tables that decide, and the words they use."""
