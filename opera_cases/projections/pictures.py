"""The rows that show groups, firms, money, resources, vacancies and sessions: each a picture of one record."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa

from opera_cases.domain.aggregate import Aggregate
from opera_cases.domain.break_glass import Access
from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.job_events import ProfilePublished
from opera_cases.domain.companies.company import Company
from opera_cases.domain.funding.application import Funding
from opera_cases.domain.resources.resource import Resource
from opera_cases.domain.sealed_fields import said
from opera_cases.domain.sessions import Session
from opera_cases.domain.submissions import Submission
from opera_cases.domain.vacancies import Vacancy
from opera_cases.domain.ventures.venture import Venture
from opera_cases.log.keys import Keyring
from opera_cases.projections.opened import Opened
from opera_cases.projections.tables import (
    accesses,
    companies,
    fundings,
    memberships,
    profiles,
    resources,
    sessions,
    submissions,
    vacancies,
    venture_desks,
    ventures,
)

Row = tuple[sa.Table, dict[str, Any], dict[str, Any]]


def region(record: Aggregate) -> str:
    return record.place.region if record.place else ""


def next_due(record: Aggregate) -> Any:
    return min((each.due_on for each in record.deadlines.values()), default=None)


def joined(codes: tuple[str, ...]) -> str:
    """Codes in one text, each between bars, so that one is found whole."""
    return f"|{'|'.join(codes)}|" if codes else ""


def _joined(plain: Any, keyring: Keyring) -> str:
    return joined(tuple(plain or ()))


def _text(plain: Any, keyring: Keyring) -> str:
    return plain or ""


def _day(plain: Any, keyring: Keyring) -> date | None:
    return date.fromisoformat(plain) if isinstance(plain, str) else plain


def of_venture(venture: Venture) -> Iterator[Row]:
    check_ins = [d.due_on for d in venture.deadlines.values() if d.rule == "check_in"]
    yield ventures, {"venture_id": venture.id}, {
        "kind": venture.pathway, "state": venture.state, "desk": venture.desk, "region": region(venture),
        "promoter": venture.promoter, "case_id": venture.case, "company": venture.company,
        "legal_form": venture.legal_form or "", "mentor": venture.mentor, "members": len(venture.present),
        "capital": str(venture.capital), "money": str(venture.money), "uses": str(venture.plan.uses) if venture.plan else "",
        "reached": ",".join(sorted(venture.reached)), "opened_on": venture.opened_on,
        "trading_since": venture.trading_since, "ended_on": venture.ended_on,
        "check_ins_done": venture.check_ins_done, "check_ins_open": len(check_ins),
        "next_check_in_on": min(check_ins, default=None), "light": venture.light or "",
        "alerts": ",".join(sorted(venture.alerts)), "version": venture.version,
    }  # fmt: skip
    for each in venture.members:
        yield memberships, {"venture_id": venture.id, "number": each.number}, {
            "person": each.person, "promoter": each.promoter, "since": each.since, "left_on": each.left_on,
            "committed": str(each.committed), "subscribed": str(each.subscribed), "why_left": each.why_left,
        }  # fmt: skip
    for desk in sorted(venture.desks):
        yield venture_desks, {"venture_id": venture.id, "desk": desk}, {}


def of_company(company: Company) -> Iterator[Row]:
    yield companies, {"company_id": company.id}, {
        "state": company.state, "desk": company.desk, "region": region(company), "name": company.name,
        "words": company.name.casefold(), "municipality": company.municipality or "", "sector": company.sector or "",
        "chain": company.chain or "", "employees": company.employees, "procedure": company.procedure,
        "bid_date": company.bid_date, "wage_support_until": company.wage_support_until,
        "next_due_on": next_due(company), "version": company.version,
    }  # fmt: skip


def of_funding(funding: Funding) -> Iterator[Row]:
    yield fundings, {"funding_id": funding.id}, {
        "state": funding.state, "desk": funding.desk, "region": region(funding), "case_id": funding.case,
        "concerns": funding.concerns, "venture": funding.venture, "source": funding.source, "funder": funding.funder,
        "asked": str(funding.asked), "granted": str(funding.granted), "paid": str(funding.paid),
        "entitled_on": funding.entitled_on, "theoretical_end": funding.theoretical_end,
        "next_due_on": next_due(funding), "version": funding.version,
    }  # fmt: skip


def of_resource(resource: Resource) -> Iterator[Row]:
    yield resources, {"resource_id": resource.id}, {
        "state": resource.state, "desk": resource.desk, "region": region(resource),
        "resource_kind": resource.resource_kind, "title": resource.title,
        "words": f"{resource.title} {resource.owner}".casefold(), "owner": resource.owner, "company": resource.company,
        "municipality": resource.municipality or "", "area": resource.area or "", "sector": resource.sector or "",
        "condition": resource.condition, "available_from": resource.available_from, "verified_on": resource.verified_on,
        "holder": resource.holder, "holding_desk": resource.holding_desk, "held_until": resource.held_until,
        "files": len(resource.files), "version": resource.version,
    }  # fmt: skip


def of_vacancy(vacancy: Vacancy) -> Iterator[Row]:
    yield vacancies, {"vacancy_id": vacancy.id}, {
        "state": vacancy.state, "desk": vacancy.desk, "region": region(vacancy), "firm": vacancy.firm,
        "occupation": vacancy.occupation, "chain": vacancy.chain or "", "sector": vacancy.sector or "",
        "municipality": vacancy.municipality or "", "contract": vacancy.contract, "places": vacancy.places,
        "filled": vacancy.filled, "open_until": vacancy.open_until, "version": vacancy.version,
    }  # fmt: skip


def of_access(access: Access) -> Iterator[Row]:
    yield accesses, {"access_id": access.id}, {
        "state": access.state, "operator": access.operator, "opened": access.opened, "desk": access.desk, "region": region(access),
        "until": access.until, "verdict": access.verdict, "opened_on": access.opened_on, "next_due_on": next_due(access),
        "version": access.version,
    }  # fmt: skip


def of_submission(submission: Submission) -> Iterator[Row]:
    yield submissions, {"submission_id": submission.id}, {
        "state": submission.state, "region": submission.region, "since": submission.since,
        "occurred_until": submission.occurred_until, "recorded_until": submission.recorded_until,
        "definition": submission.definition, "participants": len(submission.figures[0].members),
        "adjustments": len(submission.adjustments), "digest": submission.digest, "opened_on": submission.opened_on,
        "version": submission.version,
    }  # fmt: skip


def of_session(session: Session) -> Iterator[Row]:
    yield sessions, {"session_id": session.id}, {
        "state": session.state, "desk": session.desk, "region": region(session), "title": session.title,
        "service": session.service, "channel": session.channel, "day": session.day, "time": session.time,
        "minutes": session.minutes, "capacity": session.capacity, "enrolled": len(session.enrolled),
        "attendees": session.attendees, "company": session.company, "version": session.version,
    }  # fmt: skip


def of_profile(case: Case) -> Iterator[Row]:
    """The profile of a case, while it is published."""
    published = case.known.get(case.published) if case.published else None
    if published is not None:
        told: ProfilePublished = published.facts
        yield profiles, {"case_id": case.id}, {
            "profile": told.profile, "region": region(case), "desk": case.desk, "mobility_km": told.mobility_km,
            "area": told.area or "", "published_on": told.confirmed_on,
            **{name: Opened(said(told, name), _joined) for name in ("occupations", "skills", "languages", "licences", "sectors")},
            "municipality": Opened(said(told, "municipality"), _text), "available_from": Opened(said(told, "available_from"), _day),
        }  # fmt: skip
