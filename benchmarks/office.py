"""An office to measure: a PostgreSQL cluster with fsync on, a desk, and cases of as many events as asked for."""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from opera_cases.application.runtime import Runtime, StoreLocations
from tests.support import world as tests_world
from tests.support.postgres import Cluster, sql
from tests.support.world import SetClock, World


@dataclass
class BenchOffice:
    folder: Path
    cluster: Cluster
    runtime: Runtime
    world: World
    log: str

    @classmethod
    def open(cls) -> "BenchOffice":
        folder = Path(tempfile.mkdtemp(prefix="opera-bench-"))
        cluster = Cluster()
        sql(cluster.url("postgres"), "CREATE DATABASE log", "CREATE DATABASE keys")
        log, keys = cluster.url("log"), cluster.url("keys")
        clock = SetClock(datetime.now(UTC).date())
        runtime = Runtime.prepare(StoreLocations(log, log, keys, folder / "master.key"), clock=clock)
        tests_world.MONDAY = datetime.now(UTC).date()
        return cls(folder, cluster, runtime, World(runtime, clock), log)

    def case(self, events: int) -> UUID:
        """A case in its intake with notes of 200 characters, until it has so many events."""
        case = self.world.case("INTAKE", person=self.world.person("Provaletti", f"Ardesia{events}"))
        while case.now.version < events:
            case.do("add_note", text="nota di prova, " * 13)
        return case.id

    def settle(self) -> None:
        self.world.settle()

    def close(self) -> None:
        self.runtime.close()
        self.cluster.remove()
        shutil.rmtree(self.folder, ignore_errors=True)
