"""A procedure is a table of steps that can be read aloud; everything that decides is derived from it here.

`transitions` defines and draws the machine. A dictionary, compiled from it at import and checked, decides.
"""

from functools import cache
from typing import Any, Generic

from transitions import Machine
from transitions.extensions import GraphMachine

from opera_cases.domain.aggregate import A, Aggregate
from opera_cases.domain.errors import NotYourRole, Refusal, Refused
from opera_cases.domain.events import Facts, Left
from opera_cases.domain.rules import TIMELY, Asking, not_before_the_beginning, not_before_the_last_step
from opera_cases.domain.scope import Reach
from opera_cases.domain.steps import Allowed, Command, Lifeline, Ruled, Step, step_name
from opera_cases.domain.vocabulary import Role


class Procedure(Generic[A]):
    """A life cycle: its table, compiled. An overlay in `blocking` stops every step that is not `despite` it."""

    def __init__(
        self, *, name: str, version: int, aggregate: type[A], steps: tuple[Step, ...],
        states: tuple[str, ...], final: frozenset[str], lifeline: Lifeline, blocking: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self.blocking = blocking
        self.name, self.version, self.aggregate = name, version, aggregate
        self.steps, self.states, self.final, self.lifeline = steps, states, final, lifeline
        self.commands = {step.name: step.asks for step in steps}
        self.machine = Machine(model=None, states=["", *states], initial="", auto_transitions=False)
        for step in steps:
            for source in sorted(step.source):
                if source not in ("", *states) or step.target not in (None, *states):
                    raise ValueError(f"{name}: {step.name} leads from {source} to {step.target}, unknown to the table")
                self.machine.add_transition(step.name, source, step.target or "=")
        self._rows = {
            (source, trigger): tuple(step for step in steps if step.name == trigger and source in step.source)
            for trigger, event in self.machine.events.items()
            for source in event.transitions
        }

    @property
    def label(self) -> str:
        return f"{self.name}/{self.version}"

    @cache  # noqa: B019 (a procedure lives as long as the program)
    def needs(self, name: str | None = None) -> frozenset[str]:
        """The facts that a step needs, or, without a name, all the rules of the record."""
        return frozenset(need for step in self.steps if name in (None, step.name) for need in step.needs)

    @cache  # noqa: B019
    def needs_in(self, state: str, role: Role) -> frozenset[str]:
        """The facts that say which steps are open to a role in a state."""
        offered = (row for (source, _), rows in self._rows.items() if source == state for row in rows if role in row.by)
        return frozenset(need for row in offered for rule in row.rules if not rule.of_request for need in rule.needs)

    def decide(self, it: Asking[A]) -> tuple[Step, tuple[Ruled, ...]]:
        """The row that applies and the events it records.

        Raises `NotYourRole` when the role has no such step at all, `Refused` with every rule that fails otherwise.
        """
        asked: type[Command] = type(it.asked)
        name = step_name(asked)
        if not any(it.by.role in step.by for step in self.steps if step.name == name):
            raise NotYourRole
        rows = tuple(row for row in self._rows.get((it.subject.state, name), ()) if it.by.role in row.by)
        if not rows:
            raise Refused((self._not_open(name, it.subject),))
        row = next((each for each in rows if each.when is None or each.when.check(it)), None)
        if row is None:
            raise Refused(tuple(each.when.refusal() for each in rows if each.when))
        if refusals := self._refusals(row, it, with_request=True):
            raise Refused(refusals)
        return row, self._events(row, it)

    def allowed(self, it: Asking[A], reach: Reach = Reach.WORKS) -> tuple[Allowed, ...]:
        """The steps of this role in this state, each open or blocked with reasons, in the order of the table."""
        offered: dict[str, Allowed] = {}
        for row in self.steps:
            if it.subject.state in row.source and it.by.role in row.by and row.reach <= reach:
                refusals = self._refusals(row, it, with_request=False)
                known = offered.get(row.name)
                if known is None or (known.blocked_by and not refusals):
                    offered[row.name] = Allowed(row, refusals)
        return tuple(offered.values())

    def _refusals(self, row: Step, it: Asking[A], *, with_request: bool) -> tuple[Refusal, ...]:
        in_the_way = (it.subject.overlays & self.blocking) - row.despite - row.drops
        held = tuple(
            Refusal("not_" + overlay.lower(), f"The record is {overlay.lower().replace('_', ' ')}.",
                    "End that first.", "handbook 6.3")
            for overlay in sorted(in_the_way)
        )  # fmt: skip
        order = not_before_the_last_step if row.moves(it.subject.state) else not_before_the_beginning
        rules = (*row.rules, *TIMELY, order) if with_request else row.rules
        return held + tuple(
            rule.refusal() for rule in rules if (with_request or not rule.of_request) and not rule.check(it)
        )

    def _not_open(self, name: str, subject: Aggregate) -> Refusal:
        where = sorted({source or "the beginning" for step in self.steps if step.name == name for source in step.source})
        return Refusal(
            "step_not_open",
            f"The step {name} is not open in the state {subject.state or 'before the beginning'}.",
            f"It can be taken in {', '.join(where)}.",
            f"procedure {self.label}",
        )

    def _events(self, row: Step, it: Asking[A]) -> tuple[Ruled, ...]:
        state = row.target or it.subject.state
        overlays = (it.subject.overlays - row.drops) | ({row.adds} if row.adds else set())
        left = Left(state=state, overlays=tuple(sorted(overlays)))
        sets = [deadline for term in row.sets for deadline in term.deadlines(it)]
        if row.resets:
            sets += row.resets(it)
        if state in self.lifeline.standing_in:
            sets += [deadline for term in self.lifeline.standing for deadline in term.deadlines(it)]
        named = row.ends(it) if callable(row.ends) else row.ends
        ends = [key for key in it.subject.deadlines if key in named or key.partition(":")[0] in named]
        if row.moves(it.subject.state) and state not in self.lifeline.standing_in:
            ends += [term.rule for term in self.lifeline.standing if term.rule in it.subject.deadlines]
        first = Ruled(self._facts(row, it), left, tuple(sets), tuple(ends))
        others = row.also(it) if row.also else ()
        return first, *(
            Ruled(facts, left, tuple(deadline for term in terms for deadline in term.deadlines(it)))
            for facts, terms in others
        )

    def _facts(self, row: Step, it: Asking[A]) -> Facts:
        filled = dict(row.fills(it)) if row.fills else {}
        for name in row.records.__struct_fields__:
            if name not in filled and name in it.asked.__struct_fields__:
                filled[name] = getattr(it.asked, name)
        return row.records(**filled)

    def diagram(self) -> str:
        """The life cycle as a Mermaid diagram: only the steps that move, each drawn once."""
        moving: dict[tuple[str, str], list[str]] = {}
        for step in self.steps:
            for source in sorted(step.source, key=["", *self.states].index):
                if step.moves(source):
                    moving.setdefault((source or "begin", str(step.target)), []).append(step.name)
        arrows = [[", ".join(dict.fromkeys(names)), source, target] for (source, target), names in moving.items()]
        drawn: Any = GraphMachine(
            model=_Paper(), states=["begin", *self.states], transitions=arrows, initial="begin",
            auto_transitions=False, graph_engine="mermaid",
        ).get_combined_graph()  # fmt: skip
        return _uncoloured(str(drawn.source))


class _Paper:
    """What the diagram is drawn on: `transitions` wants a model to draw."""


def _uncoloured(mermaid: str) -> str:
    """The drawing without the colours that show a machine at work: this one only shows the way."""
    body = mermaid[mermaid.index("stateDiagram") :]
    kept = (line for line in body.splitlines() if not line.strip().startswith(("classDef", "Class", "state ")))
    return "\n".join(line.rstrip() for line in kept if line.strip() and line.strip() != "[*] --> begin").replace(
        "begin -->", "[*] -->"
    )
