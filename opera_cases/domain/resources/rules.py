"""The rules of a resource. First paragraph: what must hold. Second: what to do."""

from typing import Any

from opera_cases.domain.resources.resource import Resource
from opera_cases.domain.rules import Asking, Rules

rules = Rules("resource")

SOURCE = "handbook 1.7"


@rules.of_request("venture_alive", "venture_desk", source=SOURCE)
def venture_may_hold(it: Asking[Resource]) -> bool:
    """A venture that has not ended, and within your reach, may hold a resource.

    Check the venture.
    """
    return bool(it.seen["venture_alive"])


@rules.of_request(source="rulebook: reservation_days")
def not_held_too_long(it: Asking[Resource]) -> bool:
    """A resource is reserved for at most as many days as the rulebook allows.

    Reserve for fewer days; it can be renewed then.
    """
    return bool(it.asked.days <= it.limit("reservation_days"))


def _holder(it: Asking[Any]) -> dict[str, Any]:
    return {"held_by_desk": it.subject.holding_desk, "held_until": it.subject.held_until or "further notice"}


@rules.of_request(source=SOURCE, tells=_holder)
def held_by_nobody_else(it: Asking[Resource]) -> bool:
    """One venture at a time holds a resource.

    Speak with the desk that holds it, or wait until the day on which the reservation ends.
    """
    return it.subject.holder in (None, it.asked.venture)


@rules.of_request(source=SOURCE, tells=_holder)
def held_by_that_venture(it: Asking[Resource]) -> bool:
    """Only the venture that holds the resource can take it over or give it back.

    Reserve the resource first.
    """
    return bool(it.subject.holder == it.asked.venture)


@rules.of_record(source=SOURCE)
def reservation_over(it: Asking[Resource]) -> bool:
    """The day until which the resource was reserved has passed.

    Wait for that day, or release it.
    """
    return it.subject.held_until is not None and it.on > it.subject.held_until


@rules.of_request(source=SOURCE)
def few_files(it: Asking[Resource]) -> bool:
    """A resource has at most twenty files.

    Attach the most telling ones.
    """
    return len(it.subject.files) < 20
