"""A key that a caller chooses is only by what a repeat is known: never an id, and never the owner of a key."""

from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from starlette.testclient import TestClient

from opera_cases.api.app import MOUNT
from opera_cases.application.tasks import queue as tasks
from opera_cases.application.tasks.expiry import end_unmarked
from opera_cases.application.tasks.kinds import roles_for
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.personal import DataClass
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.jobs.rounds import tidy_up
from opera_cases.log.keys.keyring import OFFICE, NotTheirKey, Owner
from opera_cases.log.keys.sealing import digest, unseal
from tests.support.group import TestGroup, resource_of
from tests.support.over_http import PDF, Desk
from tests.support.world import World


def _under(client: TestClient, world: World, who: Principal, key: UUID, path: str, **body: Any) -> Any:
    headers = {"Authorization": f"Bearer {world.token(who)}", "Idempotency-Key": str(key)}
    return client.post(f"{MOUNT}/{path}", json=body, headers=headers)


def _over(world: World) -> None:
    """Everything that was asked for is carried out, and let go of when its week is over."""
    world.settle()
    world.clock.turn_to("2026-03-02")
    tidy_up(world.runtime)
    world.runtime.application.keyring.forget()


def test_a_task_under_the_id_of_a_person_or_a_resource_erases_nothing_of_theirs(
    world: World, client: TestClient
) -> None:
    case = world.case("INTAKE")
    document, resource = world.file(case.id), resource_of(world)
    irene = Desk(client, world.token(world.irene))
    answer = client.post(f"{MOUNT}/resources/{resource}/files", files={"content": ("a.pdf", PDF, "application/pdf")}, data={"title": "Foto"},
                         headers={**irene.headers, "If-Match": str(irene.get(f"resources/{resource}")["etag"])})  # fmt: skip
    assert answer.status_code == 201
    file = world.runtime.application.load("resource", resource, world.irene).files[0].digest
    assert case.person is not None
    for key in (case.person, resource, document, case.id, world.desk):
        told = _under(client, world, world.irene, key, "exports", kind="case", format="CSV")
        assert (told.status_code, told.json()["id"] == str(key)) == (202, False)
        assert (
            _under(client, world, world.irene, key, "exports", kind="case", format="CSV").json()["id"]
            == told.json()["id"]
        )
    _over(world)
    assert world.runtime.log.rows("SELECT 1 FROM log.task") == []
    irene = Desk(client, world.token(world.irene))
    assert irene.raw(f"documents/{document}/content").content.startswith(b"%PDF-1.7 invented")
    assert irene.raw(f"resources/{resource}/files/{file}").content == PDF
    erased = world.runtime.keys.rows("SELECT data_class, basis FROM erasure")
    assert {tuple(row) for row in erased} == {("TASK", "task over")}


def test_the_same_key_of_two_people_asks_for_two_tasks_and_saves_two_filters(world: World, client: TestClient) -> None:
    key = uuid4()
    asked = [_under(client, world, who, key, "exports", kind="case") for who in (world.irene, world.nives, world.irene)]
    assert [each.status_code for each in asked] == [202] * 3
    assert [asked[0].json()["id"] == each.json()["id"] for each in asked] == [True, False, True]
    saved = [
        _under(client, world, who, key, "filters", name="Miei", list="cases", query="state=PLAN")
        for who in (world.irene, world.nives, world.irene)
    ]
    assert [each.status_code for each in saved] == [201] * 3
    ids = [each.json()["id"] for each in saved]
    assert str(key) not in ids
    assert [ids[0] == each for each in ids] == [True, False, True]
    assert len(Desk(client, world.token(world.nives)).get("filters")["items"]) == 1


def test_no_record_begins_under_the_key_of_its_request(world: World, client: TestClient) -> None:
    key = uuid4()
    for path, body in (("people", {"family_name": "Chiavini", "given_names": "Ida"}), ("cases", {"channel": "PHONE"})):
        begun = _under(client, world, world.irene, key, path, desk=str(world.desk), **body)
        assert begun.status_code == 201
        assert begun.json()["id"] != str(key)


def test_a_task_asked_for_under_an_id_of_a_record_before_the_upgrade_takes_no_key_of_it_along(
    world: World, client: TestClient
) -> None:
    """Until 0.7 the key of the request was the id of the task, and its files lay under the class of documents."""
    case = world.case("INTAKE")
    document = world.file(case.id)
    assert case.person is not None
    nobodys = uuid4()
    for task in (case.person, nobodys):
        stored = world.runtime.files.put(b"{}", task)
        lies = msgspec.json.encode(tasks.StoredBlob(stored.digest, stored.key, "application/json"))
        world.runtime.log.rows(
            "INSERT INTO log.task (task_id, kind, operator, role, desks, region, asked_at, asked, state, lease_until, done, total, result)"
            " VALUES ($1, 'export', $2, 'CASEWORKER', '', '', '2026-02-02T09:00:00+00:00', $3, 'DONE', '', 0, 0, $4)",
            task, world.irene.id, lies, lies,
        )  # fmt: skip
    assert end_unmarked(world.runtime.application) == 2
    assert world.runtime.log.rows("SELECT 1 FROM log.task") == []
    assert Desk(client, world.token(world.irene)).raw(f"documents/{document}/content").status_code == 200
    assert [UUID(str(row[0])) for row in world.runtime.keys.rows("SELECT subject FROM erasure")] == [nobodys]


def test_a_key_is_destroyed_only_for_the_kind_of_owner_it_has(small: World) -> None:
    keyring = small.runtime.application.keyring
    person = small.case("INTAKE").person
    assert person is not None
    before = digest(keyring, "CLAIM", b"x")
    for subject, classes, of in (
        (person, ["IDENTITY"], Owner.TASK), (person, ["DOCUMENT"], Owner.TASK), (uuid4(), ["TASK"], Owner.RECORD),
        (OFFICE, ["CLAIM"], Owner.RECORD), (OFFICE, ["REQUEST"], Owner.TASK), (OFFICE, ["IDENTITY"], Owner.RECORD), (person, ["CLAIM"], Owner.RECORD),
    ):  # fmt: skip
        with pytest.raises(NotTheirKey):
            keyring.destroy(subject, classes, "by mistake", of)
    keyring.sweep(set(), "2999-01-01")
    assert digest(keyring, "CLAIM", b"x") == before, "the keys of the office itself go with nobody"
    assert "TASK" not in {each.value for each in DataClass}


@pytest.mark.parametrize(
    ("kind", "record", "step", "who"),
    [
        ("steps", "case", "add_note", {"CASEWORKER", "COORDINATOR", "MENTOR", "CONSULTANT"}),
        ("steps", "desk", "post_operator", {"ADMINISTRATOR"}),
        ("import", "", "", {"CASEWORKER", "COORDINATOR"}),
        ("export", "", "", {"CASEWORKER", "COORDINATOR", "REGIONAL_COORDINATOR", "AUDITOR", "DPO"}),
        ("dossier", "", "", {"CASEWORKER", "COORDINATOR", "REGIONAL_COORDINATOR", "AUDITOR", "DPO"}),
        ("audit", "", "", {"COORDINATOR", "REGIONAL_COORDINATOR", "AUDITOR", "DPO"}),
    ],
)
def test_who_may_ask_for_a_task_is_written_down(kind: str, record: str, step: str, who: set[str]) -> None:
    assert {role.value for role in roles_for(kind, record, step)} == who


def test_who_may_not_ask_for_a_task_is_refused_and_it_is_on_record(world: World, client: TestClient) -> None:
    case = world.case("INTAKE")
    batch = {"kind": "case", "step": "add_note", "values": {"text": "x"}, "ids": [str(case.id)], "dry_run": True}
    for role in (Role.MONITOR, Role.ADMINISTRATOR):
        who = Principal(uuid4(), role)
        desk = Desk(client, world.token(who))
        asked = [desk.send("batches", **batch), desk.send("exports", kind="case"), desk.send(f"cases/{case.id}/dossier"),
                 desk.send(f"cases/{uuid4()}/dossier"), desk.send("audit/exports"), desk.upload("imports", desk=str(world.desk))]  # fmt: skip
        assert [each.status_code for each in asked] == [403] * 6
        refused = world.runtime.log.rows("SELECT operation, rules FROM log.refusal WHERE principal = $1", who.id)
        assert sorted(str(row[0]) for row in refused) == [
            "task.audit",
            "task.dossier",
            "task.dossier",
            "task.export",
            "task.import",
            "task.steps",
        ]
        assert {row[1] for row in refused} == {"record.not_your_role"}
    elio = Desk(client, world.token(world.elio))
    assert elio.send("batches", **batch).status_code == 202, "a mentor takes notes, and so of many"
    assert elio.send("batches", **{**batch, "step": "assign"}).status_code == 403


def test_nobody_gets_a_key_because_a_request_names_them(small: World) -> None:
    group = TestGroup(small, members=3)
    stranger, absent = small.person("Estranei", "Ida"), uuid4()
    before = small.runtime.keys.rows("SELECT count(*) FROM subject_key")[0][0]
    for person in (stranger, absent, OFFICE):
        rules = small.refused(
            small.nives,
            "venture",
            "withdraw_member",
            group.id,
            person=str(person),
            reason_code="OTHER",
            reason="Non c'entra.",
        )
        assert "in_the_group" in rules
    assert small.runtime.keys.rows("SELECT count(*) FROM subject_key")[0][0] == before
    group.commit(group.people[2], amount="1.00")
    group.do("withdraw_member", person=str(group.people[2]), reason_code="OTHER", reason="Se ne va.")
    left = next(
        each.facts
        for each in small.runtime.application.records.history(group.id)
        if each.topic == "venture.member_withdrew"
    )
    assert unseal(left.reason, small.runtime.application.keyring) == "Se ne va."
