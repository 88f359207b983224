"""Why each clear field of each event stands in the clear: by the type where the type tells, field by field otherwise.

A field that is added in the clear is weighed here, or a test fails. What describes somebody closely, tells of family or
health, or is anybody's own words has no reason to stand in the clear: it is sealed.
"""

import types
from collections.abc import Iterator
from enum import Enum
from fnmatch import fnmatchcase
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

from opera_cases.domain.appointments import ServiceKind
from opera_cases.domain.break_glass import AccessVerdict
from opera_cases.domain.cases.matching import Result
from opera_cases.domain.cases.placement import PlacementEnd
from opera_cases.domain.companies.events import WageSupport
from opera_cases.domain.corrections.events import DoubtVerdict
from opera_cases.domain.desks.desk import DeskType
from opera_cases.domain.documents.document import DocumentKind, MediaType
from opera_cases.domain.duplicates.duplicate import Likeness, Score
from opera_cases.domain.kernel.entry_codes import (
    AgeBand,
    AgeGroup,
    Education,
    EmploymentStatus,
    Evidence,
    IncomeSupport,
    Sex,
    TargetGroup,
    UnemployedFor,
)
from opera_cases.domain.kernel.entry_codes import DocumentSeen as Seen
from opera_cases.domain.kernel.events import Facts
from opera_cases.domain.kernel.journey_codes import (
    ContractKind,
    ExitSituation,
    LegalForm,
    Need,
    Outcome,
    Pathway,
    ProgrammeChain,
    ReferralAnswer,
    ReferralBasis,
    Verdict,
)
from opera_cases.domain.kernel.personal import Sealed, kind_of
from opera_cases.domain.kernel.sealed_fields import fields_of
from opera_cases.domain.kernel.vocabulary import Channel, Country, HeardFrom, Language, Role
from opera_cases.domain.messages.events import Form
from opera_cases.domain.people.events import Purpose
from opera_cases.domain.people.identifiers import Check, IdentifierKind
from opera_cases.domain.people.requests import RequestOutcome, RightAsked
from opera_cases.domain.reminders.ladder import Audience
from opera_cases.domain.resources.events import Condition, ResourceKind
from opera_cases.domain.ventures import codes as v

PROCEDURE, COARSE, THING, OFFICE = (
    "code of the procedure",
    "coarse fact that figures count by",
    "about a firm, a thing or a venture",
    "about the office",
)

OF_TYPE: dict[type, str] = {
    UUID: "id of a record",
    **dict.fromkeys((Sex, AgeBand, AgeGroup, TargetGroup, EmploymentStatus, IncomeSupport, Education, UnemployedFor, ExitSituation), COARSE),
    **dict.fromkeys((
        AccessVerdict, Check, Channel, DoubtVerdict, Evidence, HeardFrom, IdentifierKind, Language, Need, Outcome, Pathway, PlacementEnd,
        Purpose, ReferralAnswer, ReferralBasis, RequestOutcome, Result, RightAsked, Seen, ServiceKind, Verdict, ContractKind,
    ), PROCEDURE),
    **dict.fromkeys((
        Condition, LegalForm, ProgrammeChain, ResourceKind, WageSupport, v.Access, v.Adviser, v.Alert, v.Arrears, v.Conditions, v.FigureSource,
        v.HostContract, v.LapseCause, v.Light, v.ParentPaper, v.SourceKind, v.UseKind, v.VentureCondition,
    ), THING),
    **dict.fromkeys((Audience, Country, DeskType, DocumentKind, Form, Likeness, MediaType, Role, Score), OFFICE),
}  # fmt: skip
"""Types whose every value may stand in the clear wherever it stands."""

OF_FIELD = {
    "where a desk is at home": "*/place duplicate.flagged/first_place duplicate.flagged/second_place",
    "name open to the public": """
        company.crisis_table_held/participants company.procedure_opened/court company.reported/name desk.opened/host
        desk.opened/name funding.drafted/funder resource.listed/owner resource.listed/title session.scheduled/title
        vacancy.posted/firm venture.hosted/host venture.hosted/host_number venture.clock_conflict_answered/answered_by""",
    PROCEDURE: """
        case.consequence_refused/refused_step case.consequence_refused/rules case.contact_recorded/file_number
        case.eligibility_confirmed/criteria case.intake_opened/notice_version case.merged/was case.reopened/back_to
        case.stage_reworked/back_to case.transfer_voided/because case.venture_ended/how *.rule_overruled/parameter
        *.steps_doubted/steps person.notice_given/version venture.clock_conflict_raised/rule case.merged/set_aside""",
    "address of a fact, and of a clear one what it should have said; a sealed one is corrected in `text`": """
        *.correction_proposed/field *.correction_proposed/value *.fact_corrected/field *.fact_corrected/value""",
    "clear facts that follow from a corrected one": "*.fact_corrected/derived",
    "day of the procedure": """
        appointment.booked/day appointment.booked/time session.scheduled/day session.scheduled/time
        case.assessment_started/registration_signed_on case.intake_opened/duplicate_search_on case.profile_published/confirmed_on
        case.service_pact_recorded/signed_on case.transfer_requested/informed_on desk.absence_recorded/since
        desk.absence_recorded/until desk.operator_posted/since desk.operator_posted/until operator.role_*/since
        operator.role_*/until operator.token_issued/expires_on operator.calendar_opened/expires_on submission.frozen/since
        submission.frozen/occurred_until""",
    "a deadline, or the day from which one counts": """
        access.taken/until case.agreement_signed/undecided_until *.reminders_paused/until case.repayment_warned/risk_until
        case.retention_confirmed/keep_until case.retention_proposed/keep_until *.rule_overruled/due_on *.rule_overruled/value
        case.suspended/review_on case.transferred/grace_until case.transfer_requested/grace_days
        case.agreement_signed/contact_every_days case.consultant_assigned/until *.fact_corrected/moved funding.drafted/entitled_on
        funding.granted/theoretical_end funding.lapsed/due_on funding.risk_passed/theoretical_end reminder.*/due_on
        reminder.ended/now_due_on reminder.*/planned_on reminder.snoozed/until reminder.begun/plan reminder.begun/key
        reminder.begun/rule reminder.begun/cycle reminder.begun/promised_in reminder.*/rung reminder.*/because
        reminder.expired/held_by venture.check_in_*/due_on venture.check_in_moved/was venture.check_in_moved/to
        venture.check_in_recorded/actions_due_on venture.clock_conflict_raised/due_on venture.clock_conflict_raised/waits_until""",
    "what a rule saw of a sealed day or code": """
        case.eligibility_confirmed/dated_by_then case.placement_confirmed/begun_by_then case.closed/no_answer""",
    "yes or no of the procedure": """
        *.fact_corrected/typing appointment.held/signed case.contact_attempted/reached case.follow_up_recorded/improved
        case.funding_secured/self_funded case.placement_confirmed/evidence_seen case.placement_confirmed/own_cooperative
        case.proposal_answered/agreed case.stay_checked/still_there funding.tranche_checked/conditions_met
        venture.member_*/promoter venture.member_*/former_employee venture.member_*/not_barred venture.trading_started/self_funded""",
    COARSE: """
        appointment.booked/minutes appointment.held/minutes appointment.held/attendees session.held/attendees
        case.needs_assessed/employability case.profile_recorded/driving_licence case.profile_recorded/mobility_km
        case.profile_published/mobility_km case.profile_published/area""",
    "number in a series": """
        case.*/plan_version case.*/number document.version_added/number funding.tranche_*/number
        person.data_request_received/number venture.*/plan_version venture.hosting_renewed/number venture.check_in_*/month""",
    "amount of a venture or an application": """
        funding.*/amount funding.granted/tranches venture.*/amount venture.*/price venture.ceased/debts_known
        venture.constituted/assets venture.member_*/due_back venture.plan_submitted/sources
        venture.plan_submitted/turnover_by_year venture.plan_submitted/uses venture.uses_revised/uses
        venture.share_subscribed/from_benefit""",
    THING: """
        case.launch_confirmed/trading_since venture.consolidated/trading_since company.*/bid_date
        company.employees_informed/informed_on company.procedure_opened/since company.procedure_opened/procedure
        company.reported/employees company.reported/in_crisis_area company.reported/municipality company.reported/sector
        company.wage_support_recorded/employees company.wage_support_recorded/until company.workforce_recorded/employees
        company.workforce_recorded/interested resource.listed/area resource.listed/available_from resource.listed/municipality
        resource.listed/sector resource.reserved/until resource.verified/available_from vacancy.posted/municipality
        vacancy.posted/occupation vacancy.posted/open_until vacancy.posted/places vacancy.posted/sector venture.bid_filed/bid_date
        venture.*/decision_expected_on venture.hosted/ends_on venture.hosting_renewed/ends_on venture.ceased/jobs_lost
        venture.check_in_recorded/bank venture.check_in_recorded/below_plan venture.check_in_recorded/cash_balance
        venture.check_in_recorded/cash_estimated venture.check_in_recorded/cash_months venture.check_in_recorded/contributions
        venture.check_in_recorded/largest_customer venture.check_in_recorded/staff venture.check_in_recorded/suppliers
        venture.check_in_recorded/tax venture.check_in_recorded/turnover venture.check_in_recorded/turnover_expected
        venture.check_in_recorded/turnover_since_start venture.check_in_recorded/wages venture.opened/sector
        venture.perimeter_set/contracts venture.perimeter_set/jobs venture.plan_lapsed/share venture.*/members
        venture.membership_below_minimum/minimum session.scheduled/minutes session.scheduled/capacity""",
    "of the machine": """
        */digest */size */media_type message.*/reply message.bounced/status message.composed/items message.composed/day
        message.composed/person message.handed_over/left_out message.withdrawn/because message.deferred/again_at
        person.registered/alike reminder.begun/record_kind reminder.raised/recipients reminder.raised/urgent
        submission.frozen/adjustments submission.frozen/definition submission.frozen/figures submission.frozen/recorded_until
        submission.frozen/region""",
    "keyed digest of the words, that tells whether they were said before": "access.taken/reason_digest",
    OFFICE: """
        restoration.recorded/backup_format restoration.recorded/backup_release restoration.recorded/log_made_at restoration.recorded/keys_made_at
        restoration.recorded/ledger restoration.recorded/ledger_written_at restoration.recorded/erasures restoration.recorded/not_revived
        desk.opened/code operator.*/region operator.token_issued/token operator.calendar_opened/calendar
        operator.calendar_opened/names""",
}  # fmt: skip
"""The rest, as TOPIC/FIELD; a star stands for anything but a field that is sealed since."""

SINCE_SEALED = "empty since 0.8: sealed in {}"
GIVEN_BY_THE_PROCEDURE = {
    "case.closed/reason_code": "COMPLETED",
    "venture.abandoned/reason_code": "PARTNERS_WITHDREW, CONFLICT",
}
"""Reasons that nobody gives, and that stand in the clear."""


def leaves(hint: Any) -> Iterator[Any]:
    """The types of which a field is made; of a text what may be written in it."""
    if get_origin(hint) is Annotated:
        meta = next((m for m in get_args(hint)[1:] if isinstance(m, msgspec.Meta)), None)
        if get_args(hint)[0] is str and meta is not None:
            yield ("text", meta)
        else:
            yield from leaves(get_args(hint)[0])
    elif get_origin(hint) in (Union, types.UnionType, tuple):
        for each in get_args(hint):
            if each not in (type(None), Ellipsis):
                yield from leaves(each)
    elif isinstance(hint, type) and issubclass(hint, msgspec.Struct) and hint is not Sealed:
        for name, inner in get_type_hints(hint, include_extras=True).items():
            if name in hint.__struct_fields__:
                yield from leaves(inner)
    else:
        yield hint


def clear_fields(facts: type[Facts]) -> Iterator[tuple[str, str]]:
    """The clear fields of an event, each with the reason; empty where nobody weighed it."""
    hints = get_type_hints(facts, include_extras=True)
    for clear, sealed in fields_of(facts).values():
        if clear and kind_of(hints[clear]) is None:
            address = f"{facts.topic}/{clear}"
            code = (
                f"; in the clear {GIVEN_BY_THE_PROCEDURE[address]}, by the procedure itself"
                if address in GIVEN_BY_THE_PROCEDURE
                else ""
            )
            yield clear, SINCE_SEALED.format(sealed) + code if sealed else _reason(address, hints[clear])


def _reason(address: str, hint: Any) -> str:
    parts = list(leaves(hint))
    if all(isinstance(each, type) and each in OF_TYPE for each in parts):
        return OF_TYPE[next((each for each in parts if issubclass(each, Enum)), parts[0])]
    return next(
        (why for why, fields in OF_FIELD.items() if any(fnmatchcase(address, each) for each in fields.split())), ""
    )
