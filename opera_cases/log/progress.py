"""How far long work has come, as it is told to whoever waits for it."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Is given how many of how many are done, now and then, by whoever does the work."""
