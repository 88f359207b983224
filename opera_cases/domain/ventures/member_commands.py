"""What can be asked about who belongs to a group."""

from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from opera_cases.domain.kernel.personal import PrivateReasonCode, Reason
from opera_cases.domain.kernel.steps import Command
from opera_cases.domain.kernel.vocabulary import Money


class InviteMember(Command, frozen=True, kw_only=True):
    """A person is asked to take part: an expression of interest, which binds nobody."""

    person: UUID


class CommitMember(Command, frozen=True, kw_only=True):
    """A person commits to the project, with an amount: from that day a member of the promoter group."""

    person: UUID
    amount: Money
    former_employee: bool = False
    not_barred: bool = False


class SubscribeShare(Command, frozen=True, kw_only=True):
    """A member subscribes a share; `from_benefit` is the part paid from a benefit advance."""

    person: UUID
    amount: Money
    from_benefit: Money = Decimal(0)


class AdmitMember(Command, frozen=True, kw_only=True):
    """A new member joins what is already set up, with a share."""

    person: UUID
    amount: Money
    former_employee: bool = False
    not_barred: bool = False


class WithdrawMember(Command, frozen=True, kw_only=True):
    """A member leaves, or somebody invited does not come. Always possible."""

    about: ClassVar[str] = "person"
    person: UUID
    reason_code: PrivateReasonCode
    reason: Reason | None = None
    due_back: Money = Decimal(0)


class ExcludeMember(Command, frozen=True, kw_only=True):
    """The group excludes a member, for a reason."""

    about: ClassVar[str] = "person"
    person: UUID
    reason: Reason
    due_back: Money = Decimal(0)


class InviteDesk(Command, frozen=True, kw_only=True):
    """Another desk has people who take part: it may read the venture and bring its people in."""

    to_desk: UUID
