"""What the tests stand on: both databases, real, prepared once and copied for every test."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from starlette.testclient import TestClient
from xdist.scheduler import LoadScopeScheduling

from opera_cases.api.app import create_app
from opera_cases.application.integrity.first_head import first_key
from opera_cases.application.runtime import Runtime, StoreLocations
from tests.support.postgres import Cluster, Server, provide, sql
from tests.support.world import SetClock, World

settings.register_profile(
    "office", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("office")


class ByOffice(LoadScopeScheduling):
    """Each test goes to whichever worker is free, but for those that share an office: they stay with the worker that made it."""

    def _split_scope(self, nodeid: str) -> str:
        if refusals := re.match(r"tests/domain/test_refusals_of_\w+", nodeid):
            return refusals[0]
        shared = re.match(r"tests/(attacks/|access/test_authorisation).*\[.*(sqlite|postgresql)", nodeid)
        return shared[1] + shared[2] if shared else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByOffice:
    """Groups marked for `--dist loadgroup` are not seen by pytest-xdist 3.8 under pytest 9.2."""
    return ByOffice(config, log)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster | Server]:
    server = provide()
    yield server
    server.remove()


class OwnCluster(NamedTuple):
    """A server that one test has for itself, with a prepared office on it."""

    cluster: Cluster
    runtime: Runtime


@pytest.fixture
def own_cluster(tmp_path: Path) -> Iterator[OwnCluster]:
    """For faults that would touch every other office: an idle writer anywhere holds back every reader of a cluster."""
    cluster = Cluster()
    sql(cluster.url("postgres"), "CREATE DATABASE log", "CREATE DATABASE keys")
    log = cluster.url("log")
    runtime = Runtime.prepare(StoreLocations(log, log, cluster.url("keys"), tmp_path / "master.key"))
    yield OwnCluster(cluster, runtime)
    runtime.close()
    cluster.remove()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, StoreLocations]:
    return {}


def fresh_sqlite(templates: dict[str, StoreLocations], tmp_path_factory: pytest.TempPathFactory) -> StoreLocations:
    if "sqlite" not in templates:
        folder = tmp_path_factory.mktemp("template")
        Runtime.prepare(StoreLocations.folder(folder)).close()
        templates["sqlite"] = StoreLocations.folder(folder)
    folder = tmp_path_factory.mktemp("office")
    for file in Path(templates["sqlite"].master_key).parent.iterdir():
        shutil.copy(file, folder / file.name)
    return StoreLocations.folder(folder)


def fresh_postgres(
    templates: dict[str, StoreLocations], tmp_path_factory: pytest.TempPathFactory, server: Cluster | Server
) -> StoreLocations:
    if "postgresql" not in templates:
        stem = f"t{uuid4().hex[:10]}"
        sql(server.url("postgres"), f"CREATE DATABASE {stem}_log", f"CREATE DATABASE {stem}_keys")
        log = server.url(f"{stem}_log")
        addresses = StoreLocations(log, log, server.url(f"{stem}_keys"), tmp_path_factory.mktemp("key") / "master.key")
        Runtime.prepare(addresses).close()
        templates["postgresql"] = addresses
    template = templates["postgresql"]
    names = [url.partition("?")[0].rpartition("/")[2] for url in (template.log, template.keys)]
    stem = f"o{uuid4().hex[:10]}"
    sql(server.url("postgres"), f"CREATE DATABASE {stem}_log TEMPLATE {names[0]}",
        f"CREATE DATABASE {stem}_keys TEMPLATE {names[1]}")  # fmt: skip
    log = server.url(f"{stem}_log")
    return StoreLocations(
        log, log, server.url(f"{stem}_keys"), template.master_key, tmp_path_factory.mktemp("documents")
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def office_at(
    templates: dict[str, StoreLocations], tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Callable[[str], StoreLocations]:
    """Makes a fresh, prepared office on the database named."""

    def make(name: str) -> StoreLocations:
        if name == "sqlite":
            return fresh_sqlite(templates, tmp_path_factory)
        return fresh_postgres(templates, tmp_path_factory, request.getfixturevalue("postgres"))

    return make


@pytest.fixture
def addresses(engine: str, office_at: Callable[[str], StoreLocations]) -> StoreLocations:
    return office_at(engine)


@pytest.fixture
def world(addresses: StoreLocations) -> Iterator[World]:
    """An office on each of the two databases."""
    clock = SetClock()
    runtime = Runtime(addresses, clock=clock)
    yield World(runtime, clock)
    runtime.close()


@pytest.fixture
def small(office_at: Callable[[str], StoreLocations]) -> Iterator[World]:
    """An office on SQLite only, for rules that no database can change."""
    clock = SetClock()
    runtime = Runtime(office_at("sqlite"), clock=clock)
    yield World(runtime, clock)
    runtime.close()


@pytest.fixture(scope="module")
def shared(templates: dict[str, StoreLocations], tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An office on SQLite that the tests of a module have in common: each brings records of its own and leaves the clock alone."""
    clock = SetClock()
    runtime = Runtime(fresh_sqlite(templates, tmp_path_factory), clock=clock)
    yield World(runtime, clock)
    runtime.close()


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    """The API of an office, on each of the two databases."""
    with TestClient(create_app(world.runtime), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def small_office(office_at: Callable[[str], StoreLocations]) -> Callable[[], World]:
    """Makes offices on SQLite, one for each example of a property."""

    def make() -> World:
        clock = SetClock()
        return World(Runtime(office_at("sqlite"), clock=clock), clock)

    return make


@pytest.fixture
def at_work(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A programme of processes on each database, to be killed."""
    from tests.faults.test_kills import Programme

    if engine == "postgresql":
        own: OwnCluster = request.getfixturevalue("own_cluster")
        runtime, cluster = own.runtime, own.cluster
    else:
        runtime, cluster = Runtime.prepare(StoreLocations.folder(tmp_path / "office")), None
    clock = SetClock()
    world = World(Runtime(runtime.addresses, clock=clock), clock)
    cases = [world.case("PLAN", person=world.person(f"Prova{letter}", "Eva")).id for letter in "abcd"]
    token = world.token(world.irene)
    world.runtime.close()
    programme = Programme(tmp_path, runtime, cases, token, cluster)
    yield programme
    programme.stop.set()
    programme.close()
    if cluster is None:
        runtime.close()


@pytest.fixture
def proving(world: World, tmp_path: Path) -> World:
    """An office that publishes its heads into a folder of its own, signed by a key of its own beside its master key."""
    own = Path(shutil.copy(world.runtime.addresses.master_key, tmp_path / "master.key"))
    object.__setattr__(world.runtime.addresses, "proofs", tmp_path / "proofs")
    object.__setattr__(world.runtime.addresses, "master_key", own)
    return world


@pytest.fixture
def elsewhere(
    engine: str, office_at: Callable[[str], StoreLocations], tmp_path: Path, world: World
) -> Iterator[Runtime]:
    """An office prepared and never used, on the other engine, with a master key and a folder of its own."""
    there = office_at({"sqlite": "postgresql", "postgresql": "sqlite"}[engine])
    own = StoreLocations(there.log, there.read, there.keys, tmp_path / "elsewhere" / "master.key")
    runtime = Runtime.prepare(own, clock=world.clock)
    first_key(runtime)
    yield runtime
    runtime.close()


@pytest.fixture
def anew(small: World, tmp_path: Path) -> Iterator[Runtime]:
    """The same, on SQLite."""
    runtime = Runtime.prepare(StoreLocations.folder(tmp_path / "anew"), clock=small.clock)
    yield runtime
    runtime.close()
