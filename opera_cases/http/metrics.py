"""Figures for Prometheus: requests, outcomes of steps, how far read models are behind, tasks that wait."""

import hmac
from collections.abc import Iterator

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.types import Scope

from opera_cases.application.runtime import Runtime
from opera_cases.application.tasks.heartbeat import beats
from opera_cases.domain.kernel.errors import Unavailable
from opera_cases.http.problems import Unauthenticated
from opera_cases.log.store.database import on_loop
from opera_cases.log.work import tasks
from opera_cases.projections.followed.catch_up import standing
from opera_cases.projections.models import messages, reminders

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class OfficeMeters:
    """What one process counts, and what it asks the databases when it is scraped."""

    def __init__(self, runtime: Runtime) -> None:
        self.registry = CollectorRegistry()
        names = ("operation", "status")
        self._requests = Histogram("opera_request_seconds", "Requests", names, registry=self.registry, buckets=BUCKETS)
        self._steps = Counter("opera_steps", "Steps asked for, by outcome", names, registry=self.registry)
        self.registry.register(_Standing(runtime))

    def observe(self, scope: Scope, status: int, seconds: float) -> None:
        """Count an answer: its operation, its status, and how many seconds it took."""
        operation = getattr(scope.get("route"), "name", "none")
        self._requests.labels(operation, str(status)).observe(seconds)
        if operation.startswith(("begin_", "take_step_of_")):
            self._steps.labels(operation, str(status)).inc()


class _Standing(Collector):
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def collect(self) -> Iterator[GaugeMetricFamily]:
        runtime = self._runtime
        answering = GaugeMetricFamily("opera_database_answers", "1 when the database answers")
        try:
            head = runtime.application.recorder.head()
            models = {model.name: standing(runtime.read, model) for model in runtime.models}
            waiting = tasks.count_waiting(runtime.log)
            stuck = runtime.application.recorder.waiting_since()
            looks = beats(runtime.log)
            mails = messages.messages_by_state(runtime.log)
            unheard = reminders.count_unheard(runtime.log)
        except Unavailable:
            answering.add_metric([], 0)
            yield answering
            return
        answering.add_metric([], 1)
        yield answering
        behind = GaugeMetricFamily("opera_read_model_behind", "1 when a read model is behind the log", labels=["model"])
        trouble = GaugeMetricFamily("opera_read_model_stopped", "1 when a read model stopped", labels=["model"])
        for name, model in models.items():
            behind.add_metric([name], float(model.position < head))
            trouble.add_metric([name], float(bool(model.trouble)))
        yield behind
        yield trouble
        ago = GaugeMetricFamily(
            "opera_look_seconds_ago", "Seconds since the last look at one kind of work", labels=["work"]
        )
        for look in looks:
            ago.add_metric([look.name], look.seconds_ago)
        yield ago
        mail = GaugeMetricFamily("opera_messages", "Messages by what became of them", labels=["state"])
        for state, count in mails.items():
            mail.add_metric([state], count)
        yield mail
        yield GaugeMetricFamily(
            "opera_reminders_unheard", "Open reminders with a rung that found nobody to tell", value=float(unheard)
        )
        yield GaugeMetricFamily("opera_tasks_waiting", "Tasks that wait for a worker", value=float(waiting))
        yield GaugeMetricFamily("opera_oldest_write_seconds", "Age of the oldest open write", value=stuck)


def metrics_router(meters: OfficeMeters, token: str) -> APIRouter:
    """`/metrics` for whoever shows the token of the meters. Anybody else is answered `Unauthenticated`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/metrics")
    async def metrics(request: Request) -> Response:
        shown = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(shown.encode(), token.encode()):
            raise Unauthenticated
        return Response(await on_loop(generate_latest, meters.registry), media_type="text/plain; version=0.0.4")

    return router
