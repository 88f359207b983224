"""Builds the demo: a world, a cast and a part for everyone, from one seed; then plays it through the real commands.

Size and dates are those that OPERA reported (468 people, 882 meetings and services, 38 ventures, desks from July
2019). How the journeys ended was not published: the proportions in `PARTS` are invented, after comparable services.
"""

import random
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from opera_cases.application.ids import Ids
from opera_cases.application.runtime import Runtime, StoreLocations, real_time
from opera_cases.demo import invented
from opera_cases.demo.actor import JourneyPlan
from opera_cases.demo.groups import GROUPS, PEOPLE_IN_GROUPS, group
from opera_cases.demo.journeys import ENDS, journey
from opera_cases.demo.kept import MARK
from opera_cases.demo.resource_database import autumn
from opera_cases.demo.stage import Journey, SetClock, Stage, team_of, workday
from opera_cases.demo.stories import STORIES
from opera_cases.demo.today import leave_work
from opera_cases.demo.world import COORDINATORS_FOR, DESKS, MENTORS_FOR, Cast, Team
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.jobs.rounds import follow
from opera_cases.log.store.database import Database
from opera_cases.log.store.single_server import serving_alone

SEED = 20190712
PEOPLE, SERVICES, VENTURES = 468, 882, 38
PARTS = {"VENTURE_CONSOLIDATED": 23, "VENTURE_CEASED": 5, "VENTURE_SILENT": 5, "VENTURE_STOPPED": 13, "UNREACHABLE": 62,
         "NOT_ELIGIBLE": 28}  # fmt: skip
"""How many of the 468 end how; the others end in one of `ENDS`. With the two of the stories and three of groups
38 ventures traded."""
ENOUGH_FOR_GROUPS = 200
"""A smaller demo has no room for the people of the groups."""
OPEN_NOW = ("CONTACT", "INTAKE", "ASSESSMENT", "PLAN", "IDEA", "BUSINESS_PLAN", "FUNDING", "START_UP")
"""Desks stayed open after the project: in the autumn of 2026 one journey stands in each of these states."""
UNTIL = date(2026, 11, 16)


def build(folder: Path, people: int, progress: Callable[[int, int], None]) -> tuple[Runtime, Cast]:
    """Build the demo anew in a folder. An office that is no demo is never overwritten, nor a demo that is being served."""
    marker = folder / MARK
    if folder.exists() and any(folder.iterdir()) and not marker.exists():
        raise ValueError(f"{folder} is not empty and holds no demo. Choose another folder with --folder.")
    if (folder / "log.db").exists():
        with serving_alone(Database(StoreLocations.folder(folder).log)):
            pass
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    marker.touch()
    clock = SetClock(date(2019, 7, 1))
    runtime = Runtime.prepare(StoreLocations.folder(folder), clock=clock, ids=Ids(SEED))
    cast = play(runtime, clock, people, progress)
    runtime.clock = runtime.application.clock = real_time
    return runtime, cast


def play(runtime: Runtime, clock: SetClock, people: int, progress: Callable[[int, int], None]) -> Cast:
    rng = random.Random(SEED)  # noqa: S311 (a story, not a secret)
    stage = Stage(runtime, clock, Ids(SEED + 1))
    cast = _cast(stage, rng)
    parts = _parts(cast, people, rng)
    for part in parts:
        stage.enters(part.begins, journey(stage, part, random.Random(SEED + part.number)))  # noqa: S311
    _information_events(stage, cast, parts, people, rng)
    if people >= ENOUGH_FOR_GROUPS:
        for number, (name, (code, begins, _, _, _)) in enumerate(GROUPS.items()):
            stage.enters(begins, group(stage, team_of(cast.teams, code), name, SEED - number))
        stage.enters(UNTIL - timedelta(days=60), autumn(stage, cast.teams, UNTIL, random.Random(SEED)))  # noqa: S311
    stage.play(UNTIL, lambda done: progress(min(done, len(parts)), len(parts)))
    leave_work(stage, cast)
    follow(runtime)
    return cast


def _cast(stage: Stage, rng: random.Random) -> Cast:
    cast = Cast()
    admin = cast.administrator
    count = 0

    def enrol(french: bool) -> UUID:
        nonlocal count
        count += 1
        who = invented.person(rng, french, 9000 + count)
        language = "fr" if french else "it"
        return stage.ask(admin, "operator", "enrol_operator", name=f"{who.given_names} {who.family_name}",
                         email=f"operatore{count}@sportello.example", language=language).id  # fmt: skip

    for number, (code, name, region, province, kind, opened, host) in enumerate(DESKS):
        french = region == "FRM0"
        if number % COORDINATORS_FOR == 0:
            coordinator = enrol(french)
        if number % MENTORS_FOR == 0:
            mentor = enrol(french)
        caseworker = enrol(french)
        stage.clock.turn_to(date(2019, 7, 1))
        desk = stage.ask(
            admin, "desk", "open_desk", on=date(2019, 7, 1), code=code, name=name, type=kind, host=host,
            country="FR" if french else "IT", region=region, province=province,
            zone="Europe/Paris" if french else "Europe/Rome",
        ).id  # fmt: skip
        for who, role in ((caseworker, "CASEWORKER"), (coordinator, "COORDINATOR"), (mentor, "MENTOR")):
            stage.ask(admin, "desk", "post_operator", desk, operator=str(who), role=role, since="2019-07-01")
        at = frozenset({desk})
        cast.teams.append(
            Team(desk, code, region, province, opened, Principal(caseworker, Role.CASEWORKER, at),
                 Principal(coordinator, Role.COORDINATOR, at), Principal(mentor, Role.MENTOR, at))
        )  # fmt: skip
    return cast


def _parts(cast: Cast, people: int, rng: random.Random) -> list[JourneyPlan]:
    endings = [ending for ending, count in PARTS.items() for _ in range(round(count * people / PEOPLE))]
    in_groups = PEOPLE_IN_GROUPS if people >= ENOUGH_FOR_GROUPS else 0
    at_random = people - len(OPEN_NOW) - len(STORIES) - in_groups
    endings = endings[:at_random]
    endings += [rng.choice(ENDS) for _ in range(at_random - len(endings))]
    rng.shuffle(endings)
    parts = []
    for number, ending in enumerate(endings, 1):
        team = rng.choice(cast.teams)
        first = max(team.opened, date(2019, 7, 12))
        begins = workday(first + timedelta(days=rng.randrange((date(2020, 11, 20) - first).days)))
        parts.append(JourneyPlan(number, team, begins, ending, 1 if ending != "VENTURE_STOPPED" else 2))
    for number, (story, (code, begins, meetings, _)) in enumerate(STORIES.items(), len(endings) + 1):
        parts.append(JourneyPlan(number, team_of(cast.teams, code), begins, "STORY", meetings, story=story))
    for number, state in enumerate(OPEN_NOW, len(parts) + 1):
        begins = workday(UNTIL - timedelta(days=21 + 35 * OPEN_NOW.index(state)))
        ending = "VENTURE_CONSOLIDATED" if OPEN_NOW.index(state) > 3 else "TRAINING"
        parts.append(JourneyPlan(number, cast.teams[0], begins, ending, 2, stop_at=state))
    _share_meetings(parts, round(SERVICES * people / PEOPLE) - _events(people) - in_groups, rng)
    return parts


def _events(people: int) -> int:
    """How many of the services are information events for groups, which make nobody a participant."""
    return max(1, round(34 * people / PEOPLE))


def _share_meetings(parts: list[JourneyPlan], wanted: int, rng: random.Random) -> None:
    """Give out the meetings: one or two at least to everyone who is assessed, more to those who found a firm."""
    never = ("UNREACHABLE", "NOT_ELIGIBLE", "CONTACT", "INTAKE", "ASSESSMENT")
    told = [part for part in parts if part.story]
    meeting = [part for part in parts if not part.story and part.ending not in never and part.stop_at not in never]
    for part in parts:
        part.meetings = part.meetings if part.story else 1 if part in meeting else 0
    room = {id(part): 12 if part.ending in ("VENTURE_CONSOLIDATED", "VENTURE_SILENT") and not part.stop_at
            else 1 if part.stop_at or part.ending.startswith("VENTURE") else 5 for part in meeting}  # fmt: skip
    left = wanted - len(meeting) - sum(part.meetings for part in told)
    while left > 0:
        open_parts = [part for part in meeting if part.meetings < room[id(part)]]
        if not open_parts:
            break
        part = rng.choice(open_parts)
        part.meetings += 1
        left -= 1


def _information_events(stage: Stage, cast: Cast, parts: list[JourneyPlan], people: int, rng: random.Random) -> None:
    for number in range(_events(people)):
        team = cast.teams[number % len(cast.teams)]
        stage.enters(workday(team.opened + timedelta(days=rng.randint(10, 60))), _event(stage, team, rng))


def _event(stage: Stage, team: Team, rng: random.Random) -> Journey:
    booked = stage.ask(
        team.caseworker, "appointment", "book_appointment", desk=str(team.desk), operator=str(team.caseworker.id),
        service="INFORMATION_EVENT", channel="EVENT", day=stage.clock.at.date().isoformat(), time="17:30", minutes=90,
    )  # fmt: skip
    stage.ask(team.caseworker, "appointment", "hold_appointment", booked.id, minutes=90, attendees=rng.randint(12, 40))
    yield from ()
