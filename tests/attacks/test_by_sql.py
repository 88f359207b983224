"""B2 and B9: what somebody with every right on the database writes there is refused by the office at once, and named by `verify`."""

import secrets
from collections.abc import Iterator
from uuid import UUID

import pytest

from tests.attacks.credentials import FOR_EVER, Credentials, of_calendar, of_token
from tests.attacks.endings import ENDINGS, calendar_of, end
from tests.attacks.office import Office, ago, until

MADE_UP = "opc_made-up-by-somebody-with-every-right-on-the-database"


@pytest.fixture(scope="module", autouse=True)
def unharmed(office: Office) -> Iterator[None]:
    """Nothing is wrong before these attacks, and nothing is left of them: what `verify` names is what they did."""
    assert office.verify().code == 0, office.verify().text
    yield
    assert office.verify().code == 0, office.verify().text


# -- tokens ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["DPO", "CASEWORKER"])
def test_a_forged_token_row_opens_nothing(office: Office, role: str) -> None:
    rows = Credentials(office)
    row = rows.forged(of_token(MADE_UP), office.ids["irene"], role, like=of_token(office.tokens["dina"]))
    with office.log.more(rows.tokens, **row):
        assert office.showing(MADE_UP).get("cases").status == 401
        assert office.showing(MADE_UP).get("operators").status == 401
        assert office.names(rows.known_as(row["digest"]))


def test_a_token_that_was_never_given_to_anybody_opens_nothing(office: Office) -> None:
    rows = Credentials(office)
    nobody = "11111111-2222-4333-8444-555555555555"
    with office.log.more(
        rows.tokens, **rows.forged(of_token(MADE_UP), nobody, "DPO", like=of_token(office.tokens["dina"]))
    ):
        assert office.showing(MADE_UP).get("cases").status == 401
        assert office.names(rows.known_as(of_token(MADE_UP)))


@pytest.mark.parametrize("change", ["another role", "a later end", "another owner", "another region"])
def test_a_token_changed_by_sql_is_good_no_longer(office: Office, change: str) -> None:
    rows = Credentials(office)
    to = {"another role": {"role": "DPO"}, "a later end": {rows.last_day: FOR_EVER}, "another region": {"region": "ITI1"},
          "another owner": {"operator": UUID(office.ids["oreste"])}}[change]  # fmt: skip
    with office.log.changed(rows.tokens, "digest = ?", of_token(office.tokens["zeno"]), to=to):
        assert office.by("zeno").get("cases").status == 401
        assert office.names(rows.known_as(of_token(office.tokens["zeno"])))
    assert office.by("zeno").get("cases").status == 200, "it was put back as it was"


def test_a_withdrawn_token_put_back_by_sql_is_good_no_longer(office: Office) -> None:
    them, rows = office.newcomer("revoked"), Credentials(office)
    end(office, "their tokens", "revoked")
    assert them.get("cases").status == 401
    with rows.never_withdrawn(of_token(them.token), office.ids["revoked"], rows.tokens):
        assert them.get("cases").status == 401
        assert office.names(rows.known_as(of_token(them.token)))


# -- calendars -------------------------------------------------------------------------------------------------------------


def test_a_forged_calendar_shows_nothing(office: Office) -> None:
    rows, path = Credentials(office), "/calendars/made-up-by-somebody-with-every-right.ics"
    like = of_calendar(calendar_of(office.by("irene"), names=True))
    row = rows.forged(of_calendar(path), office.ids["irene"], "CASEWORKER", like, desks=office.ids["savona"])
    with office.log.more(rows.calendars, **row):
        assert office.showing("").get(path).status in (401, 404)
        assert office.names(rows.known_as(of_calendar(path)))


def test_a_calendar_that_was_ended_and_put_back_by_sql_shows_nothing(office: Office) -> None:
    them, rows = office.newcomer("ended"), Credentials(office)
    path = calendar_of(them)
    assert them.ask("DELETE", "me/calendars").status == 204
    assert them.get(path).status in (401, 404)
    with rows.never_withdrawn(of_calendar(path), office.ids["ended"], rows.calendars):
        assert them.get(path).status in (401, 404)
        assert office.names(rows.known_as(of_calendar(path)))


# -- postings --------------------------------------------------------------------------------------------------------------


def test_a_forged_posting_leads_to_no_desk(office: Office) -> None:
    with Credentials(office).posted(office.ids["zeno"], office.ids["armea"]) as names:
        assert not office.by("zeno").sees(f"cases/{office.ids['foreign']}")
        assert office.names(*names)


def test_a_posting_that_ended_and_was_put_back_by_sql_leads_to_no_desk(office: Office) -> None:
    them = office.newcomer("posted")
    assert ENDINGS["their posting"](office, "posted") == 200
    assert not them.sees(f"cases/{office.ids['case']}")
    with Credentials(office).still_posted(office.ids["posted"], office.ids["savona"]):
        assert not them.sees(f"cases/{office.ids['case']}")
        assert office.verify().code == 1


# -- claims ----------------------------------------------------------------------------------------------------------------


def test_a_claim_taken_away_is_named(office: Office) -> None:
    with office.log.gone("log.claim", "kind = 'open_case' AND key = ?", office.ids["abroad"]):
        assert office.names(office.ids["abroad"])


def test_a_claim_that_nobody_made_holds_nothing_and_is_named(office: Office) -> None:
    """Otherwise whoever writes rows keeps a desk from being opened, and a person from having a case."""
    person = office.register("irene", "savona", "Bloccati", "Ivo", "1962-02-02")
    with office.log.more("log.claim", kind="open_case", key=person, holder=UUID(office.ids["case"])):
        assert office.names(person)


def test_a_claim_handed_to_another_holder_is_named(office: Office) -> None:
    with office.log.changed(
        "log.claim", "kind = 'desk_code' AND key = 'IM'", to={"holder": UUID(office.ids["savona"])}
    ):
        assert office.names("desk_code")


# -- readings --------------------------------------------------------------------------------------------------------------


def read_once(office: Office) -> UUID:
    """Somebody reads who somebody is; the id of the row that says so."""
    ids = "SELECT reading_id FROM log.reading WHERE subject = ?"
    before = set(office.log.rows(ids, UUID(office.ids["person"])))
    assert office.by("irene").sees(f"people/{office.ids['person']}")
    (fresh,) = set(office.log.rows(ids, UUID(office.ids["person"]))) - before
    return UUID(fresh[0])


def test_a_reading_taken_away_from_among_others_is_named(office: Office) -> None:
    gone = read_once(office)
    with office.log.gone("log.reading", "reading_id = ?", gone):
        read_once(office)
        office.line("proof", "head")
        assert office.verify().code == 1


def test_the_newest_readings_do_not_vanish_once_a_head_was_signed(office: Office) -> None:
    gone = read_once(office)
    office.line.tell("proof", "head")
    with office.log.gone("log.reading", "reading_id = ?", gone):
        assert office.verify().code == 1


def test_a_reading_in_another_name_is_named_and_not_told(office: Office) -> None:
    changed = read_once(office)
    with office.log.changed("log.reading", "reading_id = ?", changed, to={"principal": UUID(office.ids["oreste"])}):
        assert office.names(changed)
        told = office.by("dina").get(f"people/{office.ids['person']}/readers")
        assert office.ids["oreste"] not in told.text


def test_a_reading_that_nobody_did_is_named_and_not_told(office: Office) -> None:
    row = office.log.row("log.reading", "reading_id = ?", read_once(office))
    forged = {**row, "reading_id": UUID(int=secrets.randbits(128)), "principal": UUID(office.ids["oreste"])}
    if "chain" in row:  # as if another process had written it
        forged |= {"chain": UUID(int=secrets.randbits(128)), "number": 1}
    with office.log.more("log.reading", **forged):
        assert office.names(forged["reading_id"])
        assert office.ids["oreste"] not in office.by("dina").get(f"people/{office.ids['person']}/readers").text


# -- tasks -----------------------------------------------------------------------------------------------------------------


def exported(office: Office, name: str = "irene") -> str:
    """The id of an export that was carried out."""
    asked = office.by(name).send("exports", kind="case", format="CSV")
    assert asked.status == 202, asked.text
    task = str(asked.json["id"])
    until(lambda: state_of(office, task) in ("DONE", "FAILED"), 10, "the export was not carried out")
    return task


def state_of(office: Office, task: str) -> str:
    return str(office.log.rows("SELECT state FROM log.task WHERE task_id = ?", UUID(task))[0][0])


def test_the_export_of_a_colleague_is_not_taken_over_by_sql(office: Office) -> None:
    task = exported(office)
    assert office.by("irene").sees(f"tasks/{task}/result")
    with office.log.changed("log.task", "task_id = ?", UUID(task), to={"operator": UUID(office.ids["nives"])}):
        assert not office.by("nives").sees(f"tasks/{task}/result")
        assert office.names(UUID(task))


def test_an_export_queued_again_by_sql_reaches_no_further(office: Office) -> None:
    task = exported(office)
    before = office.log.row("log.task", "task_id = ?", UUID(task))
    again = "UPDATE log.task SET role = ?, desks = ?, state = ?, result = ? WHERE task_id = ?"
    office.log.write(again, "AUDITOR", "", "QUEUED", b"", UUID(task))
    exported(office, "oreste")  # asked later: once it is carried out, the worker has been at the first one
    widened = office.log.row("log.task", "task_id = ?", UUID(task))
    office.log.write(again, before["role"], before["desks"], widened["state"], widened["result"], UUID(task))
    assert office.numbers["foreign"] not in office.by("irene").get(f"tasks/{task}/result").text


@pytest.mark.heavy
def test_a_task_row_in_the_name_of_a_person_destroys_no_key_of_theirs(office: Office) -> None:
    """Tasks are tidied up once a minute, and the key of one that is a week old is destroyed."""
    irene, case, person = office.by("irene"), office.ids["case"], office.ids["person"]
    filed = irene.upload(
        f"cases/{case}/documents", b"%PDF-1.7 invented", name="scan.pdf", document_kind="LETTER", title="Lettera"
    )
    assert filed.status == 201, filed.text
    model = office.log.row("log.task", "task_id = ?", UUID(exported(office)))
    tidied = "SELECT looked_at FROM log.heartbeat WHERE name = 'tidy_up'"
    before = office.log.rows(tidied)
    old = {**model, "task_id": UUID(person), "asked_at": f"{ago(8)}T09:00:00+00:00", "state": "DONE"}
    with office.log.more("log.task", **old):
        until(lambda: office.log.rows(tidied) != before, 90, "nobody tidied up")
    assert not office.keys.rows("SELECT 1 FROM erasure WHERE subject = ?", UUID(person))
    assert irene.get(f"documents/{filed.json['id']}/content").status == 200
