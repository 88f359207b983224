"""The keyring: one key for each person and data class, wrapped by a master key that no database holds.

A key is durable before the event that uses it. Destroying a key erases what it sealed; rotating the master key makes
copies of destroyed keys in old pages and backups unreadable too. What the ledger of erasures names does not come back with
a restore.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from opera_cases.domain.kernel.errors import KeyDestroyed
from opera_cases.domain.kernel.personal import DataClass
from opera_cases.log.keys.master_key import MasterKey
from opera_cases.log.keys.tables import KEYS, Erasure, erasure, subject_key
from opera_cases.log.store.batches import batched
from opera_cases.log.store.database import Conflict, Database

REMEMBERED_SECONDS = 60.0

OFFICE = UUID(int=0)
"""The subject of the office's own keys: of claims, of request digests."""

TASK = "TASK"
"""The class of the files of tasks. No value of a record is sealed in it, so that a task's key is never a record's."""


class Owner(Enum):
    """What a key is destroyed for, with the classes that may go with it: a key belongs to a record or to a task, never to both."""

    RECORD = frozenset(each.value for each in DataClass)
    TASK = frozenset({TASK})


class NotTheirKey(Exception):
    """Whoever wants to destroy a key names an owner to whom it does not belong. Nothing was destroyed."""


def _now() -> str:
    return datetime.now(UTC).isoformat()


class Keyring:
    """Makes, finds, rotates and destroys keys. What was opened once is remembered by this process, up to a bound."""

    def __init__(
        self,
        database: Database,
        master: MasterKey,
        remembered: int = 20_000,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.database, self.master, self._remembered, self._clock = database, master, remembered, clock
        self._by_owner: dict[tuple[UUID, str], tuple[UUID, bytes]] = {}
        self._by_id: dict[UUID, bytes] = {}
        self._lock = threading.Lock()
        self._fresh_since = time.monotonic()

    def create_tables(self) -> None:
        """Make the tables of keys that are not there yet, once however many processes start."""
        with self.database.engine.begin() as connection:
            if not self.database.is_sqlite:
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(1041706)"))
            KEYS.create_all(connection)

    def keys(self, owners: Iterable[tuple[UUID, str]]) -> dict[tuple[UUID, str], tuple[UUID, bytes]]:
        """The key of each (subject, data class); the missing ones are made, and durable when this returns."""
        self._forget_in_time()
        found: dict[tuple[UUID, str], tuple[UUID, bytes]] = {}
        for owner in sorted(set(owners)):
            found[owner] = self._by_owner.get(owner) or self._find(owner) or self._make(owner)
        return found

    def key(self, key_id: UUID) -> bytes:
        """One key by its id. Raises `KeyDestroyed` when it was destroyed."""
        self._forget_in_time()
        known = self._by_id.get(key_id)
        if known is not None:
            return known
        rows = self.database.rows(
            "SELECT subject, data_class, epoch, wrapped FROM subject_key WHERE key_id = $1", key_id
        )
        if not rows:
            raise KeyDestroyed
        subject, data_class, epoch, wrapped = rows[0]
        return self._remember((UUID(str(subject)), data_class), key_id, self._unwrap(wrapped, epoch))[1]

    def prefetch(self, key_ids: Iterable[UUID]) -> None:
        """Fetch at once the keys that will be needed one after the other. Those destroyed stay unknown."""
        self._forget_in_time()
        unknown = [each for each in set(key_ids) if each not in self._by_id]
        if len(unknown) < 2:
            return
        sql = "SELECT key_id, subject, data_class, epoch, wrapped FROM subject_key WHERE key_id = ANY($1::uuid[])"
        for key_id, subject, data_class, epoch, wrapped in self.database.rows(sql, unknown):
            self._remember((UUID(str(subject)), data_class), UUID(str(key_id)), self._unwrap(wrapped, epoch))

    def _find(self, owner: tuple[UUID, str]) -> tuple[UUID, bytes] | None:
        sql = "SELECT key_id, epoch, wrapped FROM subject_key WHERE subject = $1 AND data_class = $2"
        rows = self.database.rows(sql, *owner)
        if not rows:
            return None
        key_id, epoch, wrapped = rows[0]
        return self._remember(owner, UUID(str(key_id)), self._unwrap(wrapped, epoch))

    def _make(self, owner: tuple[UUID, str]) -> tuple[UUID, bytes]:
        key_id, key = uuid4(), os.urandom(32)
        self.master.refresh()
        epoch = self.master.epoch
        sql = (
            "INSERT INTO subject_key (key_id, subject, data_class, epoch, wrapped, made_at)"
            " VALUES ($1, $2, $3, $4, $5, $6)"
        )
        try:
            self.database.rows(sql, key_id, *owner, epoch, self.master.wrap(key), _now())
        except Conflict:
            raced = self._find(owner)
            assert raced is not None
            return raced
        self.master.refresh()
        if self.master.epoch != epoch:  # rotated while the key was on its way: the rotation may not have seen it
            renew = "UPDATE subject_key SET epoch = $1, wrapped = $2 WHERE key_id = $3"
            self.database.rows(renew, self.master.epoch, self.master.wrap(key), key_id)
        return self._remember(owner, key_id, key)

    def _unwrap(self, wrapped: bytes, epoch: int) -> bytes:
        if epoch not in self.master.epochs:
            self.master.refresh()
        return self.master.unwrap(wrapped, epoch)

    def _forget_in_time(self) -> None:
        """A key destroyed by another process is gone here after a minute at the latest."""
        if time.monotonic() - self._fresh_since > REMEMBERED_SECONDS:
            self.forget()

    def _remember(self, owner: tuple[UUID, str], key_id: UUID, key: bytes) -> tuple[UUID, bytes]:
        with self._lock:
            if len(self._by_id) >= self._remembered:
                self._by_id.clear()
                self._by_owner.clear()
            self._by_id[key_id] = key
            self._by_owner[owner] = (key_id, key)
        return key_id, key

    def forget(self) -> None:
        """Drop what this process remembers, so that a key destroyed elsewhere is gone here too."""
        with self._lock:
            self._by_id.clear()
            self._by_owner.clear()
            self._fresh_since = time.monotonic()

    def rotate(self) -> int:
        """Wrap every key anew under a new master key, then destroy the old one. Returns the new epoch.

        Stopped half-way it can be run again: keys of both epochs open until the last one is rewrapped.
        """
        self.master.refresh()
        epoch = self.master.add_epoch()
        with self.database.engine.begin() as connection:
            old = sa.select(subject_key.c.key_id, subject_key.c.epoch, subject_key.c.wrapped)
            for key_id, old_epoch, wrapped in connection.execute(old.where(subject_key.c.epoch < epoch)).all():
                fresh = self.master.wrap(self.master.unwrap(wrapped, old_epoch))
                changed = sa.update(subject_key).where(subject_key.c.key_id == key_id)
                connection.execute(changed.values(epoch=epoch, wrapped=fresh))
        self.master.drop_old_epochs()
        return epoch

    def destroy(self, subject: UUID, data_classes: Iterable[str], basis: str, of: Owner = Owner.RECORD) -> int:
        """Erase: the ledger first, then the key, in one transaction. Returns how many keys went.

        Raises `NotTheirKey` for a class that is not of the owner named, and for the office's own keys.
        """
        classes, at = set(data_classes), self._clock().isoformat()
        if subject == OFFICE or not classes <= of.value:
            raise NotTheirKey(f"{', '.join(sorted(classes))} of {subject}, for a {of.name.lower()}")
        owned = (subject_key.c.subject == subject) & subject_key.c.data_class.in_(classes)
        with self.database.engine.begin() as connection:
            gone = connection.execute(sa.select(subject_key.c.key_id, subject_key.c.data_class).where(owned)).all()
            for key_id, data_class in gone:
                entry = {"key_id": key_id, "subject": subject, "data_class": data_class}
                connection.execute(sa.insert(erasure).values(**entry, erased_at=at, basis=basis))
            connection.execute(sa.delete(subject_key).where(owned))
        self.forget()
        return len(gone)

    def erasures(self) -> list[Erasure]:
        """Every key destroyed so far, the first one first."""
        with self.database.reading() as connection:
            return [
                Erasure(*row)
                for row in connection.execute(sa.select(erasure).order_by(erasure.c.erased_at, erasure.c.key_id))
            ]

    def put_back(self, keys: Iterable[Mapping[str, Any]], erasures: Iterable[Erasure]) -> None:
        """Put these keys and this ledger of erasures into an office that is being restored, in place of what it has, whole
        or not at all. What the ledger names is not to be among the keys."""
        with self.database.engine.begin() as connection:
            for table, rows in ((subject_key, keys), (erasure, (each._asdict() for each in erasures))):
                connection.execute(sa.delete(table))
                for some in batched(rows, 1000):
                    connection.execute(sa.insert(table), some)
        self.forget()

    @staticmethod
    def epochs(database: Database) -> set[int]:
        """The epochs of the master key under which there are keys; whoever has lost the master key can ask too."""
        return {int(row[0]) for row in database.rows("SELECT DISTINCT epoch FROM subject_key")}

    def sweep(self, used: set[UUID], older_than: str) -> int:
        """Remove keys that no event uses and that were made before an instant: orphans of writes that failed."""
        with self.database.engine.begin() as connection:
            mine = (subject_key.c.made_at < older_than) & (subject_key.c.subject != OFFICE)
            known = {row[0] for row in connection.execute(sa.select(subject_key.c.key_id).where(mine))}
            for key_id in known - used:
                connection.execute(sa.delete(subject_key).where(subject_key.c.key_id == key_id))
        self.forget()
        return len(known - used)

    def known(self) -> set[UUID]:
        """The ids of every key and of every destroyed one: a ciphertext has a key or a tombstone."""
        with self.database.reading() as connection:
            return {row[0] for table in (subject_key, erasure) for row in connection.execute(sa.select(table.c.key_id))}
