"""`verify` is never falsely green: whatever is missing, forged or unreadable is named, and a check that cannot be made has failed."""

import json
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from opera_cases.application.integrity import invariants, tampering
from opera_cases.application.integrity.chain_heads import open_witness
from opera_cases.application.integrity.findings import IntegrityCheck, run_checks
from opera_cases.application.integrity.proofs import checkpoint
from opera_cases.application.personal.reader import PersonalDataReader
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.jobs.checkpoints import _text
from opera_cases.log.proof.witness import heads_in
from tests.support.tampering import Attacker
from tests.support.world import TestCase, World

NOW = timedelta(0)
Done = AbstractContextManager[Any]


def _lived(world: World) -> TestCase:
    case = world.case("MENTORING")
    world.ask(
        world.irene,
        "person",
        "declare_identifier",
        case.person,
        identifier_kind="CODICE_FISCALE",
        value="RSSMRA85T10A562S",
    )
    [declared] = world.runtime.application.load("person", case.person, world.irene).identifiers
    world.ask(
        world.irene,
        "person",
        "verify_identifier",
        case.person,
        declaration=str(declared),
        seen_document="IDENTITY_CARD",
    )
    case.refused("resume")
    _read(world, case.id, case.person)
    world.settle()
    return case


def _read(world: World, case: UUID, person: Any) -> None:
    with PersonalDataReader(world.runtime.log, world.runtime.application.keyring, who=world.irene, place="people", purpose="case work", stream=case,
                 at=world.clock(), correlation=uuid4()) as reading:  # fmt: skip
        reading.open(world.runtime.application.load("person", person, world.irene).family_name)


def _told(world: World) -> list[str]:
    found = [*tampering.verify_ledgers(world.runtime), *invariants.verify_everything(world.runtime)]
    return [f"{each.invariant} {each.where}: {each.says}" for each in found]


def _claims(world: World, a: Attacker, case: TestCase) -> Iterator[tuple[str, Done, str]]:
    """What can be done to claims: by what, and how it is told."""
    for kind in ("file_number", "open_case", "venture_of_case", "identifier", "desk_code"):
        [(key, holder)] = world.runtime.log.rows(
            f"SELECT key, holder FROM log.claim WHERE kind = '{kind}' ORDER BY key LIMIT 1"
        )
        named, other = f"I15 claim {kind} {key}", uuid4()
        yield (
            f"{kind} gone",
            a.removed("claim", "kind = %s AND key = %s", kind, key),
            f"{named}: is missing: by the log {UUID(str(holder))} holds it",
        )
        yield (
            f"{kind} of another",
            a.changed("claim", "holder", other, "kind = %s AND key = %s", kind, key),
            f"{named}: is held by {other}",
        )
        yield (
            f"{kind} with another mark",
            a.changed("claim", "mac", b"x" * 32, "kind = %s AND key = %s", kind, key),
            f"{named}: has a mark",
        )
        forged = {"kind": kind, "key": "forged", "holder": case.id, "mac": None}
        yield (
            f"{kind} forged",
            a.added("claim", **forged),
            f"I15 claim {kind} forged: is held by {case.id}, and no event of that record says so",
        )


def _rows(world: World, a: Attacker) -> Iterator[tuple[str, Done, str]]:
    """What can be done to the other rows."""
    [(principal, operation, command)] = world.runtime.log.rows(
        "SELECT principal, operation, command_id FROM log.command ORDER BY position DESC LIMIT 1"
    )
    mine = (
        "principal = %s AND operation = %s AND command_id = %s",
        UUID(str(principal)),
        operation,
        UUID(str(command)),
    )
    [refusal] = world.runtime.log.rows("SELECT refusal_id FROM log.refusal ORDER BY recorded_at LIMIT 1")
    yield "a command gone", a.removed("command", *mine), "belongs to no command"
    yield (
        "an answer broken",
        a.changed("command", "answer", b"{", *mine),
        f"I17 command {operation} {UUID(str(command))}: holds an answer that cannot be read",
    )
    yield (
        "a command elsewhere",
        a.changed("command", "position", 3, *mine),
        f"I1 command {operation} {UUID(str(command))}: says another position",
    )
    yield "a refusal gone", a.removed("refusal", "refusal_id = %s", UUID(str(refusal[0]))), "was there and is gone"
    yield (
        "a refusal of another",
        a.changed("refusal", "principal", uuid4(), "refusal_id = %s", UUID(str(refusal[0]))),
        "at least one byte",
    )
    yield "no epoch", a.removed("epoch", "1 = 1"), "I17 epoch: has 0 rows, not one"
    yield (
        "a policy ahead",
        a.changed("follower", "position", 2**60, "name = 'reactions'"),
        "I1 policy reactions: knows of position",
    )
    [(event, position)] = world.runtime.log.rows(
        "SELECT event_id, notification_id FROM log.event WHERE topic = 'case.note_added' LIMIT 1"
    )
    named = f"event {position}, {UUID(str(event))}"
    for column, value in (("state", b"\xff{"), ("metadata", b"[]"), ("topic", "case.never_heard_of")):
        yield (
            f"an event with another {column}",
            a.changed("event", column, value, "event_id = %s", UUID(str(event))),
            f"I17 {named}: cannot be read",
        )
    if world.runtime.log.is_sqlite:
        for table, column, value, key in (
            ("event", "state", "{}", f"event_id = '{UUID(str(event)).hex}'"), ("event", "originator_version", "two", f"event_id = '{UUID(str(event)).hex}'"),
            ("event", "originator_id", "nobody", f"event_id = '{UUID(str(event)).hex}'"), ("command", "answer", "{}", "1 = 1"),
            ("claim", "holder", b"me", "kind = 'desk_code'"), ("reading", "recorded_at", b"then", "1 = 1"), ("reading", "chain", "mine", "1 = 1"),
            ("refusal", "version", "one", "1 = 1"), ("epoch", "xid_offset", "zero", "1 = 1"),
        ):  # fmt: skip
            yield f"{table}.{column} of another type", a.changed(table, column, value, key), f"I17 {table} "


def test_whatever_is_done_to_claims_commands_and_rows_is_named(proving: World) -> None:
    case = _lived(proving)
    case.do("add_note", text="Nota.")
    proving.settle()
    checkpoint(proving.runtime, NOW)
    assert _told(proving) == []
    attacker = Attacker(proving, random.Random(1))
    missed = []
    for name, done, says in [*_claims(proving, attacker, case), *_rows(proving, attacker)]:
        with done:
            told = _told(proving)
        missed += [(name, says, told[:5])] if not any(says in each for each in told) else []
    assert missed == []
    assert _told(proving) == [], "everything was put back"
    attacker.close()


def test_a_claim_that_its_holder_does_not_hold_is_believed_by_nobody(world: World) -> None:
    case, other = world.case("INTAKE"), world.case("INTAKE", world.person("Altri", "Ugo"))
    records, attacker = world.runtime.application.records, Attacker(world, random.Random(1))
    number = records.load(PROCEDURES["case"].aggregate, case.id).file_number
    assert records.holder("file_number", number) == case.id
    with attacker.changed("claim", "holder", other.id, "kind = 'file_number' AND key = %s", number):
        assert records.holder("file_number", number) is None, "it leads to no other file"
    case.do("close", outcome="WITHDREW", reason_code="OTHER", reason="Ha cambiato idea.")
    with attacker.added("claim", kind="open_case", key=str(case.person), holder=case.id):
        assert records.open_cases([case.person]) == {}, "a case that is closed is not put back"
    attacker.close()


def _cut(world: World, folder: Path, keep: Path) -> None:
    shutil.rmtree(folder)
    shutil.copytree(keep, folder)


WITNESS: dict[str, tuple[Callable[[World, Path, Path], Any], str]] = {
    "removed": (lambda world, folder, keep: shutil.rmtree(folder), "the folder of heads was removed or emptied"),
    "emptied of heads": (lambda world, folder, keep: (folder / "heads.jsonl").unlink(), "holds keys and no heads"),
    "an older copy": (_cut, "it is an older copy, or was cut"),
    "made anew": (lambda world, folder, keep: (shutil.rmtree(folder), open_witness(world.runtime).secret.unlink(), checkpoint(world.runtime, NOW)),
                  "another witness was put in its place"),
    "never there": (lambda world, folder, keep: (shutil.rmtree(folder), open_witness(world.runtime).secret.unlink()), "No head was ever signed here"),
    "without leaves": (lambda world, folder, keep: (folder / "events.leaves").unlink(), "it was changed or cut"),
    "half a head": (lambda world, folder, keep: (folder / "heads.jsonl").write_text('{"log":1}\n'), "could not be checked"),
}  # fmt: skip


@pytest.mark.parametrize("what", WITNESS)
def test_a_witness_that_is_missing_older_or_foreign_is_a_finding(proving: World, tmp_path: Path, what: str) -> None:
    proving.case()
    checkpoint(proving.runtime, NOW)
    folder, keep = open_witness(proving.runtime).folder, tmp_path / "keep"
    shutil.copytree(folder, keep)
    proving.case()
    checkpoint(proving.runtime, NOW)
    first = open_witness(proving.runtime).public_keys()[0].key
    assert tampering.verify_ledgers(proving.runtime, first_key=first) == []
    assert any("not with 0000" in each.says for each in tampering.verify_ledgers(proving.runtime, first_key="0" * 16))
    do, says = WITNESS[what]
    do(proving, folder, keep)
    found = tampering.verify_ledgers(proving.runtime, first_key=first)
    assert any(says in each.says for each in found), found
    assert tampering.head_coverage(proving.runtime)


def test_a_head_kept_elsewhere_tells_when_log_and_witness_were_cut_together(proving: World) -> None:
    proving.case()
    checkpoint(proving.runtime, NOW)
    folder = open_witness(proving.runtime).folder
    early = {file.name: file.read_bytes() for file in folder.iterdir()}
    proving.case()
    [head] = checkpoint(proving.runtime, NOW)
    kept = heads_in(_text([head]))
    assert kept == [head]
    assert heads_in(json.dumps({"not": "a head"}).replace("{", "x")) == []
    assert tampering.verify_ledgers(proving.runtime, kept=kept) == []
    for name, content in early.items():
        (folder / name).write_bytes(content)
    proving.runtime.log.rows("DELETE FROM log.follower WHERE name LIKE 'signed/%'")
    assert any(
        "is not among those published" in each.says for each in tampering.verify_ledgers(proving.runtime, kept=kept)
    )
    shutil.rmtree(folder)
    open_witness(proving.runtime).secret.unlink()
    checkpoint(proving.runtime, NOW)
    assert any(
        "is no key of this witness" in each.says for each in tampering.verify_ledgers(proving.runtime, kept=kept)
    )


def test_heads_that_nobody_signs_any_more_are_a_finding_once_there_is_something_to_sign(proving: World) -> None:
    proving.case()
    checkpoint(proving.runtime, NOW)
    proving.clock.turn_to("2026-02-10")
    assert tampering.verify_ledgers(proving.runtime) == [], "nothing happened since"
    proving.case()
    assert tampering.verify_ledgers(proving.runtime) == [], "what happened is young"
    proving.clock.turn_to("2026-02-12")
    assert [(each.where, each.says) for each in tampering.verify_ledgers(proving.runtime)] == [
        ("the events", "are covered by no head since 47 hours: nobody signs any more")
    ]


def test_the_end_of_the_log_that_was_cut_is_missed_by_whoever_has_seen_it(proving: World) -> None:
    """Events, their commands, leaves and heads are gone together: followers and read models have seen more."""
    case = proving.case("INTAKE")
    proving.settle()
    attacker = Attacker(proving, random.Random(1))
    [(last,)] = proving.runtime.log.rows(
        "SELECT max(notification_id) FROM log.event WHERE originator_id <> $1", case.id
    )
    attacker.run("DELETE FROM log.event WHERE notification_id >= %s", last)
    attacker.run("DELETE FROM log.command WHERE position >= %s", last)
    told = [each.says for each in invariants.verify_everything(proving.runtime)]
    assert sum("its end was cut" in each for each in told) > 1, told
    attacker.close()


def test_a_check_that_breaks_has_failed_and_hides_none_of_the_others(small: World) -> None:
    def breaks(where: Any) -> Iterator[invariants.Finding]:
        yield invariants.Finding("I0", "here", "is wrong")
        raise ZeroDivisionError("of all things")

    found = run_checks(
        [IntegrityCheck("I0", "the first", breaks), IntegrityCheck("I0", "the second", breaks)], small.runtime
    )
    assert [(each.where, each.says) for each in found] == [
        ("here", "is wrong"), ("the first", "could not be checked: ZeroDivisionError: of all things"),
        ("here", "is wrong"), ("the second", "could not be checked: ZeroDivisionError: of all things"),
    ]  # fmt: skip


def test_a_table_that_is_gone_is_a_finding(small: World) -> None:
    small.case()
    attacker = Attacker(small, random.Random(1))
    attacker.run("DROP TABLE claim")
    told = [f"{each.where}: {each.says}" for each in invariants.verify_everything(small.runtime)]
    assert any(each.startswith("the claims: could not be checked") for each in told), told
    attacker.close()


@pytest.mark.parametrize("engine", ["postgresql"])  # SQLite keeps no types
def test_an_altered_table_of_postgresql_is_a_finding(engine: str, proving: World) -> None:
    proving.case()
    attacker = Attacker(proving, random.Random(1))
    attacker.run("ALTER TABLE log.event ALTER COLUMN state TYPE text USING encode(state, 'escape')")
    attacker.run("ALTER TABLE log.claim ALTER COLUMN holder DROP NOT NULL")
    attacker.run("UPDATE log.claim SET holder = NULL WHERE kind = 'desk_code'")
    told = [f"{each.where}: {each.says}" for each in invariants.verify_everything(proving.runtime)]
    assert "event.state: was altered: it holds text" in told
    assert "claim desk_code, SV-BIC: holds null in holder" in told
    attacker.close()


@contextmanager
def _busy(world: World) -> Iterator[list[Exception]]:
    """An office in which others go on writing, reading, folding and signing."""
    stop, wrong = threading.Event(), list[Exception]()

    def work() -> None:
        for number in count():
            if stop.is_set():
                return
            try:
                case = world.case(
                    "INTAKE", world.person(f"Finzioni{'abcdefghij'[number % 10]}", "Ugo", f"19{50 + number % 50}-03-14")
                )
                case.do("close", outcome="WITHDREW", reason_code="OTHER", reason="Ha cambiato idea.")
                _read(world, case.id, case.person)
                world.token(world.irene)
                world.ask(world.admin, "operator", "withdraw_tokens", world.irene.id)
                world.settle()
                checkpoint(world.runtime, NOW)
            except Exception as trouble:
                wrong.append(trouble)
                return

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield wrong
    finally:
        stop.set()
        thread.join()


def test_an_office_that_goes_on_writing_meanwhile_gives_no_false_findings(proving: World) -> None:
    checkpoint(proving.runtime, NOW)
    with _busy(proving) as wrong:
        for _ in range(6):
            assert _told(proving) == []
    assert wrong == []
