"""The record of a firm in difficulty, as a table (handbook 2.4)."""

from typing import Any

from opera_cases.domain.access.roles import AT_THEIR_DESKS
from opera_cases.domain.companies.commands import (
    HoldCrisisTable,
    InformEmployees,
    NoteAward,
    OpenProcedure,
    RecordWageSupport,
    RecordWorkforce,
    Recover,
    ReportCompany,
    SetBidDate,
    WindUp,
)
from opera_cases.domain.companies.company import IN_PROCEDURE, RECOVERED, REPORTED, WOUND_UP, Company
from opera_cases.domain.companies.events import (
    AwardNoted,
    BidDateSet,
    CompanyCorrectionProposed,
    CompanyCorrectionRejected,
    CompanyFactCorrected,
    CompanyRecovered,
    CompanyReported,
    CompanyWoundUp,
    CrisisTableHeld,
    EmployeesInformed,
    ProcedureOpened,
    WageSupportRecorded,
    WorkforceRecorded,
)
from opera_cases.domain.companies.rules import (
    day_to_come,
    french_law,
    in_no_procedure,
    not_noted_yet,
    procedure_of_the_law,
)
from opera_cases.domain.corrections.steps import correction_rows
from opera_cases.domain.desks.opening import desk_open
from opera_cases.domain.kernel.rules import DecisionContext
from opera_cases.domain.kernel.steps import DeadlineSpec, StateNotes, Step, filling
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.domain.kernel.workflow import Procedure

DESK = AT_THEIR_DESKS


@filling("place", "in_crisis_area")
def _reported(it: DecisionContext[Any]) -> dict[str, Any]:
    area = it.seek("crisis_area")
    place = (it.asked.municipality or "").rpartition(":")[2]
    return {"place": it.seen["place"], "in_crisis_area": area is not None and place in area.codes}


THERE = frozenset({REPORTED, IN_PROCEDURE})
OWED = ("bid_date", "wage_support_end", "company_review", "employee_offer")
STEPS: tuple[Step, ...] = (
    Step(asks=ReportCompany, by=DESK, source=frozenset({""}), target=REPORTED, records=CompanyReported,
         rules=(desk_open,), fills=_reported, sets=(DeadlineSpec("company_review"),)),
    Step(asks=OpenProcedure, by=DESK, source=THERE, target=IN_PROCEDURE, records=ProcedureOpened,
         rules=(in_no_procedure, procedure_of_the_law), sets=(DeadlineSpec("company_review"),)),
    Step(asks=RecordWageSupport, by=DESK, source=THERE, target=None, records=WageSupportRecorded, rules=(day_to_come,),
         sets=(DeadlineSpec("wage_support_end", on="until"),)),
    Step(asks=SetBidDate, by=DESK, source=frozenset({IN_PROCEDURE}), target=None, records=BidDateSet, rules=(day_to_come,),
         sets=(DeadlineSpec("bid_date", on="bid_date"),)),
    Step(asks=InformEmployees, by=DESK, source=THERE, target=None, records=EmployeesInformed, rules=(french_law,),
         sets=(DeadlineSpec("employee_offer", after="informed_on"),)),
    Step(asks=RecordWorkforce, by=DESK, source=THERE, target=None, records=WorkforceRecorded, sets=(DeadlineSpec("company_review"),)),
    Step(asks=HoldCrisisTable, by=DESK, source=THERE, target=None, records=CrisisTableHeld, sets=(DeadlineSpec("company_review"),)),
    Step(asks=NoteAward, by=frozenset({Role.POLICY}), source=THERE | {RECOVERED, WOUND_UP}, target=None,
         records=AwardNoted, rules=(not_noted_yet,), ends=("bid_date", "employee_offer")),
    Step(asks=Recover, by=DESK, source=THERE, target=RECOVERED, records=CompanyRecovered, ends=OWED),
    Step(asks=WindUp, by=DESK, source=THERE, target=WOUND_UP, records=CompanyWoundUp, ends=OWED),
    *correction_rows(
        CompanyCorrectionProposed, CompanyCorrectionRejected, CompanyFactCorrected, source=THERE, by=DESK,
        confirmed_by=frozenset({Role.COORDINATOR}), steps=lambda: STEPS,
    ),
)  # fmt: skip
COMPANY = Procedure(
    name="company", version=2, aggregate=Company, steps=STEPS, states=(REPORTED, IN_PROCEDURE, RECOVERED, WOUND_UP),
    final=frozenset({RECOVERED, WOUND_UP}), lifeline=StateNotes(without_deadline={}),
)  # fmt: skip
