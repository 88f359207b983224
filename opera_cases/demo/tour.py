"""What `make demo` prints at the end: what was built, who can look at it, and a few questions worth asking."""

from uuid import UUID

from opera_cases.demo.supervisors import supervisors, token
from opera_cases.demo.world import Cast
from opera_cases.domain.scope import Principal
from opera_cases.domain.vocabulary import Role
from opera_cases.log import events
from opera_cases.office.premises import Premises

COUNTS = (
    ("desks", "SELECT count(*) FROM read.desk_v1"),
    ("operators", "SELECT count(*) FROM read.operator_v1"),
    ("people who contacted a desk", "SELECT count(*) FROM read.caseload_v4"),
    ("meetings and services", "SELECT count(*) FROM read.appointment_v1 WHERE state = 'HELD'"),
    ("ventures that started", "SELECT count(*) FROM read.venture_v2 WHERE trading_since IS NOT NULL"),
    ("of them by groups, spin-offs or hosted", "SELECT count(*) FROM read.venture_v2 WHERE trading_since IS NOT NULL AND kind <> 'MICRO_ENTERPRISE'"),
    ("firms in difficulty", "SELECT count(*) FROM read.company_v1"),
    ("resources in the database", "SELECT count(*) FROM read.resource_v1"),
    ("reminders told since July", "SELECT count(*) FROM read.notice_v1"),
)


def counts(where: Premises) -> dict[str, int]:
    return {**{name: int(where.log.rows(sql)[0][0]) for name, sql in COUNTS}, "events in the log": events.count(where.log)}


def _reminder_of(where: Premises, operator: UUID) -> UUID | None:
    """One reminder that was told to somebody."""
    rows = where.log.rows("SELECT reminder_id FROM read.notice_v1 WHERE recipient = $1 ORDER BY reminder_id LIMIT 1", operator)
    return UUID(str(rows[0][0])) if rows else None


def tour(where: Premises, cast: Cast, url: str) -> str:
    """The text of the tour, with fresh tokens for one person of each role."""
    team = cast.teams[0]
    lines = ["", "The programme, replayed:"]
    lines += [f"  {count:6}  {name}" for name, count in counts(where).items()]
    people = {
        "caseworker": team.caseworker, "coordinator": team.coordinator, "mentor": team.mentor,
        "consultant": Principal(team.mentor.id, Role.CONSULTANT, frozenset({team.desk})), **supervisors(where, team.region),
    }  # fmt: skip
    shown = {name: token(where, who) for name, who in people.items()}
    lines += ["", f"The API is at {url}/rest/opera/v1 (its description: {url}/rest/opera/v1/openapi.json)", ""]
    lines += ["Tokens, valid for thirty days:"]
    lines += [f"  {name:24} {token}" for name, token in shown.items()]
    sql = "SELECT case_id FROM read.caseload_v4 WHERE state = 'ASSESSMENT' ORDER BY opened_on DESC LIMIT 1"
    case = UUID(str(where.log.rows(sql)[0][0]))
    worker = shown["caseworker"]
    reminder = _reminder_of(where, team.caseworker.id)
    lines += [
        "", "Worth trying:",
        f'  curl -s -H "Authorization: Bearer {worker}" "{url}/rest/opera/v1/cases?state=IDEA"',
        f'  curl -s -H "Authorization: Bearer {worker}" "{url}/rest/opera/v1/cases/{case}"',
        f'  curl -s -H "Authorization: Bearer {shown["coordinator"]}" "{url}/rest/opera/v1/work"',
        f'  curl -s -H "Authorization: Bearer {worker}" "{url}/rest/opera/v1/me/agenda"',
        f'  curl -s -H "Authorization: Bearer {worker}" "{url}/rest/opera/v1/reminders/{reminder}/why"',
        f'  curl -s -H "Authorization: Bearer {shown["regional coordinator"]}" "{url}/rest/opera/v1/work/duplicates"',
        f'  curl -s -H "Authorization: Bearer {shown["auditor"]}" "{url}/rest/opera/v1/ventures?state=CONSOLIDATED&limit=2"',
        f'  curl -s -H "Authorization: Bearer {shown["auditor"]}" "{url}/rest/opera/v1/ventures?kind=WORKER_BUY_OUT&state=TRADING"',
        f'  curl -s -X POST -H "Authorization: Bearer {worker}" -H "Content-Type: application/json" -d \'{{"text": "cucina"}}\' "{url}/rest/opera/v1/resources/searches"',
        "",
    ]  # fmt: skip
    return "\n".join(lines)
