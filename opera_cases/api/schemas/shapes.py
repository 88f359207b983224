"""What a record looks like from outside: the fields of each kind come from the answers, their types from one dictionary."""

from typing import Any
from uuid import UUID

from opera_cases.api.schemas.answers import FIELDS
from opera_cases.domain.procedures import PROCEDURES

Json = dict[str, Any]


def or_nothing(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}


def list_of(item: Json, most: int = 1000) -> Json:
    return {"type": "array", "minItems": 0, "maxItems": most, "items": item}


def closed(**properties: Json) -> Json:
    return {"type": "object", "additionalProperties": False, "properties": properties}


ID: Json = {"type": "string", "format": "uuid"}
DAY: Json = {"type": "string", "format": "date"}
INSTANT: Json = {"type": "string", "maxLength": 40, "pattern": "^[0-9T:.+Z-]+$"}
CODE: Json = {"type": "string", "maxLength": 80, "pattern": "^[A-Za-z0-9_.:/ -]*$"}
WORDS: Json = {"type": "string", "maxLength": 4000, "pattern": "^[^\\u0000]*$"}
AMOUNT: Json = {"type": "string", "maxLength": 20, "pattern": "^-?[0-9.]+$"}
NUMBER: Json = {"type": "integer", "format": "int32", "minimum": 0, "maximum": 2_147_483_647}
TRUTH: Json = {"type": "boolean"}
WHOLE: Json = {"type": "integer", "format": "int64", "minimum": 0, "maximum": 9_223_372_036_854_775_807}
LONG: Json = {"type": "string", "maxLength": 200_000, "pattern": "^[^\\u0000]*$"}
MAYBE_ID, MAYBE_DAY, MAYBE_CODE, MAYBE_NUMBER = (or_nothing(each) for each in (ID, DAY, CODE, NUMBER))
REFUSAL: Json = closed(
    code=CODE, rule=CODE, says=WORDS, todo=WORDS, source=WORDS, missing=list_of(CODE, 50), told=list_of(list_of(WORDS, 2), 20),
    values={"type": "object", "additionalProperties": WORDS, "maxProperties": 20}, parameter=CODE, edition=CODE,
)  # fmt: skip
"""A rule that does not hold: its code (`rule` says it too), what stands in the way and what to do in the reader's language,
the values that decided, and the parameter of which edition of the rulebook, if one did."""
FREE: Json = {"type": "object", "additionalProperties": True, "maxProperties": 100}

TYPES: dict[str, Json] = {
    # of every record
    "id": ID, "version": NUMBER, "state": CODE, "state_label": WORDS, "overlays": list_of(CODE, 10), "desk": MAYBE_ID,
    "region": MAYBE_CODE, "opened_on": MAYBE_DAY, "in_state_since": MAYBE_DAY, "last_on": MAYBE_DAY, "position": CODE,
    "deadlines": list_of(closed(rule=CODE, cycle=MAYBE_NUMBER, due_on=DAY, edition=CODE, source=WORDS)),
    "allowed_steps": list_of(closed(step=CODE, title=WORDS, open=TRUTH, href=WORDS, blocked_by=list_of(REFUSAL, 50)), 100),
    "_links": {"type": "object", "additionalProperties": WORDS, "maxProperties": 20},
    "as_known_on": MAYBE_DAY, "as_true_on": MAYBE_DAY, "file": FREE, "labels": FREE,
    "event_ids": list_of(ID, 100), "repeated": TRUTH, "recorded": TRUTH,
    # of a case
    "file_number": CODE, "person": MAYBE_ID, "caseworker": MAYBE_ID, "venture": MAYBE_ID, "pathway": MAYBE_CODE,
    "target_group": MAYBE_CODE, "outcome": MAYBE_CODE, "closed_on": MAYBE_DAY, "contact_every_days": MAYBE_NUMBER,
    "attempts": list_of(closed(on=DAY, channel=CODE, reached=TRUTH)), "closings": list_of(closed(on=DAY, outcome=CODE), 100),
    "follows": MAYBE_ID, "survivor": MAYBE_ID, "employment_status": MAYBE_CODE, "contact_on": MAYBE_DAY,
    "transfer": or_nothing(closed(from_desk=MAYBE_ID, to_desk=MAYBE_ID, answer=CODE, on=MAYBE_DAY, grace_days=NUMBER,
                                    grace_until=MAYBE_DAY)),
    "referrals_open": list_of(ID, 1000), "identities": list_of(ID, 100),
    "consultants": list_of(closed(operator=ID, until=DAY), 1000),
    # of a venture
    "kind": CODE, "promoter": MAYBE_ID, "case": MAYBE_ID, "mentor": MAYBE_ID,
    "members": list_of(closed(person=MAYBE_ID, promoter=TRUTH, stage=CODE, since=MAYBE_DAY, left_on=MAYBE_DAY,
                              committed=AMOUNT, subscribed=AMOUNT, from_benefit=AMOUNT, former_employee=TRUTH, why_left=CODE)),
    "company": MAYBE_ID, "legal_form": MAYBE_CODE, "desks": list_of(ID, 100), "perimeter": list_of(ID, 100),
    "checklist": list_of(closed(milestone=CODE, reached=TRUTH, on=MAYBE_DAY), 10), "papers": list_of(CODE, 10),
    "capital": AMOUNT, "money": AMOUNT,
    "plan": or_nothing(closed(version=NUMBER, author=MAYBE_ID, sources=AMOUNT, uses=AMOUNT, decided=TRUTH, valid=TRUTH)),
    "promised": AMOUNT, "registered": TRUTH, "trading_since": MAYBE_DAY, "ended_on": MAYBE_DAY, "alerts": list_of(CODE, 50),
    "light": MAYBE_CODE, "check_ins_done": NUMBER, "check_ins_open": list_of(NUMBER, 100),
    # of a case on its way to a job
    "last_employer": or_nothing(WORDS), "profile": MAYBE_ID, "placed_on": or_nothing(WORDS),
    "proposals": list_of(closed(proposal=ID, number=NUMBER, vacancy=ID, agreed=or_nothing(TRUTH), result=CODE)),
    # of a firm in difficulty
    "municipality": MAYBE_CODE, "sector": MAYBE_CODE, "chain": MAYBE_CODE, "employees": NUMBER, "interested": NUMBER,
    "in_crisis_area": TRUTH, "procedure": CODE, "procedure_since": MAYBE_DAY, "bid_date": MAYBE_DAY,
    "wage_support_until": MAYBE_DAY, "tables": list_of(DAY, 1000), "awards": list_of(ID, 100),
    # of an application for money
    "concerns": MAYBE_ID, "source": CODE, "funder": WORDS, "asked": AMOUNT, "granted": AMOUNT, "paid": AMOUNT,
    "tranches": list_of(AMOUNT, 10), "tranches_paid": NUMBER, "entitled_on": MAYBE_DAY, "granted_on": MAYBE_DAY,
    "theoretical_end": MAYBE_DAY, "conditions_met": or_nothing(TRUTH),
    # of a resource
    "resource_kind": CODE, "title": WORDS, "owner": WORDS, "area": MAYBE_CODE, "condition": CODE,
    "available_from": MAYBE_DAY, "verified_on": MAYBE_DAY, "holder": MAYBE_ID, "holding_desk": MAYBE_ID,
    "held_until": MAYBE_DAY, "files": list_of(closed(digest=CODE, media_type=CODE, size=NUMBER), 20),
    # of a vacancy
    "firm": WORDS, "occupation": CODE, "contract": CODE, "places": NUMBER, "filled": NUMBER, "open_until": MAYBE_DAY,
    # of a session
    "capacity": NUMBER, "enrolled": list_of(ID, 500), "present": list_of(ID, 500),
    # of a person
    "identifiers": list_of(closed(declaration=ID, kind=CODE, check=CODE, verified=TRUTH), 100),
    "absorbed": list_of(ID, 100), "notice_version": MAYBE_CODE, "consents": list_of(CODE, 20),
    # of an appointment
    "operator": MAYBE_ID, "service": CODE, "channel": CODE, "day": MAYBE_DAY, "time": CODE, "minutes": NUMBER,
    "attendees": NUMBER,
    # of a desk
    "code": CODE, "name": WORDS, "type": CODE, "host": WORDS, "periods": list_of(closed(since=DAY, until=MAYBE_DAY), 200),
    "operators": list_of(closed(operator=ID, role=CODE, since=DAY, until=MAYBE_DAY)),
    "absences": list_of(closed(operator=ID, cover=ID, since=DAY, until=DAY)),
    # of a reminder
    "record": MAYBE_ID, "record_kind": CODE, "rule": CODE, "cycle": MAYBE_NUMBER, "due_on": MAYBE_DAY, "next_on": MAYBE_DAY,
    "snoozed_until": MAYBE_DAY, "ended_because": CODE,
    "rungs": list_of(closed(rung=CODE, to=CODE, planned_on=DAY, urgent=TRUTH, told_on=MAYBE_DAY, told_to=list_of(ID, 1000),
                            passed=CODE), 20),
    # of a submission
    "since": MAYBE_DAY, "occurred_until": MAYBE_DAY, "recorded_until": CODE, "definition": CODE, "digest": CODE,
    "figures": list_of(closed(code=CODE, count=NUMBER), 100),
    "adjustments": list_of(closed(submission=MAYBE_ID, code=CODE, member=MAYBE_ID, by={"type": "integer", "format": "int32", "minimum": -1,
                                                                                    "maximum": 1}), 100_000),
    # of an access
    "opened": MAYBE_ID, "until": MAYBE_DAY, "verdict": CODE,
    # of a message
    "recipient": MAYBE_ID, "to_person": TRUTH, "form": CODE, "language": CODE, "tries": NUMBER,
    "again_at": or_nothing(INSTANT), "handed_over_at": or_nothing(INSTANT), "reply": CODE,
    "items": list_of(closed(reminder=ID, rung=CODE, left_out=TRUTH)),
    # of a document
    "document_kind": CODE,
    "versions": list_of(closed(number=NUMBER, by=ID, recorded_at=INSTANT, media_type=CODE, size=NUMBER, digest=CODE), 100),
    # of a suspected duplicate
    "first": ID, "second": ID, "score": CODE, "reasons": list_of(CODE, 10), "merged_case": MAYBE_ID,
    "records": list_of(closed(id=ID, initials=WORDS, birth_date=or_nothing(CODE), desk=MAYBE_ID,
                             registered_on=MAYBE_DAY, state=CODE), 2),
}  # fmt: skip
"""The type of each field by its name, which means the same in every kind."""

COMMON = ("id", "version", "state", "state_label", "overlays", "desk", "region", "opened_on", "in_state_since", "last_on",
          "position", "deadlines", "allowed_steps", "_links", "as_known_on", "as_true_on", "file", "labels", "event_ids", "repeated",
          "recorded")  # fmt: skip
ONLY = {"duplicate": ("records",), "case": ("last_employer", "placed_on")}


def name_of(kind: str) -> str:
    return f"{kind.title()}Record"


def schemas() -> dict[str, Json]:
    """The schema of each kind of record, by its name."""
    found = {}
    for kind, procedure in PROCEDURES.items():
        own = FIELDS[procedure.aggregate](procedure.aggregate(UUID(int=0)))
        names = (*COMMON, *own, *ONLY.get(kind, ()))
        found[name_of(kind)] = {
            "type": "object", "title": name_of(kind), "additionalProperties": False, "required": ["id", "version", "state"],
            "description": f"A {kind} as its reader may see it.", "properties": {name: TYPES[name] for name in names},
        }  # fmt: skip
    return found
