"""The data at entry, and what is in the clear of their days: made from the words before they are sealed, and read of every entry ever
recorded, of whichever release.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.states import DESK, INTAKE
from opera_cases.domain.kernel import calendar
from opera_cases.domain.kernel.entry_codes import (
    AgeBand,
    AgeGroup,
    Education,
    EmploymentStatus,
    IncomeSupport,
    Sex,
    UnemployedFor,
)
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.personal import OptionalAnswer, PrivateCode, PrivateDay, PrivateId
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Code
from opera_cases.domain.kernel.sealed_fields import value_of
from opera_cases.domain.kernel.steps import Command, Step, at, facts_seen

rules = Rules("case")

_AGES = (
    (18, AgeGroup.UNDER_18),
    (25, AgeGroup.FROM_18_TO_24),
    (30, AgeGroup.FROM_25_TO_29),
    (55, AgeGroup.FROM_30_TO_54),
)


def age_group(age: int | None) -> AgeGroup:
    """The group of an age in whole years; UNKNOWN without a birth date."""
    if age is None:
        return AgeGroup.UNKNOWN
    return next((group for end, group in _AGES if age < end), AgeGroup.FROM_55)


def age_band(entry: Any) -> AgeBand:
    """The band of an entry, whichever of the two it keeps."""
    return entry.age_group.band if entry.age_group is not None else entry.age_band or AgeBand.UNKNOWN


def without_work_for(typed: Mapping[str, Any]) -> UnemployedFor | None:
    """For how long on the day of the step, from what was typed. None when that lies in the future."""
    return _between(typed["unemployed_since"], typed["occurred_on"])


def unemployed_for(entry: Any, on: date) -> UnemployedFor | None:
    """For how long somebody was without work on the day of an entry; None when no day was told, or one to come. `entry`:
    the facts recorded, or what is asked for."""
    since = entry.unemployed_since
    if entry.unemployed_for is None and isinstance(since, date):
        return _between(since, on)
    return None if entry.unemployed_for is None else UnemployedFor(entry.unemployed_for)


def _between(since: date, on: date) -> UnemployedFor | None:
    if since > on:
        return None
    longest = sorted(UnemployedFor, key=lambda each: each.months, reverse=True)
    return next(each for each in longest if not each.months or on > calendar.add_months(since, each.months))


class RecordEntryData(Command, frozen=True, kw_only=True):
    """The compulsory entry data, and the optional questions with one of their four answers."""

    derives: ClassVar[Mapping[str, Callable[[Mapping[str, Any]], Any]]] = {"unemployed_for": without_work_for}
    sex: Sex
    employment_status: EmploymentStatus
    unemployed_since: PrivateDay | None = None
    income_support: IncomeSupport
    income_support_until: PrivateDay | None = None
    education: Education
    occupation: PrivateCode | None = None
    sector: PrivateCode | None = None
    municipality: PrivateCode | None = None
    last_employer: PrivateId | None = None
    unemployed_for: UnemployedFor | None = None
    disability: OptionalAnswer
    foreign_background: OptionalAnswer
    housing_exclusion: OptionalAnswer


class EntryDataRecorded(Facts, frozen=True, kw_only=True):
    """The data at entry. Read `age_band` and `unemployed_for` by the functions of `entry_data`: both fields are empty in
    some entries."""

    topic: ClassVar[str] = "case.entry_data_recorded"
    sex: Sex
    age_band: AgeBand | None = None
    employment_status: EmploymentStatus
    unemployed_since: date | None = None
    income_support: IncomeSupport
    income_support_until: date | None = None
    education: Education
    occupation: Code | None = None
    sector: Code | None = None
    municipality: Code | None = None
    last_employer: UUID | None = None
    disability: OptionalAnswer
    foreign_background: OptionalAnswer
    housing_exclusion: OptionalAnswer
    age_group: AgeGroup | None = None
    unemployed_for: UnemployedFor | None = None
    unemployed_since_sealed: PrivateDay | None = None
    income_support_until_sealed: PrivateDay | None = None
    occupation_sealed: PrivateCode | None = None
    sector_sealed: PrivateCode | None = None
    municipality_sealed: PrivateCode | None = None
    last_employer_sealed: PrivateId | None = None


@Case.on(EntryDataRecorded)
def _(case: Case, event: Event[EntryDataRecorded]) -> None:
    case.entry_recorded, case.employment_status = True, event.facts.employment_status
    case.last_employer = value_of(event.facts, "last_employer")


@rules.of_record("age_group", source="handbook 5.2")
def age_known(it: DecisionContext[Case]) -> bool:
    """The age band at entry is worked out from the date of birth on the person's record.

    The age band cannot be worked out: the date of birth on the person's record is not known here.

    The system works it out from the person's record; if the message comes back, tell an administrator.
    """
    return bool(it.seen["age_group"])


@rules.of_request(source="handbook 4.2")
def unemployment_dated(it: DecisionContext[Case]) -> bool:
    """Unemployment has a start date, which is not in the future.

    The start date of the unemployment is missing, or in the future.

    Record the date given in the declaration of availability or the dismissal letter.
    """
    return not it.asked.employment_status.startswith("UNEMP_") or unemployed_for(it.asked, it.on) is not None


def _long_term(it: DecisionContext[Case], age: int | None) -> int:
    """From how many months on unemployment counts as long at an age."""
    young = age is not None and age < it.limit("long_term_young_age")
    return it.limit("long_term_months_young" if young else "long_term_months")


@rules.of_request(
    "_age", source="rulebook: long_term_months", tells=lambda it: {"months": _long_term(it, it.seen["_age"])}
)
def long_term_fits(it: DecisionContext[Case]) -> bool:
    """The employment status says whether unemployment is long-term, by the number of months the rulebook sets for that
    age.

    At that age, unemployment is long-term from {months:month|months}, and the status chosen does not match the date
    given.

    Choose the status that matches the date, or correct the date.
    """
    status, lasted, age = it.asked.employment_status, unemployed_for(it.asked, it.on), it.seen["_age"]
    if lasted is None or not status.startswith("UNEMP_"):
        return True
    return (lasted.months >= _long_term(it, age)) == (status is EmploymentStatus.UNEMP_GE12)


@rules.of_request("last_employer_known", source="handbook 1.7")
def last_employer_known(it: DecisionContext[Case]) -> bool:
    """If a last employer is given, it is recorded among the firms in difficulty.

    The last employer given is not recorded among the firms in difficulty.

    Report the firm first, or leave it out.
    """
    return it.asked.last_employer is None or bool(it.seen["last_employer_known"])


ROWS = (
    Step(asks=RecordEntryData, by=DESK, source=at(INTAKE), target=None, records=EntryDataRecorded,
         rules=(age_known, unemployment_dated, long_term_fits, last_employer_known), fills=facts_seen("age_group")),
)  # fmt: skip
