"""A person exists once across all partners, and is the only home of who they are."""
