"""B9: `verify` is never falsely green. Whatever it cannot read, does not find or cannot compare is a finding."""

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from tests.attacks.office import Office

ASKED = (("verify",), ("audit", "events"), ("audit", "readings"), ("clock",), ("desk", "list"), ("proof", "heads"), ("proof", "head"),
         ("rebuild",), ("case", "show", "1234-5678"), ("keys", "ledger"), ("backup", "kept of nothing"), ("openapi",))  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def unharmed(office: Office) -> Iterator[None]:
    """Nothing is wrong before these attacks, and nothing is left of them: what `verify` names is what they did."""
    assert office.verify().code == 0, office.verify().text
    yield
    assert office.verify().code == 0, office.verify().text


@pytest.mark.parametrize("office", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("arguments", ASKED, ids=" ".join)
def test_a_folder_without_an_office_is_told_and_left_as_it_is(office: Office, arguments: tuple[str, ...]) -> None:
    with office.elsewhere("mistyped " + arguments[0]) as environment:
        said = office.line(*arguments, **environment)
        assert said.code != 0, said.text
        there = Path(environment["OPERA_FOLDER"])
        assert not there.exists() or list(there.iterdir()) == []


@contextmanager
def kept_aside(office: Office) -> Iterator[Path]:
    """The folder of the witness, to do with as one likes, while the office does not add to it."""
    assert office.server is not None
    proofs, key = office.folder / "office" / "proofs", office.folder / "office" / "proof.key"
    copy = office.folder / "kept aside"
    office.server.send_signal(signal.SIGSTOP)
    shutil.copytree(proofs, copy)
    shutil.copy(key, copy / "proof.key")
    try:
        yield proofs
    finally:
        office.server.send_signal(signal.SIGCONT)
        shutil.rmtree(proofs, ignore_errors=True)
        shutil.move(copy / "proof.key", key)
        shutil.move(copy, proofs)
        said = office.line("proof", "head")  # what was signed meanwhile is in no folder now
        assert said.code == 0, said.text


def test_a_witness_that_is_gone_is_a_finding(office: Office) -> None:
    with kept_aside(office) as proofs:
        shutil.rmtree(proofs)
        assert office.verify().code == 1


def test_a_witness_without_anything_in_it_is_a_finding(office: Office) -> None:
    with kept_aside(office) as proofs:
        shutil.rmtree(proofs)
        proofs.mkdir()
        assert office.verify().code == 1


def test_a_witness_made_anew_with_another_key_is_a_finding(office: Office) -> None:
    with kept_aside(office) as proofs:
        shutil.rmtree(proofs)
        (office.folder / "office" / "proof.key").unlink()
        office.line("proof", "head")
        assert office.verify().code == 1


@pytest.mark.parametrize("office", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("column", ["state", "metadata"])
def test_an_event_turned_into_text_is_named(office: Office, column: str) -> None:
    event, place = office.log.rows("SELECT event_id, notification_id FROM log.event ORDER BY 2 DESC LIMIT 1")[0]
    turn = f"UPDATE log.event SET {column} = CAST({column} AS {{}}) WHERE notification_id = ?"
    office.log.write(turn.format("TEXT"), place)
    try:
        assert office.names(UUID(event))
    finally:
        office.log.write(turn.format("BLOB"), place)
    assert office.verify().code == 0, "it was put back as it was"


@pytest.mark.parametrize("column", ["state", "metadata"])
def test_an_event_that_nobody_can_read_is_named(office: Office, column: str) -> None:
    event = UUID(office.log.rows("SELECT event_id FROM log.event ORDER BY notification_id DESC LIMIT 1")[0][0])
    with office.log.changed("log.event", "event_id = ?", event, to={column: b"\x00no JSON"}):
        assert office.names(event)


def test_an_event_of_a_kind_that_nobody_knows_is_named(office: Office) -> None:
    event = UUID(office.log.rows("SELECT event_id FROM log.event ORDER BY notification_id DESC LIMIT 1")[0][0])
    with office.log.changed("log.event", "event_id = ?", event, to={"topic": "case.never_heard_of"}):
        assert office.names(event)


def test_a_command_whose_answer_nobody_can_read_is_named(office: Office) -> None:
    command = UUID(office.log.rows("SELECT command_id FROM log.command ORDER BY position DESC LIMIT 1")[0][0])
    with office.log.changed("log.command", "command_id = ?", command, to={"answer": b"no JSON"}):
        assert office.names(command)


def test_a_log_that_says_nothing_of_itself_is_a_finding(office: Office) -> None:
    log_id = UUID(office.log.rows("SELECT log_id FROM log.epoch")[0][0])
    with office.log.gone("log.epoch", "log_id = ?", log_id):
        assert office.names("epoch")
