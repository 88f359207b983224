"""What `make demo` prints at the end: what was built, and the very commands of a first tour. Their tokens and ids stand in a file."""

import sys
from pathlib import Path
from shlex import quote
from uuid import UUID

from opera_cases.application.paths import MOUNT
from opera_cases.application.runtime import Runtime
from opera_cases.demo.kept import Sights
from opera_cases.demo.supervisors import demo_token
from opera_cases.domain.cases.case import Case
from opera_cases.projections.queries import counts

TOUR = "tour.sh"
"""The file in the demo's folder that sets the variables of the commands, for the shell of whoever reads it with a dot."""


def tour_text(runtime: Runtime, sights: Sights, folder: Path, url: str) -> str:
    """The text of the tour, once its file is written, with fresh tokens for one person of each role."""
    (folder / TOUR).write_text(_variables(runtime, sights, folder, url))
    return "\n".join((
        "", "The programme, replayed:",
        *(f"  {count:6}  {name}" for name, count in counts.of_the_office(runtime.log).items()),
        "", "A first tour: open a second terminal in this folder, and copy one command after the other.",
        *(f"\n# {why}\n{command}" for why, command in tour_commands(folder)),
        "", f"Everything that can be asked, to be read in a browser: {url}/docs", "",
    ))  # fmt: skip


def tour_commands(folder: Path) -> list[tuple[str, str]]:
    """What each command of the tour shows, and the command."""
    program = program_called()
    return [
        ("Tokens, valid for thirty days, and the ids of what is looked at.", f". {folder / TOUR}"),
        ("What a caseworker has to do today.", _ask("CASEWORKER", "me/agenda")),
        ("Why a reminder came.", _ask("CASEWORKER", "reminders/$REMINDER/why")),
        ("The cases that stand at their business plan.", _ask("CASEWORKER", "cases?state=BUSINESS_PLAN")),
        (
            "One of them: its file, the steps that are open, and why the others are not.",
            _ask("CASEWORKER", "cases/$STUCK"),
        ),
        ("A step that its rules refuse.", _take("STUCK", '{"step": "pass_plan"}')),
        (
            "A step that moves another case.",
            _take("READY", '{"step": "choose_pathway", "pathway": "MICRO_ENTERPRISE"}'),
        ),
        ("What happened to that case until now.", f"{program} case show $READY"),
        ("An auditor asks who moved it.", _ask("AUDITOR", "audit/events?case=$READY&step=choose_pathway")),
        (
            "Why a business plan could be passed years ago: what its rules saw, and what they say.",
            f"{program} audit explain $EVENT",
        ),
    ]


def program_called() -> str:
    """How this program was called, for commands that are to be copied."""
    called = sys.argv[0]
    return quote(called) if Path(called).name == "opera-cases" else f"{quote(sys.executable)} -m opera_cases"


def _ask(role: str, path: str) -> str:
    return f'curl -sw \'\\n\' -H "Authorization: Bearer ${role}" -H "Accept-Language: en" "$API/{path}"'


def _take(case: str, body: str) -> str:
    said = f'\\\n  -H "Content-Type: application/json" -H "If-Match: ${case}_VERSION" -d \'{body}\''
    return f"{_ask('CASEWORKER', f'cases/${case}/steps')} {said}"


def _variables(runtime: Runtime, sights: Sights, folder: Path, url: str) -> str:
    """Lines that set the variables of the tour in a shell, and let `opera-cases` find the demo from any folder."""
    said = {
        "API": f"{url}{MOUNT}", **{role: demo_token(runtime, who) for role, who in sights.roles.items()},
        **_case(runtime, "STUCK", sights.stuck), **_case(runtime, "READY", sights.ready),
        "REMINDER": str(sights.reminder), "EVENT": str(sights.event),
    }  # fmt: skip
    lines = (f"{name}={quote(value)}" for name, value in said.items())
    return "\n".join((f"export OPERA_FOLDER={quote(str(folder.resolve()))}", *lines, ""))


def _case(runtime: Runtime, name: str, case: UUID) -> dict[str, str]:
    """A case and its version as a header says it."""
    return {name: str(case), f"{name}_VERSION": f'"{runtime.application.records.load(Case, case).version}"'}
