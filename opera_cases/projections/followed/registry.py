"""The read models that follow the log, as one office keeps them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from opera_cases.log.keys.keyring import Keyring
from opera_cases.projections.followed.audit import Audit
from opera_cases.projections.followed.catch_up import Followed
from opera_cases.projections.followed.name_index import NameIndex
from opera_cases.projections.followed.position_by_day import PositionByDay
from opera_cases.projections.followed.timeline import Timeline


@dataclass(slots=True)
class Models:
    """Timeline, days, the index of names and the audit trail; the order in which they are brought up to date."""

    keyring: Keyring
    timeline: Timeline = field(default_factory=Timeline)
    days: PositionByDay = field(default_factory=PositionByDay)
    names: NameIndex = field(init=False)
    audit: Audit = field(default_factory=Audit)

    def __post_init__(self) -> None:
        self.names = NameIndex(self.keyring)

    def __iter__(self) -> Iterator[Followed]:
        yield from (self.timeline, self.days, self.names, self.audit)
