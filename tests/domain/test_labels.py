"""Words for people: every code in three languages, chosen by the reader."""

from enum import Enum
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from opera_cases.api.app import MOUNT, create_app
from opera_cases.application.audit.dossier.content import ORDER
from opera_cases.application.refusals import CLAIMED, NOT_YOURS, rules_by_code
from opera_cases.application.runtime import edition, labels
from opera_cases.application.tasks.kinds import NOT_TAKEN_ALONG
from opera_cases.domain.cases.states import OVERLAYS
from opera_cases.domain.kernel.events import TOPICS
from opera_cases.domain.kernel.personal import Sealed
from opera_cases.domain.kernel.rules import SHARED
from opera_cases.domain.kernel.sealed_fields import fact_name
from opera_cases.domain.kernel.vocabulary import Language, Role
from opera_cases.domain.labels import preferred
from opera_cases.domain.procedures import PROCEDURES
from opera_cases.domain.reminders.ladder import Audience
from opera_cases.http.problems import STATUS
from tests.support.world import World

REASONS = ("PAUSED", "APPOINTMENT_BOOKED", "SNOOZED", "NIGHT_OR_HOLIDAY", "NOBODY", "NO_ADDRESS", "SUPERSEDED", "TOO_LATE", "NOT_AGREED",
           "MET", "MOVED", "NOT_YET", "LEFT", "NOTHING_LEFT")  # fmt: skip
MAIL = (
    "subject_digest", "subject_urgent", "subject_week", "subject_person", "hello", "intro", "intro_person", "intro_week", "line",
    "line_appointment", "today", "in_days", "days_ago", "covers", "instead", "rule", "footer", "footer_operator", "more",
    "overdue", "silent", "incoming", "missed", "none", "month", "subject_notice", "intro_notice", "notice_token", "notice_until",
    "notice_at_the_machine", "notice_yours",
)  # fmt: skip
READING = (
    "timeline", "differences", "list", "export", "search_of_people", "registration", "check_of_a_number", "known_elsewhere", "search_of_cases", "audit_trail", "dossier_as_PDF", "dossier_as_JSON",
    "mail", "calendar", "case_work", "beyond_reach_for_a_reason", "for_export", "audit", "reminder",
)  # fmt: skip
DOSSIER = (
    "title", "subject", "made", "scope", "since", "owes", "happened", "when", "what", "who", "facts", "recorded", "behalf",
    "corrected", "worked", "readers", "reader_day", "reader_role", "reader_desk", "reader_place", "reader_purpose", "reader_times",
    "proof", "proved", "unproved", "root", "key", "first_key", "yes", "no", "erased", "closed",
    "reminded", "reminded_on", "reminded_of", "reminded_whom", "reminded_became", "not_told", "due", "in_the_agenda",
)  # fmt: skip


def _shown_in_a_dossier() -> set[str]:
    """Every field that a dossier can show, and every code in one."""
    found: set[str] = set()
    left: list[type[msgspec.Struct]] = [each.records for kind in ORDER for each in PROCEDURES[kind].steps]
    seen: set[type] = {Sealed}
    while left:
        struct = left.pop()
        if struct not in seen:
            seen.add(struct)
            for each in msgspec.structs.fields(struct):
                found.add(f"field.{fact_name(each.name)}")
                parts = _parts(each.type)
                left += [part for part in parts if issubclass(part, msgspec.Struct)]
                found |= {f"code.{member.value}" for part in parts if issubclass(part, Enum) for member in part}
    return found


def _parts(hint: Any) -> list[type]:
    arguments = getattr(hint, "__args__", ())
    return (
        [part for each in arguments for part in _parts(each)] if arguments else [hint] if isinstance(hint, type) else []
    )


CODES = {
    *(f"state.{name}.{state}" for name, procedure in PROCEDURES.items() for state in procedure.states),
    *(f"topic.{topic}" for topic in TOPICS), *(f"role.{role}" for role in Role), *(f"overlay.{each}" for each in OVERLAYS),
    *(f"kind.{name}" for name in PROCEDURES), *(f"deadline.{ladder.rule}" for ladder in edition().ladders()),
    *(f"reason.{each}" for each in REASONS), *(f"mail.{each}" for each in MAIL), *(f"dossier.{each}" for each in DOSSIER),
    *(f"reading.{each}" for each in READING), *(f"audience.{each}" for each in Audience),
    *_shown_in_a_dossier(), "named.case",
}  # fmt: skip


RULES = {*rules_by_code(), *(refusal.rule for refusal in CLAIMED.values()), NOT_YOURS.rule, NOT_TAKEN_ALONG.rule} | {
    f"{SHARED}.{each}" for each in ("step_not_open", "not_suspended", "not_restricted")
}  # fmt: skip
MUST = {f"rule.{code}.must" for code, rule in rules_by_code().items() if rule.must != rule.says}
TOLD = MUST | {f"rule.{code}.{part}" for code in RULES for part in ("says", "todo")}
DETAILS = {f"detail.{kind}" for _, kind, _ in STATUS.values() if kind != "refused"} | {"detail.unexpected"}
PROBLEMS = {f"problem.{kind}" for _, kind, _ in STATUS.values()} | {"problem.not-here", "problem.unexpected"}


@pytest.mark.parametrize("language", list(Language))
def test_every_code_has_its_words_and_no_words_are_left_over(language: Language) -> None:
    expected = CODES if language is Language.EN else CODES | TOLD | PROBLEMS | DETAILS
    assert set(labels(language).flat) == expected


def test_a_refusal_is_told_in_the_readers_language(small: World) -> None:
    case = small.case("INTAKE")
    told = {}
    with TestClient(create_app(small.runtime)) as client:
        for language in ("it", "fr", "en"):
            headers = {"Authorization": f"Bearer {small.token(small.irene)}", "Accept-Language": language,
                       "If-Match": f'"{case.now.version}"'}  # fmt: skip
            url = f"{MOUNT}/cases/{case.id}/steps"
            problem = client.post(url, json={"step": "resume"}, headers=headers).json()
            told[language] = (problem["title"], problem["refusals"][0]["todo"])
    assert told == {
        "it": ("La procedura non lo permette", "Non c'è nulla da riprendere."),
        "fr": ("La procédure ne le permet pas", "Il n'y a rien à reprendre."),
        "en": ("The procedure does not allow this", "There is nothing to resume."),
    }


@pytest.mark.parametrize(
    ("asked", "given"),
    [("fr-FR,fr;q=0.9,en;q=0.8", "fr"), ("de, en;q=0.5", "en"), ("", "it"), ("de", "it"), ("en;q=x, fr;q=0.1", "fr")],
)
def test_the_reader_chooses_the_language(asked: str, given: str) -> None:
    assert preferred(asked) == given


def test_timeline_and_state_are_told_in_the_readers_language(small: World) -> None:
    case = small.case("INTAKE")
    small.settle()
    headers = {"Authorization": f"Bearer {small.token(small.irene)}"}
    with TestClient(create_app(small.runtime)) as client:
        told = {
            language: (
                client.get(f"{MOUNT}/cases/{case.id}", headers={**headers, "Accept-Language": language}).json()["state_label"],
                client.get(f"{MOUNT}/cases/{case.id}/timeline", headers={**headers, "Accept-Language": language}).json()["items"][0]["says"],
            )
            for language in ("it", "fr", "en")
        }  # fmt: skip
    assert told == {
        "it": ("accoglienza", "Primo contatto registrato"),
        "fr": ("accueil", "Premier contact enregistré"),
        "en": ("intake", "First contact recorded"),
    }
