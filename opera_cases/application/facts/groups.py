"""The facts about groups, firms, money, resources and jobs, each gathered in one place (see `facts`)."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from opera_cases.application.facts.break_glass import FACTS_OF_ACCESS
from opera_cases.application.facts.cases import FACTS_OF_CASES
from opera_cases.application.facts.gathering import FactLoader
from opera_cases.application.facts.pairs import FACTS_OF_PAIRS
from opera_cases.domain.cases.states import CLOSED, MERGED
from opera_cases.domain.companies.company import Company
from opera_cases.domain.documents.document import Document
from opera_cases.domain.people.person import Person
from opera_cases.domain.vacancies import OPEN as VACANCY_OPEN
from opera_cases.domain.vacancies import Vacancy
from opera_cases.domain.ventures.states import (
    BEFORE_TRADING,
    BUY_OUT,
    DRAFT,
    ENDED,
    FEASIBILITY,
    GROUPS,
    LIVING,
    SPIN_OFF,
)
from opera_cases.domain.ventures.venture import Venture
from opera_cases.projections.models import fundings


def company(g: FactLoader) -> Company:
    """The firm that is asked about, or that of the record in hand."""
    return g.load(Company, getattr(g.asked, "company", None) or getattr(g.subject, "company", None))


def named_venture(g: FactLoader) -> Venture:
    """The venture that the request names; empty where it names none."""
    return g.load(Venture, getattr(g.asked, "venture", None))


def member_id(g: FactLoader) -> UUID | None:
    """The record under which the person of the case is a member of its venture: it may be one merged since."""
    people = set(g.root.identities) if g.case.person else set()
    return next((each.person for each in g.venture.present if each.person in people), None)


def still_member(g: FactLoader) -> str:
    """Whether the person of the case is a member of its venture: of a PROJECT, of one that is TRADING, or of none."""
    venture, case = g.venture, g.case
    people = set(g.root.identities) if case.person else set()
    if not people & {each.person for each in venture.present}:
        return ""
    return "PROJECT" if venture.state in BEFORE_TRADING else "TRADING" if venture.state in LIVING else ""


def member_of_venture(g: FactLoader) -> bool:
    """Whether the person of the case is a member of its venture on the day asked about, under any of their records."""
    people = set(g.root.identities) if g.case.person else set()
    return bool(people & g.venture.members_on(g.on))


def benefit_due(g: FactLoader) -> date | None:
    """The first day on which a window for a benefit advance of the venture's members closes."""
    return fundings.first_benefit_deadline(g.records.database, g.subject.id)


def benefit_advances(g: FactLoader) -> list[tuple[UUID, date]]:
    """The benefit advances granted to the person that a job puts at risk, from its first day where one was typed: each with
    the day until which it does."""
    first = date.fromisoformat(str(g.typed.get("starts_on") or g.on))
    people = list(g.root.identities) if g.case.person else []
    return [(key, end) for key, end in fundings.granted_benefit_advances(g.records.database, people) if first <= end]


def last_employer_known(g: FactLoader) -> bool:
    """Whether the firm named as last employer is on record."""
    named = g.typed.get("last_employer")
    return named is not None and bool(g.load(Company, UUID(str(named))).version)


def evidence_of_placement(g: FactLoader) -> bool:
    """Whether a document shows the job, and is one of this case."""
    return g.asked.evidence is not None and g.load(Document, g.asked.evidence).case == g.subject.id


def idea_ripe(g: FactLoader) -> bool:
    """What the kind of venture asks for before its idea is passed on."""
    venture = g.venture
    formed = venture.pathway not in GROUPS or venture.state not in (DRAFT, FEASIBILITY)
    known = venture.pathway not in BUY_OUT or "perimeter" in venture.reached
    return formed and known and (venture.pathway not in SPIN_OFF or "LETTER_OF_INTENT" in venture.papers)


FACTS_OF_GROUPS: dict[str, Callable[[FactLoader], Any]] = {
    "member_of_venture": member_of_venture,
    "still_member": still_member,
    "member_id": member_id,
    "member_within_reach": lambda g: bool(g.load(Person, g.asked.person).version),
    "idea_ripe": idea_ripe,
    "company_known": lambda g: bool(company(g).version),
    "last_employer_known": last_employer_known,
    "company_procedure": lambda g: company(g).procedure,
    "bid_date": lambda g: company(g).bid_date,
    "benefit_due": benefit_due,
    "benefit_advances": benefit_advances,
    "venture_alive": lambda g: bool(named_venture(g).version) and named_venture(g).state not in ENDED,
    "venture_desk": lambda g: named_venture(g).desk,
    "vacancy_open": lambda g: g.load(Vacancy, g.asked.vacancy).state == VACANCY_OPEN,
    "profile_id": lambda g: g.new(),
    "evidence_of_placement": evidence_of_placement,
    "case_there": lambda g: bool(g.case.version) and g.case.state not in (CLOSED, MERGED),
}
FACTS_OF_ALL = {**FACTS_OF_CASES, **FACTS_OF_PAIRS, **FACTS_OF_GROUPS, **FACTS_OF_ACCESS}
"""Every fact that a rule may ask for."""
