"""How far somebody reaches to a record."""

from enum import IntEnum


class Reach(IntEnum):
    """Not at all, to read it, to answer what was asked of them, to work on it."""

    NONE = 0
    READS = 1
    ANSWERS = 2
    WORKS = 3
