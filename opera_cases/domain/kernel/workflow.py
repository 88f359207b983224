"""A procedure is a table of steps that can be read aloud; everything that decides is derived from it here.

`transitions` defines and draws the machine. A dictionary, compiled from it at import and checked, decides.

One module although long: nothing else knows `transitions`, and what decides, what is offered and what is drawn come from the same
rows.
"""

from functools import cache, lru_cache
from typing import Any, Generic

from transitions import Machine
from transitions.extensions import GraphMachine

from opera_cases.domain.access import AccessLevel
from opera_cases.domain.kernel.aggregate import A, Aggregate
from opera_cases.domain.kernel.errors import NotYourRole, Refusal, Refused
from opera_cases.domain.kernel.events import Facts, StateAfter
from opera_cases.domain.kernel.row_check import taken_over, unsaid
from opera_cases.domain.kernel.rules import (
    SHARED,
    TIMELY,
    DecisionContext,
    Predicate,
    Rule,
    not_before_the_beginning,
    not_before_the_last_step,
)
from opera_cases.domain.kernel.steps import Allowed, Command, Decided, StateNotes, Step, step_name
from opera_cases.domain.kernel.vocabulary import Role


class Procedure(Generic[A]):
    """A life cycle: its table, compiled. An overlay in `blocking` stops every step that is not `despite` it."""

    def __init__(
        self, *, name: str, version: int, aggregate: type[A], steps: tuple[Step, ...],
        states: tuple[str, ...], final: frozenset[str], lifeline: StateNotes, blocking: frozenset[str] = frozenset(),
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
        compiled: dict[tuple[str, str], tuple[Step, ...]] = {}
        for step in steps:
            for key in ((source, step.name) for source in step.source):
                compiled[key] = (*compiled.get(key, ()), step)
        known = {(source, trigger) for trigger, event in self.machine.events.items() for source in event.transitions}
        if compiled.keys() != known:
            raise ValueError(f"{name}: the table and its machine differ in {sorted(compiled.keys() ^ known)}")
        self._rows = compiled
        for step in steps:
            if wrong := "; ".join(unsaid(step)):
                raise ValueError(f"{name}: {step.name}: {wrong}")

    @property
    def label(self) -> str:
        return f"{self.name}/{self.version}"

    @cache  # noqa: B019 (a procedure lives as long as the program)
    def reach(self, name: str) -> AccessLevel:
        """How far whoever asks for a step reaches to the record at least."""
        return min((step.reach for step in self.steps if step.name == name), default=AccessLevel.WRITE)

    @cache  # noqa: B019
    def needs(self, name: str | None = None, variant: str = "") -> frozenset[str]:
        """The facts that a step needs, or, without a name, all the rules of the record."""
        rows = (step for step in self.steps if name in (None, step.name) and step.stands_for(variant))
        return frozenset(need for step in rows for need in step.needs)

    @cache  # noqa: B019
    def needs_in(self, state: str, role: Role, variant: str = "") -> frozenset[str]:
        """The facts that say which steps are open to a role in a state."""
        offered = (row for row in self._rows_in(state, role, variant))
        return frozenset(need for row in offered for rule in row.rules if not rule.of_request for need in rule.needs)

    def decide(self, it: DecisionContext[A]) -> tuple[Step, tuple[Decided, ...]]:
        """The row that applies and the events it records.

        Raises `NotYourRole` when the role has no such step at all, `Refused` with every rule that fails otherwise.
        """
        asked: type[Command] = type(it.asked)
        name = step_name(asked)
        rows = self._rows_of(it.subject.state, name, it.by.role, it.subject.variant)
        if not rows:
            if not any(it.by.role in step.by for step in self.steps if step.name == name):
                raise NotYourRole
            raise Refused((self._not_open(name, it.subject),))
        for row, rules in rows:
            if row.when is None or row.when.check(it):
                failed = [rule for rule in rules if not rule.check(it)]
                held = self._held(row, it.subject.overlays) if it.subject.overlays else ()
                if held or failed:
                    raise Refused((*held, *(rule.refusal(it) for rule in failed)))
                return row, self._events(row, it)
        raise Refused(tuple(dict.fromkeys(row.when.refusal(it) for row, _ in rows if row.when)))

    def allowed(self, it: DecisionContext[A], reach: AccessLevel = AccessLevel.WRITE) -> tuple[Allowed, ...]:
        """The steps of this role in this state, each open or blocked with reasons, in the order of the table.

        They depend on nothing but what the rules say, so each way in which the rules may speak is put in words once.
        """
        state, role, variant = it.subject.state, it.by.role, it.subject.variant
        failed = tuple([number for number, check in self._checks(state, role, variant) if not check(it)])
        offered, depends = self._offered(state, role, variant, reach, it.subject.overlays, failed)
        return tuple([self._with_values(each, it) for each in offered]) if depends else offered

    @staticmethod
    def _with_values(offered: Allowed, it: DecisionContext[A]) -> Allowed:
        """The same step, its refusals with the values, the parameter and the edition that decide of this record today."""
        rules = {rule.code: rule for rule in offered.step.rules if rule.depends}
        return Allowed(
            offered.step, tuple(rules[r.rule].refusal(it) if r.rule in rules else r for r in offered.blocked_by)
        )

    @cache  # noqa: B019
    def _rows_in(self, state: str, role: Role, variant: str) -> tuple[Step, ...]:
        return tuple(row for row in self.steps if state in row.source and role in row.by and row.stands_for(variant))

    @cache  # noqa: B019
    def _rows_of(self, state: str, name: str, role: Role, variant: str) -> tuple[tuple[Step, tuple[Rule, ...]], ...]:
        """The rows of a step that a role may ask for in a state, each with the rules that a request must keep: those of
        the row, and of every row those about its day."""
        rows = (row for row in self._rows.get((state, name), ()) if role in row.by and row.stands_for(variant))
        order = (not_before_the_beginning, not_before_the_last_step)
        return tuple((row, (*row.rules, *TIMELY, order[row.moves(state)])) for row in rows)

    @cache  # noqa: B019
    def _rules_of_the_record(self, state: str, role: Role, variant: str) -> tuple[tuple[Step, Rule], ...]:
        rows = self._rows_in(state, role, variant)
        return tuple((row, rule) for row in rows for rule in row.rules if not rule.of_request)

    @cache  # noqa: B019
    def _checks(self, state: str, role: Role, variant: str) -> tuple[tuple[int, Predicate], ...]:
        """The checks that say which steps are open, each once, by the number of the first rule that has it."""
        first: dict[Predicate, int] = {}
        for number, (_, rule) in enumerate(self._rules_of_the_record(state, role, variant)):
            first.setdefault(rule.check, number)
        return tuple((number, check) for check, number in first.items())

    @lru_cache(maxsize=4096)  # noqa: B019
    def _offered(
        self,
        state: str,
        role: Role,
        variant: str,
        reach: AccessLevel,
        overlays: frozenset[str],
        failed: tuple[int, ...],
    ) -> tuple[tuple[Allowed, ...], bool]:
        rules = self._rules_of_the_record(state, role, variant)
        wrong = {rules[number][1].check for number in failed}
        offered: dict[str, Allowed] = {}
        for row in self._rows_in(state, role, variant):
            if row.reach <= reach:
                refusals = self._held(row, overlays) + tuple(
                    rule.refusal() for rule in row.rules if not rule.of_request and rule.check in wrong
                )
                known = offered.get(row.name)
                if known is None or (known.blocked_by and not refusals):
                    offered[row.name] = Allowed(row, refusals)
        return tuple(offered.values()), any(
            rule.depends for each in offered.values() for rule in each.step.rules
            for refusal in each.blocked_by if refusal.rule == rule.code
        )  # fmt: skip

    def _held(self, row: Step, overlays: frozenset[str]) -> tuple[Refusal, ...]:
        """The overlays that stand in the way of a row."""
        return tuple(
            Refusal(f"{SHARED}.not_{overlay.lower()}", f"The record is {overlay.lower().replace('_', ' ')}.",
                    "End that first.", "handbook 6.3")
            for overlay in sorted((overlays & self.blocking) - row.despite - row.drops)
        )  # fmt: skip

    def _not_open(self, name: str, subject: Aggregate) -> Refusal:
        where = sorted(
            {source or "the beginning" for step in self.steps if step.name == name for source in step.source}
        )
        return Refusal(
            f"{SHARED}.step_not_open",
            f"The step {name} is not open in the state {subject.state or 'before the beginning'}.",
            f"It can be taken in {', '.join(where)}.",
            f"procedure {self.label}",
        )

    def _events(self, row: Step, it: DecisionContext[A]) -> tuple[Decided, ...]:
        state = row.target or it.subject.state
        left = _left(state, it.subject.overlays, row.drops, row.adds)
        sets = [deadline for term in row.sets for deadline in term.deadlines(it)]
        if row.resets:
            sets += row.resets(it)
        if state in self.lifeline.standing_in:
            sets += [deadline for term in self.lifeline.standing for deadline in term.deadlines(it)]
        named = row.ends(it) if callable(row.ends) else row.ends
        ends = [key for key in it.subject.deadlines if key in named or key.partition(":")[0] in named] if named else []
        if row.moves(it.subject.state) and state not in self.lifeline.standing_in:
            ends += [term.rule for term in self.lifeline.standing if term.rule in it.subject.deadlines]
        first = Decided(self._facts(row, it), left, tuple(sets), tuple(ends))
        if row.also is None:
            return (first,)
        return first, *(
            Decided(facts, left, tuple(deadline for term in terms for deadline in term.deadlines(it)))
            for facts, terms in row.also(it)
        )

    def _facts(self, row: Step, it: DecisionContext[A]) -> Facts:
        asked: type[Command] = type(it.asked)
        taken = {field: getattr(it.asked, name) for field, name in taken_over(row.records, asked)}
        return row.records(**(taken | dict(row.fills(it)) if row.fills else taken))

    def of_kind(self, variant: str) -> tuple[Step, ...]:
        """The rows that stand in the table for one kind of record."""
        return tuple(step for step in self.steps if step.stands_for(variant))

    def diagram(self, variant: str = "") -> str:
        """The life cycle as a Mermaid diagram: only the steps that move, each drawn once."""
        moving: dict[tuple[str, str], list[str]] = {}
        reached = self._reached(variant)
        for step in self.of_kind(variant):
            for source in sorted(step.source & {"", *reached}, key=["", *self.states].index):
                if step.moves(source):
                    moving.setdefault((source or "begin", str(step.target)), []).append(step.name)
        arrows = [[", ".join(dict.fromkeys(names)), source, target] for (source, target), names in moving.items()]
        drawn: Any = GraphMachine(
            model=_Paper(), states=["begin", *reached], transitions=arrows, initial="begin",
            auto_transitions=False, graph_engine="mermaid",
        ).get_combined_graph()  # fmt: skip
        return _uncoloured(str(drawn.source))

    def _reached(self, variant: str) -> list[str]:
        """The states to which the rows of this kind lead from the beginning."""
        reached, before = {""}, set[str]()
        while reached != before:
            before = set(reached)
            reached |= {step.target for step in self.of_kind(variant) if step.target and step.source & reached}
        return [state for state in self.states if state in reached]


@lru_cache(maxsize=1024)
def _left(state: str, overlays: frozenset[str], drops: frozenset[str], adds: str | None) -> StateAfter:
    return StateAfter(state=state, overlays=tuple(sorted((overlays - drops) | ({adds} if adds else set()))))


class _Paper:
    """What the diagram is drawn on: `transitions` wants a model to draw."""


def _uncoloured(mermaid: str) -> str:
    """The drawing without the colours that show a machine at work: this one only shows the way."""
    body = mermaid[mermaid.index("stateDiagram") :]
    kept = (line for line in body.splitlines() if not line.strip().startswith(("classDef", "Class", "state ")))
    return "\n".join(line.rstrip() for line in kept if line.strip() and line.strip() != "[*] --> begin").replace(
        "begin -->", "[*] -->"
    )
