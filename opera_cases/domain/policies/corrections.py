"""What follows from a correction: steps taken on what was wrong are in doubt."""

from opera_cases.domain.corrections.events import FactCorrected
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.policies.consequence import Consequence, Lookups, because


def doubts_steps(event: Event[FactCorrected], record: Aggregate, around: Lookups) -> tuple[Consequence, ...]:
    """A fact was corrected: steps whose rules would not have held are flagged, and doubts that it removed are lifted."""
    now, flagged = around.in_doubt(record)
    fresh = [
        {"step": str(step), "rules": list(rules)}
        for step, rules in now.items()
        if step not in flagged or set(rules) - set(flagged[step].rules)
    ]
    gone = [str(step) for step, doubt in flagged.items() if not doubt.verdict and step not in now]
    asked = (("doubt_steps", fresh), ("lift_doubts", gone))
    return tuple(
        because(event, record.kind, event.stream, step, correction=str(event.event_id), steps=steps)
        for step, steps in asked
        if steps
    )
