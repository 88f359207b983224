"""The index by which people are found: keyed digests of the parts of their names, of those with one letter left out, of
birth dates and of numbers. It holds no name, works the same on both databases, and forgives one slip in each part.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import sqlalchemy as sa

from opera_cases.domain.corrections.events import CorrectionProposed, CorrectionRejected, FactCorrected
from opera_cases.domain.kernel.errors import KeyDestroyed
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.kernel.personal import Sealed
from opera_cases.domain.people.events import IdentifierDeclared, IdentifierVerified, PersonRegistered
from opera_cases.domain.people.identifiers import without_omocodia
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.keys.sealing import digest, unseal
from opera_cases.projections.bulk_load import bulk_insert

FAMILY, GIVEN, BIRTH, NUMBER, PLAIN_NUMBER, VERIFIED = "F", "G", "B", "N", "P", "V"
WAITING = "?"
"""Before a kind: proposed, and not yet confirmed."""
KIND_OF = {"family_name": FAMILY, "given_names": GIVEN, "birth_date": BIRTH, "value": NUMBER}
_SHORTEST, _LONGEST = 4, 30


class NamePart(NamedTuple):
    """One digest of something known about a person: of which kind, and whether a letter was left out."""

    kind: str
    digest: bytes
    near: bool = False


def folded(text: str) -> list[str]:
    """The parts of a name as they are compared: without accents, case, apostrophes and hyphens."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ø", "o").replace("ł", "l"))
    return re.findall(r"[^\W_]+", "".join(letter for letter in plain if not unicodedata.combining(letter)))[:8]


def shortened(part: str) -> set[str]:
    """The part with each letter left out in turn: two parts that share one differ by a slip at most."""
    if not _SHORTEST <= len(part) <= _LONGEST:
        return set()
    return {part[:at] + part[at + 1 :] for at in range(len(part))}


class Digests:
    """Makes the digests, under a key of their own."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def of(self, text: str) -> bytes:
        """The keyed digest of a text, 16 bytes."""
        return digest(self._keyring, "NAMES", text.encode())[:16]

    def name(self, kind: str, text: str) -> Iterator[NamePart]:
        """The digests of a name: of each of its parts, folded, and of each part less one letter."""
        for part in folded(text):
            yield NamePart(kind, self.of(f"name|{part}"))
            yield from (NamePart(kind, self.of(f"name|{each}"), near=True) for each in sorted(shortened(part)))

    def parts(self, kind: str, text: str) -> list[NamePart]:
        """The digests by which a value of a kind is found: a name also but for a slip, a birth date and a number
        exactly."""
        if kind in (FAMILY, GIVEN):
            return list(self.name(kind, text))
        if kind == BIRTH:
            return [NamePart(BIRTH, self.of(f"birth|{text}"))]
        plain = without_omocodia(text)
        return [
            NamePart(NUMBER, self.of(f"number|{text}")),
            *([NamePart(PLAIN_NUMBER, self.of(f"plain|{plain}"))] if plain else []),
        ]


class NameIndex:
    """`part`: one row a digest. `event` is the fact it comes from, so that a correction replaces exactly that."""

    def __init__(self, keyring: Keyring, suffix: str = "", metadata: sa.MetaData | None = None) -> None:
        metadata = metadata or sa.MetaData(schema="read")
        self._keyring, self._digests = keyring, Digests(keyring)
        self.name = "names_v1" + suffix
        self.part = sa.Table(
            "name_part_v1" + suffix, metadata,
            sa.Column("person_id", sa.Uuid, nullable=False),
            sa.Column("event", sa.Uuid, nullable=False),
            sa.Column("kind", sa.Text, nullable=False),
            sa.Column("near", sa.Boolean, nullable=False),
            sa.Column("digest", sa.LargeBinary, nullable=False),
            sa.Index(f"name_part_by_digest{suffix}", "digest"), sa.Index(f"name_part_by_person{suffix}", "person_id"),
        )  # fmt: skip
        self.tables = (self.part,)
        self.reads = ("person.",)

    def again(self, suffix: str, metadata: sa.MetaData) -> "NameIndex":
        """The same model under another name, empty."""
        return NameIndex(self._keyring, suffix, metadata)

    def fold(self, connection: sa.Connection, events: Sequence[Event[Any]]) -> None:
        """See `Followed`."""
        rows: list[dict[str, Any]] = []

        def flush() -> None:
            bulk_insert(connection, self.part, rows)
            rows.clear()

        self._keyring.prefetch(
            each.key for event in events for each in msgspec.structs.astuple(event.facts) if isinstance(each, Sealed)
        )
        for event in events:
            facts = event.facts
            if isinstance(facts, PersonRegistered):
                for name in ("family_name", "given_names", "birth_date"):
                    rows += self._rows(event.stream, event.event_id, KIND_OF[name], getattr(facts, name))
            elif isinstance(facts, IdentifierDeclared):
                rows += self._rows(event.stream, event.event_id, NUMBER, facts.value)
            elif event.topic.startswith("person.") and isinstance(
                facts, IdentifierVerified | CorrectionProposed | CorrectionRejected | FactCorrected
            ):
                flush()
                self._change(connection, event, rows)
        flush()

    def _rows(
        self, person: UUID, event: UUID, kind: str, sealed: Sealed | None, before: str = ""
    ) -> list[dict[str, Any]]:
        if sealed is None:
            return []
        try:
            text = unseal(sealed, self._keyring)
        except KeyDestroyed:
            return []
        return [
            {"person_id": person, "event": event, "kind": before + part.kind, "near": part.near, "digest": part.digest}
            for part in self._digests.parts(kind, text)
        ]

    def _change(self, connection: sa.Connection, event: Event[Any], rows: list[dict[str, Any]]) -> None:
        facts, part = event.facts, self.part
        mine = part.c.person_id == event.stream
        if isinstance(facts, IdentifierVerified):
            declared = mine & (part.c.event == facts.declaration) & (part.c.kind == NUMBER)
            connection.execute(sa.update(part).where(declared).values(kind=VERIFIED))
        elif isinstance(facts, CorrectionProposed):
            if kind := KIND_OF.get(facts.field):
                rows += self._rows(event.stream, event.event_id, kind, facts.text, WAITING)
        elif isinstance(facts, CorrectionRejected):
            connection.execute(sa.delete(part).where(mine & (part.c.event == facts.proposal)))
        elif kind := KIND_OF.get(facts.field):
            kinds = [kind] if kind != NUMBER else [NUMBER, PLAIN_NUMBER, VERIFIED]
            connection.execute(sa.delete(part).where(mine & (part.c.event == facts.fact) & part.c.kind.in_(kinds)))
            rows += self._rows(event.stream, facts.fact, kind, facts.text)
            if facts.proposal is not None:
                waiting = mine & (part.c.event == facts.proposal)
                right = sa.func.replace(part.c.kind, WAITING, "")
                connection.execute(sa.update(part).where(waiting).values(kind=right, event=facts.fact))


class Found(NamedTuple):
    """How a record answers a search: which parts asked for it has exactly, and which but for a slip."""

    exact: frozenset[str]
    near: frozenset[str]
    kinds: frozenset[str]


def find_similar(
    connection: sa.Connection, part: sa.Table, wanted: dict[str, list[NamePart]], *, limit: int = 200
) -> dict[UUID, Found]:
    """The records that share a digest with what is asked; `wanted` names each part searched for and its digests."""
    of_digest: dict[bytes, set[str]] = {}
    exact: dict[bytes, set[str]] = {}
    for name, parts in wanted.items():
        for each in parts:
            of_digest.setdefault(each.digest, set()).add(name)
            if not each.near:
                exact.setdefault(each.digest, set()).add(name)
    if not of_digest:
        return {}
    matches = part.c.digest.in_(list(of_digest)) & ~part.c.kind.startswith(WAITING)
    matched = sa.select(part.c.person_id, part.c.kind, part.c.near, part.c.digest).where(matches).cte("matched")
    best = (
        sa.select(matched.c.person_id).group_by(matched.c.person_id)
        .order_by(sa.func.count().desc(), matched.c.person_id).limit(limit).subquery()
    )  # fmt: skip
    question = sa.select(matched).join(best, matched.c.person_id == best.c.person_id)
    found: dict[UUID, tuple[set[str], set[str], set[str]]] = {}
    for person, kind, near, stored in connection.execute(question):
        same, like, kinds = found.setdefault(person, (set(), set(), set()))
        if not near:
            same |= exact.get(bytes(stored), set())
        like |= of_digest[bytes(stored)]
        kinds.add(kind)
    return {person: Found(frozenset(a), frozenset(b), frozenset(c)) for person, (a, b, c) in found.items()}
