"""A bad day: the database goes away under load and comes back; nobody restarts anything."""

import time
from uuid import uuid4

from starlette.testclient import TestClient

from opera_cases.api.app import MOUNT, create_app
from opera_cases.application.integrity.invariants import verify_everything
from opera_cases.application.runtime import Runtime
from tests.conftest import OwnCluster
from tests.support.world import SetClock, World


def test_while_the_database_is_away_every_answer_says_so_and_afterwards_all_is_well(own_cluster: OwnCluster) -> None:
    clock = SetClock()
    runtime = Runtime(own_cluster.runtime.addresses, clock=clock)
    world = World(runtime, clock)
    case = world.case("INTAKE")
    headers = {"Authorization": f"Bearer {world.token(world.irene)}", "If-Match": f'"{case.now.version}"',
               "Idempotency-Key": str(uuid4())}  # fmt: skip
    asked = [
        ("POST", f"{MOUNT}/cases/{case.id}/steps", {"step": "add_note", "text": "Prima del guasto."}),
        ("GET", f"{MOUNT}/cases/{case.id}", None),
        ("GET", f"{MOUNT}/cases/{case.id}/timeline", None),
        ("GET", f"{MOUNT}/cases", None),
    ]
    with TestClient(create_app(runtime), raise_server_exceptions=False) as client:
        assert client.get("/readyz").status_code == 200
        own_cluster.cluster.stop()
        for method, url, body in asked:
            began = time.monotonic()
            answer = client.request(method, url, json=body, headers=headers)
            assert answer.status_code == 503, (url, answer.text)
            assert answer.headers["retry-after"]
            assert answer.json()["type"] == "urn:opera-cases:problem:cannot-now"
            assert time.monotonic() - began < 10
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200
        own_cluster.cluster.start()
        statuses = [
            client.request(method, url, json=body, headers=headers).status_code for method, url, body in asked * 3
        ]
        assert statuses[-4:] == [200] * 4, statuses
        assert client.get("/readyz").status_code == 200
    notes = [event for event in runtime.application.records.history(case.id) if event.topic == "case.note_added"]
    assert len(notes) == 1, "the same key, sent again and again, wrote one note"
    world.settle()
    assert verify_everything(runtime) == []
    runtime.close()
