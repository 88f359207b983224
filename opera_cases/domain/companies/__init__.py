"""Crisis companies: firms in difficulty, from which people, resources and buy-outs come (handbook 2.4, 2.5 and 6.2)."""
