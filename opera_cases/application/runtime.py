"""An office in hand: its three stores, its keyring and its rulebook, opened or prepared together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from importlib import resources
from pathlib import Path

from opera_cases.application.access.renewal import Renewed, renew_authority
from opera_cases.application.application import Application
from opera_cases.application.ids import Ids
from opera_cases.application.search.name_index import Search
from opera_cases.domain.kernel.errors import Unavailable
from opera_cases.domain.kernel.rulebook import Rulebook
from opera_cases.domain.kernel.vocabulary import Language
from opera_cases.domain.labels import Labels
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.keys.master_key import MasterKey
from opera_cases.log.keys.sealed_files import Files
from opera_cases.log.store.database import Database
from opera_cases.log.store.migrate import NotMigrated, check_restored, check_schema, is_migrated, migrate_log
from opera_cases.log.store.presence import check_keys_kept, check_there, make_room, tables_of
from opera_cases.projections import inline
from opera_cases.projections.followed.catch_up import create_model, retire
from opera_cases.projections.followed.rebuild import rebuild_inline
from opera_cases.projections.followed.registry import Models
from opera_cases.projections.registry import TABLES as INLINE

EDITION = "2026-7"


@dataclass(frozen=True, slots=True)
class StoreLocations:
    """Where everything is. With SQLite three files of one folder; with PostgreSQL log and read models share a
    database and the keys live in another, in production in another cluster."""

    log: str
    read: str
    keys: str
    master_key: Path
    documents: Path | None = None
    proofs: Path | None = None

    @property
    def witness(self) -> Path:
        """Where signed heads are published: beside the master key unless said otherwise."""
        return self.proofs or self.master_key.parent / "proofs"

    @property
    def proof_key(self) -> Path:
        """The key that signs heads: beside the master key, never in the folder that is published."""
        return self.master_key.parent / "proof.key"

    @property
    def files(self) -> Path:
        """Where the sealed files of documents lie: beside the master key unless said otherwise."""
        return self.documents or self.master_key.parent / "documents"

    @classmethod
    def folder(cls, path: Path) -> "StoreLocations":
        """The embedded office: SQLite files in one folder, which is made with them."""
        log, read, keys = (f"sqlite:///{path / name}.db" for name in ("log", "read", "keys"))
        return cls(log, read, keys, path / "master.key")


def edition_names() -> list[str]:
    """The editions of the rulebook that came with this release, the oldest first."""
    folder = resources.files("opera_cases.domain.kernel.rulebook") / "editions"
    return sorted(each.name for each in folder.iterdir() if each.is_dir() and not each.name.startswith("_"))


@lru_cache(maxsize=16)
def edition(name: str = EDITION) -> Rulebook:
    """One published edition of the rulebook, as it came with this release."""
    folder = resources.files("opera_cases.domain.kernel.rulebook") / "editions" / name
    files = (each for each in folder.iterdir() if each.name.endswith(".toml"))
    return Rulebook.parse(name, {each.name: each.read_text("utf-8") for each in files})


@lru_cache(maxsize=512)
def source_of(name: str, rule: str) -> str:
    """Where a rule of an edition comes from; empty when that edition did not come with this release."""
    try:
        return edition(name).source_of(rule)
    except FileNotFoundError:
        return ""


@lru_cache
def labels(language: Language) -> Labels:
    """The words of one language, as they came with this release."""
    folder = resources.files("opera_cases.domain.labels")
    files = (folder / f"{name}{language.value}.toml" for name in ("", "fields."))
    return Labels(language, "".join(file.read_text("utf-8") for file in files))


def real_time() -> datetime:
    """The clock of this machine, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Runtime:
    """An office with everything it needs, in this process."""

    addresses: StoreLocations
    clock: Callable[[], datetime] = real_time
    ids: Ids = field(default_factory=Ids)
    log: Database = field(init=False)
    read: Database = field(init=False)
    keys: Database = field(init=False)
    models: Models = field(init=False)
    application: Application = field(init=False)
    files: Files = field(init=False)
    renewed: Renewed | None = field(init=False, default=None)
    """What became of the tokens of an earlier release, when the office was just upgraded."""

    def __post_init__(self) -> None:
        self.log = Database(self.addresses.log)
        self.read = self.log if self.addresses.read == self.addresses.log else Database(self.addresses.read)
        self.keys = Database(self.addresses.keys, pool=3)
        keyring = Keyring(self.keys, MasterKey(self.addresses.master_key), clock=lambda: self.clock())
        self.models = Models(keyring)
        self.files = Files(self.addresses.files, keyring)
        search = Search(self.read, self.models.names, keyring)
        self.application = Application(self.log, keyring, edition(), clock=self.clock, ids=self.ids, search=search)

    @classmethod
    def enter(cls, addresses: StoreLocations) -> "Runtime":
        """Open an office that its owner has prepared. Raises `NoOffice` where there is none, and leaves nothing behind then;
        `NotMigrated` when it is not ready for this release, `RestoreUnfinished` while it is being restored."""
        check_there(addresses.log, addresses.keys)
        runtime = cls(addresses)
        try:
            check_schema(runtime.log)
            runtime._check_folded()
        except Unavailable:
            runtime.close()
            raise
        return runtime

    @classmethod
    def to_restore(cls, addresses: StoreLocations) -> "Runtime":
        """The same for whoever restores into it: an office whose restore was cut off is entered too. Raises
        `NotMigrated` for one that was never prepared."""
        check_there(addresses.log, addresses.keys)
        runtime = cls(addresses)
        if not is_migrated(runtime.log):
            runtime.close()
            raise NotMigrated
        return runtime

    @classmethod
    def prepare(cls, addresses: StoreLocations, **options: object) -> "Runtime":
        """Create or upgrade everything. May run in many processes at once; does nothing where nothing is to do.

        Raises `NoKeys` or `NoMasterKey`, and makes nothing, where there are events whose keys are gone.
        """
        check_keys_kept(addresses.log, addresses.keys, addresses.master_key)
        for each in (addresses.log, addresses.read, addresses.keys):
            make_room(each)
        MasterKey.create(addresses.master_key)
        runtime = cls(addresses, **options)  # type: ignore[arg-type]
        try:
            runtime._prepare()
        except BaseException:  # whatever stopped it, no connection is left open
            runtime.close()
            raise
        return runtime

    def _prepare(self) -> None:
        migrate_log(self.log)
        check_restored(self.log)
        self.application.keyring.create_tables()
        if not self.read.is_sqlite and self.read is not self.log:
            migrate_log(self.read)
        if inline.create_tables(self.log) and self.application.recorder.head():
            rebuild_inline(self.log, self.application.recorder, self.application.keyring, lambda done, total: None)
        for model in self.models:
            create_model(self.read, model)
        for database in {id(each): each for each in (self.log, self.read)}.values():
            retire(database)
        self.renewed = renew_authority(self.application)

    def _check_folded(self) -> None:
        """Raises `NotMigrated` when the tables of a read model of this release are missing."""
        followed = {table.name for model in self.models for table in model.tables}
        if not (tables_of(self.log) >= {table.name for table in INLINE} and tables_of(self.read) >= followed):
            raise NotMigrated

    def close(self) -> None:
        """Let go of the three databases. Nothing can be asked of this office afterwards."""
        for database in (self.log, self.read, self.keys):
            database.dispose()
