"""A case over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, Number, Words, at_most
from opera_cases.application.personal.reader import PersonalDataReader
from opera_cases.domain.cases import case as domain


class Attempt(Shown):
    on: date
    channel: Code
    reached: bool


class Closing(Shown):
    on: date
    outcome: Code


class Transfer(Shown):
    """The last transfer asked for, how it was answered, and until when the giving desk may read."""

    from_desk: UUID | None
    to_desk: UUID | None
    answer: Code
    on: date | None
    grace_days: Number
    grace_until: date | None


class Consultant(Shown):
    """Who helps with the case beside its caseworker, and until when."""

    operator: UUID
    until: date


class Proposal(Shown):
    """A vacancy proposed to the person: whether they agreed to the sending, and what came of it."""

    proposal: UUID
    number: Number
    vacancy: UUID
    agreed: bool | None
    result: Code


class CaseFields(Shown):
    """What is shown of a case; `transfer` once one was asked for, `profile` while it is published."""

    file_number: Code
    person: UUID | None
    caseworker: UUID | None
    venture: UUID | None
    pathway: Code | None
    target_group: Code | None
    outcome: Code | None
    closed_on: date | None
    contact_every_days: Number | None
    attempts: Annotated[list[Attempt], at_most(1000)]
    closings: Annotated[list[Closing], at_most(100)]
    follows: UUID | None
    survivor: UUID | None
    employment_status: Code | None
    contact_on: date | None
    transfer: Transfer | None
    referrals_open: Annotated[list[UUID], at_most(1000)]
    identities: Annotated[list[UUID], at_most(100)]
    consultants: Annotated[list[Consultant], at_most(1000)]
    profile: UUID | None
    proposals: Annotated[list[Proposal], at_most(1000)]


class CaseOpened(Shown):
    """What may be sealed of a case: opened for whoever reads the case itself, shown in no other answer."""

    last_employer: Words | None
    placed_on: Words | None


def of_case(case: domain.Case) -> CaseFields:
    """What is shown of it."""
    return CaseFields(
        file_number=case.file_number, person=case.person, caseworker=case.caseworker, venture=case.venture, pathway=case.pathway,
        target_group=case.target_group, outcome=case.outcome, closed_on=case.closed_on, contact_every_days=case.contact_every_days,
        attempts=[Attempt(on=each.on, channel=each.channel, reached=each.reached) for each in case.attempts],
        closings=[Closing(on=each.on, outcome=each.outcome) for each in case.closings],
        follows=case.follows, survivor=case.survivor, employment_status=case.employment_status, contact_on=case.contact_on,
        transfer=_transfer(case.transfer) if case.transfer.to_desk else None, referrals_open=sorted(case.referrals),
        identities=sorted(case.identities),
        consultants=[Consultant(operator=who, until=until) for who, until in sorted(case.consultants.items())],
        profile=case.profile if case.published else None,
        proposals=[
            Proposal(proposal=key, number=each.number, vacancy=each.vacancy, agreed=each.agreed, result=each.result)
            for key, each in case.job_proposals.items()
        ],
    )  # fmt: skip


def _transfer(asked: domain.Transfer) -> Transfer:
    return Transfer(
        from_desk=asked.from_desk, to_desk=asked.to_desk, answer=asked.answer, on=asked.on, grace_days=asked.grace_days,
        grace_until=asked.grace_until,
    )  # fmt: skip


def opened(case: domain.Case, reading: PersonalDataReader) -> CaseOpened:
    """What is opened of it for a reader."""
    return CaseOpened(last_employer=reading.plain(case.last_employer), placed_on=reading.plain(case.placed_on))
