"""Performance as ratios, both sides run side by side. `make bench` runs everything; see docs/performance.md."""
