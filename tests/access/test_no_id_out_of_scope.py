"""No endpoint shows an id of a record beyond the asker's reach: in records, lists, counts, searches, exports, errors."""

import csv
import io
import random
import re
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from opera_cases.application.access import redaction
from opera_cases.application.paths import COLLECTIONS
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.errors import OperaError
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.projections.queries import queues
from tests.support.group import TestGroup, application_of, resource_of, session_of, vacancy_of
from tests.support.over_http import Desk
from tests.support.world import TestCase, World

UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SCOPED = ("case", "person", "venture", "appointment", "document", "funding", "resource", "session")


class Programme:
    """Two desks and much that crossed between them: transfers, merges, follow-ups, ventures, documents."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.second_desk()
        walker = TestCase(world).up_to("MENTORING")
        for end in ("accept_transfer", "refuse_transfer", ""):
            case = world.case("PLAN", person=world.person(f"Passa{end[:3]}", "Eva"))
            world.file(case.id)
            case.do("request_transfer", to_desk=str(world.armea), informed_on=case.today, note="x", grace_days=0)
            if end:
                more = {"caseworker": str(world.oreste.id)} if end == "accept_transfer" else {"reason": "x"}
                case.do(end, by=world.oreste, **more)
        walker.do("request_transfer", to_desk=str(world.armea), informed_on=walker.today, note="x", grace_days=5)
        walker.do("accept_transfer", by=world.oreste, caseworker=str(world.oreste.id))
        closed = world.case("INTAKE", person=world.person("Segue", "Ivo"))
        closed.do("close", outcome="WITHDREW", reason_code="OTHER", exit_situation="JOB_SEARCH")
        follower = world.ask(
            world.irene, "case", "record_contact", desk=str(world.desk), channel="PHONE", follows=str(closed.id)
        ).id
        world.ask(world.irene, "case", "request_transfer", follower, to_desk=str(world.armea), informed_on=closed.today, note="x",
                  grace_days=0)  # fmt: skip
        world.ask(world.oreste, "case", "accept_transfer", follower, caseworker=str(world.oreste.id))
        theirs = world.ask(world.oreste, "person", "register_person", desk=str(world.armea), family_name="Doppi",
                           given_names="Anna", birth_date="1990-01-01").id  # fmt: skip
        world.ask(world.oreste, "person", "give_notice", theirs, version="2019-07", language="it")
        contact = world.ask(world.oreste, "case", "record_contact", desk=str(world.armea), channel="PHONE").id
        world.ask(world.oreste, "case", "open_intake", contact, person=str(theirs), duplicate_search_on=closed.today)
        ours = world.case("INTAKE", person=world.person("Doppio", "Anna", "1991-01-01"))
        pair = world.ask(world.rino, "duplicate", "flag_duplicate", first=str(theirs), second=str(ours.person),
                         reasons=["SIMILAR_NAME"]).id  # fmt: skip
        world.ask(
            world.rino, "duplicate", "confirm_duplicate", pair, survivor=str(theirs), keep_case=str(ours.id), reason="x"
        )
        self._shared_work()
        world.settle()
        self.everybody = [
            world.irene, world.nives, world.elio, world.oreste, world.delia, world.rino, world.dina, world.auditor, world.admin,
            world.employ("Mona Itoraggi", Role.MONITOR), world.employ("Zoe Nessuno", Role.CASEWORKER),
        ]  # fmt: skip

    def _shared_work(self) -> None:
        """A group of two desks, money, a resource held, a session with places taken, a profile, a vacancy."""
        world = self.world
        group = TestGroup(world, members=2)
        group.do("invite_desk", to_desk=str(world.armea))
        theirs = world.ask(world.oreste, "person", "register_person", desk=str(world.armea), family_name="Lontani",
                           given_names="Zeno", birth_date="1970-07-07").id  # fmt: skip
        world.ask(world.oreste, "person", "give_consent", theirs, purpose="SHARE_WITH_GROUP")
        world.ask(world.oreste, "venture", "commit_member", group.id, person=str(theirs), amount="1.00")
        group.commit(group.people[1], amount="1.00")
        alone = world.case("BUSINESS_PLAN", person=world.person("Soli", "Ida", "1977-07-07"))
        application_of(world, alone.id, venture=str(alone.venture))
        world.ask(world.irene, "resource", "reserve", resource_of(world), venture=str(alone.venture))
        session = session_of(world)
        world.ask(world.irene, "session", "enrol", session, case=str(alone.id))
        seeker = world.case("PLAN", person=world.person("Cercanti", "Lea", "1990-09-09"))
        seeker.do("choose_pathway", pathway="REDEPLOYMENT")
        world.ask(world.irene, "person", "give_consent", seeker.person, purpose="PROFILE_TO_FIRMS")
        seeker.do("publish_profile", occupations=["ISCO-08/2008:7214"], confirmed_on=seeker.today)
        seeker.do("propose_vacancy", vacancy=str(vacancy_of(world)))

    def ids(self) -> dict[str, list[UUID]]:
        keys = {"case": "caseload_v4", "person": "person_v2", "venture": "venture_v2", "appointment": "appointment_v1",
                "document": "document_v1", "funding": "funding_v1", "resource": "resource_v1", "session": "session_v1"}  # fmt: skip
        rows = self.world.runtime.log.rows
        return {
            kind: sorted(UUID(str(r[0])) for r in rows(f"SELECT {kind}_id FROM read.{table}"))
            for kind, table in keys.items()
        }

    def beyond(self, who: Principal) -> set[str]:
        """By brute force: every record that this one cannot load."""
        found = set()
        for kind, ids in self.ids().items():
            for each in ids:
                try:
                    self.world.runtime.application.load(kind, each, who)
                except OperaError:
                    found.add(str(each))
        return found


def _texts(programme: Programme, client: TestClient, who: Principal, rng: random.Random) -> list[tuple[str, str]]:
    desk = Desk(client, programme.world.token(who))
    told = [(kind, desk.raw(COLLECTIONS[kind], limit=200).text) for kind in COLLECTIONS]
    told += [("work", desk.raw("work").text)]
    told += [(f"work/{name}", desk.raw(f"work/{name}", limit=200).text) for name in queues.QUEUES]
    searches = (
        {"family_name": "Doppi"},
        {"family_name": "Passaacc", "given_names": "Eva"},
        {"birth_date": "1979-03-14"},
    )
    told += [("people/searches", desk.send("people/searches", **each).text) for each in searches]
    told += [
        ("cases/searches", desk.send("cases/searches", text=each).text) for each in ("piano", "Eva", "Doppi", "micro")
    ]
    told += [(f"{what}/searches", desk.send(f"{what}/searches").text) for what in ("resources", "profiles")]
    for kind, ids in programme.ids().items():
        for each in rng.sample(ids, min(len(ids), 6)):
            path = f"{COLLECTIONS[kind]}/{each}"
            answers = [(path, desk.raw(path))]
            if kind == "case":
                answers.append((f"{path}/timeline", desk.raw(f"{path}/timeline", limit=200)))
            # an answer about a record that is asked for by its id repeats that id in `instance`, and nothing else
            told += [(where, answer.text.replace(str(each), "")) for where, answer in answers]
    return told


def _exported(programme: Programme, client: TestClient, who: Principal) -> str:
    desk = Desk(client, programme.world.token(who))
    text = ""
    for kind in SCOPED:
        asked = desk.send("exports", kind=kind, format="CSV")
        if asked.status_code == 202:
            text += desk.result(asked, programme.world.settle).text
    return text


def test_no_answer_names_a_record_beyond_reach(world: World, client: TestClient) -> None:
    programme, rng = Programme(world), random.Random(7)
    for who in programme.everybody:
        beyond = programme.beyond(who)
        for where, text in _texts(programme, client, who, rng):
            assert not set(UUIDS.findall(text)) & beyond, (who.role, where)
        assert not set(UUIDS.findall(_exported(programme, client, who))) & beyond, (who.role, "export")
    assert programme.beyond(world.irene)


def test_counts_are_of_the_lines_that_one_sees(world: World, client: TestClient) -> None:
    programme = Programme(world)
    for who in programme.everybody:
        desk = Desk(client, world.token(who))
        for each in desk.get("work")["items"]:
            assert each["count"] == len(desk.get(f"work/{each['queue']}", limit=200)["items"]), (
                who.role,
                each["queue"],
            )
    rows = list(csv.reader(io.StringIO(_exported(programme, client, world.nives)), delimiter=";"))
    assert len(rows) > 5


def test_an_error_about_another_record_does_not_tell_that_it_exists(world: World, client: TestClient) -> None:
    Programme(world)
    oreste = Desk(client, world.token(world.oreste))
    case = world.case("PLAN", person=world.person("Estranei", "Ugo"))
    nowhere = UUID(int=12345)
    for path in ("cases/{}", "cases/{}/timeline"):
        there, absent = (oreste.raw(path.format(each)) for each in (case.id, nowhere))
        assert there.status_code == absent.status_code == 404
        assert there.text.replace(str(case.id), "") == absent.text.replace(str(nowhere), "")
    for field in ("follows",):
        there, absent = (
            oreste.send("cases", desk=str(world.armea), channel="PHONE", **{field: str(each)})
            for each in (case.id, nowhere)
        )
        assert (there.status_code, absent.status_code) in ((404, 409), (404, 404), (409, 409))


def test_without_the_hiding_an_id_would_leak(world: World, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    programme = Programme(world)
    monkeypatch.setattr(redaction, "_beyond", lambda *_: set())
    leaked = [
        where for who in (world.irene, world.nives, world.oreste)
        for where, text in _texts(programme, client, who, random.Random(7)) if set(UUIDS.findall(text)) & programme.beyond(who)
    ]  # fmt: skip
    assert leaked
