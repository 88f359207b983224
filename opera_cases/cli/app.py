"""The command line: wires everything, and is the only reader of the settings."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from opera_cases.application.integrity.first_head import first_key
from opera_cases.application.runtime import Runtime
from opera_cases.cli import backup as keeping
from opera_cases.cli.audit import audit
from opera_cases.cli.clock import clock, mail, mails
from opera_cases.cli.console import desk, err, opened_patiently, operator, out, premises, token
from opera_cases.cli.keys import keys
from opera_cases.cli.proof import proof
from opera_cases.cli.reference import codelists, procedure, rulebook
from opera_cases.domain.kernel.errors import OperaError, Refused
from opera_cases.log.keys.master_key import NoMasterKey
from opera_cases.log.store.migrate import grant
from opera_cases.runtime import gc_tuning
from opera_cases.runtime.settings import Settings

app = typer.Typer(no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)
case = typer.Typer(no_args_is_help=True, help="Cases, for support.")
for name, commands in (
    ("case", case),
    ("keys", keys),
    ("desk", desk),
    ("operator", operator),
    ("token", token),
    ("rulebook", rulebook),
    ("codelists", codelists),
    ("mail", mails),
    ("proof", proof),
    ("audit", audit),
):
    app.add_typer(commands, name=name)


@contextmanager
def bar(title: str) -> Iterator[Callable[[int, int], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


@app.command()
def demo(
    people: Annotated[int, typer.Option(help="How many people; OPERA reported 468.", min=20)] = 468,
    folder: Annotated[Path, typer.Option(help="Where to build it.")] = Path("demo"),
    serve: Annotated[bool, typer.Option(help="Serve it when it is built.")] = True,
    port: int = 8019,
) -> None:
    """Replay the programme with invented people, and serve it on this machine."""
    from opera_cases.demo.replay import build
    from opera_cases.demo.tour import tour

    with bar("Replaying the programme") as progress:
        runtime, cast = build(folder, people, progress)
    out.print(tour(runtime, cast, f"http://127.0.0.1:{port}"), markup=False, highlight=False)
    tell_first_key(first_key(runtime))
    if serve:
        _serve(runtime, "127.0.0.1", port)
    runtime.close()


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; OPERA_HOST otherwise.")] = "",
    port: Annotated[int, typer.Option(help="Port to listen on; OPERA_PORT otherwise.")] = 0,
    work: Annotated[
        bool | None, typer.Option(help="Also do the worker's work; the embedded office always does.")
    ] = None,
) -> None:
    """Answer requests. The embedded office works in the same process; otherwise run `opera-cases work` beside it."""
    from opera_cases.runtime.fault_log import fault_log

    gc_tuning.hold_off()
    fault_log()
    settings = Settings()
    runtime = opened_patiently(settings)
    _serve(runtime, host or settings.host, port or settings.port, work=settings.embedded if work is None else work)
    runtime.close()


def _serve(runtime: Runtime, host: str, port: int, *, work: bool = True) -> None:
    from opera_cases.api.app import create_app
    from opera_cases.jobs.schedule import start
    from opera_cases.log.store.single_server import serving_alone
    from opera_cases.runtime import server
    from opera_cases.runtime.request_log import request_log

    settings = Settings()
    public_url = settings.public_url or f"http://{host}:{port}"
    with serving_alone(runtime.log):
        scheduler = start(runtime, mail(settings, public_url)) if work else None
        try:
            app = create_app(runtime, rate=settings.rate, metrics_token=settings.metrics_token,
                             public_url=public_url,
                             log=request_log() if settings.log_requests else None)  # fmt: skip
            gc_tuning.settle()
            server.run(app, host, port, settings.forwarded_from)
        finally:
            if scheduler is not None:
                scheduler.shutdown()


@app.command()
def work() -> None:
    """Do what happens without a person asking: policies, the clock, reminders, mail, read models."""
    import signal
    import threading

    from opera_cases.jobs.schedule import start
    from opera_cases.runtime.fault_log import fault_log

    fault_log()
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    settings = Settings()
    public_url = settings.public_url or f"http://{settings.host}:{settings.port}"
    with premises(patiently=True) as runtime:
        scheduler = start(runtime, mail(settings, public_url))
        out.print("At work. Stop with Ctrl-C.")
        stop.wait()
        scheduler.shutdown()


@app.command()
def migrate(
    grant_to: Annotated[
        str, typer.Option(help="PostgreSQL role as which the office runs: it may add to the log, never change it.")
    ] = "",
) -> None:
    """Create or upgrade the office: log, keys, read models. Safe to run again, and in many places at once.

    When it makes the office it signs a first head and prints the id of the first key: keep that elsewhere, and in OPERA_FIRST_KEY.
    """
    runtime = Runtime.prepare(Settings().addresses())
    try:
        if grant_to:
            grant(runtime.log, grant_to)
        first = first_key(runtime)
        out.print(
            f"The office is ready: log {runtime.log.url.render_as_string()}, rulebook {runtime.application.rulebook.edition}."
        )
        if runtime.renewed and any(runtime.renewed):
            out.print(runtime.renewed.told)
    finally:
        runtime.close()
    if first:
        tell_first_key(first)


def tell_first_key(first: str) -> None:
    out.print(f"The first signing key is {first}. Keep its id where no administrator of the database has a hand, and set "
              f"OPERA_FIRST_KEY={first}: verify tells when another took its place.", markup=False, highlight=False)  # fmt: skip


@app.command()
def rebuild() -> None:
    """Fold every read model again from the log, beside the old ones, which serve until the new ones are ready."""
    from opera_cases.projections.followed.rebuild import rebuild_followed, rebuild_inline

    with premises() as runtime:
        with bar("Caseload and open deadlines") as progress:
            rows = rebuild_inline(runtime.log, runtime.application.recorder, runtime.application.keyring, progress)
        out.print(f"{rows} rows of the inline models folded again.")
        for model in runtime.models:
            with bar(model.name) as progress:
                events = rebuild_followed(runtime.application.recorder, runtime.read, model, progress)
            out.print(f"{model.name}: {events} events folded again.")


@app.command()
def verify(
    resume: Annotated[Path | None, typer.Option(help="A file that keeps how far the comparison with the witness has come.")] = None,
    only: Annotated[str, typer.Option(help="Only `witness` (untouched since the last heads) or `itself` (everything stored).")] = "",
    head: Annotated[list[Path] | None, typer.Option(help="A file with heads kept elsewhere, as they were mailed or as lines of heads.jsonl; may be repeated.", exists=True, dir_okay=False)] = None,
) -> None:  # fmt: skip
    """Check the ledgers against the signed heads, and everything stored against itself, while the office works.

    Exit code 1 when anything is wrong, or could not be checked. What is younger than the last heads is told: it is not covered yet.
    """
    from opera_cases.application.integrity import invariants, tampering
    from opera_cases.application.integrity.findings import told
    from opera_cases.application.integrity.witness import kept_heads

    if only not in ("", "witness", "itself"):
        raise typer.BadParameter("There is `witness` and `itself`; nothing at all checks both.", param_hint="--only")
    findings, kept = [], [each for file in head or () for each in kept_heads(file)]
    with premises() as runtime:
        if only in ("", "witness"):
            with bar("Comparing with the witness") as progress:
                findings += tampering.verify(runtime, progress, resume, first_key=Settings().first_key, kept=kept)
            out.print(tampering.covered(runtime), markup=False, soft_wrap=True)
        if only in ("", "itself"):
            with bar("Verifying") as progress:
                findings += invariants.verify(runtime, progress)
    for line in told(findings):
        out.print(line, markup=False, soft_wrap=True)
    out.print(f"{len(findings)} findings." if findings else "Everything stored agrees with itself: I1 to I18.")
    raise typer.Exit(1 if findings else 0)


@app.command()
def openapi(
    older: Annotated[bool, typer.Option("--3.0", help="In OpenAPI 3.0.3, for tools that do not read 3.1.")] = False,
) -> None:
    """Print the description of the API, as the server publishes it."""
    import json

    from opera_cases.api.app import create_app
    from opera_cases.api.openapi.downgrade import as_3_0

    settings = Settings()
    with premises() as runtime:
        url = settings.public_url or f"http://{settings.host}:{settings.port}"
        document = create_app(runtime, public_url=url).openapi()
    print(json.dumps(as_3_0(document) if older else document, indent=2, ensure_ascii=False))


app.command()(procedure)
app.command()(clock)
app.command()(keeping.backup)
app.command()(keeping.restore)


@case.command("show")
def show_case(number: Annotated[str, typer.Argument(help="The file number, or the id.")]) -> None:
    """What happened to a case, step by step, without personal values."""
    from opera_cases.application.render_text import history

    with premises() as runtime:
        text = history(runtime, number)
    print(text)


def main() -> None:
    """Run, and turn what goes wrong into words and an exit code: 1 refused, 2 wrong call, 3 not now."""
    try:
        app()
    except Refused as refused:
        for each in refused.refusals:
            err.print(f"Refused: {each.says} {each.todo}", markup=False)
        sys.exit(1)
    except (OperaError, NoMasterKey, ValueError) as wrong:
        err.print(f"{wrong}", markup=False)
        sys.exit(3)
