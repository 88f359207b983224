"""An operator over HTTP: what is theirs stands in the file, for whom it concerns."""

from opera_cases.api.schemas.shown import Shown
from opera_cases.domain.operators.operator import Operator


class OperatorFields(Shown):
    """Nothing beside what every record has."""


def of_operator(operator: Operator) -> OperatorFields:
    """What is shown of them."""
    return OperatorFields()
