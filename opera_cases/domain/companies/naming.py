"""The rule for records that may name a firm in difficulty."""

from typing import Any

from opera_cases.domain.kernel.rules import DecisionContext, Rules

rules = Rules("record")


@rules.of_request("company_known", source="handbook 1.7")
def company_there(it: DecisionContext[Any]) -> bool:
    """The firm given is recorded among the firms in difficulty.

    The firm given is not recorded among the firms in difficulty.

    Report the firm first, or leave it out.
    """
    return it.asked.company is None or bool(it.seen["company_known"])
