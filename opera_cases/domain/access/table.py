"""The policy: who reaches which records how far, in which relation to them (handbook 6.8 and 6.10)."""

from typing import NamedTuple

from opera_cases.domain.access.conditions import (
    AS_FAR,
    SAME_PERSON,
    TO_READ,
    TO_WORK_OR_READ,
    AccessCondition,
    All,
    Anybody,
    At,
    Either,
    InRegion,
    Is,
    OpenedBeyondReach,
    Related,
    Themselves,
    Through,
    ToWhatItIsAbout,
    Until,
    Without,
)
from opera_cases.domain.access.levels import AccessLevel
from opera_cases.domain.access.roles import (
    AT_THEIR_DESKS,
    IN_THEIR_REGION,
    OF_COUNTS,
    OF_THE_OFFICE,
    OPENERS,
    PEOPLE,
    UNRESTRICTED,
    WITH_FILES,
    WITH_THEIR_PEOPLE,
)
from opera_cases.domain.kernel.vocabulary import Role

READS, ANSWERS, WORKS = AccessLevel.READ, AccessLevel.RESPOND, AccessLevel.WRITE
PUBLIC = frozenset({"desk", "operator"})
SHARED = frozenset({"company", "resource", "vacancy", "session"})
"""What all desks share: whoever has to do with files may read it, whoever has it works on it."""
OF_A_DESK = frozenset({"case", "venture", "appointment", "funding"}) | SHARED
OF_A_CASE = frozenset({"venture", "appointment", "funding"})
OWING = (
    "case",
    "venture",
    "appointment",
    "person",
    "duplicate",
    "company",
    "funding",
    "resource",
    "vacancy",
    "session",
    "access",
)
"""Kinds of records that owe something by a day."""
KINDS = frozenset({*OWING, *PUBLIC, "document", "reminder", "message", "submission", "restoration"})

AFTER_MENTORING, AFTER_A_MEETING = 90, 30
"""Days for which an assignment lasts: after the venture has ended, or the mentoring; after the day of a meeting."""

COORDINATOR = frozenset({Role.COORDINATOR})
ASKED_FOR = All((Is("transfer", ("PENDING",)), At("transfer_to")))
GAVE_AWAY = All((At("transfer_from"), Until("grace_until")))
MENTORING = All((Themselves("mentor"), Until("ended_on", AFTER_MENTORING, open=True)))
MEETING = All((Themselves("operator"), Is("state", ("BOOKED", "HELD")), Until("day", AFTER_A_MEETING)))
HELPING = All((Themselves("operator"), Until("until")))
ASSIGNED = Either((
    Themselves("caseworker"),
    Related("venture", "case_id", "case_id", MENTORING),
    Related("venture", "venture", "venture_id", MENTORING),
    Related("appointment", "case_id", "case_id", MEETING),
    Related("assignment", "case_id", "case_id", HELPING),
))  # fmt: skip
OF_THE_PERSON = Through("case", SAME_PERSON, "person", TO_WORK_OR_READ)
OPENED_TODAY = OpenedBeyondReach(Related("access", "case_id", "opened", All((Themselves("operator"), Until("until")))))


class Grant(NamedTuple):
    """Roles reach records of some kinds, at most as far as `reach`, where something holds."""

    roles: frozenset[Role]
    kinds: frozenset[str]
    holds: AccessCondition
    reach: AccessLevel


def _to(*kinds: str) -> frozenset[str]:
    return frozenset(kinds)


GRANTS = (
    Grant(UNRESTRICTED, KINDS, Anybody(), WORKS),
    Grant(OF_THE_OFFICE, PUBLIC, Anybody(), WORKS),
    Grant(PEOPLE, PUBLIC, Anybody(), READS),
    Grant(AT_THEIR_DESKS, _to("desk"), At("desk_id"), WORKS),
    Grant(WITH_FILES, SHARED, Anybody(), READS),
    Grant(WITH_THEIR_PEOPLE, SHARED, At(), WORKS),
    Grant(AT_THEIR_DESKS, OF_A_DESK, At(), WORKS),
    Grant(IN_THEIR_REGION, OF_A_DESK | {"person", "access", "submission"}, InRegion(), WORKS),
    Grant(AT_THEIR_DESKS, _to("case"), ASKED_FOR, ANSWERS),
    Grant(AT_THEIR_DESKS, _to("case"), GAVE_AWAY, READS),
    Grant(WITH_THEIR_PEOPLE, _to("case"), ASSIGNED, WORKS),
    Grant(OPENERS, _to("case"), OPENED_TODAY, READS),
    Grant(AT_THEIR_DESKS, _to("venture"), Related("venture_desk", "venture_id", "venture_id", At()), ANSWERS),
    Grant(WITH_THEIR_PEOPLE, _to("venture"), MENTORING, WORKS),
    Grant(WITH_THEIR_PEOPLE, _to("appointment"), Themselves("operator"), WORKS),
    Grant(WITH_THEIR_PEOPLE, OF_A_CASE, Through("case", "case_id", "case_id", AS_FAR), WORKS),
    Grant(AT_THEIR_DESKS | IN_THEIR_REGION, OF_A_CASE, Through("case", "case_id", "case_id", TO_READ), READS),
    Grant(WITH_FILES - UNRESTRICTED, _to("venture"), Through("case", "venture_id", "venture", TO_READ), READS),
    Grant(WITH_FILES - UNRESTRICTED, _to("document"), Through("case", "case_id", "case_id", AS_FAR), WORKS),
    Grant(AT_THEIR_DESKS, _to("person"), All((At(), Without("case", SAME_PERSON, "person"))), WORKS),
    Grant(WITH_FILES - UNRESTRICTED, _to("person"), OF_THE_PERSON, WORKS),
    Grant(COORDINATOR, _to("duplicate"), All((At("first_desk"), At("second_desk"))), WORKS),
    Grant(IN_THEIR_REGION, _to("duplicate"), Either((InRegion("first_region"), InRegion("second_region"))), WORKS),
    Grant(WITH_FILES - UNRESTRICTED, _to("reminder"), ToWhatItIsAbout(OWING), WORKS),
    Grant(PEOPLE, _to("message"), Themselves("recipient"), READS),
    Grant(COORDINATOR, _to("message"), At(), READS),
    Grant(COORDINATOR, _to("access"), At(), WORKS),
    Grant(PEOPLE, _to("access"), Themselves("operator"), READS),
    Grant(OF_COUNTS, _to("submission"), Anybody(), READS),
)  # fmt: skip
"""Of the rows that hold the furthest counts; of those that reach alike the first is tried first: a person without a case comes before
one with cases, so that a case that begins meanwhile is not missed by both. Whoever works at no desk today is assigned to nobody."""
