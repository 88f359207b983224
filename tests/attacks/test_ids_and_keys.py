"""B1: an id that a caller chooses is never the id or the key owner of anything."""

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.attacks.caller import Answer
from tests.attacks.office import Office

NOTE = {"kind": "case", "step": "add_note", "values": {"text": "Prova."}}
ASKED: dict[str, Callable[[Office, str], Answer]] = {
    "a batch": lambda office, key: office.by("irene").send("batches", key, **NOTE, ids=[office.ids["case"]]),
    "a rehearsed batch": lambda office, key: office.by("irene").send(
        "batches", key, **NOTE, ids=[office.ids["case"]], dry_run=True
    ),
    "an import": lambda office, key: office.by("irene").upload(
        "imports", b"family_name;given_names;channel\r\n", key, desk=office.ids["savona"]
    ),
    "an export": lambda office, key: office.by("irene").send("exports", key, kind="case", format="CSV"),
    "a dossier": lambda office, key: office.by("irene").send(f"cases/{office.ids['case']}/dossier", key, format="JSON"),
    "a trail": lambda office, key: office.by("dina").send("audit/exports", key, format="JSONL"),
}
"""What becomes a task, asked for under an Idempotency-Key that is somebody's id."""


def keys_of(office: Office, owner: str) -> list[str]:
    """The keys of the files of a record."""
    return [
        row[0]
        for row in office.keys.rows(
            "SELECT key_id FROM subject_key WHERE subject = ? AND data_class = 'DOCUMENT'", UUID(owner)
        )
    ]


@pytest.mark.parametrize("what", ASKED)
def test_a_task_under_the_id_of_a_person_takes_hold_of_no_key_of_theirs(office: Office, what: str) -> None:
    """A week later the key of a task is destroyed: the files of that person would go with it."""
    person = office.register("irene", "savona", f"Chiavi{what.replace(' ', '')}", "Ugo", "1961-01-01")
    asked = ASKED[what](office, person)
    assert asked.status == 202, f"{what} must be asked for, to be an attack: {asked.text}"
    assert asked.json["id"] != person
    assert not office.log.rows("SELECT 1 FROM log.task WHERE task_id = ?", UUID(person))
    assert keys_of(office, person) == []


def test_a_task_under_the_id_of_a_shared_resource_takes_hold_of_no_key_of_its_files(office: Office) -> None:
    made = {"resource_kind": "MACHINERY", "title": "Forno a tunnel", "owner": "Ceramiche Inesistenti s.r.l.", "area": "NUTS/2024:ITC32",
            "municipality": "COMUNI/2026:B369", "sector": "NACE/2.1:23.31", "condition": "USABLE"}  # fmt: skip
    resource = office.by("irene").begin("resources", desk=office.ids["savona"], **made)
    assert ASKED["an export"](office, resource).json["id"] != resource
    assert keys_of(office, resource) == []


def test_a_saved_filter_does_not_get_the_id_that_its_asker_chose(office: Office) -> None:
    chosen = office.ids["abroad"]
    saved = office.by("irene").send("filters", chosen, name="In ritardo", list="cases", query="state=INTAKE")
    assert saved.status == 201, saved.text
    assert saved.json["id"] != chosen


@pytest.mark.parametrize("what", ["a batch", "a rehearsed batch", "an import", "an export", "a dossier"])
@pytest.mark.parametrize("who", ["mona", "ada"])
def test_whoever_only_counts_or_administers_asks_for_no_work_on_records(office: Office, who: str, what: str) -> None:
    theirs = dict(office.tokens)
    office.tokens["irene"] = office.tokens[who]
    try:
        assert ASKED[what](office, office.ids["person"]).status in (403, 404)
    finally:
        office.tokens.update(theirs)
