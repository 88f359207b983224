"""Ids: random, except where a replay needs them to be the same every time; and file numbers to say on the phone."""

import random
import secrets
from uuid import UUID

from stdnum import luhn

from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.keys.sealing import digest


class Ids:
    """Random ids; from a seed, the same ones in the same order."""

    def __init__(self, seed: int | None = None) -> None:
        self._random: random.Random = secrets.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311

    def new(self) -> UUID:
        """A new id, a UUID of version 4."""
        return UUID(int=self._random.getrandbits(128), version=4)

    def file_number(self) -> str:
        """Seven digits and a check digit, so that a number misheard is noticed: 4827-1935."""
        digits = f"{self._random.randrange(10**7):07d}"
        whole = digits + luhn.calc_check_digit(digits)
        return f"{whole[:4]}-{whole[4:]}"


def of_request(keyring: Keyring, kind: str, asker: UUID, key: UUID) -> UUID:
    """The id of what somebody asks for under a key of their own choice: the same for a repeat, and chosen by nobody.

    It is derived under a key of the office, so that no key leads to the id of a record, nor to what somebody else asked for.
    """
    return UUID(bytes=digest(keyring, "ID", f"{kind}|{asker}|{key}".encode())[:16], version=4)
