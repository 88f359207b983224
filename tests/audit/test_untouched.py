"""Provably untouched: whatever is done to the stored rows after a signed head is found and named, and nothing else is."""

import json
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from opera_cases.application.integrity import checker
from opera_cases.application.integrity.chain_heads import open_witness
from opera_cases.application.integrity.proofs import checkpoint, consistency_of, ledger_differences, proof_of
from opera_cases.application.integrity.tampering import head_coverage, verify_ledgers
from opera_cases.application.personal.reader import PersonalDataReader
from opera_cases.domain.kernel.errors import NotFound
from opera_cases.jobs.checkpoints import publish
from opera_cases.log.proof.ledgers import EVENTS, LEDGERS
from opera_cases.log.proof.merkle import (
    EMPTY,
    consistency_proof,
    inclusions,
    is_consistent,
    leaf_hash,
    node_hash,
    root_by_inclusion,
    root_of,
)
from tests.cli.test_command_line import Line
from tests.support.mailbox import mailbox
from tests.support.tampering import KINDS, Attacker
from tests.support.world import World

NOW = timedelta(0)


def _lived(world: World, notes: int = 0) -> None:
    case = world.case("MENTORING")
    for number in range(notes):
        case.do("add_note", text=f"Nota {number}.")
    case.refused("resume")
    with PersonalDataReader(world.runtime.log, world.runtime.application.keyring, who=world.irene, place="test", purpose="test", stream=case.id,
                 at=world.clock(), correlation=uuid4()) as reading:  # fmt: skip
        reading.open(world.runtime.application.load("person", case.person, world.irene).family_name)


def test_the_tree_is_the_one_of_the_standard() -> None:
    """Against the definition of RFC 9162, for every size up to 70, every place and every earlier size."""

    def slow(leaves: list[bytes]) -> bytes:
        if len(leaves) < 2:
            return leaves[0] if leaves else EMPTY
        half = 1
        while half * 2 < len(leaves):
            half *= 2
        return node_hash(slow(leaves[:half]), slow(leaves[half:]))

    every = [leaf_hash(bytes([number])) for number in range(70)]
    assert EMPTY.hex().startswith("e3b0c44298fc1c14")
    for size in range(1, 71):
        leaves = every[:size]
        root = slow(leaves)
        assert root_of(leaves) == root
        for index, path in inclusions(leaves, range(size)).items():
            assert root_by_inclusion(leaves[index], index, size, path) == root
            assert root_by_inclusion(leaves[index], (index + 1) % (size + 1), size, path) != root or size == 1
            assert checker.root_of(leaves[index], index, size, path) == root
        for earlier in range(1, size):
            proof = consistency_proof(leaves, earlier)
            assert is_consistent(earlier, size, slow(leaves[:earlier]), root, proof)
            assert not is_consistent(earlier, size, slow(leaves[:earlier]), EMPTY, proof)
            assert not is_consistent(earlier, size, EMPTY, root, proof)


def test_an_untouched_office_agrees_with_its_heads_while_it_goes_on(proving: World) -> None:
    _lived(proving)
    assert {each.ledger for each in checkpoint(proving.runtime, NOW)} == {"events", "readings", "refusals"}
    assert verify_ledgers(proving.runtime) == []
    assert checkpoint(proving.runtime, NOW) == [], "nothing new"
    proving.clock.turn_to("2026-02-03")
    for number in range(3):
        proving.case(person=None).do("add_note", text=f"Altra {number}.")
        assert verify_ledgers(proving.runtime) == [], "what is younger than the head is not called inserted"
        assert [each.ledger for each in checkpoint(proving.runtime, NOW)] == ["events"]
    assert "3 events" not in head_coverage(proving.runtime)
    assert verify_ledgers(proving.runtime) == []


def _tried(world: World, kind: str, tries: int, seed: int) -> None:
    """Each try is found, and the first thing found names a row that was touched; undone, nothing is found."""
    attacker = Attacker(world, random.Random(f"{kind}{seed}"))
    for number in range(tries):
        with getattr(attacker, kind)():
            first = next(iter(ledger_differences(world.runtime, EVENTS)), None)
            assert first is not None, f"{kind} {number} was missed: {attacker.touched}"
            assert first.id in attacker.touched, (kind, number, first, attacker.touched)
            assert first.says
        if number % 10 == 0:
            assert list(ledger_differences(world.runtime, EVENTS)) == [], "a false alarm"
    attacker.close()


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_done_to_an_event_is_found_and_named(proving: World, kind: str) -> None:
    _lived(proving, notes=120)
    checkpoint(proving.runtime, NOW)
    _tried(proving, kind, 25, 1)


@pytest.mark.heavy
@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_times_among_two_thousand_events(proving: World, kind: str) -> None:
    _lived(proving, notes=1950)
    checkpoint(proving.runtime, NOW)
    _tried(proving, kind, 1000, 2)


@pytest.mark.heavy
def test_ten_times_among_a_hundred_thousand_events(proving: World) -> None:
    _lived(proving, notes=10)
    attacker = Attacker(proving, random.Random(3))
    attacker.multiply(100_000)
    attacker.close()
    checkpoint(proving.runtime, NOW)
    assert open_witness(proving.runtime).heads("events")[-1].size > 100_000
    for kind in KINDS:
        _tried(proving, kind, 10, 3)


def test_a_reading_or_a_refusal_that_is_removed_or_changed_is_found(proving: World) -> None:
    _lived(proving)
    _lived_again = proving.case("PLAN", person=proving.person("Altri", "Ugo"))
    _lived_again.refused("resume")
    checkpoint(proving.runtime, NOW)
    attacker = Attacker(proving, random.Random(1))
    prefix = "" if proving.runtime.log.is_sqlite else "log."
    attacker._run(f"UPDATE {prefix}reading SET purpose = %s", "nulla")
    attacker._run(f"DELETE FROM {prefix}refusal")
    attacker.close()
    says = {(each.where.split()[0], each.says) for each in verify_ledgers(proving.runtime)}
    assert ("readings", "is not what it was: at least one byte was changed") in says
    assert ("refusals", "was there and is gone") in says


def test_another_database_in_its_place_is_seen(proving: World) -> None:
    _lived(proving)
    checkpoint(proving.runtime, NOW)
    fresh = uuid4()
    proving.runtime.log.rows("UPDATE log.epoch SET log_id = $1", fresh)
    assert "another database" in verify_ledgers(proving.runtime)[0].says


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("head", "is not signed"), ("drop", "does not follow"), ("leaf", "does not lead to head"), ("cut", "does not lead to head"),
        ("key", "is not vouched for"),
    ],
)  # fmt: skip
def test_the_witness_itself_cannot_be_changed_unseen(proving: World, what: str, says: str) -> None:
    _lived(proving)
    checkpoint(proving.runtime, NOW)
    proving.clock.turn_to("2026-02-03")
    proving.case()
    checkpoint(proving.runtime, NOW)
    folder = open_witness(proving.runtime).folder
    heads, keys, leaves = folder / "heads.jsonl", folder / "keys.jsonl", folder / "events.leaves"
    if what == "head":
        heads.write_text(heads.read_text().replace('"size":', '"size":1', 1))
    elif what == "drop":
        heads.write_text("\n".join(heads.read_text().splitlines()[1:]) + "\n")
    elif what == "key":
        told = json.loads(keys.read_text())
        keys.write_text(
            json.dumps({**told, "public": ("0" if told["public"][0] != "0" else "1") + told["public"][1:]}) + "\n"
        )
    else:
        content = bytearray(leaves.read_bytes())
        content[100] ^= 1
        leaves.write_bytes(content if what == "leaf" else content[:-560])
    assert any(says in each.says for each in verify_ledgers(proving.runtime)), verify_ledgers(proving.runtime)[:3]


def test_heads_survive_the_rotation_of_the_key_and_an_old_key_signs_no_more(proving: World) -> None:
    _lived(proving)
    checkpoint(proving.runtime, NOW)
    seen = open_witness(proving.runtime)
    old = seen.secret.read_text()
    proving.clock.turn_to("2026-02-03")
    seen.rotate(proving.clock().isoformat())
    proving.clock.turn_to("2026-02-04")
    proving.case()
    checkpoint(proving.runtime, NOW)
    assert len({each.key for each in seen.heads()}) == 2
    assert verify_ledgers(proving.runtime) == []
    seen.secret.write_text(old)
    proving.clock.turn_to("2026-02-05")
    proving.case()
    checkpoint(proving.runtime, NOW)
    assert any("replaced before" in each.says for each in verify_ledgers(proving.runtime)), "a stolen old key"


def test_a_crash_between_rows_and_head_leaves_nothing_half_done(proving: World) -> None:
    _lived(proving)
    checkpoint(proving.runtime, NOW)
    seen = open_witness(proving.runtime)
    leaves = seen.folder / "events.leaves"
    leaves.write_bytes(leaves.read_bytes() + b"\x07" * 200)
    with (seen.folder / "heads.jsonl").open("ab") as half:
        half.write(b'{"log":"half a li')
    proving.clock.turn_to("2026-02-03")
    proving.case()
    assert checkpoint(proving.runtime, NOW)
    assert verify_ledgers(proving.runtime) == []


def test_one_event_is_shown_to_an_outsider_who_has_nothing_but_python(proving: World, tmp_path: Path) -> None:
    _lived(proving)
    checkpoint(proving.runtime, NOW)
    event = next(iter(islice(open_witness(proving.runtime).entries("events"), 7, 8))).id
    proof = proof_of(proving.runtime, event)
    assert checker.trouble_with(proof) == ""
    file, program = tmp_path / "proof.json", tmp_path / "checker.py"
    file.write_text(json.dumps(proof))
    program.write_text(Path(checker.__file__).read_text())
    alone = [sys.executable, "-I", "-S", str(program), str(file)]
    told = subprocess.run(alone, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout.split(":")[0]) == (0, "PROVED")
    first = open_witness(proving.runtime).public_keys()[0].key
    assert subprocess.run([*alone, first], capture_output=True, check=False).returncode == 0
    assert subprocess.run([*alone, "0" * 16], capture_output=True, check=False).returncode == 1
    proving.case()
    unproved = proving.runtime.log.rows("SELECT event_id FROM log.event ORDER BY notification_id DESC LIMIT 1")[0][0]
    with pytest.raises(NotFound):
        proof_of(proving.runtime, UUID(str(unproved)))


def test_a_proof_in_which_anything_is_changed_does_not_hold(proving: World) -> None:
    _lived(proving)
    checkpoint(proving.runtime, NOW)
    proof = proof_of(proving.runtime, next(iter(open_witness(proving.runtime).entries("events"))).id)

    def changed(value: Any) -> Any:
        if isinstance(value, int):
            return value + 1
        return ("1" if value[0] != "1" else "2") + value[1:]

    for part in ("event", "head"):
        for name in proof[part]:
            assert checker.trouble_with({**proof, part: {**proof[part], name: changed(proof[part][name])}}), (
                part,
                name,
            )
    assert checker.trouble_with({**proof, "index": 1})
    assert checker.trouble_with({**proof, "path": proof["path"][:-1]})
    assert checker.trouble_with({**proof, "keys": []})
    assert checker.trouble_with({"nonsense": 1})


def test_any_two_heads_are_consistent(proving: World) -> None:
    for day in ("2026-02-02", "2026-02-03", "2026-02-04"):
        proving.clock.turn_to(day)
        proving.case().do("add_note", text="Nota.")
        checkpoint(proving.runtime, NOW)
    for earlier in (1, 2, 3):
        for later in range(earlier, 4):
            shown = consistency_of(proving.runtime, earlier, later)
            one, two = shown["earlier"], shown["later"]
            path = [bytes.fromhex(each) for each in shown["path"]]
            assert is_consistent(one["size"], two["size"], bytes.fromhex(one["root"]), bytes.fromhex(two["root"]), path)


def test_a_comparison_that_was_cut_off_goes_on_where_it_was(proving: World, tmp_path: Path) -> None:
    _lived(proving)
    checkpoint(proving.runtime, NOW)
    kept = tmp_path / "verify.json"
    total = open_witness(proving.runtime).heads("events")[-1].size
    kept.write_text(json.dumps({"events": total - 5}))
    looked: list[int] = []
    assert list(ledger_differences(proving.runtime, EVENTS, total - 5, lambda done, _: looked.append(done))) == []
    assert looked == [total]
    assert verify_ledgers(proving.runtime, resume=kept) == []
    assert not kept.exists()
    assert [each.name for each in LEDGERS] == ["events", "readings", "refusals"]


def test_a_head_is_signed_every_hour_however_often_somebody_looks(proving: World) -> None:
    _lived(proving)
    made, began = [], proving.clock()
    for minutes in (0, 1, 30, 61, 62, 125):
        proving.clock.at = began + timedelta(minutes=minutes)
        proving.case()
        made.append(publish(proving.runtime) > 0)
    assert made == [True, False, False, True, False, True]


def test_many_who_sign_at_once_do_not_contradict_each_other(proving: World) -> None:
    _lived(proving, notes=60)
    with ThreadPoolExecutor(6) as many:
        made = [len(each) for each in many.map(lambda _: checkpoint(proving.runtime, NOW), range(6))]
    assert sorted(made) == [0, 0, 0, 0, 0, 3]
    assert verify_ledgers(proving.runtime) == []


def test_heads_are_mailed_where_somebody_is_named(proving: World) -> None:
    _lived(proving)
    proving.clock.turn_to("2026-02-03")
    with mailbox() as (box, mail):
        assert publish(proving.runtime, type(mail)(mail.url, mail.sender, mail.base_url, "revisore@example.org")) == 3
        [sent] = box.to("revisore@example.org")
        assert open_witness(proving.runtime).heads("events")[-1].signature in sent.get_content()


def test_the_command_line_signs_shows_and_checks(tmp_path: Path) -> None:
    line = Line(tmp_path)
    line.run("migrate")
    line.run("operator", "enrol", "Irene Modelli")
    assert "Nothing new" not in line.run("proof", "head")
    assert "events" in line.run("proof", "heads")
    told = line.run("verify")
    assert "The witness covers 1 events" in told
    event = line.run("case", "show", "0000-0000", code=3)
    assert event
    shown = line.run("proof", "consistency", "1", "2", "--to", "c.json")
    assert "Written" in shown
    assert line.run("proof", "check", "c.json") == "PROVED."
    assert "NOT PROVED" in line.run("proof", "check", "c.json", "--key", "0" * 16, code=1)
    assert "def trouble_with" in line.run("proof", "checker")
    line.run("proof", "rotate")
    assert line.run("verify", "--only", "witness").endswith("I1 to I18.")
