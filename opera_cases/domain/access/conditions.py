"""In which relation somebody stands to a record: the words of the policy, as data.

Each is compiled twice: to a question of one record (`opera_cases.domain.access.policy`) and to a condition on rows
(`opera_cases.projections.access`). Columns are those of the read model of the record's kind.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from opera_cases.domain.access.levels import AccessLevel

SAME_PERSON = "same person"
"""In place of a column: all the records of a person that were merged."""


@dataclass(frozen=True, slots=True)
class Anybody:
    """Whoever asks."""


@dataclass(frozen=True, slots=True)
class At:
    """The desk in the column is one of theirs."""

    column: str = "desk"


@dataclass(frozen=True, slots=True)
class InRegion:
    """The region in the column is theirs."""

    column: str = "region"


@dataclass(frozen=True, slots=True)
class Themselves:
    """The column names whoever asks."""

    column: str


@dataclass(frozen=True, slots=True)
class Is:
    """The column has one of some values."""

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Until:
    """The day in the column, and some days more, are not over; `open` says what holds while there is no day."""

    column: str
    days: int = 0
    open: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """All of them hold."""

    of: tuple["AccessCondition", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of them holds."""

    of: tuple["AccessCondition", ...]


@dataclass(frozen=True, slots=True)
class Related:
    """There is another row, of the read model of a kind, whose column `there` has what the record has in `here`, and of which
    something holds."""

    kind: str
    here: str
    there: str
    holds: "AccessCondition"


@dataclass(frozen=True, slots=True)
class OpenedBeyondReach:
    """They opened the record beyond their reach, for a reason, and its day is not over. Not for what is worked on or taken along."""

    related: Related


@dataclass(frozen=True, slots=True)
class Through:
    """They reach a record of another kind, whose column `there` has what this record has in `here`; `gives` says how far they
    reach this one then."""

    kind: str
    here: str
    there: str
    gives: Mapping[AccessLevel, AccessLevel]


@dataclass(frozen=True, slots=True)
class ToWhatItIsAbout:
    """They reach the record that this one is about, whichever of some kinds it is."""

    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """There is no record of a kind whose column `there` has what this record has in `here`."""

    kind: str
    here: str
    there: str


Plain = Anybody | At | InRegion | Themselves | Is | Until
AccessCondition = Plain | All | Either | Related | OpenedBeyondReach | Through | ToWhatItIsAbout | Without

AS_FAR: Mapping[AccessLevel, AccessLevel] = MappingProxyType({level: level for level in AccessLevel})
TO_READ: Mapping[AccessLevel, AccessLevel] = MappingProxyType(
    {level: min(level, AccessLevel.READ) for level in AccessLevel}
)
TO_WORK_OR_READ: Mapping[AccessLevel, AccessLevel] = MappingProxyType({**TO_READ, AccessLevel.WRITE: AccessLevel.WRITE})
