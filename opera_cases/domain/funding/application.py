"""The application itself: what was asked, granted and paid, and by when."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from opera_cases.domain.funding.events import (
    ApplicationDrafted,
    ApplicationFiled,
    ApplicationGranted,
    TrancheChecked,
    TranchePaid,
)
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.ventures.codes import SourceKind

DRAFTED, FILED, GRANTED, PAID = "DRAFTED", "FILED", "GRANTED", "PAID"

REFUSED, WITHDRAWN, LAPSED = "REFUSED", "WITHDRAWN", "LAPSED"


class Funding(Aggregate):
    """An application for money."""

    kind = "funding"

    def __init__(self, stream: UUID) -> None:
        super().__init__(stream)
        self.case: UUID | None = None
        self.concerns: UUID | None = None
        self.venture: UUID | None = None
        self.source = SourceKind.OTHER
        self.funder = ""
        self.asked = self.granted = self.paid = Decimal(0)
        self.tranches: tuple[Decimal, ...] = ()
        self.tranches_paid = 0
        self.entitled_on: date | None = None
        self.granted_on: date | None = None
        self.theoretical_end: date | None = None
        self.conditions_met: bool | None = None

    @property
    def subject(self) -> UUID:
        return self.concerns or self.id


@Funding.on(ApplicationDrafted)
def _(funding: Funding, event: Event[ApplicationDrafted]) -> None:
    said = event.facts
    funding.case, funding.concerns, funding.venture = said.case, said.concerns, said.venture
    funding.desk, funding.place, funding.source, funding.funder = said.desk, said.place, said.source, said.funder
    funding.asked, funding.entitled_on = said.amount, said.entitled_on


@Funding.on(ApplicationFiled)
def _(funding: Funding, event: Event[ApplicationFiled]) -> None:
    funding.asked = event.facts.amount or funding.asked


@Funding.on(ApplicationGranted)
def _(funding: Funding, event: Event[ApplicationGranted]) -> None:
    said = event.facts
    funding.granted, funding.tranches, funding.theoretical_end = said.amount, said.tranches, said.theoretical_end
    funding.granted_on = event.on


@Funding.on(TranchePaid)
def _(funding: Funding, event: Event[TranchePaid]) -> None:
    funding.paid += event.facts.amount
    funding.tranches_paid = event.facts.number


@Funding.on(TrancheChecked)
def _(funding: Funding, event: Event[TrancheChecked]) -> None:
    funding.conditions_met = event.facts.conditions_met
