"""Consequences: what one record's event, or a day that has come, asks of another record.

A policy proposes and the other record disposes: it may refuse, and the refusal is recorded. Its command id follows
from the event, so that repeating it is harmless.
"""

from collections.abc import Callable
from typing import Any

from opera_cases.domain.appointments import Appointment, AppointmentHeld
from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.corrections import CaseFactCorrected
from opera_cases.domain.cases.placement import PlacementConfirmed
from opera_cases.domain.cases.transfers import CaseTransferred
from opera_cases.domain.funding.application import Funding
from opera_cases.domain.funding.events import ApplicationGranted, ApplicationWithdrawn, FundingFactCorrected
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.events import Facts
from opera_cases.domain.operators.credentials import OperatorTokenIssued
from opera_cases.domain.operators.operator import Operator
from opera_cases.domain.operators.role_proposals import RoleProposed, RoleRejected
from opera_cases.domain.operators.roles import RoleGranted, RoleWithdrawn
from opera_cases.domain.people.events import ConsentWithdrawn
from opera_cases.domain.people.person import Person
from opera_cases.domain.policies.cases import counts_as_contact, fills_place, hides_profile, moves_venture
from opera_cases.domain.policies.consequence import Consequence, Lookups
from opera_cases.domain.policies.corrections import doubts_steps
from opera_cases.domain.policies.fundings import promises_funds, withdraws_funds
from opera_cases.domain.policies.roles import tells_of_roles
from opera_cases.domain.policies.ventures import (
    ends_with_venture,
    follows_its_person,
    joins_venture,
    leaves_venture,
    loses_business,
    starts_mentoring,
    subscribes,
    wins_business,
)
from opera_cases.domain.ventures.corrections import VentureFactCorrected
from opera_cases.domain.ventures.ending import VentureAbandoned, VentureCeased
from opera_cases.domain.ventures.joining import MemberAdmitted, MemberCommitted
from opera_cases.domain.ventures.leaving import MemberExcluded, MemberWithdrew
from opera_cases.domain.ventures.opening import VentureOpened
from opera_cases.domain.ventures.shares import ShareSubscribed
from opera_cases.domain.ventures.takeover import BusinessAwarded, BusinessLost
from opera_cases.domain.ventures.trading import TradingStarted
from opera_cases.domain.ventures.venture import Venture

Policy = Callable[[Any, Any, Lookups], tuple[Consequence, ...]]
POLICIES: dict[type[Facts], tuple[type[Aggregate], Policy]] = {
    VentureOpened: (Venture, joins_venture),
    MemberCommitted: (Venture, follows_its_person),
    MemberAdmitted: (Venture, follows_its_person),
    ShareSubscribed: (Venture, subscribes),
    MemberWithdrew: (Venture, leaves_venture),
    MemberExcluded: (Venture, leaves_venture),
    TradingStarted: (Venture, starts_mentoring),
    VentureCeased: (Venture, ends_with_venture),
    VentureAbandoned: (Venture, ends_with_venture),
    BusinessAwarded: (Venture, wins_business),
    BusinessLost: (Venture, loses_business),
    ApplicationGranted: (Funding, promises_funds),
    ApplicationWithdrawn: (Funding, withdraws_funds),
    CaseTransferred: (Case, moves_venture),
    PlacementConfirmed: (Case, fills_place),
    AppointmentHeld: (Appointment, counts_as_contact),
    ConsentWithdrawn: (Person, hides_profile),
    RoleProposed: (Operator, tells_of_roles),
    RoleGranted: (Operator, tells_of_roles),
    RoleRejected: (Operator, tells_of_roles),
    RoleWithdrawn: (Operator, tells_of_roles),
    OperatorTokenIssued: (Operator, tells_of_roles),
    CaseFactCorrected: (Case, doubts_steps),
    VentureFactCorrected: (Venture, doubts_steps),
    FundingFactCorrected: (Funding, doubts_steps),
}
