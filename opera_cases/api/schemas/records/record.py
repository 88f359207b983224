"""What all records share over HTTP, and what is added to a record that was read, or that a step was taken of."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import field

from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, Free, Links, Number, Words, at_most


class Refusal(Shown):
    """A rule that does not hold: its code (`rule` says it too), what stands in the way and what to do in the reader's language,
    the values that decided, and the parameter of which edition of the rulebook, if one did."""

    code: Code
    rule: Code
    says: Words
    todo: Words
    source: Words
    missing: Annotated[list[Code], at_most(50)]
    told: Annotated[list[Annotated[list[Words], at_most(2)]], at_most(20)]
    values: Links
    parameter: Code
    edition: Code


class Deadline(Shown):
    """What the record still owes: the rule and its number in a series, the day, and where the rule comes from."""

    rule: Code
    cycle: Number | None
    due_on: date
    edition: Code
    source: Words


class AllowedStep(Shown):
    """A step that the reader may take here, or may not yet: then every rule that fails."""

    step: Code
    title: Words
    open: bool
    blocked_by: Annotated[list[Refusal], at_most(50)]
    href: Words


class Record(Shown):
    """A record of any kind. Whoever gives it away may be told no more than what is `always` told."""

    always: ClassVar[tuple[str, ...]] = ("id", "version", "state")

    id: UUID
    version: Number
    state: Code
    state_label: Words
    overlays: Annotated[list[Code], at_most(10)]
    desk: UUID | None
    region: Code | None
    opened_on: date | None
    in_state_since: date | None
    last_on: date | None
    position: Code
    deadlines: Annotated[list[Deadline], at_most(1000)]
    links: Links = field(name="_links")


class Offered(Shown):
    """What may be done with a record. Apart from it: many records are offered the same, which is put into words once."""

    allowed_steps: Annotated[list[AllowedStep], at_most(100)]


class AsRead(Shown):
    """Of a record that was read: as of when, its file (for each kind of fact the latest), and what its codes are called."""

    as_known_on: date | None
    as_true_on: date | None
    file: Free
    labels: Free


class AfterStep(Shown):
    """Of a record after a step: the events that were added, or that had been when the same was asked before."""

    event_ids: Annotated[tuple[UUID, ...], at_most(100)]
    repeated: bool
    recorded: bool
