"""The published profile: what the person can do, under a pseudonym, in the resource database (handbook 2.8)."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.states import ACTIVE, DESK, POLICY, SEEKING, WHILE_SUSPENDED
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import PrivateDay, PrivateListed, Sealed, statistical
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Days, Listed
from opera_cases.domain.kernel.steps import Command, Step, fill
from opera_cases.domain.people.events import Purpose

rules = Rules("case")

SOURCE = "handbook 2.8"
Languages = Annotated[
    tuple[Annotated[str, Meta(pattern="^[a-z]{2}:(A1|A2|B1|B2|C1|C2|L1)$", max_length=5)], ...], Meta(max_length=20)
]
Occupations = Annotated[tuple[Listed, ...], Meta(min_length=1, max_length=20)]
Listing = Annotated[tuple[Listed, ...], Meta(max_length=60)]
Licences = Annotated[tuple[Annotated[str, Meta(pattern="^[A-Z0-9]{1,5}$", max_length=5)], ...], Meta(max_length=20)]


class PublishProfile(Command, frozen=True, kw_only=True):
    """The profile enters the resource database under a pseudonym: what the person can do, where and from when."""

    occupations: Annotated[Sealed, statistical(Occupations)]
    skills: Annotated[Sealed, statistical(Listing)] | None = None
    languages: Annotated[Sealed, statistical(Languages)] | None = None
    licences: Annotated[Sealed, statistical(Licences)] | None = None
    mobility_km: Days = 0
    sectors: Annotated[Sealed, statistical(Listing)] | None = None
    area: Listed | None = None
    municipality: PrivateListed | None = None
    available_from: PrivateDay | None = None
    confirmed_on: date


class WithdrawProfile(Command, frozen=True, kw_only=True):
    """The profile can no longer be found."""


class ProfilePublished(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.profile_published"
    required: ClassVar[frozenset[str]] = frozenset({"occupations"})
    profile: UUID
    occupations: tuple[Listed, ...] = ()
    skills: tuple[Listed, ...] = ()
    languages: Languages = ()
    licences: Licences = ()
    mobility_km: Days = 0
    sectors: tuple[Listed, ...] = ()
    area: Listed | None = None
    municipality: Listed | None = None
    available_from: date | None = None
    confirmed_on: date
    occupations_sealed: Annotated[Sealed, statistical(Occupations)] | None = None
    skills_sealed: Annotated[Sealed, statistical(Listing)] | None = None
    languages_sealed: Annotated[Sealed, statistical(Languages)] | None = None
    licences_sealed: Annotated[Sealed, statistical(Licences)] | None = None
    sectors_sealed: Annotated[Sealed, statistical(Listing)] | None = None
    municipality_sealed: PrivateListed | None = None
    available_from_sealed: PrivateDay | None = None


class ProfileWithdrawn(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.profile_withdrawn"


@Case.on(ProfilePublished)
def _(case: Case, event: Event[ProfilePublished]) -> None:
    case.profile = event.facts.profile
    case.published = event.event_id


@Case.on(ProfileWithdrawn)
def _(case: Case, event: Event[ProfileWithdrawn]) -> None:
    case.published = None


@rules.of_record("consents", source="handbook 4.4 (b)")
def agrees_to_be_seen(it: DecisionContext[Case]) -> bool:
    """The person agrees to firms seeing the profile, under a pseudonym.

    The person has not agreed to firms seeing the profile.

    Record the consent on the person's record; without it, the service carries on all the same.
    """
    return Purpose.PROFILE_TO_FIRMS in it.seen["consents"]


@rules.of_request("profile_id", source=SOURCE)
def confirmed_by_the_person(it: DecisionContext[Case]) -> bool:
    """The person has confirmed the profile.

    The person had not confirmed the profile by that day.

    Go through it together and give the day on which the person confirmed it.
    """
    return bool(it.asked.confirmed_on <= it.on)


@rules.of_record(source=SOURCE)
def profile_there(it: DecisionContext[Case]) -> bool:
    """A profile has been published.

    No profile has been published.

    There is nothing to withdraw.
    """
    return it.subject.profile is not None


ROWS = (
    Step(asks=PublishProfile, by=DESK, source=SEEKING, target=None, records=ProfilePublished,
         rules=(agrees_to_be_seen, confirmed_by_the_person), fills=fill(profile=lambda it: it.subject.profile or it.seen["profile_id"])),
    Step(asks=WithdrawProfile, by=DESK | POLICY, source=ACTIVE, target=None, records=ProfileWithdrawn,
         rules=(profile_there,), despite=WHILE_SUSPENDED),
)  # fmt: skip
