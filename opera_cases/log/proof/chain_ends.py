"""The ends of the chains of readings, signed: `chains.json` in the folder of the witness, written anew whenever one has grown.

Each link vouches for all before it, so the last one of a chain is enough. What is signed is, for ever, "opera-cases chains 1",
the log, the moment and the key, each on a line, then for each chain, sorted, a line with its id, its last number and link.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import msgspec
from msgspec import Struct

from opera_cases.log.proof.signing import Trouble
from opera_cases.log.proof.witness import Witness
from opera_cases.log.store.database import Database

NAME = "chains.json"


class End(Struct, frozen=True, array_like=True):
    """The last reading of a chain: its number and its link, in hexadecimal."""

    number: int
    link: str


class Ends(Struct, frozen=True, kw_only=True):
    """How far every chain had come at a moment, by the ids of the chains in hexadecimal."""

    log: UUID
    made_at: str
    ends: dict[str, End]
    key: str
    signature: str = ""

    @property
    def said(self) -> bytes:
        """What is signed."""
        lines = (f"{chain} {end.number} {end.link}" for chain, end in sorted(self.ends.items()))
        return "\n".join(("opera-cases chains 1", str(self.log), self.made_at, self.key, *lines)).encode()


def signed_ends(witness: Witness) -> Ends | None:
    """What was signed last; None where nothing was, or where it cannot be read."""
    path = witness.folder / NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=Ends) if path.exists() else None
    except msgspec.MsgspecError:
        return None


def publish_ends(witness: Witness, log: UUID, ends: Mapping[str, End], at: str) -> Ends:
    """Sign the ends of all chains and put them in the place of those before; whoever reads finds the old or the new ones whole."""
    key, sign = witness.signer(at)
    draft = Ends(log=log, made_at=at, ends=dict(ends), key=key)
    made = Ends(log=log, made_at=at, ends=dict(ends), key=key, signature=sign(draft.said).hex())
    _replace(witness.folder / NAME, msgspec.json.encode(made))
    return made


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def trouble_with_ends(witness: Witness) -> list[Trouble]:
    """Whether what was signed is as it was signed."""
    if not (witness.folder / NAME).exists():
        return []
    ends = signed_ends(witness)
    if ends is None:
        return [Trouble(NAME, "cannot be read: it was changed or cut")]
    return (
        []
        if witness.signed(ends.key, ends.signature, ends.said)
        else [Trouble(NAME, "is not signed by a key of the witness")]
    )


def ends_in(database: Database) -> dict[str, int]:
    """The last number of every chain in the log, one look into the index a chain."""
    first = "(SELECT chain FROM log.reading WHERE chain IS NOT NULL ORDER BY chain LIMIT 1)"
    following = "(SELECT r.chain FROM log.reading r WHERE r.chain > c.chain ORDER BY r.chain LIMIT 1)"
    last = "(SELECT r.number FROM log.reading r WHERE r.chain = c.chain AND r.number IS NOT NULL ORDER BY r.number DESC LIMIT 1)"
    rows = database.rows(
        f"WITH RECURSIVE c(chain) AS (SELECT {first} UNION ALL SELECT {following} FROM c WHERE c.chain IS NOT NULL)"
        f" SELECT chain, {last} FROM c WHERE chain IS NOT NULL"
    )
    return {ident: number for chain, number in rows if isinstance(number, int) and (ident := _hex(chain))}


def _hex(chain: object) -> str:
    """A chain as it is signed; empty where somebody wrote what is no id."""
    try:
        return chain.hex if isinstance(chain, UUID) else UUID(str(chain)).hex
    except ValueError:
        return ""
