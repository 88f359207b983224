"""What goes in and comes out over HTTP: request bodies, and records as their reader may see them."""
