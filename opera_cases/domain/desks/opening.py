"""The rule that what begins at a desk begins while the desk is open."""

from typing import Any

from opera_cases.domain.kernel.rules import DecisionContext, Rules

rules = Rules("record")


@rules.of_request("desk_open", "place", source="handbook 1.5")
def desk_open(it: DecisionContext[Any]) -> bool:
    """The desk is open on that day.

    The desk is not open on that day.

    Choose another desk, or correct the date; an administrator can record when the desk opened.
    """
    return bool(it.seen["desk_open"])
