"""What was refused, and who read what of whom: the two ledgers beside the log (handbook 6.8)."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.domain.access import Principal
from opera_cases.domain.errors import NotFound, NotYourRole
from opera_cases.domain.labels import Labels
from opera_cases.domain.people.person import Person
from opera_cases.domain.rules import SHARED
from opera_cases.log.chains import COLUMNS, believer
from opera_cases.log.database import Row
from opera_cases.office.audit import GUARDIANS
from opera_cases.office.paths import COLLECTIONS
from opera_cases.office.premises import Premises
from opera_cases.office.refusals import code_of, kinds_of
from opera_cases.projections import desks
from opera_cases.projections.audit import begins


class Period(NamedTuple):
    """Civil days, both included; open where a day is missing."""

    since: date | None = None
    until: date | None = None

    @property
    def bounds(self) -> tuple[str, str]:
        until = date.fromordinal(self.until.toordinal() + 1) if self.until else None
        return begins(self.since) if self.since else "", begins(until) if until else "9999"


KINDS = {collection: kind for kind, collection in COLLECTIONS.items()}
PAGE = 5000
IDS, LISTS = ("refusal", "actor", "subject", "record", "correlation"), ("rules", "classes")


def _asked(actor: UUID | None, record: UUID | None, period: Period, limit: int = 0, offset: int = 0) -> tuple[str, list[Any]]:
    """What both ledgers are asked by: the condition and its values, of which the first two bound the page."""
    condition, values = "recorded_at >= $3 AND recorded_at < $4", [limit, offset, *period.bounds]
    for column, value in (("principal", actor), ("stream", record)):
        if value is not None:
            values.append(value)
            condition += f" AND {column} = ${len(values)}"
    return condition, values


def _line(names: tuple[str, ...], row: Sequence[Any]) -> dict[str, Any]:
    """A row of a ledger by name: ids as such, codes apart."""
    line = dict(zip(names, row, strict=True))
    ids = {name: UUID(str(line[name])) for name in IDS if name in line}
    return {**line, **ids, **{name: str(line[name]).split(",") for name in LISTS if name in line}}


def refusals(
    where: Premises, who: Principal, *, actor: UUID | None, record: UUID | None, rule: str, period: Period, limit: int, offset: int
) -> list[dict[str, Any]]:  # fmt: skip
    """What was asked for and refused, the newest first: by whom, of which record, by which rules. `rule` is a code, or a bare
    name for the rules of all kinds that have it. Raises `NotYourRole`."""
    if who.role not in GUARDIANS:
        raise NotYourRole("Refused attempts are for auditors and the data protection officer.")
    where_sql, values = _asked(actor, record, period, limit, offset)
    if rule:
        where_sql += f" AND {_by_rule(rule, values)}"
    sql = (
        "SELECT refusal_id, recorded_at, principal, role, operation, stream, version, rules, rulebook, correlation FROM log.refusal"
        f" WHERE {where_sql} ORDER BY recorded_at DESC, refusal_id LIMIT $1 OFFSET $2"
    )
    names = ("refusal", "recorded_at", "actor", "role", "operation", "record", "version", "rules", "edition", "correlation")
    lines = [_line(names, row) for row in where.log.rows(sql, *values)]
    return [{**line, "rules": [code_of(each, line["operation"]) for each in line["rules"]]} for line in lines]


def _by_rule(rule: str, values: list[Any]) -> str:
    """The condition that a rule is among those that refused; rows of before 0.9 hold its bare name, whatever the kind."""
    kind, _, name = rule.rpartition(".")
    values += [f"%,{rule},%" if kind else f"%.{name},%", f"%,{name},%"]
    by_code, by_name = (f"',' || rules || ',' LIKE ${number}" for number in (len(values) - 1, len(values)))
    if not kind:
        return f"({by_code} OR {by_name})"
    own = kinds_of(name)
    kinds = own if kind == SHARED else own & {kind}
    if not kinds and kind != SHARED:
        values.pop()
        return by_code
    values += [f"{each}.%" for each in sorted(kinds)]
    begins = [f"operation LIKE ${number}" for number in range(len(values) - len(kinds) + 1, len(values) + 1)]
    of_kind = f" AND {'NOT ' if kind == SHARED else ''}({' OR '.join(begins)})" if begins else ""
    return f"({by_code} OR ({by_name}{of_kind}))"


def readings(
    where: Premises, who: Principal, *, actor: UUID | None, subject: UUID | None, record: UUID | None, period: Period, limit: int,
    offset: int,
) -> list[dict[str, Any]]:  # fmt: skip
    """Who read what of whom, the newest first. Raises `NotYourRole`."""
    if who.role not in GUARDIANS:
        raise NotYourRole("The access ledger is for auditors and the data protection officer.")
    where_sql, values = _asked(actor, record, period)
    if subject is not None:
        person = where.office.records.load(Person, subject)
        if not person.version:
            raise NotFound
        values.append([*person.identities, *([person.survivor] if person.survivor else [])])
        where_sql += f" AND subject = ANY(${len(values)}::uuid[])"
    names = ("recorded_at", "actor", "role", "subject", "classes", "record", "place", "purpose", "correlation")
    found = islice(_written(where, where_sql, values, offset + limit), offset, offset + limit)
    return [_line(names, row[1:10]) for row in found]


def _written(where: Premises, condition: str, values: list[Any], most: int) -> Iterator[Row]:
    """The rows of the ledger that meet a condition, the newest first, page by page. A row that nobody of the office wrote is left
    out: `verify` names it. The first two values are set here."""
    believed = believer(where.office.keyring)
    sql = f"SELECT {COLUMNS} FROM log.reading WHERE {condition} ORDER BY recorded_at DESC, reading_id LIMIT $1 OFFSET $2"
    values[:2] = [min(most, PAGE), 0]
    while rows := where.log.rows(sql, *values):
        yield from filter(believed, rows)
        values[1] += len(rows)


def readings_of_document(where: Premises, subject: UUID, document: UUID, most: int) -> list[dict[str, Any]]:
    """Who read a document, the newest first."""
    rows = islice(_written(where, "subject = $3 AND stream = $4", [0, 0, subject, document], most), most)
    return [{"recorded_at": row[1], "by": UUID(str(row[2])), "role": row[3], "place": row[7], "purpose": row[8]} for row in rows]


def readers_of(where: Premises, person: Person) -> list[tuple[str, str, str, str, str, int]]:
    """Who has seen somebody's file, for the person: by day, role, desk, place and purpose, and how often. Those who work
    here are not named; the data protection officer can."""
    ids = [*person.identities, *([person.survivor] if person.survivor else [])]
    worked_at: dict[tuple[UUID, str], str] = {}
    counted: dict[tuple[str, str, str, str, str], int] = {}
    for _, at, principal, role, _, _, _, place, purpose, *_ in _written(where, "subject = ANY($3::uuid[])", [0, 0, ids], PAGE):
        key = (UUID(str(principal)), str(role))
        if key not in worked_at:
            worked_at[key] = desks.name_of_last(where.log, *key)
        line = (str(at)[:10], str(role), worked_at[key], str(place), str(purpose))
        counted[line] = counted.get(line, 0) + 1
    return [(*line, times) for line, times in list(counted.items())[:1000]]


def place_told(place: str, words: Labels) -> str:
    """Where somebody read, in words: in a record of a kind, in a list or a file of many, elsewhere."""
    what, _, of_what = place.partition(" of ")
    kind = KINDS.get(of_what, of_what)
    if what in ("list", "export") and kind in COLLECTIONS:
        return words.of(f"reading.{what}").format(kind=words.of(f"kind.{kind}"))
    return words.of(f"kind.{place}") if place in COLLECTIONS else words.of(f"reading.{_slug(place)}")


def purpose_told(purpose: str, words: Labels) -> str:
    """For what somebody read, in words."""
    return words.of("reading.for_export" if purpose == "export" else f"reading.{_slug(purpose)}")


def _slug(text: str) -> str:
    return text.replace(",", "").replace(" ", "_")


