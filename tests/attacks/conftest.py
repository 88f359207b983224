"""One office on each database for all attacks of a run. `tests.conftest.ByOffice` keeps those of a database with one worker."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.attacks.office import Office
from tests.attacks.stores import Store
from tests.support.postgres import sql


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("attacked")
    made = _embedded(folder) if request.param == "sqlite" else _on_postgres(folder, request)
    try:
        yield made.make()
    finally:
        made.close()


def _embedded(folder: Path) -> Office:
    there = folder / "office"
    return Office(folder, Store(there / "log.db"), Store(there / "keys.db"), {"OPERA_FOLDER": str(there)})


def _on_postgres(folder: Path, request: pytest.FixtureRequest) -> Office:
    server, stem = request.getfixturevalue("postgres"), f"a{uuid4().hex[:10]}"
    sql(server.url("postgres"), f"CREATE DATABASE {stem}_log", f"CREATE DATABASE {stem}_keys")
    log, keys = server.url(f"{stem}_log"), server.url(f"{stem}_keys")
    (folder / "office").mkdir(0o700)
    urls = {
        "OPERA_LOG_URL": log,
        "OPERA_KEYS_URL": keys,
        "OPERA_MASTER_KEY_FILE": str(folder / "office" / "master.key"),
    }
    return Office(folder, Store(log), Store(keys), urls)
