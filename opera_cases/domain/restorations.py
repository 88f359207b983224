"""Restorations: the office was put back from its backups, at the machine. What it was told then stands in the log for ever.

Whoever reads the log later sees from which copies it goes on, which erasures were known, and why a safeguard was left out.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from msgspec import Meta

from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import Reason
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.steps import Command, StateNotes, Step
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.kernel.workflow import Procedure

rules = Rules("restoration")

RECORDED = "RECORDED"
SOURCE = "Reg. (EU) 2016/679 art. 5(1)(f) and 17"
HowMany = Annotated[int, Meta(ge=0)]


class ErasureLedger(StrEnum):
    """What was known of erasures when the office was put back: a ledger kept elsewhere, or none."""

    GIVEN = "GIVEN"
    NONE = "NONE"


class RecordRestoration(Command, frozen=True, kw_only=True):
    """The office was put back from its backups: from which copies, with which ledger of erasures, and what was left out why."""

    backup_format: HowMany
    backup_release: Code
    log_made_at: datetime
    keys_made_at: datetime | None = None
    ledger: ErasureLedger
    ledger_written_at: datetime | None = None
    erasures: HowMany
    not_revived: HowMany
    why_no_ledger: Reason | None = None
    why_no_keys: Reason | None = None
    why_old_keys: Reason | None = None


class RestorationRecorded(Facts, frozen=True, kw_only=True):
    """`erasures` counts the keys known to be destroyed, `not_revived` those of them of which the backup still held a copy."""

    topic: ClassVar[str] = "restoration.recorded"
    backup_format: int
    backup_release: Code
    log_made_at: datetime
    keys_made_at: datetime | None = None
    ledger: ErasureLedger
    ledger_written_at: datetime | None = None
    erasures: int
    not_revived: int
    why_no_ledger: Reason | None = None
    why_no_keys: Reason | None = None
    why_old_keys: Reason | None = None


class Restoration(Aggregate):
    kind = "restoration"


@Restoration.on(RestorationRecorded)
def _(restoration: Restoration, event: Event[RestorationRecorded]) -> None:
    """The event says it all."""


@rules.of_request(source=SOURCE)
def ledger_or_reason(it: DecisionContext[Restoration]) -> bool:
    """Data are restored with the register of erasures, or with the reason why it is missing.

    Neither the register of erasures nor the reason why it is missing has been given.

    Give the most recent register, which is kept apart from the backups; otherwise say why there is none.
    """
    return (it.asked.ledger is ErasureLedger.NONE) == (it.asked.why_no_ledger is not None)


@rules.of_request(source=SOURCE)
def keys_or_reason(it: DecisionContext[Restoration]) -> bool:
    """Data are restored with the keys, or with the reason why all personal data stay unreadable.

    Neither the keys nor the reason why all personal data stay unreadable has been given.

    Give the most recent backup of the keys; otherwise say why there is none.
    """
    return (it.asked.keys_made_at is None) == (it.asked.why_no_keys is not None)


RESTORATION = Procedure(
    name="restoration", version=1, aggregate=Restoration, states=(RECORDED,), final=frozenset({RECORDED}),
    steps=(
        Step(asks=RecordRestoration, by=frozenset({Role.ADMINISTRATOR}), source=frozenset({""}), target=RECORDED, records=RestorationRecorded,
             rules=(ledger_or_reason, keys_or_reason)),
    ),
    lifeline=StateNotes(without_deadline={}),
)  # fmt: skip
