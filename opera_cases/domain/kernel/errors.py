"""The ways the office says no. Each docstring is what the person is told."""

from typing import Any, ClassVar, NamedTuple


class Refusal(NamedTuple):
    """One rule that does not hold: its code (kind and name), what stands in the way, what to do, where the rule comes from,
    which facts are missing, the values that decided, and the parameter of which edition of the rulebook, if one did."""

    rule: str
    says: str
    todo: str
    source: str
    missing: tuple[str, ...] = ()
    told: tuple[tuple[str, str], ...] = ()
    parameter: str = ""
    edition: str = ""

    @property
    def name(self) -> str:
        """The rule without its kind."""
        return self.rule.partition(".")[2]

    def described(self) -> dict[str, Any]:
        """The refusal for programs: all of it, the values also by name."""
        return {"code": self.rule, **self._asdict(), "values": dict(self.told)}


class OperaError(Exception):
    """Something went wrong.

    `code` is how an outcome of a batch or a refused consequence is told and stored: for ever, whatever the class is called.
    """

    code: ClassVar[str]

    def __init_subclass__(cls) -> None:
        if "code" not in vars(cls):
            cls.code = cls.__name__

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or " ".join((self.__doc__ or "").split()))

    @property
    def detail(self) -> str:
        return str(self)


class InvalidInput(OperaError):
    """What was sent cannot be read. Correct the fields named and send it again."""

    code = "Malformed"

    def __init__(self, detail: str = "", field: str = "") -> None:
        super().__init__(detail)
        self.field = field


class Refused(OperaError):
    """The procedure does not allow this step now. Nothing was changed."""

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        super().__init__(" ".join(refusal.says for refusal in refusals))
        self.refusals = refusals


class NotYourRole(OperaError):
    """Your role does not allow this step. Ask a colleague whose role does."""


class NotFound(OperaError):
    """There is no such record, or you may not see it."""


class AccessLost(OperaError):
    """You asked for this in a role, or at a desk, that is no longer yours. Ask for it again."""

    code = "NoLongerYours"


class Withdrawn(OperaError):
    """Your access was withdrawn before this could be recorded. Nothing has changed."""


class VersionConflict(OperaError):
    """Someone else has changed this record since you read it. Look at what happened, then decide again."""

    code = "MovedOn"

    def __init__(self, expected: int, actual: int) -> None:
        super().__init__()
        self.expected, self.actual = expected, actual
        self.happened: list[dict[str, object]] = []


class SameKeyOtherBody(OperaError):
    """The key of this request has already been used for another one. Use a new key for a new request."""


class Unavailable(OperaError):
    """The system cannot answer at the moment. Nothing has changed; try again with the same key."""

    code = "CannotNow"


class KeyDestroyed(OperaError):
    """A value needed for this step has been erased. Record it again first."""


class ContentLost(OperaError):
    """The content of this document is no longer on the disk, or is not what was filed. Tell your administrator: it can
    be recovered from a backup."""
