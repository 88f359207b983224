"""Editions of the rulebook: which decided from when until when in this office, and what one says and another does not."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from opera_cases.application.audit.explanations import has_edition
from opera_cases.application.audit.trail import ASKERS
from opera_cases.application.runtime import Runtime, edition, edition_names
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.errors import NotYourRole
from opera_cases.domain.kernel.rulebook import Ladder, Parameter, Rulebook

DatedRule = Parameter | Ladder


class RuleChange(NamedTuple):
    """A rule of one edition and the same of another; None where one does not have it."""

    before: DatedRule | None
    after: DatedRule | None


def rule_changes(one: Rulebook, other: Rulebook) -> Iterator[RuleChange]:
    """What one edition says and the other does not, by the names of the rules."""
    before, after = _everything(one), _everything(other)
    for key in sorted(before.keys() | after.keys(), key=str):
        was, now = before.get(key), after.get(key)
        if was is None or now is None or (rule_value(was), was.valid_to) != (rule_value(now), now.valid_to):
            yield RuleChange(was, now)


def _everything(read: Rulebook) -> dict[tuple[object, ...], DatedRule]:
    every: list[DatedRule] = [*read.all(), *read.ladders()]
    return {(each.id, each.scope, each.valid_from): each for each in every}


def rule_value(rule: DatedRule) -> str:
    """What a rule says, in short."""
    if isinstance(rule, Ladder):
        return ", ".join(
            f"{each.rung} {each.days:+d} {each.to}{' urgent' if each.urgent else ''}" for each in rule.rungs
        )
    said = ", ".join(map(str, rule.value)) if isinstance(rule.value, tuple) else str(rule.value)
    return f"{said} {rule.unit}"


def editions_used(runtime: Runtime, who: Principal) -> list[dict[str, Any]]:
    """The editions and versions of tables by which this office decided, with the first and the last event of each and what
    each edition changed, the oldest first. Raises `NotYourRole`."""
    if who.role not in ASKERS:
        raise NotYourRole("The audit trail is for supervisors, auditors and the data protection officer.")
    with runtime.read.reading() as connection:
        rows = runtime.models.audit.editions(connection)
    told: dict[str, dict[str, Any]] = {}
    for row in rows:
        line = told.setdefault(
            row.edition, {"edition": row.edition, "since": row.since, "until": row.until, "events": 0, "procedures": []}
        )
        line["since"], line["until"] = min(line["since"], row.since), max(line["until"], row.until)
        line["events"] += row.count
        line["procedures"].append(
            {"procedure": row.procedure, "since": row.since, "until": row.until, "events": row.count}
        )
    for name, line in told.items():
        line["digest"] = edition(name).digest if has_edition(name) else None
        line["changes"] = _since_the_one_before(name)
    return sorted(told.values(), key=lambda line: str(line["since"]))


def _since_the_one_before(name: str) -> list[dict[str, Any]]:
    known = edition_names()
    if name not in known or known.index(name) == 0:
        return []
    found = []
    for was, now in rule_changes(edition(known[known.index(name) - 1]), edition(name)):
        rule = now or was
        assert rule is not None
        found.append({"rule": rule.id, "before": rule_value(was) if was else None, "after": rule_value(now) if now else None, "source": rule.source,
                      "valid_from": rule.valid_from})  # fmt: skip
    return found
