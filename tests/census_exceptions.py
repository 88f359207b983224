"""Rules that refuse nobody in the tests, each with the reason why. The list may only shrink."""

MOST = 0
"""How many there may be: lowered with every one that goes."""

EXCEPTIONS: dict[str, str] = {}
