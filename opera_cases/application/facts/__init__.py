"""The facts that rules ask for, each gathered in one place."""
