"""Answers to searches: records within reach with their names, those beyond it only counted."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from opera_cases.application.application import Application
from opera_cases.application.personal.reader import CASE_WORK, PersonalDataReader
from opera_cases.application.runtime import Runtime, labels
from opera_cases.application.search.hits import SEARCH, note_hits
from opera_cases.application.search.name_index import RANK, Candidate
from opera_cases.domain.access import Principal
from opera_cases.domain.cases.states import STATES
from opera_cases.domain.kernel.entry_codes import TargetGroup
from opera_cases.domain.kernel.journey_codes import Outcome, Pathway
from opera_cases.domain.kernel.vocabulary import Language
from opera_cases.domain.people.person import Person
from opera_cases.projections import access
from opera_cases.projections.followed.name_index import folded
from opera_cases.projections.queries import lists

SHOWN = 50
_CODES = {"state": STATES, "pathway": tuple(Pathway), "target_group": tuple(TargetGroup), "outcome": tuple(Outcome)}


def people_like(
    application: Application, who: Principal, values: Mapping[str, Any], correlation: UUID
) -> dict[str, Any]:
    """The records like a person (`values` as in `Search.people`): under `items` those within reach with names, birth
    date, `score` and `reasons`, under `elsewhere` score and reasons alone; each is a reading. A merged record is
    shown as its survivor. Raises `InvalidInput` for what cannot be read."""
    best: dict[UUID, tuple[Candidate, Person]] = {}
    candidates = application.search.people(values) if application.search else []
    records = application.records.load_all(Person, [each.person for each in candidates])
    for each in candidates:
        record = records[each.person]
        person = application.records.load(Person, record.survivor) if record.survivor else record
        known = best.get(person.id)
        if person.version and (known is None or RANK[each.score] < RANK[known[0].score]):
            best[person.id] = (each, person)
    with application.database.reading() as connection:
        within = access.reached(connection, "person", list(best), who, application.today()) if best else set()
    note_hits(application, who, SEARCH, best.keys() - within, correlation)
    items: list[dict[str, Any]] = []
    elsewhere: list[dict[str, Any]] = []
    beyond = application.records.opened_beyond_reach(
        who, {person.desk for _, person in best.values() if person.id in within}, application.today()
    )
    with PersonalDataReader(application.database, application.keyring, who=who, place=SEARCH, purpose=CASE_WORK,
                 stream=UUID(int=0), at=application.clock(), correlation=correlation, for_a_reason=beyond) as reading:  # fmt: skip
        for candidate, person in best.values():
            like = {"score": candidate.score, "reasons": candidate.reasons}
            if person.id not in within:
                elsewhere.append(like)
            elif len(items) < SHOWN:
                names = {
                    "family_name": reading.open(person.family_name),
                    "given_names": reading.open(person.given_names),
                }
                items.append({"id": person.id, **names, "birth_date": reading.open(person.birth_date), **like})
    return {"items": items, "elsewhere": elsewhere, "limit": SHOWN, "_links": {}}


@lru_cache
def _words_of_codes() -> tuple[tuple[str, str, str], ...]:
    """Every word by which a code may be called, in any language: (word, column, code)."""
    found = set()
    for column, codes in _CODES.items():
        for code in codes:
            called = {
                labels(language).of(f"{'state.case' if column == 'state' else column}.{code}") for language in Language
            }
            found |= {
                (word, column, str(code)) for text in (*called, str(code).replace("_", " ")) for word in folded(text)
            }
    return tuple(sorted(found))


def _meant(word: str) -> dict[str, frozenset[str]]:
    """The codes that a word may mean, by column: its beginning is enough, from four letters on."""
    found: dict[str, set[str]] = {}
    for called, column, code in _words_of_codes():
        if called == word or (len(word) > 3 and called.startswith(word)):
            found.setdefault(column, set()).add(code)
    return {column: frozenset(codes) for column, codes in found.items()}


def cases_by_text(runtime: Runtime, who: Principal, text: str, limit: int, correlation: UUID) -> list[dict[str, Any]]:
    """Cases within reach that answer every word of a text: by file number, by code or its label, by name. A line each:
    id, file number, state, desk, caseworker, pathway, outcome, and the names, opened for this reading."""
    application = runtime.application
    equal: dict[str, Any] = {}
    digits = "".join(letter for letter in text if letter.isdigit())
    names: list[str] = []
    if len(digits) == 8 and not any(letter.isalpha() for letter in text):
        equal["file_number"] = f"{digits[:4]}-{digits[4:]}"
    else:
        for word in folded(text):
            if meant := _meant(word):
                for column, codes in meant.items():
                    equal[column] = equal[column] & codes if column in equal else codes
            else:
                names.append(word)
    if names and application.search:
        equal["person"] = frozenset(application.search.by_text(" ".join(names)))
    if not equal or any(value == frozenset() for value in equal.values()):
        return []
    with runtime.log.reading() as connection:
        found = lists.rows_of_page(
            connection, "case", who, application.today(), lists.PageQuery(equal, limit=limit), application.keyring
        )[:limit]
    named = lists.sealed_names(runtime.log, {row.person for row in found if row.person})
    beyond = application.records.opened_beyond_reach(who, {row.desk for row in found}, application.today())
    with PersonalDataReader(application.database, application.keyring, who=who, place="search of cases", purpose=CASE_WORK,
                 stream=UUID(int=0), at=application.clock(), correlation=correlation, for_a_reason=beyond) as reading:  # fmt: skip
        return [
            {"id": row.case_id, "file_number": row.file_number, "state": row.state, "desk": row.desk,
             "caseworker": row.caseworker, "pathway": row.pathway, "outcome": row.outcome,
             "given_names": reading.open(named.get(row.person, (None, None))[0]),
             "family_name": reading.open(named.get(row.person, (None, None))[1])}
            for row in found
        ]  # fmt: skip
