"""Published tables: what the rows of a procedure promise, as a digest kept for each version.

`python -m tests.history.published` keeps those of versions that are not kept yet.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from opera_cases.domain.access import AccessLevel
from opera_cases.domain.kernel.steps import Step
from opera_cases.domain.kernel.workflow import Procedure
from opera_cases.domain.procedures import PROCEDURES

KEPT = Path(__file__).parents[1] / "history" / "procedures.sha256"


LEVELS = {
    AccessLevel.NONE: "NONE",
    AccessLevel.READ: "READS",
    AccessLevel.RESPOND: "ANSWERS",
    AccessLevel.WRITE: "WORKS",
}
"""How far somebody has to reach, as the digests that are kept say it."""


def promised(step: Step) -> dict[str, Any]:
    """What a row promises: who may ask for what, in which state, under which rules, what is recorded, where it leads."""
    return {
        "step": step.name, "by": sorted(role.value for role in step.by), "source": sorted(step.source), "target": step.target,
        "records": step.records.topic, "fills": sorted(step.fills.fields) if step.fills else [],
        "rules": [rule.name for rule in step.rules], "when": step.when.name if step.when else "", "sets": [term.rule for term in step.sets],
        "ends": list(step.ends) if isinstance(step.ends, tuple) else "as the record says", "adds": step.adds, "drops": sorted(step.drops),
        "despite": sorted(step.despite), "reach": LEVELS[step.reach], "kinds": sorted(step.kinds),
    }  # fmt: skip


def digest(procedure: Procedure[Any]) -> str:
    said = {
        "states": list(procedure.states), "final": sorted(procedure.final), "blocking": sorted(procedure.blocking),
        "steps": [promised(step) for step in procedure.steps],
    }  # fmt: skip
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def kept() -> dict[str, str]:
    """The digest of each version that was published, by its label."""
    return dict(line.split() for line in KEPT.read_text().splitlines())  # type: ignore[misc]


if __name__ == "__main__":
    known = kept() if KEPT.exists() else {}
    new = {each.label: digest(each) for each in PROCEDURES.values() if each.label not in known}
    KEPT.write_text("".join(f"{label} {told}\n" for label, told in {**known, **new}.items()))
