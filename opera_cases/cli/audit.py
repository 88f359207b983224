"""What whoever keeps the machine asks of the audit trail. Personal values stay sealed: the API opens them, on record."""

import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import msgspec
import typer

from opera_cases.cli.console import AT_THE_TRAIL, err, office, out

audit = typer.Typer(
    no_args_is_help=True, help="The audit trail: events, refusals, readings, explanations, caseloads as known."
)

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
Since = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Recorded on that day or later.")]
Until = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Recorded on that day or before.")]
Number = Annotated[str, typer.Option(help="A file number or the id of a case, with everything that belongs to it.")]
Someone = Annotated[UUID | None, typer.Option(help="The id of an operator.")]
Limit = Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")]
PAGE = 200


class OutputFormat(StrEnum):
    """How the trail is printed: with commas, or a line of JSON each."""

    CSV = "CSV"
    JSONL = "JSONL"


@audit.command()
def events(
    case: Number = "", person: Annotated[UUID | None, typer.Option(help="The id of a person, under all records.")] = None,
    record: Annotated[UUID | None, typer.Option(help="The id of one record.")] = None, actor: Someone = None,
    desk: Annotated[UUID | None, typer.Option(help="The id of the desk at which they acted.")] = None,
    kind: Annotated[str, typer.Option(help="Of which kind of record: case, venture …")] = "",
    topic: Annotated[str, typer.Option(help="Which event, as in case.plan_passed.")] = "",
    step: Annotated[str, typer.Option(help="Which step, as in pass_plan.")] = "",
    role: Annotated[str, typer.Option(help="In which role.")] = "", rule: Annotated[str, typer.Option(help="By which rule.")] = "",
    edition: Annotated[str, typer.Option(help="Decided by which edition of the rulebook.")] = "",
    since: Since = None, until: Until = None, occurred_from: Day = None, occurred_to: Day = None,
    late_by: Annotated[int | None, typer.Option(min=0, help="Recorded at least so many days after it happened.")] = None,
    corrections: Annotated[bool, typer.Option("--corrections", help="Only corrections.")] = False,
    overrules: Annotated[bool, typer.Option("--overrules", help="Only where a rule was overruled.")] = False,
    on_behalf: Annotated[bool, typer.Option("--on-behalf", help="Only on somebody else's behalf.")] = False,
    of_people: Annotated[bool, typer.Option("--of-people", help="Nothing of the clock and the policies.")] = False,
    form: Annotated[OutputFormat, typer.Option("--format")] = OutputFormat.CSV,
    file: Annotated[Path | None, typer.Option(help="Write it there; on the screen when left out.")] = None,
) -> None:  # fmt: skip
    """Who did what, when, on what, by which rule, with before and after; everything that is given has to hold."""
    from opera_cases.application.audit import trail
    from opera_cases.application.audit.export import export_trail
    from opera_cases.application.personal.reader import NullReader
    from opera_cases.application.render_text import case_numbered
    from opera_cases.projections.followed.audit import TrailFilter

    days = {
        "recorded_from": since,
        "recorded_until": until,
        "occurred_from": occurred_from,
        "occurred_until": occurred_to,
    }
    equal = {"kind": kind, "topic": topic, "step": step, "actor": actor, "role": role, "desk": desk, "rule": rule, "edition": edition, "late_by": late_by,
             "corrections": corrections, "overrules": overrules, "on_behalf": on_behalf, "of_people": of_people}  # fmt: skip
    given = {**equal, **{name: day.date() for name, day in days.items() if day}}
    with office() as runtime:
        streams = None
        if case or person:
            streams = trail.streams_of(runtime, case=case_numbered(runtime, case) if case else None, person=person)
        if record:
            streams = {record} if streams is None else streams & {record}
        wanted = TrailFilter(streams=streams, **given)  # type: ignore[arg-type]
        said = {
            name: value
            for name, value in {**given, "case": case, "person": person, "record": record}.items()
            if value not in (None, "", False)
        }
        asked = {
            "filter": msgspec.to_builtins(asdict(wanted)),
            "said": msgspec.to_builtins(said),
            "format": form.value,
            "language": "en",
        }
        content, _ = export_trail(runtime, UUID(int=0), asked, AT_THE_TRAIL, lambda done, total: None, NullReader)
    if file is None:
        sys.stdout.buffer.write(content)
    else:
        file.write_bytes(content)
        err.print(f"Written to {file}.")


@audit.command()
def refusals(actor: Someone = None, case: Number = "", rule: Annotated[str, typer.Option(help="By which rule.")] = "", since: Since = None,
             until: Until = None, limit: Limit = 1000) -> None:  # fmt: skip
    """What was asked for and refused, the newest first, a line of JSON each."""
    from opera_cases.application.personal import access_log
    from opera_cases.application.render_text import case_numbered

    with office() as runtime:
        _print(access_log.list_refusals(runtime, AT_THE_TRAIL, actor=actor, record=case_numbered(runtime, case) if case else None, rule=rule,
                              period=access_log.DaySpan(since and since.date(), until and until.date()), limit=limit, offset=0))  # fmt: skip


@audit.command()
def readings(actor: Someone = None, person: Annotated[UUID | None, typer.Option(help="Of whom.")] = None, case: Number = "",
             since: Since = None, until: Until = None, limit: Limit = 1000) -> None:  # fmt: skip
    """Who read what of whom, where and why, the newest first, a line of JSON each."""
    from opera_cases.application.personal import access_log
    from opera_cases.application.render_text import case_numbered

    with office() as runtime:
        _print(access_log.list_readings(runtime, AT_THE_TRAIL, actor=actor, subject=person, record=case_numbered(runtime, case) if case else None,
                              period=access_log.DaySpan(since and since.date(), until and until.date()), limit=limit, offset=0))  # fmt: skip


@audit.command()
def editions() -> None:
    """By which editions of the rulebook this office decided, since when, and what each changed, a line of JSON each."""
    from opera_cases.application.audit.editions import editions_used

    with office() as runtime:
        _print(editions_used(runtime, AT_THE_TRAIL))


@audit.command()
def explain(event_id: Annotated[UUID, typer.Argument(help="The event, as the trail shows its id.")]) -> None:
    """Why a step was possible: what its rules saw, what they say, which edition decided, what it promised."""
    from opera_cases.application.audit.explanations import explanation
    from opera_cases.application.runtime import labels
    from opera_cases.domain.kernel.vocabulary import Language

    with office() as runtime:
        told = explanation(runtime, AT_THE_TRAIL, event_id, labels(Language.EN))
    lines = [
        f"{told['says']}: {told['title']}",
        f"{told['from_state'] or 'nothing'} → {told['to_state']}, by {told['by']} as {told['role']}, edition {told['edition']}, {told['procedure']}",
        f"happened on {told['occurred_on']}, recorded at {told['recorded_at']}",
        *(f"  the rules saw {each['fact']} = {each['value']}" for each in told["saw"]),
        *(f"  {each['rule']}: {each['says']} [{each['source']}]" for each in told["rules"]),
        *(f"  promised {each['rule']} by {each['due_on']} [{each['source']}]" for each in told["promised"]),
        *(f"  ended {each}" for each in told["ended"]),
    ]
    out.print("\n".join(lines), markup=False, highlight=False)


@audit.command()
def known(
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day.")],
    desk: Annotated[UUID | None, typer.Option(help="Of one desk.")] = None,
) -> None:
    """The caseload as the office knew it at the end of a day, a line of JSON for each case."""
    from opera_cases.application.audit.as_known import caseload_known_on

    with office() as runtime:
        _print(caseload_known_on(runtime, AT_THE_TRAIL, on.date(), {"desk": desk} if desk else {}).rows)


def _print(lines: Iterable[dict[str, Any]]) -> None:
    for line in lines:
        out.print(msgspec.json.encode(line).decode(), markup=False, highlight=False, soft_wrap=True)
