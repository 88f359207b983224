"""B8: restoring is not reviving. What was erased stays erased, what was ended stays ended, and keys are kept apart."""

import base64
import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from tests.attacks.command_line import Said
from tests.attacks.credentials import of_token
from tests.attacks.office import PASSPHRASE, Office
from tests.attacks.stores import Store


class Kept(NamedTuple):
    """A backup, the keys of it where they are kept apart, and what was erased and revoked afterwards."""

    office: Office
    folder: str
    keys: list[str]
    ledger: Path
    erased: list[UUID]
    revoked: str

    def put_back(self, name: str, *ledger: str) -> tuple[Said, Path]:
        with self.office.elsewhere(name) as environment:
            self.office.line.tell("migrate", **environment)
            return self.office.line("restore", self.folder, *self.keys, *ledger, **environment), Path(
                environment["OPERA_FOLDER"]
            )


@pytest.fixture(scope="session")
def kept(office: Office) -> Kept:
    """Somebody's keys are destroyed and somebody's tokens withdrawn after the backup."""
    line, person = office.line, office.register("irene", "savona", "Cancellati", "Livia", "1963-03-03")
    office.by("irene").step(f"people/{person}", "record_contacts", phone="+39 019 555 0199", preferred_channel="PHONE")
    them = office.newcomer("gone")
    line.tell("backup", "kept")
    apart: list[str] = []
    if line("keys", "backup", "kept keys").code == 0:
        line.tell("keys", "escrow", "safe", "--passphrase", PASSPHRASE)
        apart = ["--keys", "kept keys", "--escrow", "safe"]
    erased = erase(office.keys, person)
    assert office.by("ada").ask("DELETE", f"operators/{office.ids['gone']}/tokens").status == 204
    ledger = office.folder / "ledger"
    ledger.write_text(line("keys", "ledger").output)
    return Kept(office, "kept", apart, ledger, erased, them.token)


def erase(keys: Store, person: str) -> list[UUID]:
    """Destroy the key of how a person is reached, as an erasure does."""
    rows = keys.rows(
        "SELECT key_id, data_class FROM subject_key WHERE subject = ? AND data_class = 'CONTACT'", UUID(person)
    )
    for key, data_class in rows:
        keys.put(
            "erasure",
            key_id=UUID(key),
            subject=UUID(person),
            data_class=data_class,
            erased_at=datetime.now(UTC).isoformat(),
            basis="asked",
        )
        keys.write("DELETE FROM subject_key WHERE key_id = ?", UUID(key))
    assert rows
    return [UUID(key) for key, _ in rows]


def alive(folder: Path, erased: list[UUID]) -> list[Any]:
    store = Store(folder / "keys.db")
    return [key for key in erased if store.rows("SELECT 1 FROM subject_key WHERE key_id = ?", key)]


def test_without_a_ledger_of_erasures_nothing_is_restored(kept: Kept) -> None:
    said, folder = kept.put_back("without a ledger")
    assert said.code != 0, said.text
    assert alive(folder, kept.erased) == []


def test_a_ledger_that_was_cut_short_is_no_ledger(kept: Kept) -> None:
    cut = kept.office.folder / "cut"
    cut.write_text(
        "\n".join(
            line
            for line in kept.ledger.read_text().splitlines()
            if not any(str(each) in line or each.hex in line for each in kept.erased)
        )
    )
    said, folder = kept.put_back("with a cut ledger", "--ledger", str(cut))
    assert said.code != 0, said.text
    assert alive(folder, kept.erased) == []


@pytest.fixture(scope="session")
def put_back(kept: Kept) -> Path:
    """The office put back as it should be: with the keys of the backup and the newest ledger."""
    said, folder = kept.put_back("with the ledger", "--ledger", str(kept.ledger))
    assert said.code == 0, said.text
    return folder


def test_what_was_erased_after_the_backup_does_not_come_back(kept: Kept, put_back: Path) -> None:
    assert alive(put_back, kept.erased) == []


def test_no_token_and_no_calendar_of_the_backup_is_good_after_a_restore(kept: Kept, put_back: Path) -> None:
    log = Store(put_back / "log.db")
    shown = {"log.token": "1 = 1", "log.calendar_feed": "1 = 1", "log.authority": "kind IN ('TOKEN', 'CALENDAR')"}
    there = [table for table in shown if log.columns(table)]
    assert there
    assert [log.rows(f"SELECT count(*) FROM {table} WHERE {shown[table]}") for table in there] == [[(0,)]] * len(there)
    assert not any(log.rows(f"SELECT 1 FROM {table} WHERE digest = ?", of_token(kept.revoked)) for table in there)


def test_a_backup_of_the_log_holds_no_key(kept: Kept) -> None:
    stored = b"".join(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
                      for path in (kept.office.folder / kept.folder).rglob("*") if path.is_file())  # fmt: skip
    assert stored
    for (wrapped,) in kept.office.keys.rows("SELECT wrapped FROM subject_key"):
        assert not any(
            form in stored for form in (bytes(wrapped), bytes(wrapped).hex().encode(), base64.b64encode(bytes(wrapped)))
        )
