"""The fields of groups, firms, money, resources, vacancies and sessions, as they leave the office."""

from typing import Any

from opera_cases.domain.break_glass import Access
from opera_cases.domain.companies.company import Company
from opera_cases.domain.funding.application import Funding
from opera_cases.domain.messages.message import Message
from opera_cases.domain.reminders.reminder import Reminder
from opera_cases.domain.resources.resource import Resource
from opera_cases.domain.sessions import Session
from opera_cases.domain.submissions import Submission
from opera_cases.domain.vacancies import Vacancy
from opera_cases.domain.ventures.states import CHECKLIST
from opera_cases.domain.ventures.venture import Member, Venture


def _member(member: Member) -> dict[str, Any]:
    stage = (
        "LEFT"
        if member.left_on
        else "INVITED"
        if member.since is None
        else "SUBSCRIBED"
        if member.subscribed
        else "MEMBER"
    )
    return {
        "person": member.person, "promoter": member.promoter, "stage": stage, "since": member.since,
        "left_on": member.left_on, "committed": str(member.committed), "subscribed": str(member.subscribed),
        "from_benefit": str(member.from_benefit), "former_employee": member.former_employee, "why_left": member.why_left,
    }  # fmt: skip


def of_venture(venture: Venture) -> dict[str, Any]:
    plan = venture.plan
    reached = {**venture.reached, **({"funded": None} if venture.funds_cover else {})}
    return {
        "kind": venture.pathway, "promoter": venture.promoter, "case": venture.case, "mentor": venture.mentor,
        "company": venture.company, "legal_form": venture.legal_form, "desks": sorted(venture.desks),
        "members": [_member(each) for each in venture.members],
        "plan": None if plan is None else {
            "version": plan.version, "author": plan.author, "sources": str(plan.sources), "uses": str(plan.uses),
            "decided": plan.decided, "valid": plan.valid,
        },
        "checklist": [
            {"milestone": each, "reached": each in reached, "on": reached.get(each)} for each in CHECKLIST[venture.pathway]
        ],
        "perimeter": list(venture.perimeter), "papers": sorted(venture.papers), "capital": str(venture.capital),
        "promised": str(venture.promised), "money": str(venture.money), "registered": venture.registered,
        "trading_since": venture.trading_since, "ended_on": venture.ended_on, "alerts": sorted(venture.alerts),
        "light": venture.light, "check_ins_done": venture.check_ins_done, "check_ins_open": list(venture.check_ins_open),
    }  # fmt: skip


def of_company(company: Company) -> dict[str, Any]:
    names = ("name", "municipality", "sector", "chain", "employees", "interested", "in_crisis_area", "procedure",
             "procedure_since", "bid_date", "wage_support_until")  # fmt: skip
    return {name: getattr(company, name) for name in names} | {
        "tables": list(company.tables), "awards": sorted(company.awards),
    }  # fmt: skip


def of_funding(funding: Funding) -> dict[str, Any]:
    return {
        "case": funding.case, "concerns": funding.concerns, "venture": funding.venture, "source": funding.source,
        "funder": funding.funder, "asked": str(funding.asked), "granted": str(funding.granted), "paid": str(funding.paid),
        "tranches": [str(each) for each in funding.tranches], "tranches_paid": funding.tranches_paid,
        "entitled_on": funding.entitled_on, "granted_on": funding.granted_on,
        "theoretical_end": funding.theoretical_end, "conditions_met": funding.conditions_met,
    }  # fmt: skip


def of_reminder(reminder: Reminder) -> dict[str, Any]:
    told = {each.rung: each for each in reminder.told}
    return {
        "record": reminder.record, "record_kind": reminder.record_kind, "rule": reminder.rule, "cycle": reminder.cycle,
        "due_on": reminder.due_on, "next_on": reminder.next_on, "snoozed_until": reminder.snoozed_until,
        "ended_because": reminder.ended_because,
        "rungs": [
            {
                "rung": each.rung, "to": each.to, "planned_on": each.on, "urgent": each.urgent,
                "told_on": told[each.rung].on if each.rung in told else None,
                "told_to": [one.who for one in told[each.rung].recipients] if each.rung in told else [],
                "passed": reminder.passed[each.rung].because if each.rung in reminder.passed else "",
            }
            for each in reminder.plan
        ],
    }  # fmt: skip


def of_access(access: Access) -> dict[str, Any]:
    return {"opened": access.opened, "operator": access.operator, "until": access.until, "verdict": access.verdict}


def of_submission(submission: Submission) -> dict[str, Any]:
    names = ("since", "occurred_until", "definition", "digest")
    return {name: getattr(submission, name) for name in names} | {
        "recorded_until": str(submission.recorded_until),
        "figures": [{"code": each.code, "count": len(each.members)} for each in submission.figures],
        "adjustments": [
            {"submission": each.submission, "code": each.code, "member": each.member, "by": each.by} for each in submission.adjustments
        ],
    }  # fmt: skip


def of_message(message: Message) -> dict[str, Any]:
    names = ("recipient", "form", "day", "language", "again_at", "handed_over_at", "reply")
    return {name: getattr(message, name) for name in names} | {
        "to_person": message.person, "tries": message.attempts,
        "items": [{"reminder": each.reminder, "rung": each.rung, "left_out": each in message.left_out} for each in message.items],
    }  # fmt: skip


def of_resource(resource: Resource) -> dict[str, Any]:
    names = ("resource_kind", "title", "owner", "company", "municipality", "area", "sector", "condition",
             "available_from", "verified_on", "holder", "holding_desk", "held_until")  # fmt: skip
    return {name: getattr(resource, name) for name in names} | {
        "files": [{"digest": each.digest, "media_type": each.media_type, "size": each.size} for each in resource.files],
    }  # fmt: skip


def of_vacancy(vacancy: Vacancy) -> dict[str, Any]:
    names = ("firm", "occupation", "chain", "sector", "municipality", "contract", "places", "filled", "open_until")
    return {name: getattr(vacancy, name) for name in names}


def of_session(session: Session) -> dict[str, Any]:
    names = ("title", "service", "channel", "day", "time", "minutes", "capacity", "attendees", "company")
    return {name: getattr(session, name) for name in names} | {
        "enrolled": list(session.enrolled), "present": list(session.present),
    }  # fmt: skip
