"""Procedures and histories as text that can be read aloud at a desk."""

from typing import Any
from uuid import UUID

import msgspec

from opera_cases.application.runtime import Runtime
from opera_cases.application.seal import sealed_values
from opera_cases.application.tasks.queue import StoredBlob
from opera_cases.domain.documents.document import DocumentAdded, VersionAdded
from opera_cases.domain.kernel.errors import NotFound
from opera_cases.domain.kernel.personal import Sealed
from opera_cases.domain.kernel.steps import Step
from opera_cases.domain.kernel.workflow import Procedure
from opera_cases.domain.resources.events import FileAttached
from opera_cases.log.events.codec import decode
from opera_cases.log.work import saved_filters, tasks

_sealed = msgspec.json.Decoder(Sealed)
_lies = msgspec.json.Decoder(StoredBlob)


VENTURE_KINDS = {
    "micro": "MICRO_ENTERPRISE", "cooperative": "COOPERATIVE", "buy-out": "WORKER_BUY_OUT", "spin-off": "SPIN_OFF",
    "hosted": "HOSTED_ENTREPRENEUR",
}  # fmt: skip
"""How the kinds of ventures are called at the command line."""


def _row(step: Step, procedure: Procedure[Any]) -> str:
    who = ", ".join(sorted(role.lower().replace("_", " ") for role in step.by))
    order = ["", *procedure.states]
    source = " or ".join(state or "nothing" for state in sorted(step.source, key=order.index))
    lines = [f"{step.name}: {source} → {step.target or 'the same'}", f"    by {who}; records {step.records.topic}"]
    if step.kinds:
        lines.append(f"    for {', '.join(sorted(each.lower().replace('_', ' ') for each in step.kinds))}")
    if step.when:
        lines.append(f"    when {step.when.must[0].lower()}{step.when.must[1:]}")
    lines += [f"    only if {rule.must[0].lower()}{rule.must[1:]} [{rule.source}]" for rule in step.rules]
    if step.sets:
        lines.append(f"    sets {', '.join(term.rule for term in step.sets)}")
    if isinstance(step.ends, tuple) and step.ends:
        lines.append(f"    ends {', '.join(step.ends)}")
    return "\n".join(lines)


def procedure_text(procedure: Procedure[Any], variant: str = "") -> str:
    """Every row of the table, in its order; with `variant` those of one kind of record."""
    return f"{procedure.label}\n\n" + "\n".join(_row(step, procedure) for step in procedure.of_kind(variant))


def case_numbered(runtime: Runtime, number: str) -> UUID:
    """The case with a file number, or an id. Raises `NotFound`."""
    digits = number.replace("-", "").replace(" ", "")
    if len(digits) == 8 and digits.isdigit():
        stream = runtime.application.records.holder("file_number", f"{digits[:4]}-{digits[4:]}")
    else:
        try:
            stream = UUID(number)
        except ValueError:
            raise NotFound("A file number has eight digits, as in 4827-1935.") from None
    if stream is None or not runtime.application.records.history(stream):
        raise NotFound(f"There is no case {number}.")
    return stream


def history_text(runtime: Runtime, number: str) -> str:
    """What happened to a case, by file number or id, without personal values. Raises `NotFound`."""
    stream = case_numbered(runtime, number)
    events = runtime.application.records.history(stream)
    lines = [f"Case {number}: {events[-1].body.left.state}"]
    for event in events:
        overlays = "".join(f" ({each.lower()})" for each in event.body.left.overlays)
        due = "".join(f"; {each.key} due {each.due_on}" for each in event.body.sets)
        lines.append(
            f"{event.version:3}  {event.on}  {event.body.step:22} {event.body.left.state}{overlays}"
            f"  by {event.meta.actor.role.lower()}{due}"
        )
    return "\n".join(lines)


def keys_in_use(runtime: Runtime) -> set[UUID]:
    """The key ids of every sealed value: in the log, of documents, of tasks, of the names of saved filters."""
    used = {_lies.decode(each).key for each in tasks.contents(runtime.log)}
    used |= {_sealed.decode(each).key for each in saved_filters.filter_names(runtime.log)}
    position = 0
    while rows := runtime.application.recorder.after(position, 2000):
        position = int(rows[-1][0])
        for row in rows:
            facts = decode(row).facts
            used |= {sealed.key for _, sealed in sealed_values(facts)}
            if isinstance(facts, DocumentAdded | VersionAdded | FileAttached):
                used.add(facts.key)
    return used
