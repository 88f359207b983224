"""Answering requests and working beside those who answer, as the command line begins and ends it."""

import signal
import threading
from socket import socket
from typing import Annotated

import typer

from opera_cases.application.runtime import Runtime
from opera_cases.cli.clock import mail
from opera_cases.cli.console import office, open_office_patiently, out
from opera_cases.runtime import gc_tuning
from opera_cases.runtime.settings import Settings

LAST_PORT = 65_535
Port = Annotated[int | None, typer.Option(min=1, max=LAST_PORT, help="Port to listen on; OPERA_PORT otherwise.")]


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; OPERA_HOST otherwise.")] = "",
    port: Port = None,
    work: Annotated[
        bool | None, typer.Option(help="Also do the worker's work; the embedded office always does.")
    ] = None,
) -> None:
    """Answer requests. The embedded office works in the same process; otherwise run `opera-cases work` beside it."""
    from opera_cases.runtime.fault_log import fault_log

    gc_tuning.pause_collection()
    fault_log()
    settings = Settings()
    runtime = open_office_patiently(settings)
    try:
        with listening(host or settings.host, port or settings.port) as door:
            answer(runtime, door, work=settings.embedded if work is None else work)
    finally:
        runtime.close()


def listening(host: str, port: int) -> socket:
    """The address at which an office will answer, taken. Raises `BadParameter` in words when it cannot be had."""
    from opera_cases.runtime import server

    if not 1 <= port <= LAST_PORT:
        raise typer.BadParameter(f"There is no port {port}: they go from 1 to {LAST_PORT}.")
    try:
        return server.bind(host, port)
    except OSError as no:
        raise typer.BadParameter(
            f"Nothing can listen at {host}:{port}: {no.strerror or no}. Choose another with --port or --host."
        ) from None


def browser_address(door: socket) -> str:
    """What to open in a browser on this machine."""
    host, port = door.getsockname()[:2]
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 (compared, not listened at)
    return f"http://{name}:{port}"


def answer(runtime: Runtime, door: socket, *, work: bool = True) -> None:
    """Serve an office at an address until a signal says stop; with `work` also do what happens without anybody asking."""
    from opera_cases.api.app import create_app
    from opera_cases.jobs.schedule import start
    from opera_cases.log.store.single_server import serving_alone
    from opera_cases.runtime import server
    from opera_cases.runtime.request_log import request_log

    settings = Settings()
    public_url = settings.public_url or browser_address(door)
    with serving_alone(runtime.log):
        scheduler = start(runtime, mail(settings, public_url)) if work else None
        try:
            app = create_app(runtime, rate=settings.rate, metrics_token=settings.metrics_token,
                             public_url=public_url,
                             log=request_log() if settings.log_requests else None)  # fmt: skip
            gc_tuning.freeze_startup_objects()
            out.print(
                f"Listening at {browser_address(door)}; to read how to ask: {browser_address(door)}/docs. Stop with Ctrl-C.",
                markup=False,
                highlight=False,
            )
            server.serve_app(app, door, settings.forwarded_from)
        finally:
            if scheduler is not None:
                scheduler.shutdown()


def work() -> None:
    """Do what happens without a person asking: policies, the clock, reminders, mail, read models."""
    from opera_cases.jobs.schedule import start
    from opera_cases.runtime.fault_log import fault_log

    fault_log()
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    settings = Settings()
    public_url = settings.public_url or f"http://{settings.host}:{settings.port}"
    with office(patiently=True) as runtime:
        scheduler = start(runtime, mail(settings, public_url))
        out.print("At work. Stop with Ctrl-C.")
        stop.wait()
        scheduler.shutdown()
