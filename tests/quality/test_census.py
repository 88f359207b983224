"""The census of the rules says what it is for: a rule that nobody was refused by, and an exception that is none any longer."""

from collections.abc import Callable

import pytest

from opera_cases.application.application import Application
from opera_cases.domain.procedures import PROCEDURES
from tests.quality import census
from tests.quality.census import CENSUS, Census, met_by_people
from tests.quality.census_exceptions import EXCEPTIONS, MOST
from tests.support.world import World


def test_exceptions_are_rules_that_people_meet_each_with_a_reason_and_never_more_than_there_were() -> None:
    assert EXCEPTIONS.keys() <= met_by_people()
    assert all(EXCEPTIONS.values())
    assert len(EXCEPTIONS) <= MOST <= 7


def test_a_rule_that_never_refused_is_named_and_so_is_an_exception_that_did(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = Census()
    taken.refused = met_by_people() - EXCEPTIONS.keys()
    assert taken.wrong() == []
    taken.refused -= {"case.notice_given"}
    taken.refused |= {"case.age_known"}
    assert [each.partition(" ")[0] for each in taken.wrong()] == ["case.notice_given", "case.age_known"]
    monkeypatch.setattr(census, "MOST", len(EXCEPTIONS) - 1)
    assert "at most" in taken.wrong()[-1]


@pytest.mark.parametrize("step", ["record_check_in", "clear_alert", "revise_uses", "withdraw_member", "pay_tranche"])
def test_what_only_chooses_between_rows_is_not_asked_to_refuse(step: str) -> None:
    choosing = {row.when.code for each in PROCEDURES.values() for row in each.steps if row.name == step and row.when}
    assert choosing
    assert not choosing & met_by_people()


def test_what_refuses_a_person_at_the_door_is_counted_and_a_policy_is_not(
    small: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    take: Callable[..., object] = Application.execute_with_record.__wrapped__  # type: ignore[attr-defined]
    fresh = Census()
    monkeypatch.setattr(Application, "execute_with_record", fresh.counting(take))
    case = small.case()
    assert case.refused("resume_reminders", reason="No.") == {"reminders_paused"}
    assert len(fresh.refused) == 1
    assert fresh.refused <= met_by_people()
    assert CENSUS.refused is not fresh.refused
