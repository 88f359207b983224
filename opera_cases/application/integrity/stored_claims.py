"""Claims as they are stored, held against what the events of their holder say: a row alone is not believed."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from opera_cases.domain.kernel.claims import Claim, claims_of
from opera_cases.domain.kernel.errors import KeyDestroyed
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.people.person import Identifier
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.keys.sealing import digest, unseal


def identifier_key(keyring: Keyring, declared: Identifier) -> str:
    """Under what a verified number is claimed: a digest that only this office can make. Raises `KeyDestroyed` after an erasure."""
    return digest(keyring, "CLAIM", f"{declared.kind}|{unseal(declared.value, keyring)}".encode()).hex()


def as_stored(keyring: Keyring, claim: Claim) -> tuple[str, str] | None:
    """Kind and key of a claim as its row has them; None when its number was erased."""
    if isinstance(claim.key, str):
        return claim.kind, claim.key
    try:
        return claim.kind, identifier_key(keyring, claim.key)
    except KeyDestroyed:
        return None


def held_keys(keyring: Keyring, history: Iterable[Event[Any]], kind: str) -> frozenset[str]:
    """The keys under which a record with this history holds claims of a kind, those of erased numbers left out."""
    found = (as_stored(keyring, each) for each in claims_of(history) if each.kind == kind)
    return frozenset(each[1] for each in found if each is not None)


def people_of(keyring: Keyring, history: Iterable[Event[Any]]) -> list[UUID]:
    """The records of persons for which a case with this history is the open one."""
    return sorted(UUID(each) for each in held_keys(keyring, history, "open_case"))
