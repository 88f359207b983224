"""The life of a resource, as a table (handbook 1.7)."""

from datetime import timedelta
from typing import Any

from opera_cases.domain.access import AccessLevel
from opera_cases.domain.access.roles import AT_THEIR_DESKS, EXPERTS
from opera_cases.domain.companies.naming import company_there
from opera_cases.domain.desks.opening import desk_open
from opera_cases.domain.kernel.rules import DecisionContext
from opera_cases.domain.kernel.steps import DeadlineSpec, StateNotes, Step, facts_seen, filling
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.kernel.workflow import Procedure
from opera_cases.domain.resources.commands import (
    AttachFile,
    ExpireReservation,
    ListResource,
    ReleaseResource,
    Reserve,
    ReturnResource,
    TakeOver,
    VerifyResource,
    WithdrawResource,
)
from opera_cases.domain.resources.events import (
    FileAttached,
    ReservationExpired,
    ResourceListed,
    ResourceReleased,
    ResourceReserved,
    ResourceReturned,
    ResourceTakenOver,
    ResourceVerified,
    ResourceWithdrawn,
)
from opera_cases.domain.resources.resource import AVAILABLE, IN_USE, RESERVED, WITHDRAWN, Resource
from opera_cases.domain.resources.rules import (
    few_files,
    held_by_nobody_else,
    held_by_that_venture,
    not_held_too_long,
    reservation_over,
    venture_may_hold,
)

DESK = AT_THEIR_DESKS
POLICY, CLOCK = frozenset({Role.POLICY}), frozenset({Role.CLOCK})


@filling("desk", "until")
def _held(it: DecisionContext[Any]) -> dict[str, Any]:
    return {"desk": it.seen["venture_desk"], "until": it.on + timedelta(days=it.asked.days)}


@filling("venture")
def _freed_fact(it: DecisionContext[Any]) -> dict[str, Any]:
    return {"venture": it.subject.holder}


HELD = DeadlineSpec("reservation", days=lambda it: it.asked.days)
LISTED = frozenset({AVAILABLE, RESERVED})
STEPS: tuple[Step, ...] = (
    Step(asks=ListResource, by=EXPERTS, source=frozenset({""}), target=AVAILABLE, records=ResourceListed,
         rules=(desk_open, company_there), fills=facts_seen("place"), sets=(DeadlineSpec("resource_verify"),)),
    Step(asks=VerifyResource, by=EXPERTS, source=LISTED, target=None, records=ResourceVerified,
         sets=(DeadlineSpec("resource_verify"),)),
    Step(asks=AttachFile, by=EXPERTS, source=LISTED, target=None, records=FileAttached, rules=(few_files,)),
    Step(asks=Reserve, by=EXPERTS, source=LISTED, target=RESERVED, records=ResourceReserved, reach=AccessLevel.READ,
         rules=(held_by_nobody_else, venture_may_hold, not_held_too_long), fills=_held, sets=(HELD,)),
    Step(asks=ReleaseResource, by=EXPERTS | POLICY, source=frozenset({RESERVED}), target=AVAILABLE, reach=AccessLevel.READ,
         records=ResourceReleased, rules=(held_by_that_venture, venture_may_hold), ends=("reservation",)),
    Step(asks=ExpireReservation, by=CLOCK, source=frozenset({RESERVED}), target=AVAILABLE, records=ReservationExpired,
         rules=(reservation_over,), fills=_freed_fact, ends=("reservation",)),
    Step(asks=TakeOver, by=EXPERTS | POLICY, source=frozenset({RESERVED}), target=IN_USE, reach=AccessLevel.READ,
         records=ResourceTakenOver, rules=(held_by_that_venture, venture_may_hold), ends=("reservation", "resource_verify")),
    Step(asks=ReturnResource, by=EXPERTS | POLICY, source=frozenset({IN_USE, RESERVED}), target=AVAILABLE,
         reach=AccessLevel.READ, records=ResourceReturned, rules=(held_by_that_venture,), sets=(DeadlineSpec("resource_verify"),),
         ends=("reservation",)),
    Step(asks=WithdrawResource, by=EXPERTS, source=LISTED, target=WITHDRAWN, records=ResourceWithdrawn,
         ends=("reservation", "resource_verify")),
)  # fmt: skip
RESOURCE = Procedure(
    name="resource", version=1, aggregate=Resource, steps=STEPS, states=(AVAILABLE, RESERVED, IN_USE, WITHDRAWN),
    final=frozenset({WITHDRAWN}), lifeline=StateNotes(without_deadline={IN_USE: "What is in use is looked after by its venture."}),
)  # fmt: skip
