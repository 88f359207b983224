"""Referrals: the person is sent to another service, and its answer is written down, also after closing (handbook 6.11)."""

from typing import ClassVar
from uuid import UUID

from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.states import ACTIVE, CLOSED, DESK, WHILE_SUSPENDED
from opera_cases.domain.kernel.events import Event, Facts
from opera_cases.domain.kernel.journey_codes import Need, ReferralAnswer, ReferralBasis
from opera_cases.domain.kernel.personal import InstitutionName, Note
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.scalars import PublicName
from opera_cases.domain.kernel.steps import Command, DeadlineSpec, Step, fill
from opera_cases.domain.people.events import Purpose

rules = Rules("case")

SOURCE = "handbook 6.11"


class Refer(Command, frozen=True, kw_only=True):
    """The person is sent to another service, for a need, on a basis."""

    recipient: InstitutionName
    need: Need
    basis: ReferralBasis
    note: Note | None = None


class AnswerReferral(Command, frozen=True, kw_only=True):
    """What came of a referral, as reported by the other service or the person."""

    referral: UUID
    answer: ReferralAnswer
    note: Note | None = None


class ReferralMade(Facts, frozen=True, kw_only=True):
    """To whom somebody is sent may tell why: the name of the service is sealed."""

    topic: ClassVar[str] = "case.referral_made"
    required: ClassVar[frozenset[str]] = frozenset({"recipient"})
    number: int
    recipient: PublicName | None = None
    need: Need
    basis: ReferralBasis
    note: Note | None = None
    recipient_sealed: InstitutionName | None = None


class ReferralAnswered(Facts, frozen=True, kw_only=True):
    topic: ClassVar[str] = "case.referral_answered"
    referral: UUID
    number: int
    answer: ReferralAnswer
    note: Note | None = None


@Case.on(ReferralMade)
def _(case: Case, event: Event[ReferralMade]) -> None:
    case.referrals = {**case.referrals, event.event_id: event.facts.number}
    case.referrals_made = event.facts.number


@Case.on(ReferralAnswered)
def _(case: Case, event: Event[ReferralAnswered]) -> None:
    case.referrals = {key: number for key, number in case.referrals.items() if key != event.facts.referral}


@rules.of_request("consents", source="Reg. (EU) 2016/679 art. 6")
def basis_holds(it: DecisionContext[Case]) -> bool:
    """Outside a task in the public interest, data are passed to a partner only with the person's consent.

    The person has not consented to sharing data with partners, and no other legal basis is given.

    Record the consent to share with partners on the person's record, or refer the person on another basis.
    """
    return it.asked.basis is not ReferralBasis.CONSENT or Purpose.SHARE_WITH_PARTNERS in it.seen["consents"]


@rules.of_request(source=SOURCE)
def referral_waits(it: DecisionContext[Case]) -> bool:
    """The referral was made on this case and has not been answered yet.

    There is no such referral on this case, or it has already been answered.

    Choose a referral that is still open in the history of the case.
    """
    return it.asked.referral in it.subject.referrals


def _number(it: DecisionContext[Case]) -> int:
    return int(it.subject.referrals_made) + 1


def _answered(it: DecisionContext[Case]) -> int:
    return int(it.subject.referrals[it.asked.referral])


ROWS = (
    Step(asks=Refer, by=DESK, source=ACTIVE, target=None, records=ReferralMade, rules=(basis_holds,),
         fills=fill(number=lambda it: _number(it)), sets=(DeadlineSpec("referral_answer", number=_number),)),
    Step(asks=AnswerReferral, by=DESK, source=ACTIVE | {CLOSED}, target=None, records=ReferralAnswered,
         rules=(referral_waits,), fills=fill(number=lambda it: _answered(it)),
         ends=lambda it: (f"referral_answer:{_answered(it)}",), despite=WHILE_SUSPENDED),
)  # fmt: skip
