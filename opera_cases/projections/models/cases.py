"""The caseload: where each case stands, for whom its person worked last, and profiles that are published."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.profile import ProfilePublished
from opera_cases.domain.kernel.sealed_fields import value_of
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.store.database import Database
from opera_cases.projections import schema as s
from opera_cases.projections.opened import OpenedColumn, keyed_digest
from opera_cases.projections.values import as_uuid, as_uuids

caseload = s.table(
    "caseload_v4",
    s.id("case_id", key=True), s.text("file_number"), s.text("state"), sa.Column("suspended", sa.Boolean, nullable=False),
    s.text("overlays"),
    s.id("desk"), s.text("region"), s.id("person", null=True), s.id("caseworker", null=True), s.id("venture", null=True),
    s.text("pathway"), s.text("target_group"), s.text("outcome"), s.day("opened_on", null=False),
    s.day("moved_on", null=False), s.day("last_on", null=False), s.day("next_due_on"), s.day("closed_on"),
    s.text("transfer"), s.id("transfer_from", null=True), s.id("transfer_to", null=True), s.day("transfer_on"),
    s.day("transfer_due_on"), s.day("grace_until"), s.id("follows", null=True), s.id("survivor", null=True),
    s.day("contact_on"), s.count("referrals_open"), s.count("version"),
    sa.Index("caseload_v4_by_desk", "desk", "state", "case_id"), sa.Index("caseload_v4_by_region", "region", "case_id"),
    sa.Index("caseload_v4_by_person", "person"), sa.Index("caseload_v4_by_number", "file_number"),
    sa.Index("caseload_v4_by_transfer", "transfer_to"), sa.Index("caseload_v4_by_giving", "transfer_from"),
    sa.Index("caseload_v4_by_worker", "caseworker", "state"), sa.Index("caseload_v4_by_survivor", "survivor"),
    sa.Index("caseload_v4_by_venture", "venture"),
)  # fmt: skip

last_employers = s.table(
    "last_employer_v1",
    s.id("case_id", key=True), sa.Column("employer", sa.LargeBinary),
    sa.Index("last_employer_by_employer", "employer"),
)  # fmt: skip
"""For whom the people of cases worked last, as a keyed digest: enough to list those of one firm."""

profiles = s.table(
    "profile_v1",
    s.id("case_id", key=True), s.id("profile"), s.text("region"), s.id("desk"), s.text("occupations"), s.text("skills"),
    s.text("languages"), s.text("licences"), s.count("mobility_km"), s.text("sectors"), s.text("area"), s.text("municipality"), s.day("available_from"),
    s.day("published_on", null=False),
    sa.Index("profile_by_region", "region"),
)  # fmt: skip
"""Profiles published with consent: what a person can do, under a pseudonym. The case is never shown beyond its reach."""


assignments = s.table(
    "assignment_v1",
    s.id("case_id", key=True), s.id("operator", key=True), s.day("until", null=False),
    sa.Index("assignment_v1_by_operator", "operator"),
)  # fmt: skip
"""Who helps with a case, until when."""


def _joined(plain: Any, keyring: Keyring) -> str:
    return s.joined(tuple(plain or ()))


def _text(plain: Any, keyring: Keyring) -> str:
    return plain or ""


def _day(plain: Any, keyring: Keyring) -> date | None:
    return date.fromisoformat(plain) if isinstance(plain, str) else plain


def _rows(case: Case) -> Iterator[s.TableRow]:
    yield caseload, {"case_id": case.id}, {
        "file_number": case.file_number, "state": case.state, "suspended": "SUSPENDED" in case.overlays,
        "desk": case.desk, "region": s.region(case), "person": case.person, "caseworker": case.caseworker,
        "venture": case.venture, "pathway": case.pathway or "", "target_group": case.target_group or "",
        "outcome": case.outcome or "", "opened_on": case.opened_on, "moved_on": case.moved_on, "last_on": case.last_on,
        "next_due_on": min((d.due_on for d in case.deadlines.values()), default=None), "closed_on": case.closed_on,
        "overlays": ",".join(sorted(case.overlays)), "transfer": case.transfer.answer,
        "transfer_from": case.transfer.from_desk, "transfer_to": case.transfer.to_desk, "transfer_on": case.transfer.on,
        "transfer_due_on": due.due_on if (due := case.deadlines.get("transfer_answer")) else None,
        "grace_until": case.transfer.grace_until, "follows": case.follows, "survivor": case.survivor,
        "contact_on": case.contact_on, "referrals_open": len(case.referrals), "version": case.version,
    }  # fmt: skip
    if case.last_employer is not None:
        yield last_employers, {"case_id": case.id}, {"employer": OpenedColumn(case.last_employer, keyed_digest)}
    yield from _profile(case)
    for operator, until in sorted(case.consultants.items()):
        yield assignments, {"case_id": case.id, "operator": operator}, {"until": until}


def _profile(case: Case) -> Iterator[s.TableRow]:
    """The profile of a case, while it is published."""
    published = case.known.get(case.published) if case.published else None
    if published is not None:
        told: ProfilePublished = published.facts
        yield profiles, {"case_id": case.id}, {
            "profile": told.profile, "region": s.region(case), "desk": case.desk, "mobility_km": told.mobility_km,
            "area": told.area or "", "published_on": told.confirmed_on,
            **{name: OpenedColumn(value_of(told, name), _joined) for name in ("occupations", "skills", "languages", "licences", "sectors")},
            "municipality": OpenedColumn(value_of(told, "municipality"), _text), "available_from": OpenedColumn(value_of(told, "available_from"), _day),
        }  # fmt: skip


MODEL = s.Model(
    "case", Case, caseload, _rows, beside=(last_employers, profiles, assignments,),
    filters=("desk", "region", "caseworker", "person", "pathway", "target_group", "outcome", "file_number", "transfer", "transfer_to", "follows", "survivor", "venture", "last_employer"),
    sorts=("opened_on", "last_on", "moved_on", "next_due_on"),
    marked={"last_employer": (last_employers.c.employer, last_employers.c.case_id)},
)  # fmt: skip


# -- questions ---------------------------------------------------------------------------------------------------------


class CaseOwner(NamedTuple):
    """Whose a case is, nobody's yet at its beginning, and at which desk."""

    person: UUID | None
    desk: UUID


class FollowingCase(NamedTuple):
    """A case that follows a venture, and whose it is."""

    case: UUID
    person: UUID


def owner_of(log: Database, case: UUID) -> CaseOwner | None:
    """Whose a case is; None when there is no such case."""
    rows = log.rows("SELECT person, desk FROM read.caseload_v4 WHERE case_id = $1", case)
    return CaseOwner(as_uuid(rows[0][0]) if rows[0][0] else None, as_uuid(rows[0][1])) if rows else None


def following(log: Database, venture: UUID) -> list[UUID]:
    """The cases that follow a venture."""
    return as_uuids(log.rows("SELECT case_id FROM read.caseload_v4 WHERE venture = $1 ORDER BY case_id", venture))


def followers(log: Database, venture: UUID) -> list[FollowingCase]:
    """The cases that follow a venture, of those whose person is known."""
    sql = "SELECT case_id, person FROM read.caseload_v4 WHERE venture = $1 AND person IS NOT NULL ORDER BY case_id"
    return [FollowingCase(as_uuid(case), as_uuid(person)) for case, person in log.rows(sql, venture)]


def of_people(log: Database, people: Collection[UUID]) -> list[UUID]:
    """The cases of some records of persons."""
    sql = "SELECT case_id FROM read.caseload_v4 WHERE person = ANY($1::uuid[]) ORDER BY case_id"
    return as_uuids(log.rows(sql, list(people))) if people else []


def with_profile(log: Database, people: Collection[UUID]) -> list[UUID]:
    """The cases of some records of persons whose profile is published."""
    sql = (
        "SELECT p.case_id FROM read.profile_v1 p JOIN read.caseload_v4 c ON c.case_id = p.case_id"
        " WHERE c.person = ANY($1::uuid[]) ORDER BY p.case_id"
    )
    return as_uuids(log.rows(sql, list(people)))


def merged_into(log: Database, case: UUID) -> list[UUID]:
    """The cases that point to this one as their survivor."""
    return as_uuids(log.rows("SELECT case_id FROM read.caseload_v4 WHERE survivor = $1 AND state = 'MERGED'", case))


def latest(log: Database, state: str, desk: UUID | None = None) -> UUID:
    """The case in a state that was opened last, at a desk or anywhere. Raises `LookupError` when there is none."""
    at, values = (" AND desk = $2", (desk,)) if desk else ("", ())
    rows = log.rows(
        f"SELECT case_id FROM read.caseload_v4 WHERE state = $1{at} ORDER BY opened_on DESC, case_id LIMIT 1",
        state,
        *values,
    )
    if not rows:
        raise LookupError(f"no case in {state}")
    return as_uuid(rows[0][0])
