"""Steps in doubt: a correction shows that a rule would have refused them; somebody is told, looks, and says what came of it."""

from uuid import UUID

from starlette.testclient import TestClient

from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.jobs.policy_runner import react
from tests.support.group import TestGroup
from tests.support.over_http import Desk, Json
from tests.support.reminding import look
from tests.support.world import World


def _doubted(world: World) -> tuple[TestGroup, str]:
    """A venture that started with money that was never promised."""
    group = TestGroup(world).planned().trading()
    promise = next(
        each for each in world.runtime.application.records.history(group.id) if each.topic == "venture.funds_promised"
    )
    group.do("correct", fact=str(promise.event_id), field="amount", value="10.00", reason="Letto male il contratto.")
    world.settle()
    return group, str(promise.event_id)


def _queue(desk: Desk) -> list[Json]:
    return list(desk.get("work/doubts")["items"])


def test_a_step_in_doubt_stands_in_a_queue_until_somebody_else_has_looked_at_it(
    world: World, client: TestClient
) -> None:
    group, _ = _doubted(world)
    irene, nives = Desk(client, world.token(world.irene)), Desk(client, world.token(world.nives))
    path = f"ventures/{group.id}"
    assert [(line["kind"], line["id"], line["why"]) for line in _queue(nives)] == [
        ("venture", str(group.id), "doubt_review")
    ]
    (doubt,) = nives.get(f"{path}/doubts")["items"]
    assert (doubt["step"], doubt["flagged"], doubt["verdict"]) == ("start_trading", True, None)
    due = next(each for each in nives.get(path)["deadlines"] if each["rule"] == "doubt_review")
    assert (due["due_on"], due["edition"], due["source"]) == (
        "2026-02-16",
        "2026-7",
        "programme proposal, handbook 6.9",
    )

    said = {"doubted": doubt["event_id"], "verdict": "STANDS", "reason": "L'investitore ha firmato un altro impegno."}
    assert irene.try_step(path, "settle_doubt", **said).status_code == 403
    other = nives.try_step(path, "settle_doubt", **{**said, "doubted": str(group.id)}).json()
    assert [why["rule"] for why in other["refusals"]] == ["record.doubt_stands"]
    nives.step(path, "settle_doubt", **said)
    assert _queue(nives) == []
    assert "doubt_review" not in {each["rule"] for each in nives.get(path)["deadlines"]}
    assert [each["verdict"] for each in nives.get(f"{path}/doubts")["items"]] == ["STANDS"]
    again = nives.try_step(path, "settle_doubt", **said).json()
    assert [why["rule"] for why in again["refusals"]] == ["record.doubt_stands"]
    assert group.now.state == "TRADING", "nothing is undone by itself"
    assert verify_everything(world.runtime) == []


def test_nobody_settles_the_doubt_about_their_own_step(world: World, client: TestClient) -> None:
    group, _ = _doubted(world)
    nives = Desk(client, world.token(world.nives))
    plan = next(
        each for each in world.runtime.application.records.history(group.id) if each.topic == "venture.plan_validated"
    )
    uses = next(
        each for each in world.runtime.application.records.history(group.id) if each.topic == "venture.plan_submitted"
    )
    assert plan.meta.actor.id == world.nives.id
    group.do(
        "propose_correction",
        fact=str(uses.event_id),
        field="author",
        value=str(world.nives.id),
        reason="L'ha scritto Nives.",
    )
    proposal = world.runtime.application.records.history(group.id)[-1].event_id
    group.do("confirm_correction", by=world.nives, proposal=str(proposal))
    world.settle()
    mine = [each for each in nives.get(f"ventures/{group.id}/doubts")["items"] if each["step"] == "validate_plan"]
    assert [each["rule"]["rule"] for each in mine] == ["venture.not_own_plan"]
    refused = nives.try_step(
        f"ventures/{group.id}", "settle_doubt", doubted=mine[0]["event_id"], verdict="STANDS", reason="Va bene."
    ).json()
    assert [why["rule"] for why in refused["refusals"]] == ["record.not_own_step"]


def test_a_doubt_that_another_correction_takes_away_is_lifted(world: World, client: TestClient) -> None:
    group, promise = _doubted(world)
    nives = Desk(client, world.token(world.nives))
    group.do("correct", fact=promise, field="amount", value="9000000.00", reason="Era molto di più.")
    world.settle()
    assert _queue(nives) == []
    assert nives.get(f"ventures/{group.id}/doubts")["items"] == []
    topics = [each.topic for each in world.runtime.application.records.history(group.id)][-4:]
    assert topics == [
        "venture.fact_corrected",
        "venture.steps_doubted",
        "venture.fact_corrected",
        "venture.doubts_lifted",
    ]


def test_a_doubt_is_flagged_once_however_often_policies_look(world: World) -> None:
    group, _ = _doubted(world)
    world.runtime.log.rows("UPDATE log.follower SET position = 0 WHERE name = 'reactions'")
    assert react(world.runtime) > 0
    topics = [each.topic for each in world.runtime.application.records.history(group.id)]
    assert topics.count("venture.steps_doubted") == 1


def test_a_correction_that_changes_no_verdict_flags_nothing(world: World) -> None:
    case = world.case("PLAN")
    agreement = next(
        each for each in world.runtime.application.records.history(case.id) if each.topic == "case.agreement_signed"
    )
    case.do("correct", fact=str(agreement.event_id), field="contact_every_days", value="15", reason="Ho letto male.")
    world.settle()
    assert case.now.doubts == {}
    assert "case.steps_doubted" not in {each.topic for each in world.runtime.application.records.history(case.id)}


def test_the_coordinator_is_told_of_a_step_in_doubt_and_in_the_end_the_region(world: World) -> None:
    world.second_desk()
    world.token(world.rino)
    _doubted(world)
    told = set()
    for day in ("2026-02-03", "2026-02-16", "2026-02-23"):
        look(world, day)
        rows = world.runtime.log.rows("SELECT n.rung, n.recipient FROM read.notice_v1 n JOIN read.reminder_v1 r ON r.reminder_id = n.reminder_id"
                                    " WHERE r.rule = 'doubt_review'")  # fmt: skip
        told |= {(rung, str(UUID(str(who)))) for rung, who in rows}
    assert told == {("raised", str(world.nives.id)), ("due", str(world.nives.id)), ("escalate", str(world.rino.id))}
