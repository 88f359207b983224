"""What `make demo` prints at the end: what was built, who can look at it, and a few questions worth asking."""

from opera_cases.application.runtime import Runtime
from opera_cases.demo.supervisors import supervisors, token
from opera_cases.demo.world import Cast
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.projections.models import cases, reminders
from opera_cases.projections.queries import counts


def tour(runtime: Runtime, cast: Cast, url: str) -> str:
    """The text of the tour, with fresh tokens for one person of each role."""
    team = cast.teams[0]
    lines = ["", "The programme, replayed:"]
    lines += [f"  {count:6}  {name}" for name, count in counts.of_the_office(runtime.log).items()]
    people = {
        "caseworker": team.caseworker, "coordinator": team.coordinator, "mentor": team.mentor,
        "consultant": Principal(team.mentor.id, Role.CONSULTANT, frozenset({team.desk})), **supervisors(runtime, team.region),
    }  # fmt: skip
    shown = {name: token(runtime, who) for name, who in people.items()}
    lines += ["", f"The API is at {url}/rest/opera/v1 (its description: {url}/rest/opera/v1/openapi.json)", ""]
    lines += ["Tokens, valid for thirty days:"]
    lines += [f"  {name:24} {token}" for name, token in shown.items()]
    case = cases.latest(runtime.log, "ASSESSMENT")
    worker = shown["caseworker"]
    reminder = reminders.one_told_to(runtime.log, team.caseworker.id)
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
