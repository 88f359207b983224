"""Opening: the project of a person whose case has chosen to start a business (handbook 6.5)."""

from typing import ClassVar
from uuid import UUID

from opera_cases.domain.companies.naming import company_there
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.journey_codes import Pathway, ProgrammeChain
from opera_cases.domain.kernel.personal import VentureName
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import Listed
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, facts_seen
from opera_cases.domain.kernel.vocabulary import Place
from opera_cases.domain.ventures.joining import MemberAdmitted
from opera_cases.domain.ventures.states import DESK, DRAFT, NEW
from opera_cases.domain.ventures.venture import Venture

rules = Rules("venture")

SOURCE = "handbook 6.5"


class OpenVenture(Command, frozen=True, kw_only=True):
    """A project of a person in a case of this desk, with its promoter as first member."""

    kind: Pathway
    case: UUID
    working_title: VentureName
    company: UUID | None = None
    sector: Listed | None = None
    chain: ProgrammeChain | None = None


class VentureOpened(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "venture.opened"
    kind: Pathway
    desk: UUID
    place: Place
    promoter: UUID
    case: UUID
    working_title: VentureName
    company: UUID | None = None
    sector: Listed | None = None
    chain: ProgrammeChain | None = None


@Venture.on(VentureOpened)
def _(venture: Venture, event: Event[VentureOpened]) -> None:
    said = event.facts
    venture.desk, venture.place, venture.pathway = said.desk, said.place, said.kind
    venture.promoter, venture.case, venture.company = said.promoter, said.case, said.company


@rules.of_request("case_in_business", "place", "desk", "promoter", source=SOURCE)
def case_in_business(it: DecisionContext[Venture]) -> bool:
    """A venture is opened for a person whose case follows a business pathway.

    The person's case does not follow a business pathway.

    Choose the pathway on the case first.
    """
    return bool(it.seen["case_in_business"])


@rules.of_request("case_pathway", source=SOURCE)
def kind_of_the_pathway(it: DecisionContext[Venture]) -> bool:
    """The kind of venture matches the pathway chosen.

    The kind of venture does not match the pathway chosen.

    Correct the kind, or change the pathway of the case.
    """
    return bool(it.asked.kind == it.seen["case_pathway"])


@rules.of_request("case_has_venture", source=SOURCE)
def no_other_venture(it: DecisionContext[Venture]) -> bool:
    """The case does not follow another venture.

    The case already follows another venture.

    Abandon the other venture first, or change the pathway of the case.
    """
    return not it.seen["case_has_venture"]


@rules.of_request("place", source="rulebook: regional_sectors")
def sector_of_the_region(it: DecisionContext[Venture]) -> bool:
    """The activity is in a sector chosen by the region for the programme.

    The activity is not in a sector chosen by the region for the programme.

    Choose the sector given in the business plan; if the region has chosen none, all sectors are allowed.
    """
    chosen = it.seek("regional_sectors")
    if chosen is None or it.asked.sector is None:
        return True
    scheme, _, code = it.asked.sector.partition(":")
    return not scheme.startswith("NACE/") or any(code.startswith(each) for each in chosen.codes)


ROWS = (
    Step(asks=OpenVenture, by=DESK, source=NEW, target=DRAFT, records=VentureOpened,
         rules=(case_in_business, kind_of_the_pathway, no_other_venture, company_there, sector_of_the_region),
         fills=facts_seen("place", "desk", "promoter"),
         also=lambda it: ((MemberAdmitted(person=it.seen["promoter"], promoter=True), ()),),
         claims=lambda it: (("venture_of_case", it.asked.case),), sets=(DeadlineSpec("idea_study"),)),
)  # fmt: skip
