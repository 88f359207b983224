"""The table of a suspected duplicate (handbook 6.6).

Merging is a link between records, parting removes the link: nothing is copied, so nothing can be lost. Both persons, and
the open cases of both, take their steps in the same write as the decision.
"""

from typing import Any
from uuid import UUID

from opera_cases.domain.access.roles import SUPERVISORS, UNRESTRICTED
from opera_cases.domain.duplicates.duplicate import (
    CONFIRMED,
    REJECTED,
    SEPARATED,
    SUSPECTED,
    ConfirmDuplicate,
    Duplicate,
    DuplicateConfirmed,
    DuplicateFlagged,
    DuplicateRejected,
    FlagDuplicate,
    RecordsSeparated,
    RejectDuplicate,
    SeparateRecords,
)  # fmt: skip
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import CompanionStep, DeadlineSpec, StateNotes, Step, facts_seen, fill, filling
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.kernel.workflow import Procedure

rules = Rules("duplicate")

SOURCE = "handbook 6.6"
DESK_SUPERVISORS = SUPERVISORS - UNRESTRICTED
WHO_MEETS_PEOPLE = frozenset({Role.CASEWORKER, Role.POLICY}) | DESK_SUPERVISORS
STATES = (SUSPECTED, REJECTED, CONFIRMED, SEPARATED)


@rules.of_request("place", "first_desk", "first_place", "second_desk", "second_place", source=SOURCE)
def two_records(it: DecisionContext[Duplicate]) -> bool:
    """A possible duplicate concerns different records, neither of them already merged.

    This is the same record, or one of the records has already been merged.

    Check the records; a merged record points to the one that was kept.
    """
    return (
        it.asked.first != it.asked.second and it.seen["first_place"] is not None and it.seen["second_place"] is not None
    )


@rules.of_request(source=SOURCE)
def survivor_is_one_of_them(it: DecisionContext[Duplicate]) -> bool:
    """The record to be kept is one of the pair.

    The record chosen is not one of the pair.

    Choose the record to be kept.
    """
    return it.asked.survivor in (it.subject.first, it.subject.second)


@rules.of_request("open_cases", "identities_of_both", source="handbook 6.4")
def one_case_kept(it: DecisionContext[Duplicate]) -> bool:
    """A person has only one open case: if both records have one, one of them is kept.

    Both records have an open case and neither is chosen to continue, or a case is chosen although at most one is open.

    Choose the case that continues; if at most one is open, choose none.
    """
    kept, open_cases = it.asked.keep_case, set(it.seen["open_cases"])
    return kept in open_cases if len(open_cases) > 1 else kept is None or kept in open_cases


@rules.of_record("both_within_reach", source=SOURCE)
def both_within_reach(it: DecisionContext[Duplicate]) -> bool:
    """The person deciding can see both records.

    You cannot see one of the records.

    Leave the decision to the regional coordinator.
    """
    return bool(it.seen["both_within_reach"])


def _merged(it: DecisionContext[Duplicate]) -> UUID:
    pair = it.subject
    return pair.second if it.asked.survivor == pair.first else pair.first


def _kept(it: DecisionContext[Duplicate]) -> UUID | None:
    return it.asked.keep_case or next(iter(it.seen["open_cases"]), None)


@filling("merged", "kept_case", "merged_case")
def _confirmed(it: DecisionContext[Duplicate]) -> dict[str, Any]:
    kept = _kept(it)
    other = next((case for case in it.seen["open_cases"] if case != kept), None)
    return {"merged": _merged(it), "kept_case": kept, "merged_case": other}


def _merge(it: DecisionContext[Duplicate]) -> tuple[CompanionStep, ...]:
    survivor, merged, kept = it.asked.survivor, _merged(it), _kept(it)
    together = [
        CompanionStep("person", merged, "merge_person", {"survivor": survivor}),
        CompanionStep("person", survivor, "absorb_record", {"person": merged}),
    ]
    for case, held in it.seen["open_cases"].items():
        if case != kept:
            together.append(CompanionStep("case", case, "merge_into", {"survivor": kept}))
        elif missing := tuple(each for each in it.seen["identities_of_both"] if each not in held):
            together.append(CompanionStep("case", case, "join_identities", {"identities": missing}))
    return tuple(together)


def _separate(it: DecisionContext[Duplicate]) -> tuple[CompanionStep, ...]:
    """The open cases of the one person give up the identity of the other; a case set aside takes it up again."""
    pair, survivor = it.subject, it.subject.survivor
    assert survivor is not None, "a confirmed duplicate has a survivor"
    apart = {pair.merged}
    together = [
        CompanionStep("person", pair.merged, "unmerge_person", {}),
        CompanionStep("person", survivor, "release_record", {"person": pair.merged}),
    ]
    for case, held in it.seen["open_cases"].items():
        mine = apart if it.seen["person_of"][case] in apart else set(held) - apart
        if gone := tuple(sorted(set(held) - mine)):
            together.append(CompanionStep("case", case, "part_identities", {"identities": gone}))
    for case, identities in it.seen["parted_cases"].items():
        together.append(CompanionStep("case", case, "unmerge", {"identities": tuple(identities)}))
    return tuple(together)


@rules.of_request("open_cases", "identities_of_both", "person_of", "parted_cases", source=SOURCE)
def parted_case_free(it: DecisionContext[Duplicate]) -> bool:
    """No newer case has been opened for the person whose case would resume.

    A newer case has been opened for the person whose case would resume.

    Close the newer case first, or leave the records merged.
    """
    sides = it.seen["parted_cases"].values()
    return not any(owner in side for side in sides for owner in it.seen["person_of"].values())


ROWS = (
    Step(asks=FlagDuplicate, by=WHO_MEETS_PEOPLE, source=frozenset({""}), target=SUSPECTED, records=DuplicateFlagged,
         rules=(two_records,), sets=(DeadlineSpec("duplicate_decision"),),
         fills=facts_seen("first_desk", "first_place", "second_desk", "second_place"),
         claims=lambda it: (("duplicate", f"{min(it.asked.first, it.asked.second)}+{max(it.asked.first, it.asked.second)}"),)),
    Step(asks=RejectDuplicate, by=DESK_SUPERVISORS, source=frozenset({SUSPECTED}), target=REJECTED, records=DuplicateRejected,
         rules=(both_within_reach,), ends=("duplicate_decision",)),
    Step(asks=ConfirmDuplicate, by=DESK_SUPERVISORS, source=frozenset({SUSPECTED, REJECTED, SEPARATED}), target=CONFIRMED,
         records=DuplicateConfirmed, rules=(both_within_reach, survivor_is_one_of_them, one_case_kept),
         fills=_confirmed, together=_merge, ends=("duplicate_decision",)),
    Step(asks=SeparateRecords, by=DESK_SUPERVISORS, source=frozenset({CONFIRMED}), target=SEPARATED, records=RecordsSeparated,
         rules=(both_within_reach, parted_case_free), together=_separate,
         fills=fill(survivor=lambda it: it.subject.survivor, parted=lambda it: it.subject.merged, parted_cases=lambda it: tuple(it.seen["parted_cases"]))),
)  # fmt: skip

DUPLICATE = Procedure(
    name="duplicate", version=1, aggregate=Duplicate, steps=ROWS, states=STATES, final=frozenset(),
    lifeline=StateNotes(without_deadline={
        REJECTED: "Two persons owe nothing to each other.", CONFIRMED: "The surviving record owes nothing.",
        SEPARATED: "Two persons owe nothing to each other."}),
)  # fmt: skip
