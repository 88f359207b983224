"""A restoration over HTTP: what was restored stands in the file."""

from opera_cases.api.schemas.shown import Shown
from opera_cases.domain.restorations import Restoration


class RestorationFields(Shown):
    """Nothing beside what every record has."""


def of_restoration(restoration: Restoration) -> RestorationFields:
    """What is shown of it."""
    return RestorationFields()
