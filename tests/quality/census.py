"""A census of the rules: at the end of a whole run every rule that a person can meet has refused somebody.

A rule that never refuses could be turned round, and nobody would notice. What refused is counted in every process that tests run in;
the list of exceptions may only shrink.
"""

from collections.abc import Callable, Generator
from functools import wraps
from typing import Any

import pytest

from opera_cases.application.application import Application
from opera_cases.application.refusals import CLAIMED, NOT_YOURS
from opera_cases.application.requests import CommandRequest
from opera_cases.domain.access import PEOPLE
from opera_cases.domain.kernel.errors import Refused
from opera_cases.domain.kernel.rules import TIMELY, Rule, not_before_the_beginning, not_before_the_last_step
from opera_cases.domain.kernel.steps import Step
from opera_cases.domain.procedures import PROCEDURES
from tests.quality.census_exceptions import EXCEPTIONS, MOST

OF_EVERY_TABLE = (*TIMELY, not_before_the_beginning, not_before_the_last_step)


def _guards(step: Step, table: tuple[Step, ...]) -> tuple[Rule, ...]:
    """The rules of a row that can refuse: where another row takes whatever does not fit this one, `when` only chooses."""
    others = {source for each in table if each.name == step.name and each.when is None for source in each.source}
    return (*step.rules, *((step.when,) if step.when and not step.source <= others else ()))


def met_by_people() -> set[str]:
    """Every rule that may refuse a person something, by its code."""
    rows = {
        rule.code
        for each in PROCEDURES.values()
        for step in each.steps
        if step.by & PEOPLE
        for rule in _guards(step, each.steps)
    }
    return rows | {rule.code for rule in OF_EVERY_TABLE} | {each.rule for each in (*CLAIMED.values(), NOT_YOURS)}


class Census:
    """Counts the rules that refused a request of a person while it stands."""

    def __init__(self) -> None:
        self.refused: set[str] = set()

    def counting(self, take: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(take)
        def taken(application: Application, ask: CommandRequest) -> Any:
            try:
                return take(application, ask)
            except Refused as wrong:
                if ask.by.role in PEOPLE:
                    self.refused |= {each.rule for each in wrong.refusals}
                raise

        return taken

    def wrong(self) -> list[str]:
        """What has to be mended, in words."""
        never = met_by_people() - self.refused
        return [
            *(
                f"{each} never refused anybody: write the sentence that it refuses"
                for each in sorted(never - EXCEPTIONS.keys())
            ),
            *(
                f"{each} is on the list of exceptions, and refuses: take it off"
                for each in sorted(EXCEPTIONS.keys() - never)
            ),
            *(
                [f"The list of exceptions has {len(EXCEPTIONS)} entries, and {MOST} at most"]
                if len(EXCEPTIONS) > MOST
                else []
            ),
        ]


CENSUS = Census()


def is_whole(config: pytest.Config) -> bool:
    """Whether all tests were asked for, so that something can be said of all rules."""
    told = config.option
    return not (told.file_or_dir or told.keyword or told.lf or told.collectonly or told.maxfail) and told.markexpr in (
        "",
        "not heavy",
    )


def pytest_configure(config: pytest.Config) -> None:
    Application.execute_with_record = CENSUS.counting(Application.execute_with_record)  # type: ignore[method-assign]


def pytest_testnodedown(node: Any) -> None:
    CENSUS.refused |= set(getattr(node, "workeroutput", {}).get("refused", ()))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["refused"] = sorted(CENSUS.refused)
    yield
    if (
        not hasattr(session.config, "workeroutput")
        and is_whole(session.config)
        and session.exitstatus == pytest.ExitCode.OK
        and CENSUS.wrong()
    ):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if is_whole(config):
        terminalreporter.section("census of the rules")
        for line in CENSUS.wrong() or [
            f"All {len(met_by_people())} rules that people meet have refused somebody, but {len(EXCEPTIONS)} for a reason."
        ]:
            terminalreporter.line(line)
