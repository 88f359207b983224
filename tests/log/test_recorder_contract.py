"""The library's own contract tests, run on our recorder on both databases."""

import threading
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.tests.persistence import ApplicationRecorderTestCase

from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.log.events.recorder import Recorder
from tests.support.world import World


class _OnOurLog:
    """Hands the library's test cases an empty log for each test."""

    ENGINE = "sqlite"
    INITIAL_VERSION = 1
    runtime: Runtime

    @pytest.fixture(autouse=True)
    def _office(self, office_at: Callable[[str], StoreLocations]) -> Iterator[None]:
        self.runtime = Runtime(office_at(self.ENGINE))
        before = set(threading.enumerate())
        yield
        for reader in set(threading.enumerate()) - before:  # the library's tests leave their readers running
            reader.join(10)
        self.runtime.close()

    def new_originator_id(self) -> UUID:
        return uuid4()

    def create_recorder(self) -> Recorder:
        return Recorder(self.runtime.log)


class TestApplicationRecorderOnSqlite(_OnOurLog, ApplicationRecorderTestCase):  # type: ignore[misc,type-arg]
    pass


class TestApplicationRecorderOnPostgres(_OnOurLog, ApplicationRecorderTestCase):  # type: ignore[misc,type-arg]
    ENGINE = "postgresql"

    def test_insert_select(self) -> None:
        """The same as the library's, but for its demand that the positions be 1, 2, 3."""
        recorder = self.create_recorder()
        assert recorder.max_notification_id() is None
        stream, other = uuid4(), uuid4()
        first, second = recorder.insert_events([StoredEvent(stream, n, f"topic{n}", b"state") for n in (1, 2)]) or ()
        (third,) = recorder.insert_events([StoredEvent(other, 1, "topic3", b"state3")]) or ()
        assert first < second < third
        assert [each.topic for each in recorder.select_events(stream)] == ["topic1", "topic2"]
        assert [each.id for each in recorder.select_notifications(None, 10)] == [first, second, third]
        assert [each.id for each in recorder.select_notifications(second, 10)] == [second, third]
        assert [each.id for each in recorder.select_notifications(second, 10, inclusive_of_start=False)] == [third]
        assert [each.id for each in recorder.select_notifications(None, 10, stop=second)] == [first, second]
        assert [each.id for each in recorder.select_notifications(None, 10, topics=["topic2"])] == [second]
        assert recorder.max_notification_id() == third


def test_a_subscription_yields_what_is_recorded_before_and_after_it_began(world: World) -> None:
    recorder = world.runtime.application.recorder
    start = recorder.head()
    first = world.case().id
    with recorder.subscribe(gt=start) as subscription:
        assert next(subscription).originator_id == first
        second = world.case().id
        assert next(subscription).originator_id == second
