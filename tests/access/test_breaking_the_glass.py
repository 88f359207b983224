"""A file beyond reach is opened for a reason of substance, a few a day, to be read; trying and asking are no way to find files out."""

from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.errors import NotYourRole, Unavailable
from opera_cases.domain.kernel.vocabulary import Role
from tests.support.over_http import Desk
from tests.support.world import TestCase, World

REASONS = (
    "È qui allo sportello e il collega è assente.", "La madre chiama preoccupata dal reparto.", "Il giudice chiede la data del colloquio.",
    "Un altro motivo scritto per esteso oggi.", "Serve il recapito per una scadenza imminente.",
)  # fmt: skip


def _take(world: World, who: Principal, number: str, reason: str = REASONS[0], **more: Any) -> UUID:
    return world.ask(who, "access", "take_access", file_number=number, reason=reason, **more).id


def _numbers(world: World, count: int) -> list[str]:
    return [TestCase(world).now.file_number for _ in range(count)]


@pytest.mark.parametrize(
    "reason", ["x", "urgente", "urgente urgente urgente urgente", "a b c d e f g", "aa bb cc dd", "1 2 3 4 5", "Urgente, URGENTE: urgente!",
               "... !!! ??? ---", "il il lo lo la la"]
)  # fmt: skip
def test_a_reason_is_a_sentence_that_somebody_can_judge(small: World, reason: str) -> None:
    small.second_desk()
    number = _numbers(small, 1)[0]
    assert small.refused(small.oreste, "access", "take_access", file_number=number, reason=reason) == {
        "reason_of_substance"
    }
    assert _take(small, small.oreste, number, "Die Person steht am Schalter.")


def test_the_words_of_one_file_open_no_other(world: World) -> None:
    world.second_desk()
    one, two = _numbers(world, 2)
    _take(world, world.oreste, one)
    for again in (REASONS[0], REASONS[0].upper(), f"  {REASONS[0]} !", REASONS[0].replace(" ", ", ")):
        assert world.refused(world.oreste, "access", "take_access", file_number=two, reason=again) == {
            "reason_of_its_own"
        }
    assert _take(world, world.delia, two), "somebody else may have the same reason"
    assert _take(world, world.oreste, two, REASONS[1])


def test_a_person_opens_three_files_a_day_and_not_a_fourth(world: World) -> None:
    world.second_desk()
    numbers = _numbers(world, 5)
    for number, reason in zip(numbers[:3], REASONS, strict=False):
        _take(world, world.oreste, number, reason)
    assert world.refused(world.oreste, "access", "take_access", file_number=numbers[3], reason=REASONS[3]) == {
        "few_accesses"
    }
    assert world.refused(world.oreste, "access", "take_access", file_number="0000-0000", reason=REASONS[3]) == {
        "few_accesses"
    }, "nothing is told any more"
    assert world.refused(
        world.oreste, "access", "take_access", file_number=numbers[3], reason=REASONS[3], on="2026-02-01"
    ) >= {"few_accesses", "opened_today"}
    assert _take(world, world.delia, numbers[3], REASONS[3])
    world.clock.turn_to("2026-02-03")
    assert _take(world, world.oreste, numbers[4], REASONS[4])


def test_numbers_that_are_none_count_and_bad_reasons_tell_nothing_and_do_not(world: World) -> None:
    world.second_desk()
    there = _numbers(world, 1)[0]
    for _ in range(5):
        assert world.refused(world.oreste, "access", "take_access", file_number=there, reason="x") == {
            "reason_of_substance"
        }
        assert world.refused(world.oreste, "access", "take_access", file_number="0000-0000", reason="x") == {
            "reason_of_substance"
        }
        assert world.refused(
            world.oreste, "access", "take_access", file_number="0000-0000", reason=REASONS[0], on="2026-02-01"
        ) == {"opened_today"}
    for number in ("0000-0000", "1111-1111", "2222-2222"):
        assert world.refused(world.oreste, "access", "take_access", file_number=number, reason=REASONS[0]) == {
            "file_there"
        }
    assert world.refused(world.oreste, "access", "take_access", file_number=there, reason=REASONS[0]) == {
        "few_accesses"
    }


def test_two_files_opened_at_one_moment_both_count(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks for many at once is counted by what was written, not by what each request saw when it began."""
    world.second_desk()
    one, two = _numbers(world, 2)
    _take(world, world.oreste, one)
    claims = world.runtime.log.rows("SELECT key FROM log.claim WHERE kind = 'access'")
    assert [row[0] for row in claims] == [f"{world.oreste.id}|2026-02-02|0"]
    world.runtime.log.rows(
        "INSERT INTO log.claim (kind, key, holder) VALUES ('access', $1, $2)",
        f"{world.delia.id}|2026-02-02|0",
        UUID(int=9),
    )
    monkeypatch.setattr(world.runtime.log, "pause", lambda seconds: None)
    with pytest.raises(Unavailable):
        _take(world, world.delia, two)
    named = [each.where for each in verify_everything(world.runtime) if each.invariant == "I15"]
    assert named == [f"claim access {world.delia.id}|2026-02-02|0"], (
        "what no event says is named, what a file opened says is not"
    )


def test_a_try_tells_nothing_of_a_file_and_is_on_record(world: World, client: TestClient) -> None:
    world.second_desk()
    foreign, own = (
        _numbers(world, 1)[0],
        world.ask(world.oreste, "case", "record_contact", desk=str(world.armea), channel="PHONE").id,
    )
    numbers = (foreign, world.runtime.application.load("case", own, world.oreste).file_number, "0000-0000")
    oreste = Desk(client, world.token(world.oreste))

    def tries(reason: str) -> list[Any]:
        url = "/rest/opera/v1/accesses?dry_run=true"
        answers = [
            client.post(url, json={"file_number": number, "reason": reason}, headers=oreste.headers)
            for number in numbers
        ]
        return [(each.status_code, {**each.json(), "id": "", "event_ids": [], "_links": {}}) for each in answers]

    good, bad = tries(REASONS[0]), tries("x")
    assert good[0] == good[1] == good[2]
    assert bad[0] == bad[1] == bad[2]
    assert (good[0][0], bad[0][0], [each["rule"] for each in bad[0][1]["refusals"]]) == (
        200,
        409,
        ["access.reason_of_substance"],
    )
    assert world.runtime.log.rows("SELECT 1 FROM read.access_v1") == []
    seen = world.runtime.log.rows("SELECT operation, rules FROM log.refusal WHERE principal = $1", world.oreste.id)
    assert (
        sorted(tuple(row) for row in seen)
        == [("access.take_access", "access.reason_of_substance")] * 3 + [("access.take_access", "record.tried")] * 3
    )
    assert oreste.send("accesses", file_number=foreign, reason=REASONS[0]).status_code == 201, "tries use nothing up"


def test_a_file_that_was_opened_is_read_and_neither_worked_on_nor_taken_along(world: World, client: TestClient) -> None:
    world.second_desk()
    case = world.case("BUSINESS_PLAN")
    oreste = Desk(client, world.token(world.oreste))
    number = case.now.file_number
    assert oreste.send("accesses", file_number=number, reason=REASONS[0]).status_code == 201
    assert oreste.sees(f"cases/{case.id}")
    assert oreste.sees(f"people/{case.person}")
    assert oreste.try_step(f"cases/{case.id}", "add_note", text="No.").status_code == 409
    theirs = world.ask(
        world.oreste, "person", "register_person", desk=str(world.armea), family_name="Armeani", given_names="Ugo"
    ).id
    contact = world.ask(world.oreste, "case", "record_contact", desk=str(world.armea), channel="PHONE").id
    tries = [
        oreste.send("ventures", kind="MICRO_ENTERPRISE", case=str(case.id), working_title="x"),
        oreste.send("funding-applications", case=str(case.id), source="GRANT", funder="x", amount="1.00"),
        oreste.send("duplicates", first=str(case.person), second=str(theirs), reasons=["SIMILAR_NAME"]),
        oreste.try_step(f"cases/{contact}", "open_intake", person=str(case.person), duplicate_search_on="2026-02-02"),
        oreste.upload(f"cases/{case.id}/documents", title="x", document_kind="LETTER"),
    ]
    assert [each.status_code for each in tries] == [409] * 5
    for kind in ("case", "person", "venture"):
        told = oreste.result(oreste.send("exports", kind=kind, format="CSV"), world.settle).text
        assert not {str(case.id), str(case.person), str(case.venture), number} & set(
            told.replace("\r\n", ";").split(";")
        )
    assert oreste.send(f"cases/{case.id}/dossier").status_code == 409
    delia = Desk(client, world.token(world.delia))
    assert delia.send("accesses", file_number=number, reason=REASONS[0]).status_code == 201
    assert str(case.id) not in delia.result(delia.send("audit/exports", format="JSONL"), world.settle).text
    assert delia.get("audit/events", case=str(case.id))["items"] == []


def test_who_sees_counts_only_opens_nothing(small: World) -> None:
    number = _numbers(small, 1)[0]
    for role in (Role.MONITOR, Role.ADMINISTRATOR):
        for dry_run in (True, False):
            with pytest.raises(NotYourRole):
                _take(small, Principal(UUID(int=77), role), number, dry_run=dry_run)
    rows = small.runtime.log.rows("SELECT rules FROM log.refusal WHERE principal = $1", UUID(int=77))
    assert [row[0] for row in rows] == ["record.not_your_role"] * 4
