"""What follows from money that was granted, or will not come: for the venture that counts on it."""

from opera_cases.domain.funding.application import Funding
from opera_cases.domain.funding.events import ApplicationGranted, ApplicationWithdrawn
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.policies.consequence import Consequence, Lookups, because


def promises_funds(event: Event[ApplicationGranted], funding: Funding, around: Lookups) -> tuple[Consequence, ...]:
    """Money was granted to a venture: it counts among its sources. An advance is the member's own, and comes as share."""
    if funding.venture is None or funding.source == "BENEFIT_ADVANCE":
        return ()
    return (because(event, "venture", funding.venture, "promise_funds", funding.case, source=funding.source.value,
                     amount=str(event.facts.amount), application=str(event.stream)),)  # fmt: skip


def withdraws_funds(event: Event[ApplicationWithdrawn], funding: Funding, around: Lookups) -> tuple[Consequence, ...]:
    """Money granted to a venture will not come: it does not count any longer."""
    if funding.venture is None or not funding.granted or funding.source == "BENEFIT_ADVANCE":
        return ()
    return (because(event, "venture", funding.venture, "withdraw_grant", funding.case, source=funding.source.value,
                     amount=str(funding.granted), application=str(event.stream)),)  # fmt: skip
