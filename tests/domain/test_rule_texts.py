"""What somebody who is refused hears: what stands in the way, with the value that decided, in their language (handbook 6.3)."""

import re
from collections.abc import Iterator
from datetime import date

import pytest

from opera_cases.application.display_names import relative_day
from opera_cases.application.refusals import CLAIMED, NOT_YOURS, rules_by_code
from opera_cases.application.runtime import labels
from opera_cases.application.tasks.kinds import NOT_TAKEN_ALONG
from opera_cases.domain.kernel.errors import Refusal
from opera_cases.domain.kernel.vocabulary import Language
from opera_cases.domain.labels.filling import filled, named
from tests.support.group import TestGroup
from tests.support.world import World

IT, FR, EN = Language.IT, Language.FR, Language.EN
NUMBERS = {
    EN: "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|sixty|ninety|hundred|half|twice|thrice|fortnight",
    IT: "due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici|quindici|venti|trenta|trentasei|sessanta|novanta|cento",
    FR: "deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|soixante|quatre-vingt-dix|cent|demi",
}
NUMBER = {language: re.compile(rf"\d|\b(?:{words})\b", re.IGNORECASE) for language, words in NUMBERS.items()}
OF_THEIR_NATURE = {
    "operator.given_by_two": "two pairs of eyes, as the right of every office has it",
    "operator.role_that_guards": "the same",
    "duplicate.not_flagged_yet": "a pair has two records",
    "duplicate.both_within_reach": "a pair has two records",
    "person.identifier_free": "a pair has two records",
    "person.likeness_considered": "a pair has two records",
    "desk.both_work_here": "who is away and who covers",
}


def _english() -> Iterator[tuple[str, tuple[str, str, str]]]:
    yield from ((code, (rule.must, rule.says, rule.todo)) for code, rule in rules_by_code().items())
    told = (*(each for each in CLAIMED.values() if each.rule not in rules_by_code()), NOT_YOURS, NOT_TAKEN_ALONG)
    yield from ((each.rule, (each.says, each.says, each.todo)) for each in told)


def _texts(language: Language) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Of each rule: what must hold, what stands in the way, what to do."""
    for code, english in _english():
        text = english if language is EN else labels(language).rule(code)
        assert text is not None, code
        yield code, text


@pytest.mark.parametrize("language", list(Language))
def test_no_number_stands_in_a_text_because_the_rulebook_decides(language: Language) -> None:
    plain = {code: re.sub(r"\{(\w+)(:[^}]*)?\}", "", " ".join(text)) for code, text in _texts(language)}
    numbered = {code: found[0] for code, text in plain.items() if (found := NUMBER[language].search(text))}
    assert numbered.keys() - OF_THEIR_NATURE.keys() == set(), numbered


def test_a_number_in_a_text_would_be_found() -> None:
    assert all(NUMBER[language].search(text) for language, text in (
        (EN, "within six weeks"), (IT, "entro sei settimane"), (FR, "dans les six semaines"), (EN, "after 30 days")))  # fmt: skip
    used = {code for language in Language for code, text in _texts(language) if NUMBER[language].search(" ".join(text))}
    assert OF_THEIR_NATURE.keys() <= used, "an exception that is no longer needed goes"


@pytest.mark.parametrize("language", list(Language))
def test_values_stand_only_in_what_stands_in_the_way_and_are_told_by_the_rule(language: Language) -> None:
    for code, (must, says, todo) in _texts(language):
        assert not named(must) | named(todo), code
        if named(says):
            rule = rules_by_code()[code]
            assert rule.tells is not None, code
            assert must != says, code
            assert named(says) == named(rule.says), code


@pytest.mark.parametrize("language", list(Language))
def test_no_field_name_and_no_command_line_stands_in_a_text(language: Language) -> None:
    assert [
        code
        for code, text in _texts(language)
        if re.search(r"_|`|[{}]", re.sub(r"\{(\w+)(:[^}]*)?\}", "", " ".join(text)))
    ] == []


@pytest.mark.parametrize(
    ("language", "one", "many", "none"),
    [(EN, "1 day, 2026-03-02", "2 days, 2026-03-02", "0 days, 2026-03-02"), (IT, "1 giorno, 02/03/2026", "2 giorni, 02/03/2026", "0 giorni, 02/03/2026"),
     (FR, "1 jour, 02/03/2026", "2 jours, 02/03/2026", "0 jour, 02/03/2026")],
)  # fmt: skip
def test_a_value_is_written_as_people_write_it(language: Language, one: str, many: str, none: str) -> None:
    noun = {EN: "day|days", IT: "giorno|giorni", FR: "jour|jours"}[language]
    text = f"{{days:{noun}}}, {{until}}"
    until = ("until", date(2026, 3, 2).isoformat())
    assert [filled(text, [("days", days), until], language) for days in ("1", "2", "0")] == [one, many, none]
    assert filled(text, [until], language) == "", "half a sentence is not said"
    assert (
        filled("{sum}", [("sum", "1234.50")], language)
        == {EN: "€1,234.50", IT: "1.234,50\u00a0€", FR: "1\u202f234,50\u00a0€"}[language]
    )


def _told(world: World, refusals: tuple[Refusal, ...], language: Language) -> tuple[str, str]:
    [refusal] = refusals
    told = labels(language).refusal(refusal)
    return told.says, told.todo


def test_an_overruled_limit_is_the_one_that_is_told(small: World) -> None:
    """The limit of the record, the parameter and the edition that decided, and that it was overruled (handbook 6.16)."""
    case = small.case("PLAN")
    case.do("overrule", by=small.nives, parameter="follow_up_closes_after", value=90, reason="Rientra dall'estero.")
    case.do("close", outcome="WITHDREW", reason_code="OTHER", exit_situation="JOB_SEARCH", on="2026-02-02")
    small.clock.turn_to("2026-11-10")
    late = small.refusals(
        small.irene,
        "case",
        "record_follow_up",
        case.id,
        situation="JOB_SEARCH",
        improved=False,
        channel="PHONE",
        on="2026-11-10",
    )
    [refusal] = late
    assert (refusal.rule, refusal.parameter, refusal.edition) == (
        "case.within_the_follow_up_window",
        "follow_up_closes_after",
        "2026-7",
    )
    assert "follow_up_closes_after, overruled for this record" in refusal.source
    assert dict(refusal.told) | {"after": "90", "due_on": "2026-08-02", "closes": "2026-10-31"} == dict(refusal.told)
    assert _told(small, late, IT)[0] == (
        "La verifica si registra dal 19/07/2026 al 31/10/2026: da 14 giorni prima del suo giorno, il 02/08/2026, a 90 giorni dopo."
    )
    small.clock.turn_to("2026-06-01")
    early = small.refusals(
        small.irene,
        "case",
        "record_follow_up",
        case.id,
        situation="JOB_SEARCH",
        improved=False,
        channel="PHONE",
        on="2026-06-01",
    )
    assert [each.parameter for each in early] == ["follow_up_opens_before"]
    small.clock.turn_to("2026-10-20")
    case.do("record_follow_up", situation="JOB_SEARCH", improved=False, channel="PHONE", on="2026-10-20")


def test_whoever_suspends_twice_hears_that_the_case_is_suspended(small: World) -> None:
    case = small.case("PLAN")
    case.do("suspend", reason_code="FAMILY_OR_HEALTH", review_on="2026-03-20")
    again = small.refusals(
        small.irene, "case", "suspend", case.id, reason_code="FAMILY_OR_HEALTH", review_on="2026-03-20"
    )
    assert {language: _told(small, again, language)[0] for language in Language} == {
        EN: "The case is suspended already.", IT: "Il fascicolo è già sospeso.", FR: "Le dossier est déjà suspendu.",
    }  # fmt: skip


def test_a_group_hears_how_many_it_is_and_how_many_it_needs(small: World) -> None:
    group = TestGroup(small)
    group.do("start_feasibility")
    for language, says in ((EN, "at least 9"), (IT, "almeno 9"), (FR, "au moins 9")):
        told = {
            each.name: each
            for each in small.refusals(small.irene, "venture", "form_group", group.id, legal_form="COOP")
        }
        few = told["enough_members"]
        assert says in labels(language).refusal(few).says
        assert (few.parameter, few.edition, few.source[:32]) == (
            "minimum_members",
            "2026-7",
            "rulebook 2026-7: minimum_members",
        )
        assert (told["found_feasible"].parameter, told["found_feasible"].edition) == ("", "")


def test_the_record_in_the_way_is_named_to_whoever_reaches_it(small: World) -> None:
    """Beyond reach a refusal says nothing more (handbook 6.6)."""
    small.second_desk()
    first, second = small.case("ASSESSMENT"), small.case()
    asked = {"person": str(first.person), "duplicate_search_on": "2026-02-02"}
    [own] = small.refusals(small.irene, "case", "open_intake", second.id, **asked)
    assert dict(own.told) == {"case": str(first.id), "file_number": first.now.file_number}
    assert labels(IT).refusal(own).says == (
        f"La persona ha già un fascicolo aperto, e può averne uno solo alla volta. È il fascicolo {first.now.file_number}."
    )
    assert labels(EN).refusal(own).says.endswith(f"See case {first.now.file_number}.")
    small.settle()
    namesake = {"family_name": "Provaletti", "given_names": "Ardesia", "birth_date": "1979-03-14"}
    [alike] = small.refusals(small.irene, "person", "register_person", desk=str(small.desk), **namesake)
    assert dict(alike.told) == {"person": str(first.person)}
    [elsewhere] = small.refusals(small.oreste, "person", "register_person", desk=str(small.armea), **namesake)
    assert (elsewhere.rule, elsewhere.told) == ("person.likeness_considered", ())


@pytest.mark.parametrize(
    ("language", "told"),
    [(EN, ["in 1 day", "1 day late", "in 2 days", "today"]), (IT, ["fra 1 giorno", "in ritardo di 1 giorno", "fra 2 giorni", "oggi"]),
     (FR, ["dans 1 jour", "en retard de 1 jour", "dans 2 jours", "aujourd'hui"])],
)  # fmt: skip
def test_one_day_is_one_day_in_mail_too(language: Language, told: list[str]) -> None:
    assert [relative_day(days, labels(language)) for days in (1, -1, 2, 0)] == told
