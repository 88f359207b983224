"""What goes in and comes out over HTTP: request bodies, and typed structs of which answers are made and from which they are described."""
