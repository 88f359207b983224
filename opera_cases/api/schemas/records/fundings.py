"""An application for money over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Amount, Code, Number, Words, at_most
from opera_cases.domain.funding.application import Funding


class FundingFields(Shown):
    """What is shown of an application: for whom, from whom, and how much was asked for, granted and paid."""

    case: UUID | None
    concerns: UUID | None
    venture: UUID | None
    source: Code
    funder: Words
    asked: Amount
    granted: Amount
    paid: Amount
    tranches: Annotated[list[Amount], at_most(10)]
    tranches_paid: Number
    entitled_on: date | None
    granted_on: date | None
    theoretical_end: date | None
    conditions_met: bool | None


def of_funding(funding: Funding) -> FundingFields:
    """What is shown of it."""
    return FundingFields(
        case=funding.case, concerns=funding.concerns, venture=funding.venture, source=funding.source, funder=funding.funder,
        asked=str(funding.asked), granted=str(funding.granted), paid=str(funding.paid),
        tranches=[str(each) for each in funding.tranches], tranches_paid=funding.tranches_paid, entitled_on=funding.entitled_on,
        granted_on=funding.granted_on, theoretical_end=funding.theoretical_end, conditions_met=funding.conditions_met,
    )  # fmt: skip
