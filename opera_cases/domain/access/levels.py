"""How far somebody reaches to a record."""

from enum import IntEnum


class AccessLevel(IntEnum):
    """Not at all, to read it, to answer what was asked of them, to work on it."""

    NONE = 0
    READ = 1
    RESPOND = 2
    WRITE = 3
