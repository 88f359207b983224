"""The tables of the inline read models. A new shape is a new name: read models are folded again, never migrated."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

RETIRED = ("caseload_v1", "person_v1", "timeline_v1", "timeline_link_v1", "venture_v1",
           "timeline_v2", "timeline_link_v2", "caseload_v2", "deadline_v1", "caseload_v3")
"""Read models of earlier releases: removed when an office is prepared, so that no forgotten copy stays."""

READ = sa.MetaData(schema="read")


def _table(name: str, *columns: sa.Column[Any] | sa.Index) -> sa.Table:
    return sa.Table(name, READ, *columns)


def _id(name: str, *, key: bool = False, null: bool = False) -> sa.Column[UUID]:
    return sa.Column(name, sa.Uuid, primary_key=key, nullable=null)


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=False)


def _day(name: str, *, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Date, nullable=null)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


caseload = _table(
    "caseload_v4",
    _id("case_id", key=True), _text("file_number"), _text("state"), sa.Column("suspended", sa.Boolean, nullable=False),
    _text("overlays"),
    _id("desk"), _text("region"), _id("person", null=True), _id("caseworker", null=True), _id("venture", null=True),
    _text("pathway"), _text("target_group"), _text("outcome"), _day("opened_on", null=False),
    _day("moved_on", null=False), _day("last_on", null=False), _day("next_due_on"), _day("closed_on"),
    _text("transfer"), _id("transfer_from", null=True), _id("transfer_to", null=True), _day("transfer_on"),
    _day("transfer_due_on"), _day("grace_until"), _id("follows", null=True), _id("survivor", null=True),
    _day("contact_on"), _count("referrals_open"), _count("version"),
    sa.Index("caseload_v4_by_desk", "desk", "state", "case_id"), sa.Index("caseload_v4_by_region", "region", "case_id"),
    sa.Index("caseload_v4_by_person", "person"), sa.Index("caseload_v4_by_number", "file_number"),
    sa.Index("caseload_v4_by_transfer", "transfer_to"), sa.Index("caseload_v4_by_giving", "transfer_from"),
    sa.Index("caseload_v4_by_worker", "caseworker", "state"), sa.Index("caseload_v4_by_survivor", "survivor"),
    sa.Index("caseload_v4_by_venture", "venture"),
)  # fmt: skip

last_employers = _table(
    "last_employer_v1",
    _id("case_id", key=True), sa.Column("employer", sa.LargeBinary),
    sa.Index("last_employer_by_employer", "employer"),
)  # fmt: skip
"""For whom the people of cases worked last, as a keyed digest: enough to list those of one firm."""

ventures = _table(
    "venture_v2",
    _id("venture_id", key=True), _text("kind"), _text("state"), _id("desk"), _text("region"), _id("promoter"),
    _id("case_id"), _id("company", null=True), _text("legal_form"), _id("mentor", null=True), _count("members"),
    _text("capital"), _text("money"), _text("uses"), _text("reached"), _day("opened_on", null=False),
    _day("trading_since"), _day("ended_on"), _count("check_ins_done"), _count("check_ins_open"),
    _day("next_check_in_on"), _text("light"), _text("alerts"), _count("version"),
    sa.Index("venture_v2_by_desk", "desk", "state", "venture_id"), sa.Index("venture_v2_by_case", "case_id"),
    sa.Index("venture_v2_by_mentor", "mentor"), sa.Index("venture_v2_by_region", "region", "venture_id"),
    sa.Index("venture_v2_by_company", "company"),
)  # fmt: skip

memberships = _table(
    "membership_v1",
    _id("venture_id", key=True), sa.Column("number", sa.Integer, primary_key=True, autoincrement=False), _id("person"),
    sa.Column("promoter", sa.Boolean, nullable=False), _day("since"), _day("left_on"), _text("committed"),
    _text("subscribed"), _text("why_left"),
    sa.Index("membership_by_person", "person"),
)  # fmt: skip

venture_desks = _table("venture_desk_v1", _id("venture_id", key=True), _id("desk", key=True))

companies = _table(
    "company_v1",
    _id("company_id", key=True), _text("state"), _id("desk"), _text("region"), _text("name"), _text("words"),
    _text("municipality"), _text("sector"), _text("chain"), _count("employees"), _text("procedure"), _day("bid_date"),
    _day("wage_support_until"), _day("next_due_on"), _count("version"),
    sa.Index("company_by_region", "region", "state"),
)  # fmt: skip

fundings = _table(
    "funding_v1",
    _id("funding_id", key=True), _text("state"), _id("desk"), _text("region"), _id("case_id"), _id("concerns"),
    _id("venture", null=True), _text("source"), _text("funder"), _text("asked"), _text("granted"), _text("paid"),
    _day("entitled_on"), _day("theoretical_end"), _day("next_due_on"), _count("version"),
    sa.Index("funding_by_case", "case_id"), sa.Index("funding_by_venture", "venture"),
    sa.Index("funding_by_person", "concerns"), sa.Index("funding_by_desk", "desk", "state"),
)  # fmt: skip

resources = _table(
    "resource_v1",
    _id("resource_id", key=True), _text("state"), _id("desk"), _text("region"), _text("resource_kind"), _text("title"),
    _text("words"), _text("owner"), _id("company", null=True), _text("municipality"), _text("area"), _text("sector"),
    _text("condition"), _day("available_from"), _day("verified_on"), _id("holder", null=True),
    _id("holding_desk", null=True), _day("held_until"), _count("files"), _count("version"),
    sa.Index("resource_by_region", "region", "state"), sa.Index("resource_by_holder", "holder"),
    sa.Index("resource_by_area", "area", "state"), sa.Index("resource_by_desk", "desk"),
)  # fmt: skip

vacancies = _table(
    "vacancy_v1",
    _id("vacancy_id", key=True), _text("state"), _id("desk"), _text("region"), _text("firm"), _text("occupation"),
    _text("chain"), _text("sector"), _text("municipality"), _text("contract"), _count("places"), _count("filled"),
    _day("open_until"), _count("version"),
    sa.Index("vacancy_by_region", "region", "state"),
)  # fmt: skip

sessions = _table(
    "session_v1",
    _id("session_id", key=True), _text("state"), _id("desk"), _text("region"), _text("title"), _text("service"),
    _text("channel"), _day("day", null=False), _text("time"), _count("minutes"), _count("capacity"), _count("enrolled"),
    _count("attendees"), _id("company", null=True), _count("version"),
    sa.Index("session_by_desk", "desk", "day"), sa.Index("session_by_region", "region", "day"),
)  # fmt: skip

profiles = _table(
    "profile_v1",
    _id("case_id", key=True), _id("profile"), _text("region"), _id("desk"), _text("occupations"), _text("skills"),
    _text("languages"), _text("licences"), _count("mobility_km"), _text("sectors"), _text("area"), _text("municipality"), _day("available_from"),
    _day("published_on", null=False),
    sa.Index("profile_by_region", "region"),
)  # fmt: skip
"""Profiles published with consent: what a person can do, under a pseudonym. The case is never shown beyond its reach."""

appointments = _table(
    "appointment_v1",
    _id("appointment_id", key=True), _text("state"), _id("desk"), _text("region"), _id("case_id", null=True),
    _id("operator"), _text("service"), _text("channel"), _day("day", null=False), _text("time"), _count("minutes"),
    _count("attendees"), _count("version"),
    sa.Index("appointment_by_case", "case_id", "state"), sa.Index("appointment_by_operator", "operator", "day"),
    sa.Index("appointment_by_desk", "desk", "day"), sa.Index("appointment_by_region", "region", "day"),
)  # fmt: skip

people = _table(
    "person_v2",
    _id("person_id", key=True), _text("state"), _id("desk"), _text("region"), _text("notice_version"),
    _id("survivor", null=True), _count("identifiers_verified"),
    sa.Column("family_name", sa.LargeBinary, nullable=False), sa.Column("given_names", sa.LargeBinary, nullable=False),
    _count("version"),
    sa.Index("person_v2_by_desk", "desk", "person_id"), sa.Index("person_v2_by_region", "region", "person_id"),
    sa.Index("person_v2_by_survivor", "survivor"),
)  # fmt: skip

desks = _table(
    "desk_v1",
    _id("desk_id", key=True), _text("code"), _text("name"), _text("type"), _text("host"), _text("state"),
    _text("country"), _text("region"), _text("province"), _text("zone"), _count("operators"), _count("version"),
)  # fmt: skip

operators = _table(
    "operator_v1",
    _id("operator_id", key=True), _text("state"), sa.Column("name", sa.LargeBinary, nullable=False), _count("version"),
)  # fmt: skip

roles = _table(
    "role_v1",
    _id("event_id", key=True), _id("operator"), _text("role"), _text("region"), _text("state"), _id("proposed_by"), _day("day", null=False),
    sa.Index("role_by_day", "day"),
)  # fmt: skip
"""Roles of the programme that somebody holds, or that wait for a second person."""

postings = _table(
    "posting_v1",
    _id("desk_id", key=True), sa.Column("number", sa.Integer, primary_key=True, autoincrement=False), _id("operator"), _text("role"), _day("since", null=False), _day("until"),
    sa.Index("posting_by_operator", "operator"),
)  # fmt: skip

absences = _table(
    "absence_v1",
    _id("desk_id", key=True), sa.Column("number", sa.Integer, primary_key=True, autoincrement=False), _id("operator"), _id("cover"), _day("since", null=False),
    _day("until", null=False),
    sa.Index("absence_by_cover", "cover"),
)  # fmt: skip

documents = _table(
    "document_v1",
    _id("document_id", key=True), _text("state"), _id("case_id"), _id("desk"), _text("region"), _text("document_kind"),
    sa.Column("title", sa.LargeBinary, nullable=False), _text("media_type"), _count("size"), _count("versions"),
    _day("last_on", null=False), _count("version"),
    sa.Index("document_by_case", "case_id", "state"),
)  # fmt: skip

duplicates = _table(
    "duplicate_v1",
    _id("duplicate_id", key=True), _text("state"), _id("first"), _id("first_desk"), _text("first_region"), _id("second"),
    _id("second_desk"), _text("second_region"), _text("score"), _text("reasons"), _id("survivor", null=True),
    _day("opened_on", null=False), _day("next_due_on"), _count("version"),
    sa.Index("duplicate_by_region", "first_region", "state"),
)  # fmt: skip

deadlines = _table(
    "deadline_v2",
    _id("stream", key=True), _text("key", key=True), _text("kind"), _text("rule"),
    sa.Column("cycle", sa.Integer), _day("due_on", null=False), _text("edition"), _id("desk", null=True),
    _text("region"), _id("set_by"), _count("set_version"), _day("held_until"),
    sa.Index("deadline_v2_by_day", "due_on", "rule"), sa.Index("deadline_v2_by_desk", "desk", "due_on"),
    sa.Index("deadline_v2_by_rule", "rule", "due_on"),
)  # fmt: skip
"""Open deadlines: which event promised each, and until when nobody is reminded of it."""

reminders = _table(
    "reminder_v1",
    _id("reminder_id", key=True), _text("state"), _id("record"), _text("record_kind"), _text("key"), _text("rule"),
    sa.Column("cycle", sa.Integer), _day("due_on", null=False), _id("desk"), _text("region"), _day("next_on"),
    _day("snoozed_until"), _count("told"), _count("passed"), _count("unheard"), _count("version"),
    sa.Index("reminder_by_day", "next_on"), sa.Index("reminder_by_record", "record", "key"),
    sa.Index("reminder_by_desk", "desk", "due_on"),
)  # fmt: skip

notices = _table(
    "notice_v1",
    _id("reminder_id", key=True), _text("rung", key=True), _id("recipient", key=True),
    sa.Column("person", sa.Boolean, nullable=False), sa.Column("urgent", sa.Boolean, nullable=False),
    _day("told_on", null=False), _id("desk"),
    sa.Index("notice_by_day", "told_on"), sa.Index("notice_by_recipient", "recipient", "told_on"),
)  # fmt: skip
"""Whom each rung was for when it was told: what the messages are composed of."""

messages = _table(
    "message_v1",
    _id("message_id", key=True), _text("state"), _id("recipient"), sa.Column("person", sa.Boolean, nullable=False),
    _text("form"), _day("day", null=False), _id("desk"), _text("region"), _count("items"), _count("attempts"),
    _text("again_at"), _text("reply"), _count("version"),
    sa.Index("message_by_state", "state", "again_at"), sa.Index("message_by_recipient", "recipient", "day"),
    sa.Index("message_by_desk", "desk", "day"),
)  # fmt: skip

accesses = _table(
    "access_v1",
    _id("access_id", key=True), _text("state"), _id("operator"), _id("opened"), _id("desk"), _text("region"),
    _day("until", null=False), _text("verdict"), _day("opened_on", null=False), _day("next_due_on"), _count("version"),
    sa.Index("access_by_operator", "operator", "opened"), sa.Index("access_by_desk", "desk", "state"),
)  # fmt: skip

submissions = _table(
    "submission_v1",
    _id("submission_id", key=True), _text("state"), _text("region"), _day("since", null=False), _day("occurred_until", null=False),
    sa.Column("recorded_until", sa.BigInteger, nullable=False), _text("definition"), _count("participants"), _count("adjustments"),
    _text("digest"), _day("opened_on", null=False), _count("version"),
    sa.Index("submission_by_region", "region", "occurred_until"),
)  # fmt: skip

message_items = _table(
    "message_item_v1", _id("reminder_id", key=True), _text("rung", key=True), _id("recipient", key=True), _id("message_id"),
    sa.Index("message_item_by_message", "message_id"),
)  # fmt: skip

TABLES = (
    caseload, last_employers, ventures, memberships, venture_desks, companies, fundings, resources, vacancies, sessions, profiles,
    appointments, people, desks, operators, roles, postings, absences, documents, duplicates, deadlines, reminders,
    notices, messages, message_items, accesses, submissions,
)  # fmt: skip

TABLE_OF = {
    "case": caseload, "venture": ventures, "appointment": appointments, "person": people, "desk": desks,
    "operator": operators, "document": documents, "duplicate": duplicates, "company": companies, "funding": fundings,
    "resource": resources, "vacancy": vacancies, "session": sessions, "reminder": reminders, "message": messages,
    "access": accesses, "submission": submissions,
}  # fmt: skip
"""By kind of record: the table of its rows, which are also its list."""
