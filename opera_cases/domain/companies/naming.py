"""The rule for records that may name a firm in difficulty."""

from typing import Any

from opera_cases.domain.kernel.rules import DecisionContext, Rules

rules = Rules("record")


@rules.of_request("company_known", source="handbook 1.7")
def company_there(it: DecisionContext[Any]) -> bool:
    """A firm that is named is recorded among the crisis companies.

    The firm named is not recorded among the crisis companies.

    Report the company first, or leave it out.
    """
    return it.asked.company is None or bool(it.seen["company_known"])
