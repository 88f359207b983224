"""What a case remembers of who is responsible, of referrals, of reopening and merging, and of the way back to a job."""

from opera_cases.domain.cases.case import Case, Proposed, Transfer
from opera_cases.domain.cases.identities import CaseMerged, CaseUnmerged, IdentitiesJoined, IdentitiesParted
from opera_cases.domain.cases.job_events import (
    PlacementConfirmed,
    PlacementEnded,
    ProfilePublished,
    ProfileWithdrawn,
    ProposalAnswered,
    ResultRecorded,
    VacancyProposed,
)
from opera_cases.domain.cases.referrals import ReferralAnswered, ReferralMade
from opera_cases.domain.cases.reopening import CaseReopened
from opera_cases.domain.cases.transfers import (
    CaseHandedOver,
    CaseTransferred,
    TransferCancelled,
    TransferExpired,
    TransferRefused,
    TransferRequested,
    TransferVoided,
)
from opera_cases.domain.kernel.events import Event
from opera_cases.domain.kernel.sealed_fields import said


@Case.on(CaseHandedOver)
def _(case: Case, event: Event[CaseHandedOver]) -> None:
    case.caseworker = event.facts.caseworker


@Case.on(TransferRequested)
def _(case: Case, event: Event[TransferRequested]) -> None:
    asked = event.facts
    case.transfer = Transfer(asked.from_desk, asked.to_desk, "PENDING", event.on, asked.grace_days)


@Case.on(CaseTransferred)
def _(case: Case, event: Event[CaseTransferred]) -> None:
    told = event.facts
    case.desk, case.place, case.caseworker = told.to_desk, told.place, told.caseworker
    case.consultants = {}  # the desk that has the case now assigns its own
    case.transfer = case.transfer._replace(answer="ACCEPTED", on=event.on, grace_until=told.grace_until)


@Case.on(TransferRefused)
def _(case: Case, event: Event[TransferRefused]) -> None:
    case.transfer = case.transfer._replace(answer="REFUSED", on=event.on)


@Case.on(TransferCancelled)
def _(case: Case, event: Event[TransferCancelled]) -> None:
    case.transfer = case.transfer._replace(answer="CANCELLED", on=event.on)


@Case.on(TransferExpired)
def _(case: Case, event: Event[TransferExpired]) -> None:
    case.transfer = case.transfer._replace(answer="EXPIRED", on=event.on)


@Case.on(TransferVoided)
def _(case: Case, event: Event[TransferVoided]) -> None:
    case.transfer = case.transfer._replace(answer="VOIDED", on=event.on)


@Case.on(ReferralMade)
def _(case: Case, event: Event[ReferralMade]) -> None:
    case.referrals = {**case.referrals, event.event_id: event.facts.number}
    case.referrals_made = event.facts.number


@Case.on(ReferralAnswered)
def _(case: Case, event: Event[ReferralAnswered]) -> None:
    case.referrals = {key: number for key, number in case.referrals.items() if key != event.facts.referral}


@Case.on(CaseReopened)
def _(case: Case, event: Event[CaseReopened]) -> None:
    case.outcome = case.closed_on = case.venture = case.pathway = None
    case.exit_recorded = case.followed_up = False
    case.identities = frozenset(event.facts.identities)


@Case.on(CaseMerged)
def _(case: Case, event: Event[CaseMerged]) -> None:
    case.survivor, case.merged_from, case.set_aside = event.facts.survivor, event.facts.was, event.facts.set_aside
    case.identities = frozenset()


@Case.on(CaseUnmerged)
def _(case: Case, event: Event[CaseUnmerged]) -> None:
    case.survivor, case.merged_from, case.set_aside = None, "", ()
    case.identities = frozenset(event.facts.identities)


@Case.on(IdentitiesJoined)
def _(case: Case, event: Event[IdentitiesJoined]) -> None:
    case.identities |= frozenset(event.facts.identities)


@Case.on(IdentitiesParted)
def _(case: Case, event: Event[IdentitiesParted]) -> None:
    case.identities -= frozenset(event.facts.identities)


@Case.on(ProfilePublished)
def _(case: Case, event: Event[ProfilePublished]) -> None:
    case.profile = event.facts.profile
    case.published = event.event_id


@Case.on(ProfileWithdrawn)
def _(case: Case, event: Event[ProfileWithdrawn]) -> None:
    case.published = None


@Case.on(VacancyProposed)
def _(case: Case, event: Event[VacancyProposed]) -> None:
    case.job_proposals = {**case.job_proposals, event.event_id: Proposed(event.facts.number, event.facts.vacancy)}


@Case.on(ProposalAnswered)
def _(case: Case, event: Event[ProposalAnswered]) -> None:
    found = case.job_proposals.get(event.facts.proposal)
    if found:
        case.job_proposals = {**case.job_proposals, event.facts.proposal: found._replace(agreed=event.facts.agreed)}


@Case.on(ResultRecorded)
def _(case: Case, event: Event[ResultRecorded]) -> None:
    found = case.job_proposals.get(event.facts.proposal)
    if found:
        case.job_proposals = {
            **case.job_proposals,
            event.facts.proposal: found._replace(result=event.facts.result.value),
        }


@Case.on(PlacementConfirmed)
def _(case: Case, event: Event[PlacementConfirmed]) -> None:
    case.placed_on = said(event.facts, "starts_on")


@Case.on(PlacementEnded)
def _(case: Case, event: Event[PlacementEnded]) -> None:
    case.placed_on = None
