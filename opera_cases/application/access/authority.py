"""Who may act: found by what they show, from a row with the office's mark and the events that say it is still so.

The row alone is nobody's authority, and neither is the event: a row without its mark was not written by the office, and what the
records of the operator and of the desk no longer give is over, whatever rows there are.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from opera_cases.application.records import Records
from opera_cases.domain.access import AT_A_DESK, GUARDIANS, Principal
from opera_cases.domain.desks.desk import Desk
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.given import Given, GivenKind
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.operators.operator import ENROLLED, Operator
from opera_cases.log.authority import queries as authorities
from opera_cases.log.authority import rows as rows_of
from opera_cases.log.authority.queries import parted
from opera_cases.log.authority.rows import Authority
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.keys.sealing import digest
from opera_cases.log.store.database import Database, Row

A = TypeVar("A", bound=Aggregate)
MOST_REMEMBERED = 10_000
_PREFIX = {GivenKind.TOKEN: "opc_", GivenKind.CALENDAR: ""}


def secret_of(keyring: Keyring, kind: GivenKind, secret: UUID) -> str:
    """What somebody shows, made from the id that an event names: 256 bits that only the office can make again."""
    made = digest(keyring, kind.value, secret.bytes)
    return _PREFIX[kind] + base64.urlsafe_b64encode(made).decode().rstrip("=")


def secret_digest(kind: GivenKind, text: str) -> bytes:
    """By what a row is found when its text is shown."""
    named = "calendar:" if kind is GivenKind.CALENDAR else ""
    return hashlib.sha256(named.encode() + text.encode("utf-8", "surrogatepass")).digest()


def secret_fingerprint(kind: GivenKind, text: str) -> str:
    """By what an event names what is shown, without telling it."""
    return secret_digest(kind, text).hex()[:16]


def authority_row(keyring: Keyring, event: UUID, given: Given, record: UUID, digest: bytes = b"") -> Authority:
    """The row that stands for what an event gave; `digest` is the digest where it is known already."""
    if not digest:
        digest = (
            secret_digest(given.kind, secret_of(keyring, given.kind, given.secret))
            if given.secret
            else rows_of.digest_of_event(event)
        )
    return Authority(
        digest, given.kind.value, given.operator, given.role, " ".join(sorted(map(str, given.desks))), given.region, given.purpose,
        given.since.isoformat() if given.since else "", given.until.isoformat() if given.until else "", event, record,
    )  # fmt: skip


class Authorities:
    """Finds who may act in one office. What the records of operators and desks give is remembered until they move on."""

    def __init__(self, database: Database, records: Records, keyring: Keyring) -> None:
        self._database, self._records, self._keyring = database, records, keyring
        self._remembered: dict[UUID, tuple[Aggregate, Mapping[UUID, Given]]] = {}
        self._found: dict[
            bytes, tuple[date, list[Row], tuple[tuple[UUID, int | None], ...], tuple[Principal, Given]]
        ] = {}
        self._marked: dict[tuple[Any, ...], Authority | None] = {}

    def find(self, text: str, today: date, kind: GivenKind = GivenKind.TOKEN) -> Principal | None:
        """Who shows this, if it is good today: with the desks at which they are posted today in its role, and whom they
        stand in for. What names desks is good at those of them only; where somebody works at no desk, a role of desks is over."""
        found = self.lookup(secret_digest(kind, text), today, kind)
        return found[0] if found else None

    def again(self, who: Principal, today: date, kind: GivenKind = GivenKind.TOKEN) -> Principal | None:
        """The same person as they may act now; None when what they showed is good no longer."""
        found = self.lookup(who.rests_on[0], today, kind) if who.rests_on else None
        return found[0] if found else None

    def lookup(self, digest: bytes, today: date, kind: GivenKind) -> tuple[Principal, Given] | None:
        """Whoever shows what has this digest, and what was given to them."""
        rows = authorities.find_authority(self._database, digest, today)
        known = self._found.get(digest)
        if (
            known is not None
            and known[3][1].kind is kind
            and known[:2] == (today, rows)
            and all(self._stands_at(*each) for each in known[2])
        ):
            return known[3]
        self._found.pop(digest, None)
        found = self._looked_at(rows, today, kind) if rows else None
        if found is not None:
            if len(self._found) >= MOST_REMEMBERED:
                self._found.clear()
            shown, _ = parted(rows[0])
            desks = [posting for _, posting in map(parted, rows) if posting is not None]
            self._found[digest] = (today, rows, tuple((each.record, each.version) for each in (shown, *desks)), found)
        return found

    def _stands_at(self, record: UUID, version: int | None) -> bool:
        """Whether nothing newer of a record was ever seen than what is looked at now."""
        known = self._remembered.get(record)
        return known is not None and known[0].version == version

    def _looked_at(self, rows: list[Row], today: date, kind: GivenKind) -> tuple[Principal, Given] | None:
        shown, _ = parted(rows[0])
        row = self._read(shown.raw)
        given = self._in_force(Operator, row, shown.version, today)
        if row is None or given is None or row.kind != kind.value:
            return None
        named = set(given.desks)
        posted: dict[UUID, bytes] = {}
        covers: set[UUID] = set()
        for each in rows:
            _, beside = parted(each)
            if beside is None:
                continue
            posting = self._read(beside.raw)
            at = self._in_force(Desk, posting, beside.version, today)
            if posting is not None and at is not None and (not named or at.desks[0] in named):
                posted[at.desks[0]] = posting.digest
                covers |= self._covered(at.desks[0], row.operator, today)
        if given.role in AT_A_DESK and not posted:
            return None
        who = Principal(
            row.operator, Role(row.role), frozenset(posted), row.region, authority=row.event_id,
            rests_on=(row.digest, *sorted(posted.values())), covers=frozenset(covers),
        )  # fmt: skip
        return who, given

    def _read(self, raw: Any) -> Authority | None:
        """A row with its mark, as it was read; None when the office did not write it. A row once found good is good as it is."""
        known = tuple(raw)
        if known not in self._marked:
            if len(self._marked) >= MOST_REMEMBERED:
                self._marked.clear()
            row, mac = authorities.parse_row(known)
            self._marked[known] = row if rows_of.mark_holds(self._keyring, "authority", row.said, mac) else None
        return self._marked[known]

    def _in_force(self, aggregate: type[A], row: Authority | None, version: int | None, today: date) -> Given | None:
        """What a row stands for, if the office wrote it and its record still gives just that today."""
        found = self._at(aggregate, row.record, version) if row is not None else None
        if row is None or found is None:
            return None
        record, has = found
        given = has.get(row.event_id)
        if given is None or not given.covers(today) or not _the_same(row, given):
            return None
        return given if not isinstance(record, Operator) or self._still_given(record, given, today) else None

    @staticmethod
    def _still_given(operator: Operator, given: Given, today: date) -> bool:
        """Whether somebody works here, and still has the role for which something was issued to them."""
        grant = operator.given.get(given.grant) if given.grant else None
        return operator.state == ENROLLED and (grant is None or grant.covers(today))

    def _at(self, aggregate: type[A], stream: UUID, version: int | None) -> tuple[A, Mapping[UUID, Given]] | None:
        """A record as far as it has come, and what it gives; None when it has gone back, or never was."""
        known = self._remembered.get(stream)
        if known is None or known[0].version != version:
            fresh = self._records.load(aggregate, stream)
            if version is None or fresh.version < version or (known is not None and fresh.version < known[0].version):
                return None
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[stream] = known = (fresh, dict(getattr(fresh, "given", {})))
        return known if isinstance(known[0], aggregate) else None  # type: ignore[return-value]

    def _covered(self, desk: UUID, operator: UUID, today: date) -> set[UUID]:
        """The colleagues of a desk who are away today and for whom somebody stands in."""
        record = self._remembered[desk][0]
        absences = record.absences if isinstance(record, Desk) else ()
        return {each.operator for each in absences if each.cover == operator and each.period.covers(today)}

    # -- who holds a role of the programme --------------------------------------------------------------------------------

    def holders(self, today: date, roles: Iterable[Role] = GUARDIANS) -> list[Principal]:
        """Who holds a role of the programme today: by a role given to them, or by a token of before 0.8."""
        wanted = frozenset(roles)
        found: dict[tuple[UUID, str, str], Principal] = {}
        for kind in (GivenKind.GRANT, GivenKind.TOKEN):
            for each in authorities.grants_in_force(self._database, kind.value, today):
                row = self._read(each.raw)
                if (
                    row
                    and row.role in wanted
                    and row.role not in AT_A_DESK
                    and self._in_force(Operator, row, each.version, today)
                ):
                    found.setdefault(
                        (row.operator, row.role, row.region), Principal(row.operator, Role(row.role), region=row.region)
                    )
        return list(found.values())

    def guardians_known(self) -> int:
        """How many people ever held a role that guards the others."""
        return len({operator for operator, role in authorities.ever_held(self._database) if role in GUARDIANS})

    def posting(self, operator: UUID, role: Role, today: date) -> UUID | None:
        """The event by which somebody works at a desk in a role today."""
        for each in authorities.postings_of(self._database, operator, role.value, today):
            row = self._read(each.raw)
            if row and self._in_force(Desk, row, each.version, today):
                return row.event_id
        return None

    def digests(self, operator: UUID, events: Mapping[UUID, Given]) -> dict[UUID, bytes]:
        """The digests of rows by their events, also of those issued before 0.8, of which no event tells enough."""
        return {
            event: found for event, found in authorities.digests(self._database, operator).items() if event in events
        }


def _the_same(row: Authority, given: Given) -> bool:
    """Whether a row says what the event says. What was given until a later day may have been ended since."""
    desks = " ".join(sorted(map(str, given.desks)))
    said = (row.kind, row.operator, row.role, row.desks, row.region, row.purpose)
    return said == (given.kind.value, given.operator, given.role, desks, given.region, given.purpose)
