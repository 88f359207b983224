"""Looking for garbage less often: what a server made at its start stays, and little of what a request makes forms circles.

Python looks through every object for circles each few hundred new ones; a request makes thousands. Decision 0013.
"""

import gc

YOUNG, MIDDLE, OLD = 20_000, 20, 50


def pause_collection() -> None:
    """Call this before a server is made: what is made then stays, and looking through it only takes time."""
    gc.disable()


def freeze_startup_objects() -> None:
    """Call this once a server is ready: what lives now is not looked through again, and new objects less often."""
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    gc.enable()
