"""How a person of the demo goes through the procedure, on plausible days."""

import random
from collections.abc import Iterator
from datetime import date

from opera_cases.demo.actor import JourneyPlan, Traveller
from opera_cases.demo.stage import Journey, Stage, workday
from opera_cases.demo.stories import STORIES
from opera_cases.demo.ventures import found_venture, pathway_of
from opera_cases.domain.kernel import calendar

ENDS = (
    "EMPLOYED_OTHER",
    "TRAINING",
    "INFORMED_RENUNCIATION",
    "REFERRED_ELSEWHERE",
    "WITHDREW",
    "MOVED_AWAY",
    "RETIRED",
)


def journey(stage: Stage, part: JourneyPlan, rng: random.Random) -> Journey:
    """One person, from the first contact to wherever their part ends."""
    actor = Traveller(stage, part, rng)
    if part.story:
        yield from STORIES[part.story][3](actor)
        return
    actor.contact()
    if part.stop_at == "CONTACT":
        return
    if part.ending == "UNREACHABLE":
        yield from _never_reached(actor)
        return
    yield actor.later(1, 6)
    actor.register()
    actor.intake()
    if part.stop_at == "INTAKE":
        return
    if part.ending == "NOT_ELIGIBLE":
        yield actor.later(1, 10)
        actor.close("NOT_ELIGIBLE")
        return
    actor.entry()
    actor.do("start_assessment", registration_signed_on=stage.clock.at.date().isoformat())
    if part.stop_at == "ASSESSMENT":
        return
    yield actor.later(3, 12)
    actor.meet("RECEPTION")
    actor.assess()
    business = part.ending.startswith("VENTURE")
    yield actor.later(3, 15)
    actor.meet("ORIENTATION")
    if business:
        actor.agree(pathway_of(part))
        yield from found_venture(actor)
        return
    actor.agree(None)
    if part.stop_at == "PLAN":
        return
    while actor.met < part.meetings:
        yield actor.later(10, 40)
        actor.meet(rng.choice(("ORIENTATION", "SKILLS_ASSESSMENT", "TRAINING", "CONSULTANCY")))
    if part.ending == "EMPLOYED_OTHER":
        yield from _back_to_a_job(actor)
    yield actor.later(10, 90)
    actor.close(part.ending)
    yield from _six_months_later(actor)


def _never_reached(actor: Traveller) -> Iterator[date]:
    for channel in ("PHONE", "EMAIL", "PHONE"):
        yield actor.later(3, 8)
        actor.do("record_attempt", channel=channel, reached=False)
    yield actor.later(31, 40)
    actor.do("record_attempt", channel="LETTER", reached=False)
    actor.do("close", outcome="UNREACHABLE", reason_code="NO_ANSWER")


def _back_to_a_job(actor: Traveller) -> Iterator[date]:
    """Every second one through the desk: a profile that the person agrees to show, then a job found."""
    actor.do("choose_pathway", pathway="REDEPLOYMENT")
    if actor.part.number % 2:
        actor.stage.ask(actor.team.caseworker, "person", "give_consent", actor.person, purpose="PROFILE_TO_FIRMS")
        actor.do("publish_profile", occupations=[f"ISCO-08/2008:{actor.rng.choice((5120, 7214, 9112, 4110))}"], languages=["it:L1"],
                 licences=["B"], confirmed_on=actor.stage.clock.at.date().isoformat())  # fmt: skip
    yield actor.later(20, 60)
    today = actor.stage.clock.at.date().isoformat()
    actor.do(
        "confirm_placement",
        employer="Impresa Supposta s.r.l.",
        starts_on=today,
        contract="FIXED_TERM",
        evidence_seen=True,
    )
    yield actor.later(28, 35)
    actor.do("record_stay_check", still_there=True)


def _six_months_later(actor: Traveller) -> Iterator[date]:
    yield workday(calendar.add_months(actor.day, 6))
    if actor.rng.random() < 0.7:
        actor.follow_up()
