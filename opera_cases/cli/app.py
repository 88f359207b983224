"""The command line: wires everything, and is the only reader of the settings."""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Annotated

import typer

from opera_cases import __version__
from opera_cases.application.integrity.first_head import first_key
from opera_cases.application.runtime import Runtime, StoreLocations
from opera_cases.cli import backup as keeping
from opera_cases.cli import serving
from opera_cases.cli.audit import audit
from opera_cases.cli.clock import clock, mails
from opera_cases.cli.console import err, office, out
from opera_cases.cli.desk import desk
from opera_cases.cli.keys import keys
from opera_cases.cli.operator import operator
from opera_cases.cli.proof import proof
from opera_cases.cli.reference import codelists, procedure, rulebook
from opera_cases.cli.token import token
from opera_cases.domain.kernel.errors import OperaError, Refused
from opera_cases.log.keys.master_key import NoMasterKey
from opera_cases.log.store.migrate import grant
from opera_cases.runtime.settings import Settings, settings_in_force

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
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


def _version(wanted: bool) -> None:
    if wanted:
        print(f"opera-cases {__version__}")
        raise typer.Exit


@app.callback()
def _called(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version, and nothing else.")] = False,
) -> None:  # fmt: skip
    """Make, serve, keep and ask an office of opera_cases."""


@contextmanager
def bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar that shows how far something has come; yields the function that is told how many of how many are done."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


@app.command()
def demo(
    people: Annotated[int, typer.Option(help="How many people; OPERA reported 468.", min=20)] = 468,
    folder: Annotated[Path, typer.Option(help="Where to build it.")] = Path("demo"),
    anew: Annotated[bool, typer.Option("--anew", help="Build it again, without what was done in it.")] = False,
    serve: Annotated[bool, typer.Option(help="Serve it when it is built.")] = True,
    port: Annotated[int, typer.Option(min=1, max=serving.LAST_PORT, help="Port to serve it at.")] = 8019,
) -> None:  # fmt: skip
    """Replay the programme with invented people, and serve it on this machine. A demo that is there is kept as it was left."""
    from opera_cases.demo import kept, replay, tour
    from opera_cases.jobs.rounds import run_until_idle

    with serving.listening("127.0.0.1", port) if serve else nullcontext() as door:
        sights, first = None if anew else kept.load_sights(folder), ""
        if sights is not None:
            runtime = Runtime.enter(StoreLocations.folder(folder))
            out.print(
                f"The demo in {folder}, of {sights.people} people, is kept as it was left; `make demo ARGS=--anew` builds it again."
            )
        else:
            with bar("Replaying the programme") as progress:
                runtime, cast = replay.build(folder, people, progress)
            first, sights = first_key(runtime), kept.find_sights(runtime, cast, people)
            kept.save_sights(folder, sights)
        with closing(runtime):
            run_until_idle(runtime)  # what fell due since its last day, so that the tour names the versions of today
            out.print(
                tour.tour_text(runtime, sights, folder, f"http://127.0.0.1:{port}"), markup=False, highlight=False
            )
            if first:
                tell_first_key(first)
            if door is not None:
                serving.answer(runtime, door)


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
    """Print the id of the first signing key, and what to do with it."""
    out.print(f"The first signing key is {first}. Keep its id where no administrator of the database has a hand, and set "
              f"OPERA_FIRST_KEY={first}: verify tells when another took its place.", markup=False, highlight=False)  # fmt: skip


@app.command()
def rebuild() -> None:
    """Fold every read model again from the log, beside the old ones, which serve until the new ones are ready."""
    from opera_cases.projections.followed.rebuild import rebuild_followed, rebuild_inline

    with office() as runtime:
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
    from opera_cases.application.integrity.findings import findings_in_words
    from opera_cases.application.integrity.witness import kept_heads

    if only not in ("", "witness", "itself"):
        raise typer.BadParameter("There is `witness` and `itself`; nothing at all checks both.", param_hint="--only")
    findings, kept = [], [each for file in head or () for each in kept_heads(file)]
    with office() as runtime:
        if only in ("", "witness"):
            with bar("Comparing with the witness") as progress:
                findings += tampering.verify_ledgers(
                    runtime, progress, resume, first_key=Settings().first_key, kept=kept
                )
            out.print(tampering.head_coverage(runtime), markup=False, soft_wrap=True)
        if only in ("", "itself"):
            with bar("Verifying") as progress:
                findings += invariants.verify_everything(runtime, progress)
    for line in findings_in_words(findings):
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
    with office() as runtime:
        url = settings.public_url or f"http://{settings.host}:{settings.port}"
        document = create_app(runtime, public_url=url).openapi()
    print(json.dumps(as_3_0(document) if older else document, indent=2, ensure_ascii=False))


@app.command()
def settings() -> None:
    """Print what is set, with secrets masked, and where each comes from: the environment, the file .env, or the program."""
    for each in settings_in_force():
        out.print(f"{each.variable}={each.value}  ({each.source})", markup=False, highlight=False)


app.command()(serving.serve)
app.command()(serving.work)
app.command()(procedure)
app.command()(clock)
app.command()(keeping.backup)
app.command()(keeping.restore)


@case.command("show")
def show_case(number: Annotated[str, typer.Argument(help="The file number, or the id.")]) -> None:
    """What happened to a case, step by step, without personal values."""
    from opera_cases.application.render_text import history_text

    with office() as runtime:
        text = history_text(runtime, number)
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
