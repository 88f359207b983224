"""What can be asked about a fact that should have said something else. What follows from the words, and whether they only
repeat what stands there, is worked out by the office: `derived`, `repeats`.
"""

from typing import ClassVar
from uuid import UUID

from opera_cases.domain.corrections.events import Derived
from opera_cases.domain.kernel.personal import CorrectedText, Reason
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.steps import Command


class Correct(Command, frozen=True, kw_only=True):
    """A fact should have said something else, and no second person is needed. The original stays visible."""

    by_office: ClassVar[frozenset[str]] = frozenset({"derived", "repeats"})
    fact: UUID
    field: Code
    value: Code | None = None
    text: CorrectedText | None = None
    reason: Reason
    document: UUID | None = None
    derived: tuple[Derived, ...] = ()
    repeats: bool = False


class ProposeCorrection(Correct, frozen=True, kw_only=True):
    """A fact that others rely on should have said something else: a second person decides."""


class ConfirmCorrection(Command, frozen=True, kw_only=True):
    """A second person looked at the proposal and confirms it: the fact is corrected."""

    by_office: ClassVar[frozenset[str]] = frozenset({"derived"})
    proposal: UUID
    derived: tuple[Derived, ...] = ()


class RejectCorrection(Command, frozen=True, kw_only=True):
    """A second person looked at the proposal: the fact stays as it is."""

    proposal: UUID
    reason: Reason


class RepairTyping(Command, frozen=True, kw_only=True):
    """A slip of the pen in words just written, repaired by whoever wrote them before anything relied on them."""

    by_office: ClassVar[frozenset[str]] = frozenset({"derived", "repeats"})
    fact: UUID
    field: Code
    text: CorrectedText
    derived: tuple[Derived, ...] = ()
    repeats: bool = False
