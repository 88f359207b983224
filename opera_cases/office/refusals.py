"""What the office itself refuses, and what was asked for and refused as it is put on record: by whom, of which record, by which rules."""

from datetime import datetime
from uuid import UUID, uuid4

from opera_cases.domain.errors import Refusal
from opera_cases.domain.scope import Principal
from opera_cases.log import refusals
from opera_cases.log.database import Database

NO_RECORD = UUID(int=0)
CLAIMED = {
    "verify_identifier": Refusal(
        "identifier_free", "Another person's record has this identifier, verified.",
        "Search for that record: it may be the same person. A coordinator can look at both.", "handbook 4.3"),
    "open_intake": Refusal(
        "no_other_open_case", "A person has one open case at a time.",
        "Continue the open case, or ask its desk for a transfer.", "handbook 6.4"),
    "reopen": Refusal(
        "no_other_open_case", "A person has one open case at a time.",
        "Continue the open case, or ask its desk for a transfer.", "handbook 6.4"),
    "flag_duplicate": Refusal(
        "not_flagged_yet", "These two records were flagged already.", "Look at the decision there is.", "handbook 6.6"),
    "open_venture": Refusal(
        "no_other_venture", "The case has a venture already.", "Continue that one, or abandon it first.",
        "handbook 6.5"),
    "open_desk": Refusal("desk_code_free", "Another desk has this code.", "Choose another code.", "handbook 1.5"),
}  # fmt: skip
"""By step: what somebody is told whose claim another holds. A file number that is taken is simply drawn again."""


NOT_YOURS = Refusal(
    "not_your_desk", "The record is at another desk: you may read it, not work on it.",
    "Ask the desk that is responsible.", "handbook 6.10",
)  # fmt: skip


def put_on_record(
    database: Database, at: datetime, edition: str, *, by: Principal, operation: str, rules: tuple[str, ...], stream: UUID | None = None,
    version: int | None = None, correlation: UUID | None = None,
) -> None:  # fmt: skip
    """One refused attempt. `version` is the one that the asker had read."""
    refused = refusals.Refusal(uuid4(), at.isoformat(), by.id, by.role.value, operation, stream or NO_RECORD, version or 0, rules, edition,
                               correlation or uuid4())  # fmt: skip
    refusals.note(database, refused)
