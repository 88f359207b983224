"""The resource database: what a crisis leaves behind, tangible or not, kept for whoever starts something (handbook 1.7).

One venture at a time holds a resource; a reservation ends by itself. What nobody has looked at for long is shown as stale,
then no longer found."""
