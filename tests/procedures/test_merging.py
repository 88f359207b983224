"""Merge, work, part, in any order: every fact stays with its owner, and one person has one open case."""

import contextlib
import random
import threading
from collections.abc import Iterator
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opera_cases.application import application
from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.application.seal import sealed_values
from opera_cases.domain.kernel.errors import OperaError
from opera_cases.log.events.unit_of_work import Unit
from opera_cases.log.events.write import write
from tests.support.world import TestCase, World

NAMES = ("Ada", "Bea", "Cia")


class Family:
    """Three records that look alike, each with a case; pairs of them are merged and parted at random."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.second_desk()
        self.people = [world.person("Somiglianti", name, f"198{n}-01-01") for n, name in enumerate(NAMES)]
        self.cases: dict[UUID, UUID] = {}
        for person in self.people:
            self._open(person)
        self.pairs = {
            (a, b): world.ask(world.irene, "duplicate", "flag_duplicate", first=str(a), second=str(b), reasons=["SIMILAR_NAME"]).id
            for a, b in combinations(self.people, 2)
        }  # fmt: skip

    def _open(self, person: UUID) -> None:
        case = TestCase(self.world, person).up_to("INTAKE")
        self.cases[case.id] = person

    def act(self, rng: random.Random) -> bool:
        """One random step; whether it was taken."""
        world = self.world
        (first, second), pair = rng.choice(sorted(self.pairs.items()))
        case = rng.choice(sorted(self.cases))
        try:
            match rng.randrange(6):
                case 0 | 1:
                    keep = rng.choice([None, *sorted(self.cases)])
                    values = {"survivor": str(rng.choice([first, second])), "reason": "Una."}
                    world.ask(
                        world.nives,
                        "duplicate",
                        "confirm_duplicate",
                        pair,
                        **values,
                        **({"keep_case": str(keep)} if keep else {}),
                    )
                case 2:
                    world.ask(world.nives, "duplicate", "separate_records", pair, reason="Due.")
                case 3:
                    world.ask(world.irene, "case", "add_note", case, text="Si lavora.")
                case 4:
                    world.ask(
                        world.irene,
                        "case",
                        "close",
                        case,
                        outcome="WITHDREW",
                        reason_code="OTHER",
                        exit_situation="JOB_SEARCH",
                    )
                case 5:
                    if rng.random() < 0.5:
                        world.ask(
                            world.irene,
                            "case",
                            "reopen",
                            case,
                            back_to="ASSESSMENT",
                            reason_code="OTHER",
                            reason="Torna.",
                        )
                    else:
                        self._open(rng.choice(self.people))
        except OperaError:
            return False
        return True

    def check(self) -> None:
        records = self.world.runtime.application.records
        for case_id, person in self.cases.items():
            case = records.load(type(self._case(case_id)), case_id)
            assert case.person == person, "a case changed its person"
            for event in records.history(case_id):
                assert all(sealed.subject in (person, case_id) for _, sealed in sealed_values(event.facts))
        for cluster in self._clusters():
            open_cases = [
                c for c, p in self.cases.items() if p in cluster and self._case(c).state not in ("CLOSED", "MERGED")
            ]
            assert len(open_cases) <= 1, "one person, two open cases"
            claimed = set(records.open_cases(cluster))
            assert claimed == set(open_cases), "a claim without its case, or a case without its claim"

    def _case(self, case: UUID):  # type: ignore[no-untyped-def]
        return self.world.runtime.application.load("case", case, self.world.auditor)

    def _clusters(self) -> Iterator[set[UUID]]:
        roots: dict[UUID, set[UUID]] = {}
        for person in self.people:
            record = self.world.runtime.application.load("person", person, self.world.auditor)
            roots.setdefault(record.survivor or person, set()).add(person)
        yield from roots.values()


@given(seed=st.integers(0, 2**32))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_in_any_order_every_fact_is_with_its_owner_and_one_person_has_one_open_case(small_office, seed: int) -> None:  # type: ignore[no-untyped-def]
    family, rng = Family(small_office()), random.Random(seed)
    taken = 0
    for _ in range(60):
        taken += family.act(rng)
        family.check()
    assert taken > 5
    family.world.settle()
    assert verify_everything(family.world.runtime) == []
    family.world.runtime.close()


def test_that_check_sees_a_case_that_lost_its_claim(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    family = Family(small)
    (first, _), pair = min(family.pairs.items())

    def forgetful(database, unit: Unit) -> list[int]:  # type: ignore[no-untyped-def]
        return write(database, Unit(unit.events, unit.command, (), unit.releases, unit.rows))

    monkeypatch.setattr(application, "write", forgetful)
    keep = next(case for case, person in family.cases.items() if person == first)
    small.ask(
        small.nives, "duplicate", "confirm_duplicate", pair, survivor=str(first), keep_case=str(keep), reason="Una."
    )
    second = next(person for a, person in family.pairs if a == first)
    parted = next(case for case, person in family.cases.items() if person == second)
    small.ask(small.nives, "duplicate", "separate_records", pair, reason="Due.")
    assert small.runtime.application.load("case", parted, small.auditor).state == "INTAKE"
    with pytest.raises(AssertionError, match="claim"):
        family.check()


def test_a_closing_that_races_a_merge_leaves_no_claim_behind(world: World) -> None:
    """Both write the stream of the case that is kept: one of them decides again."""
    family = Family(world)
    (first, _), pair = min(family.pairs.items())
    keep = next(case for case, person in family.cases.items() if person == first)
    confirm = {"survivor": str(first), "keep_case": str(keep), "reason": "Una."}
    closing = {"outcome": "WITHDREW", "reason_code": "OTHER", "exit_situation": "JOB_SEARCH"}
    steps = (
        lambda: world.ask(world.nives, "duplicate", "confirm_duplicate", pair, **confirm),
        lambda: world.ask(world.irene, "case", "close", keep, **closing),
    )
    start = threading.Barrier(2)

    def run(step) -> None:  # type: ignore[no-untyped-def]
        start.wait()
        with contextlib.suppress(OperaError):
            step()

    threads = [threading.Thread(target=run, args=(each,)) for each in steps]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    family.check()
    world.settle()
    assert verify_everything(world.runtime) == []
