"""How what somebody was given ends, and a calendar that has to end with it."""

from collections.abc import Callable

from tests.attacks.caller import Caller
from tests.attacks.office import Office, ago

ENDINGS: dict[str, Callable[[Office, str], int]] = {
    "their tokens": lambda office, name: office.by("ada").ask("DELETE", f"operators/{office.ids[name]}/tokens").status,
    "their posting": lambda office, name: office.by("ada").try_step(
        f"desks/{office.ids['savona']}", "withdraw_operator", operator=office.ids[name], occurred_on=ago(2)).status,
    "their work here": lambda office, name: office.by("ada").try_step(f"operators/{office.ids[name]}", "leave_operator").status,
}  # fmt: skip
"""How somebody's access ends."""


def end(office: Office, what: str, name: str) -> None:
    assert ENDINGS[what](office, name) in (200, 204)


def calendar_of(them: Caller, *, names: bool = False) -> str:
    """The path of a new calendar address."""
    opened = them.send("me/calendars", names=names)
    assert opened.status == 201, opened.text
    return "/calendars/" + opened.json["_links"]["calendar"].rpartition("/")[2]
