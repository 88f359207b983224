"""B3 and B5: what was withdrawn is withdrawn at once, for every role, and everywhere."""

import http.client

import pytest

from tests.attacks.caller import API, Caller
from tests.attacks.endings import ENDINGS, calendar_of, end
from tests.attacks.office import Office, ago

ended = pytest.mark.parametrize("what", ENDINGS)


@pytest.mark.parametrize("role", ["MENTOR", "CONSULTANT"])
def test_whoever_met_somebody_reads_nothing_once_their_posting_ended(office: Office, role: str) -> None:
    name, case = f"met{role.lower()}", office.ids["case"]
    them = office.newcomer(name, role)
    office.by("irene").begin("appointments", desk=office.ids["savona"], case=case, operator=office.ids[name], service="ORIENTATION",
                             channel="IN_PERSON", day=ago(0), time="11:00")  # fmt: skip
    calendar = calendar_of(them)
    assert "BEGIN:VEVENT" in them.get(calendar).text
    assert them.sees(f"cases/{case}")
    end(office, "their posting", name)
    assert not them.sees(f"cases/{case}")
    assert them.get("cases").status in (401, 403) or them.items("cases") == []
    assert them.try_step(f"cases/{case}", "add_note", text="Da fuori.").status in (401, 403, 404)
    assert "BEGIN:VEVENT" not in them.get(calendar).text


@ended
def test_no_token_and_no_calendar_outlives_what_they_rest_on(office: Office, what: str) -> None:
    name = f"calendar{len(what)}"
    them = office.newcomer(name)
    calendar = calendar_of(them, names=True)
    assert them.get(calendar).status == 200
    end(office, what, name)
    assert "BEGIN:VEVENT" not in them.get(calendar).text
    if what != "their posting":
        assert them.get("cases").status == 401
        assert them.get(calendar).status in (401, 403, 404, 410)
    assert not them.sees(f"cases/{office.ids['case']}")


@ended
def test_an_open_stream_tells_nothing_more(office: Office, what: str) -> None:
    name = f"stream{len(what)}"
    them = office.newcomer(name)
    with Stream(them) as stream:
        end(office, what, name)
        case = office.open_case("irene", "savona")
        assert case not in stream.until_it_ends_or_tells(case)


class Stream:
    """`/changes`, read as it comes."""

    def __init__(self, who: Caller) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", who.port, timeout=8)
        self._connection.request("GET", f"{API}changes", headers={"Authorization": who.authorization})
        self._answer = self._connection.getresponse()
        assert self._answer.status == 200

    def __enter__(self) -> "Stream":
        while self._answer.readline().strip():
            pass  # the first message says from where on changes are told
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def until_it_ends_or_tells(self, word: str) -> str:
        """Everything up to the end, or to that word. It fails when neither comes: a stream that goes on is open still."""
        told = b""
        while line := self._answer.readline():
            told += line
            if word.encode() in line:
                break
        return told.decode()
