"""What the office itself refuses, and what was asked for and refused as it is put on record: by whom, of which record, by which rules."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from uuid import UUID, uuid4

from opera_cases.domain.access import Principal
from opera_cases.domain.cases.intake import no_other_open_case
from opera_cases.domain.kernel.errors import Refusal
from opera_cases.domain.kernel.rules import SHARED, TIMELY, Rule, not_before_the_beginning, not_before_the_last_step
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.domain.ventures.opening import no_other_venture
from opera_cases.log.access_log import refusals
from opera_cases.log.store.database import Database

NO_RECORD = UUID(int=0)
CLAIMED = {
    "verify_identifier": Refusal(
        "person.identifier_free", "Another person's record has this identifier, and it has been verified.",
        "Search for that record: it may be the same person. A coordinator can look at both records.", "handbook 4.3"),
    "open_intake": no_other_open_case.refusal(),
    "reopen": no_other_open_case.refusal(),
    "flag_duplicate": Refusal(
        "duplicate.not_flagged_yet", "These two records have already been flagged.", "Look at the decision already taken.", "handbook 6.6"),
    "open_venture": no_other_venture.refusal(),
    "open_desk": Refusal("desk.desk_code_free", "Another desk already has this code.", "Choose another code.", "handbook 1.5"),
}  # fmt: skip
"""By step: what somebody is told whose claim another holds. A file number that is taken is simply drawn again."""


NOT_YOURS = Refusal(
    f"{SHARED}.not_your_desk", "The file belongs to another desk: you can read it, but not work on it.",
    "Ask the desk responsible.", "handbook 6.10",
)  # fmt: skip
NOT_YOUR_ROLE = f"{SHARED}.not_your_role"
OUT_OF_REACH, NO_SUCH_RECORD = f"{SHARED}.out_of_reach", f"{SHARED}.no_such_record"
TRIED = f"{SHARED}.tried"


@cache
def rules_by_code() -> Mapping[str, Rule]:
    """Every rule of today's tables, by its code."""
    rows = [step for procedure in PROCEDURES.values() for step in procedure.steps]
    rules = [rule for step in rows for rule in (*step.rules, *([step.when] if step.when else []))]
    return {rule.code: rule for rule in (*rules, *TIMELY, not_before_the_beginning, not_before_the_last_step)}


@cache
def code_of(rule: str, operation: str) -> str:
    """The code of a rule that refused an operation. Rows of before 0.9 hold bare names: they take their kind from the
    operation, where that procedure has such a rule."""
    if "." in rule:
        return rule
    own = f"{operation.partition('.')[0]}.{rule}"
    return own if own in rules_by_code() or any(own == each.rule for each in CLAIMED.values()) else f"{SHARED}.{rule}"


def kinds_of(name: str) -> frozenset[str]:
    """The kinds of records that have a rule of their own with this bare name."""
    codes = (*rules_by_code(), *(each.rule for each in CLAIMED.values()))
    return frozenset(
        kind for kind, _, rule in (code.partition(".") for code in codes) if rule == name and kind != SHARED
    )


def record_refusal(
    database: Database, at: datetime, edition: str, *, by: Principal, operation: str, rules: tuple[str, ...], stream: UUID | None = None,
    version: int | None = None, correlation: UUID | None = None,
) -> None:  # fmt: skip
    """One refused attempt. `version` is the one that the asker had read."""
    refused = refusals.RefusedAttempt(uuid4(), at.isoformat(), by.id, by.role.value, operation, stream or NO_RECORD, version or 0, rules, edition,
                               correlation or uuid4())  # fmt: skip
    refusals.append_refusal(database, refused)
