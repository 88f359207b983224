"""One round of everything that happens without a person asking."""

from opera_cases.jobs.clock import tick
from opera_cases.jobs.reactions import react
from opera_cases.office.premises import Premises
from opera_cases.projections.follow import Standing, catch_up


def follow(where: Premises) -> list[Standing]:
    """Bring every followed read model to the head; one with trouble does not hold up the others."""
    return [catch_up(where.office.recorder, where.read, model) for model in where.models]


def settle(where: Premises) -> None:
    """Policies, then the clock, then the read models, until there is nothing left to do now."""
    while react(where) + tick(where):
        pass
    follow(where)
