"""B10, B11, B14: a file out of reach is opened for a reason, seldom, and to read; whoever asks about a stranger is seen."""

from typing import Any
from uuid import UUID

import pytest

from tests.attacks.office import Office, ago, fresh_id

REASON = "La collega del caso è malata e la persona chiede oggi un documento che serve domani in tribunale."
NO_REASONS = ("x", "x x x x x x", "urgente urgente urgente urgente")


def traces(office: Office) -> int:
    """How many readings and refusals are on record."""
    return sum(office.log.rows(f"SELECT count(*) FROM log.{table}")[0][0] for table in ("reading", "refusal"))


@pytest.mark.parametrize("reason", NO_REASONS)
def test_a_word_is_no_reason_to_open_a_file(office: Office, reason: str) -> None:
    prying = office.newcomer(f"prying{NO_REASONS.index(reason)}", "CONSULTANT")
    assert prying.send("accesses", file_number=office.numbers["foreign"], reason=reason).status in (403, 409, 422)
    assert not prying.sees(f"cases/{office.ids['foreign']}")


def test_a_rehearsal_does_not_tell_which_file_numbers_there_are(office: Office) -> None:
    before, told = traces(office), set()
    numbers = (office.numbers["foreign"], office.numbers["case"], "0000-0000")
    for number in numbers:
        answer = office.by("irene").send("accesses?dry_run=true", file_number=number, reason=REASON)
        told.add((answer.status, tuple(sorted(each["rule"] for each in answer.json.get("refusals", [])))))
    assert len(told) == 1, told
    assert traces(office) >= before + len(numbers), "each try is on record"


def test_files_are_not_opened_one_after_the_other(office: Office) -> None:
    curious = office.newcomer("curious")
    numbers = []
    for _ in range(6):
        case = office.open_case("oreste", "armea")
        numbers.append(office.by("oreste").get(f"cases/{case}").json["file_number"])
    done = [
        curious.send("accesses", file_number=each, reason=f"{REASON} Pratica {each} del mattino.").status
        for each in numbers
    ]
    assert done.count(201) < len(numbers) - 1, done


def test_what_is_open_for_a_reason_is_read_and_not_carried_away(office: Office) -> None:
    helper = office.newcomer("helper")
    foreign = office.ids["foreign"]
    assert helper.send("accesses", file_number=office.numbers["foreign"], reason=REASON).status == 201
    assert helper.sees(f"cases/{foreign}")
    assert helper.try_step(f"cases/{foreign}", "add_note", text="Da fuori.").status in (403, 404, 409)
    assert helper.send(f"cases/{foreign}/dossier", format="JSON").status in (403, 404, 409)


@pytest.mark.parametrize("who", ["carlo", "elio", "mona", "ada"])
def test_whoever_registers_nobody_searches_for_nobody(office: Office, who: str) -> None:
    """Is my former wife a client?"""
    asked = office.by(who).send("people/searches", family_name="Lontani", given_names="Zefiro", birth_date="1970-07-07")
    assert asked.status == 403, asked.text


def known(office: Office, person: str) -> int:
    return int(office.log.rows("SELECT count(*) FROM log.reading WHERE subject = ?", UUID(person))[0][0])


def test_whoever_is_searched_for_elsewhere_can_find_out_who_asked(office: Office) -> None:
    before = known(office, office.ids["abroad"])
    asked = office.by("irene").send(
        "people/searches", family_name="Lontani", given_names="Zefiro", birth_date="1970-07-07"
    )
    assert asked.status == 200, asked.text
    assert known(office, office.ids["abroad"]) > before


def told_of(office: Office) -> int:
    """What is on record of a registration that Irene tried, and of whoever she learnt of by it."""
    refused = "SELECT count(*) FROM log.refusal WHERE principal = ? AND operation = 'person.register_person'"
    return known(office, office.ids["abroad"]) + int(office.log.rows(refused, UUID(office.ids["irene"]))[0][0])


def test_a_rehearsed_registration_that_tells_of_a_stranger_is_on_record(office: Office) -> None:
    before = told_of(office)
    tried = office.by("irene").send("people?dry_run=true", desk=office.ids["savona"], family_name="Lontani", given_names="Zefiro",
                                    birth_date="1970-07-07")  # fmt: skip
    assert tried.status == 409, "the office warns of a likeness"
    assert told_of(office) > before


ARGUMENTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "a venture": ("ventures", "case", {"kind": "MICRO_ENTERPRISE", "working_title": "Bottega Finta"}),
    "an application for funds": (
        "funding-applications",
        "case",
        {"source": "GRANT", "funder": "Regione Finta", "amount": "5000.00"},
    ),
    "a duplicate": ("duplicates", "person", {"reasons": ["SIMILAR_NAME"]}),
    "a meeting": (
        "appointments",
        "case",
        {"service": "ORIENTATION", "channel": "IN_PERSON", "day": ago(0), "time": "12:00"},
    ),
    "a case that follows": ("cases", "follows", {"channel": "PHONE"}),
}


@pytest.mark.parametrize("what", ARGUMENTS)
def test_an_id_out_of_reach_answers_like_one_that_is_not_there(office: Office, what: str) -> None:
    path, name, values = ARGUMENTS[what]
    told = set()
    for number in range(2):
        foreign = {"case": office.ids["foreign"], "follows": office.ids["foreign"], "person": office.ids["abroad"]}[
            name
        ]
        ident = foreign if number else fresh_id()
        body = {"first": office.ids["person"], "second": ident} if name == "person" else {name: ident}
        if path in ("appointments", "cases"):
            body |= {"desk": office.ids["savona"]} | (
                {"operator": office.ids["irene"]} if path == "appointments" else {}
            )
        answer = office.by("irene").send(path, **body, **values)
        said = {key: value for key, value in answer.json.items() if key not in ("instance", "correlation_id")}
        told.add((answer.status, str(said).replace(ident, "ID")))
    assert len(told) == 1, told
