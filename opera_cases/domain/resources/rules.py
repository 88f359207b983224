"""The rules of a resource. Each says what must hold, what stands in the way, and what to do."""

from typing import Any

from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.resources.resource import Resource

rules = Rules("resource")

SOURCE = "handbook 1.7"
MOST_FILES = 20


@rules.of_request("venture_alive", "venture_desk", source=SOURCE)
def venture_may_hold(it: DecisionContext[Resource]) -> bool:
    """Only a venture that has not ended and that you may see can hold a resource.

    The venture has ended, or you may not see it.

    Check the venture.
    """
    return bool(it.seen["venture_alive"])


@rules.of_request(source="rulebook: reservation_days", tells=lambda it: {"days": it.limit("reservation_days")})
def not_held_too_long(it: DecisionContext[Resource]) -> bool:
    """The rulebook limits how long a resource can be reserved.

    A resource can be reserved for {days:day|days} at most.

    Reserve it for fewer days; the reservation can be renewed later.
    """
    return bool(it.asked.days <= it.limit("reservation_days"))


def _holder(it: DecisionContext[Any]) -> dict[str, Any]:
    return {"held_by_desk": it.subject.holding_desk, "held_until": it.subject.held_until}


@rules.of_request(source=SOURCE, tells=_holder)
def held_by_nobody_else(it: DecisionContext[Resource]) -> bool:
    """Only one venture at a time holds a resource.

    Another venture holds the resource until {held_until}.

    Speak to the desk of that venture, or wait until the reservation ends.
    """
    return it.subject.holder in (None, it.asked.venture)


@rules.of_request(source=SOURCE, tells=_holder)
def held_by_that_venture(it: DecisionContext[Resource]) -> bool:
    """Only the venture that holds the resource can take it over or give it back.

    That venture does not hold the resource.

    Reserve the resource first.
    """
    return bool(it.subject.holder == it.asked.venture)


@rules.of_record(source=SOURCE, tells=lambda it: {"until": it.subject.held_until})
def reservation_over(it: DecisionContext[Resource]) -> bool:
    """The day until which the resource was reserved has passed.

    The resource is reserved until {until}.

    Wait until that day has passed, or release the resource.
    """
    return it.subject.held_until is not None and it.on > it.subject.held_until


@rules.of_request(source=SOURCE, tells=lambda it: {"most": MOST_FILES})
def few_files(it: DecisionContext[Resource]) -> bool:
    """The number of files attached to a resource is limited.

    The resource already has {most:file|files}, the most allowed.

    Attach the most informative ones.
    """
    return len(it.subject.files) < MOST_FILES
