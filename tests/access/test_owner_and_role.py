"""Who owns the database migrates; who runs the office may add to the log, never change it. And after a restore."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.log.store.migrate import HEAD, SCRIPTS, NotMigrated, check_schema, grant
from opera_cases.log.store.presence import NoOffice
from opera_cases.log.store.tables import LOG
from tests.conftest import OwnCluster
from tests.support.postgres import Cluster, sql
from tests.support.world import SetClock, World


@pytest.fixture
def as_role(own_cluster: OwnCluster) -> Iterator[Runtime]:
    """The office, opened as a role that owns nothing."""
    addresses, cluster = own_cluster.runtime.addresses, own_cluster.cluster
    sql(cluster.url("postgres"), "CREATE ROLE clerk LOGIN")
    grant(own_cluster.runtime.log, "clerk")
    log = addresses.log.replace("opera@", "clerk@")
    runtime = Runtime(StoreLocations(log, log, addresses.keys, addresses.master_key), clock=SetClock())
    check_schema(runtime.log)
    yield runtime
    runtime.close()


def test_the_office_does_all_its_work_as_a_role_that_owns_nothing(as_role: Runtime) -> None:
    world = World(as_role, as_role.clock)  # type: ignore[arg-type]
    case = world.case("MENTORING")
    case.refused("resume")
    world.token(world.irene)
    world.settle()
    assert verify_everything(as_role) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log.event SET topic = topic", "DELETE FROM log.event", "TRUNCATE log.event", "DELETE FROM log.command",
        "ALTER TABLE log.event DISABLE TRIGGER ALL", "DROP TABLE log.event", "UPDATE log.epoch SET xid_offset = 0",
        "UPDATE log.claim SET holder = holder", "CREATE TABLE log.mine (x int)",
        "UPDATE log.authority SET until = ''", "DELETE FROM log.authority", "UPDATE log.withdrawal SET since = ''", "DELETE FROM log.withdrawal",
        "UPDATE log.reading SET role = role", "DELETE FROM log.reading", "TRUNCATE log.authority",
    ],
)  # fmt: skip
def test_that_role_can_neither_change_nor_remove_what_is_in_the_log(as_role: Runtime, statement: str) -> None:
    url = as_role.log.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_an_office_that_nobody_prepared_is_not_entered(own_cluster: OwnCluster, tmp_path: Path) -> None:
    cluster = own_cluster.cluster
    sql(cluster.url("postgres"), "CREATE DATABASE empty")
    there = own_cluster.runtime.addresses
    empty = StoreLocations(cluster.url("empty"), cluster.url("empty"), there.keys, there.master_key)
    with pytest.raises(NoOffice, match="opera-cases migrate"):
        Runtime.enter(empty)


def test_restored_into_another_cluster_new_events_still_come_after_the_old(own_cluster: OwnCluster) -> None:
    clock = SetClock()
    first = Runtime(own_cluster.runtime.addresses, clock=clock)
    with psycopg.connect(first.addresses.log, autocommit=True) as connection:
        for _ in range(3000):  # this cluster has seen more transactions than the next one
            connection.execute("SELECT pg_current_xact_id()")
    world = World(first, clock)
    case = world.case("PLAN")
    old = first.application.recorder.head()
    other = Cluster()
    try:
        for name in ("log", "keys"):
            dump = subprocess.run([other.bin / "pg_dump", "-h", own_cluster.cluster.folder, "-U", "opera", name],
                                  capture_output=True, check=True).stdout  # fmt: skip
            sql(other.url("postgres"), f"CREATE DATABASE {name}")
            subprocess.run([other.bin / "psql", "-q", "-h", other.folder, "-U", "opera", name], input=dump, check=True,
                           stdout=subprocess.DEVNULL)  # fmt: skip
        there = StoreLocations(other.url("log"), other.url("log"), other.url("keys"), first.addresses.master_key)
        with pytest.raises(NotMigrated):
            Runtime.enter(there)
        unsettled = Runtime(there)
        assert unsettled.application.recorder.after(0, 10) == [], "without settling the epoch nothing would be seen"
        unsettled.close()
        restored = Runtime.prepare(there, clock=clock)
        world.runtime = restored
        answer = world.ask(world.irene, "case", "add_note", case.id, text="Dopo il ripristino.")
        assert answer.position > old
        assert restored.application.recorder.head() == answer.position
        world.settle()
        assert verify_everything(restored) == []
        restored.close()
    finally:
        first.close()
        other.remove()


def test_the_migrations_make_the_tables_that_the_code_expects(world: World) -> None:
    database = world.runtime.log
    schema = None if database.is_sqlite else "log"
    expected = sa.MetaData()
    for table in LOG.tables.values():
        table.to_metadata(expected, schema=schema)  # type: ignore[arg-type]
    with database.engine.connect().execution_options(schema_translate_map=None, reads=True) as connection:
        context = MigrationContext.configure(connection, opts={
            "include_schemas": schema is not None,
            "include_object": lambda thing, name, kind, *_: kind != "table" or f"log.{name}" in LOG.tables,
        })  # fmt: skip
        assert _differences(context, expected) == []
        next(iter(expected.tables.values())).append_column(sa.Column("surprise", sa.Text))
        assert _differences(context, expected) != [], "the comparison sees a column too many"


def _differences(context: MigrationContext, expected: sa.MetaData) -> list[object]:
    return [each for each in compare_metadata(context, expected) if "alembic_version" not in str(each)]


def test_the_revision_that_a_start_expects_is_that_of_the_last_migration() -> None:
    """It is written down, so that an office that is up to date starts without reading the migrations."""
    assert ScriptDirectory(str(SCRIPTS)).get_current_head() == HEAD
