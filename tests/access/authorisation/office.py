"""One office with two desks in two regions: records of every kind at each, and for every role somebody who works there, somebody
who covers for an absent colleague, and somebody who did until yesterday."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from opera_cases.application.documents.upload import file_document
from opera_cases.application.requests import CommandRequest
from opera_cases.domain.access import CONSOLE, Principal
from opera_cases.domain.kernel.given import GivenKind
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.operators.operator import Operator
from opera_cases.domain.resources.resource import Resource
from tests.access.authorisation.table import ABSENT, COVERED, FOREIGN, OWN, ROLES, WITHDRAWN
from tests.support.group import TestGroup, application_of, one_of_each
from tests.support.world import TestCase, World

PDF = b"%PDF-1.7 invented"
POSTED = {
    Role.CASEWORKER: "Irma Modelletti", Role.COORDINATOR: "Norma Esempioni", Role.MENTOR: "Edo Simulacrini",
    Role.CONSULTANT: "Carlo Consigliotti",
}  # fmt: skip
NAMES_OF = {OWN: ("Vicinelli", "Notabilin"), FOREIGN: ("Lontanucci", "Vaghinett"), COVERED: ("Assenti",)}
"""Family names of the people in these records; nobody else has them."""
NAMED = (OWN, FOREIGN, COVERED)

Ids = dict[str, Any]


@dataclass
class Programme:
    """`who`: by relation and role, who asks. `ids`: by relation and kind of record, of what; `event` is one of the case,
    `digest` the file of the resource."""

    home: World
    away: World
    who: dict[str, dict[Role, Principal]] = field(default_factory=dict)
    ids: dict[str, Ids] = field(default_factory=dict)
    tokens: dict[UUID, str] = field(default_factory=dict)

    def version(self, record: UUID) -> int:
        """The version that somebody who has read a record would name."""
        return len(self.home.runtime.application.records.history(record)) or 1


def programme(home: World) -> Programme:
    # Whom they recruit has another name.
    away = World(home.runtime, home.clock, home=("CA-FIN", "CA", "ITG2"), recruited=37)
    made = Programme(home, away)
    staff, colleagues = _staff(home), _posted(home, "Vice ")
    gone = {way: _staff(home, f"Ex {way}") for way in WITHDRAWN}
    met = [each[role] for each in gone.values() for role in (Role.MENTOR, Role.CONSULTANT)]
    made.ids[OWN] = _records(home, staff, NAMES_OF[OWN], [staff[Role.CONSULTANT], *met])
    made.ids[FOREIGN] = _records(away, _staff(away, "Lontano"), NAMES_OF[FOREIGN], [])
    made.ids[COVERED] = _covered(home, colleagues)
    made.ids[ABSENT] = {kind: uuid4() for kind in made.ids[OWN]} | {"digest": "0" * 64}
    made.who = {**dict.fromkeys((OWN, FOREIGN, ABSENT, COVERED), staff), **gone}
    made.tokens = {each.id: home.token(each) for some in made.who.values() for each in some.values()}
    _days_pass(home, staff, colleagues)
    _withdrawn(home, gone)
    home.settle()
    return made


def _staff(world: World, surname: str = "") -> dict[Role, Principal]:
    """Somebody in every role; without a surname those who work at the desk anyway."""
    known = {} if surname else {Role.CASEWORKER: world.irene, Role.COORDINATOR: world.nives, Role.MENTOR: world.elio}
    posted = (
        _posted(world, f"{surname} ")
        if surname
        else {Role.CONSULTANT: world.employ(POSTED[Role.CONSULTANT], Role.CONSULTANT, world.desk)}
    )
    return {**known, **posted, **{role: _enrolled(world, role, surname) for role in ROLES if role not in POSTED}}


def _posted(world: World, surname: str) -> dict[Role, Principal]:
    return {role: world.employ(surname + name, role, world.desk) for role, name in POSTED.items()}


def _enrolled(world: World, role: Role, surname: str) -> Principal:
    """Somebody in a role that is of no desk."""
    name = f"{role.value.title().replace('_', ' ')} Inventato {surname}"
    return replace(world.employ(name, role), region=world.home[2] if role is Role.REGIONAL_COORDINATOR else "")


def _records(world: World, staff: dict[Role, Principal], names: tuple[str, ...], met: list[Principal]) -> Ids:
    """A record of every kind at the desk of `world`; `met` had a meeting about the case."""
    case = TestCase(world, world.person(names[0], "Ardesia")).up_to("PLAN")
    brought = one_of_each(world, case.id)
    for state in ("IDEA", "BUSINESS_PLAN", "FUNDING", "START_UP"):
        getattr(case, f"_to_{state.lower()}")()
    case.of_venture("begin_setting_up")
    case.of_venture("assign_mentor", mentor=str(staff[Role.MENTOR].id))
    held = [_meeting(world, case, each) for each in (world.irene, *met)]
    pair = _pair(world, names[1])
    more = {"document": world.file(case.id), "duplicate": pair[0], "first": pair[1], "second": pair[2], "desk": world.desk,
            "operator": _with_mail(world), "caseworker": world.irene.id, "group": TestGroup(world, members=1).id}  # fmt: skip
    return {"case": case.id, "person": case.person, "venture": case.venture, "appointment": held[0], **brought, **more,
            "digest": _photo(world, brought["resource"]), "event": _first_event(world, case.id)}  # fmt: skip


def _covered(world: World, colleagues: dict[Role, Principal]) -> Ids:
    """A case of an absent caseworker; an absent mentor follows its venture, an absent consultant met the person."""
    case = TestCase(world, world.person(NAMES_OF[COVERED][0], "Brunilde", "1971-07-07")).up_to("START_UP")
    case.do(
        "hand_over", by=world.nives, caseworker=str(colleagues[Role.CASEWORKER].id), reason="Per il periodo di prova."
    )
    case.of_venture("begin_setting_up")
    case.of_venture("assign_mentor", mentor=str(colleagues[Role.MENTOR].id))
    return {"case": case.id, "person": case.person, "venture": case.venture, "appointment": _meeting(world, case, colleagues[Role.CONSULTANT]),
            "document": world.file(case.id), "funding": application_of(world, case.id), "event": _first_event(world, case.id)}  # fmt: skip


def _meeting(world: World, case: TestCase, who: Principal) -> UUID:
    return world.ask(world.irene, "appointment", "book_appointment", desk=str(world.desk), case=str(case.id), operator=str(who.id),
                     service="ORIENTATION", channel="IN_PERSON", day=case.today, time="11:00").id  # fmt: skip


def _pair(world: World, family: str) -> tuple[UUID, UUID, UUID]:
    first, second = (
        world.person(f"{family}{ending}", "Alda", f"1988-01-0{day}") for day, ending in ((5, "a"), (6, "o"))
    )
    flagged = world.ask(
        world.irene, "duplicate", "flag_duplicate", first=str(first), second=str(second), reasons=["SIMILAR_NAME"]
    )
    return flagged.id, first, second


def _photo(world: World, resource: UUID) -> str:
    runtime = world.runtime
    ask = CommandRequest(
        kind="resource", step="attach_file", values={"title": "Foto inventata"}, by=world.irene, stream=resource
    )
    file_document(runtime.application, runtime.files, ask, PDF)
    return runtime.application.records.load(Resource, resource).files[0].digest


def _first_event(world: World, case: UUID) -> UUID:
    return world.runtime.application.records.history(case)[0].event_id


def _with_mail(world: World) -> UUID:
    """A caseworker to whom a token can be sent."""
    who = world.employ("Aiuto Provvisori", Role.CASEWORKER, world.desk).id
    world.ask(CONSOLE, "operator", "change_operator_contacts", who, email="aiuto@posta.example")
    return who


def _days_pass(world: World, staff: dict[Role, Principal], colleagues: dict[Role, Principal]) -> None:
    """Three days later some are away for a week."""
    today = world.begins + timedelta(days=3)
    world.clock.turn_to(today)
    for role, colleague in colleagues.items():
        world.ask(world.admin, "desk", "record_absence", world.desk, operator=str(colleague.id), cover=str(staff[role].id),
                  since=str(today - timedelta(days=1)), until=str(today + timedelta(days=6)))  # fmt: skip


def _withdrawn(world: World, gone: dict[str, dict[Role, Principal]]) -> None:
    """Since yesterday some are posted nowhere any more; the roles of others are taken back, or they left, or have no token."""
    ended, left, without = (gone[way].values() for way in WITHDRAWN)
    for each in ended:
        if each.role in POSTED:
            world.ask(
                world.admin,
                "desk",
                "withdraw_operator",
                world.desk,
                operator=str(each.id),
                on=world.begins + timedelta(days=2),
            )
        else:
            given = world.runtime.application.records.load(Operator, each.id).given
            grant = next(event for event, what in given.items() if what.kind is GivenKind.GRANT)
            world.ask(world.admin, "operator", "withdraw_role", each.id, grant=str(grant))
    for each in left:
        world.ask(world.admin, "operator", "leave_operator", each.id)
    for each in without:
        world.ask(world.admin, "operator", "withdraw_tokens", each.id)
