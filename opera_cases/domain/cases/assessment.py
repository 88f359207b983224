"""Assessment: what the person needs and can do (handbook 6.4)."""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.states import ASSESSMENT, DESK, INTAKE, PLAN
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.journey_codes import Goals, Need
from opera_cases.domain.kernel.personal import Note, PrivateCodes
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Code, Days
from opera_cases.domain.kernel.steps import Command, Step, at

rules = Rules("case")

SOURCE = "handbook 6.4"
Level = Annotated[int, Meta(ge=1, le=5)]


class StartAssessment(Command, frozen=True, kw_only=True):
    """Registration is signed; the search for needs and profile begins."""

    registration_signed_on: date


class RecordAssessment(Command, frozen=True, kw_only=True):
    """What the person needs, and the employability level from 1 to 5 of the qualitative interview."""

    needs: Goals
    employability: Level
    summary: Note | None = None


class RecordProfile(Command, frozen=True, kw_only=True):
    """Occupations (ISCO-08), skills (ESCO), languages with level, licence and mobility."""

    occupations: PrivateCodes
    skills: PrivateCodes | None = None
    languages: PrivateCodes | None = None
    driving_licence: bool = False
    mobility_km: Days = 0
    constraints: Note | None = None


class AssessmentStarted(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.assessment_started"
    registration_signed_on: date


class NeedsAssessed(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.needs_assessed"
    needs: tuple[Need, ...]
    employability: int
    summary: Note | None = None


class ProfileRecorded(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.profile_recorded"
    required: ClassVar[frozenset[str]] = frozenset({"occupations"})
    occupations: tuple[Code, ...] = ()
    skills: tuple[Code, ...] = ()
    languages: tuple[Code, ...] = ()
    driving_licence: bool = False
    mobility_km: Days = 0
    constraints: Note | None = None
    occupations_sealed: PrivateCodes | None = None
    skills_sealed: PrivateCodes | None = None
    languages_sealed: PrivateCodes | None = None


@Case.on(NeedsAssessed)
def _(case: Case, event: Event[NeedsAssessed]) -> None:
    case.needs_assessed = True


@rules.of_record(source=SOURCE)
def eligibility_confirmed(it: DecisionContext[Case]) -> bool:
    """The person's eligibility has been confirmed.

    The person's eligibility has not been confirmed yet.

    Record the target group and the evidence for it.
    """
    return it.subject.eligible


@rules.of_record(source=SOURCE)
def entry_data_complete(it: DecisionContext[Case]) -> bool:
    """The entry data are complete.

    The entry data are not complete yet.

    Record the entry data; each optional question needs an answer too, even if the person prefers not to say.
    """
    return it.subject.entry_recorded


@rules.of_request(source="handbook 4.4")
def registration_signed(it: DecisionContext[Case]) -> bool:
    """The registration form has been signed before the assessment starts.

    The registration form had not been signed by the day the assessment starts.

    Have the form signed and give the date.
    """
    return bool(it.asked.registration_signed_on <= it.on)


@rules.of_record("meetings_held", source=SOURCE)
def meeting_held(it: DecisionContext[Case]) -> bool:
    """There has been at least one meeting with the person.

    There has been no meeting with the person yet.

    Record the appointment as held, then the assessment.
    """
    return int(it.seen["meetings_held"]) >= 1


ROWS = (
    Step(asks=StartAssessment, by=DESK, source=at(INTAKE), target=ASSESSMENT, records=AssessmentStarted,
         rules=(eligibility_confirmed, entry_data_complete, registration_signed)),
    Step(asks=RecordAssessment, by=DESK, source=at(ASSESSMENT), target=None, records=NeedsAssessed,
         rules=(meeting_held,), ends=("assessment_held",)),
    Step(asks=RecordProfile, by=DESK, source=at(ASSESSMENT, PLAN), target=None, records=ProfileRecorded),
)  # fmt: skip
