"""A suspicion that two records are of one person: what is asked of it, what happened to it (handbook 6.6)."""

from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import Reason
from opera_cases.domain.kernel.steps import Command
from opera_cases.domain.kernel.vocabulary import Place

SUSPECTED, REJECTED, CONFIRMED, SEPARATED = "SUSPECTED", "REJECTED", "CONFIRMED", "SEPARATED"


class Score(StrEnum):
    """How much two records look like one person."""

    CERTAIN = "CERTAIN"
    LIKELY = "LIKELY"
    WEAK = "WEAK"


class Likeness(StrEnum):
    """Why two records look like one person. It says which kind of thing agrees, never what it is."""

    VERIFIED_NUMBER = "VERIFIED_NUMBER"
    NUMBER = "NUMBER"
    NUMBER_BUT_FOR_OMOCODIA = "NUMBER_BUT_FOR_OMOCODIA"
    BIRTH_DATE = "BIRTH_DATE"
    SAME_NAME = "SAME_NAME"
    SIMILAR_NAME = "SIMILAR_NAME"


Reasons = Annotated[tuple[Likeness, ...], Meta(min_length=1, max_length=6)]


class FlagDuplicate(Command, frozen=True, kw_only=True):
    """Two records may be of one person; a coordinator decides."""

    first: UUID
    second: UUID
    score: Score = Score.LIKELY
    reasons: Reasons


class RejectDuplicate(Command, frozen=True, kw_only=True):
    """They are two different people."""

    reason: Reason


class ConfirmDuplicate(Command, frozen=True, kw_only=True):
    """They are one person: the other record points to the survivor; of two open cases one goes on."""

    unrecorded: ClassVar[frozenset[str]] = frozenset({"keep_case"})
    survivor: UUID
    keep_case: UUID | None = None
    reason: Reason


class SeparateRecords(Command, frozen=True, kw_only=True):
    """They are two persons after all: each record and each case stands as it did, with what was done since."""

    reason: Reason


class DuplicateFlagged(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "duplicate.flagged"
    first: UUID
    first_desk: UUID
    first_place: Place
    second: UUID
    second_desk: UUID
    second_place: Place
    score: Score
    reasons: tuple[Likeness, ...]


class DuplicateRejected(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "duplicate.rejected"
    reason: Reason


class DuplicateConfirmed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "duplicate.confirmed"
    survivor: UUID
    merged: UUID
    kept_case: UUID | None = None
    merged_case: UUID | None = None
    reason: Reason


class RecordsSeparated(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "duplicate.separated"
    survivor: UUID
    parted: UUID
    parted_cases: tuple[UUID, ...] = ()
    reason: Reason


class Duplicate(Aggregate):
    kind = "duplicate"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.first = self.second = UUID(int=0)
        self.places: tuple[Place, ...] = ()
        self.desks: tuple[UUID, ...] = ()
        self.score = Score.WEAK
        self.reasons: tuple[Likeness, ...] = ()
        self.survivor: UUID | None = None
        self.merged_case: UUID | None = None

    @property
    def people(self) -> frozenset[UUID]:
        return frozenset({self.first, self.second}) if self.version else frozenset()

    @property
    def subject(self) -> UUID:
        """Whose personal values the reasons hold: the record that was there first."""
        return self.first if self.version else self.id

    @property
    def merged(self) -> UUID:
        return self.second if self.survivor == self.first else self.first


@Duplicate.on(DuplicateFlagged)
def _(duplicate: Duplicate, event: Event[DuplicateFlagged]) -> None:
    said = event.facts
    duplicate.first, duplicate.second, duplicate.place = said.first, said.second, said.first_place
    duplicate.places, duplicate.desks = (said.first_place, said.second_place), (said.first_desk, said.second_desk)
    duplicate.score, duplicate.reasons = said.score, said.reasons


@Duplicate.on(DuplicateConfirmed)
def _(duplicate: Duplicate, event: Event[DuplicateConfirmed]) -> None:
    duplicate.survivor, duplicate.merged_case = event.facts.survivor, event.facts.merged_case


@Duplicate.on(RecordsSeparated)
def _(duplicate: Duplicate, event: Event[RecordsSeparated]) -> None:
    duplicate.survivor = duplicate.merged_case = None
