"""The figures of a report: who counts for which indicator, by what is known at one position of the log (handbook 5.2).

A participant is somebody whose entry data were taken in the period; the status is that of the entry, as corrected since.
"""

import hashlib
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from opera_cases.application.audit.as_true import as_true_on
from opera_cases.application.personal.reader import PersonalDataReader
from opera_cases.application.records import Records
from opera_cases.domain.cases.case import Case
from opera_cases.domain.cases.entry_data import EntryDataRecorded, age_band, unemployed_for
from opera_cases.domain.cases.states import MERGED
from opera_cases.domain.kernel.entry_codes import AgeBand, EmploymentStatus, Sex
from opera_cases.domain.kernel.sealed_fields import value_of
from opera_cases.domain.submissions import Adjustment, Figure, Submission
from opera_cases.domain.ventures.venture import Venture
from opera_cases.log.events.codec import decode_stream
from opera_cases.log.events.queries import streams_begun
from opera_cases.projections.models.submissions import of_region

DEFINITION = "EECO/1"
UNEMPLOYED = frozenset({EmploymentStatus.UNEMP_LT12, EmploymentStatus.UNEMP_GE12, EmploymentStatus.FIRST_JOB_SEEKER})
INACTIVE = frozenset({EmploymentStatus.INACTIVE_STUDENT, EmploymentStatus.INACTIVE_OTHER})
EMPLOYED = frozenset(EmploymentStatus) - UNEMPLOYED - INACTIVE - {EmploymentStatus.UNKNOWN}
LONG_MONTHS = 12
BLOCK = 500


def _long_term(entry: EntryDataRecorded, on: date) -> bool:
    if entry.employment_status is EmploymentStatus.UNEMP_GE12:
        return True
    lasted = unemployed_for(entry, on)
    return (
        entry.employment_status is EmploymentStatus.UNEMP_LT12 and lasted is not None and lasted.months >= LONG_MONTHS
    )


INDICATORS: dict[str, Callable[[EntryDataRecorded, date], bool]] = {
    "EECO01": lambda entry, on: True, "EECO01_WOMEN": lambda entry, on: entry.sex is Sex.WOMAN,
    "EECO01_MEN": lambda entry, on: entry.sex is Sex.MAN,
    "EECO02": lambda entry, on: entry.employment_status in UNEMPLOYED, "EECO03": _long_term,
    "EECO04": lambda entry, on: entry.employment_status in INACTIVE, "EECO05": lambda entry, on: entry.employment_status in EMPLOYED,
    "EECO06": lambda entry, on: age_band(entry) is AgeBand.UNDER_18, "EECO07": lambda entry, on: age_band(entry) is AgeBand.FROM_18_TO_29,
    "EECO08": lambda entry, on: age_band(entry) is AgeBand.FROM_55,
}  # fmt: skip
"""Who counts for which indicator, by the entry data and the day on which they were taken."""
VENTURES_STARTED = "VENTURES_STARTED"
"""Ventures that began to trade in the period, each once."""


def compute_report(records: Records, region: str, since: date, until: date, position: int) -> dict[str, Any]:
    """What a submission freezes: `figures` with those who count, `adjustments` of the ones before, the position up to
    which it was known (`recorded_until`), the `definition` of the figures, and a `digest` (SHA-256, hexadecimal)
    over all of it."""
    now = compute_figures(records, region, since, until, position)
    changed = tuple(_adjustments(records, region, position))
    content = msgspec.json.encode([DEFINITION, region, since, until, position, now, changed], order="deterministic")
    return {"recorded_until": position, "definition": DEFINITION, "figures": now, "adjustments": changed,
            "digest": hashlib.sha256(content).hexdigest()}  # fmt: skip


def compute_figures(records: Records, region: str, since: date, until: date, position: int) -> tuple[Figure, ...]:
    """The figures of a region for a period, by what was recorded until a position."""
    counted: dict[str, list[UUID]] = {code: [] for code in (*INDICATORS, VENTURES_STARTED)}
    for case in _as_known(records, Case, region, until, position):
        entry = next((each for each in case.known.values() if isinstance(each.facts, EntryDataRecorded)), None)
        if case.state != MERGED and entry is not None and since <= entry.on <= until:
            for code, counts in INDICATORS.items():
                if counts(entry.facts, entry.on):
                    counted[code].append(case.id)
    for venture in _as_known(records, Venture, region, until, position):
        if venture.trading_since is not None and since <= venture.trading_since <= until:
            counted[VENTURES_STARTED].append(venture.id)
    return tuple(Figure(code=code, members=tuple(sorted(members))) for code, members in counted.items())


def _as_known(records: Records, kind: Any, region: str, until: date, position: int) -> Iterable[Any]:
    """Every record of a kind at home in a region, as known at a position and true on a day."""
    topic = "case.contact_recorded" if kind is Case else "venture.opened"
    streams = streams_begun(records.database, topic, position)
    for start in range(0, len(streams), BLOCK):
        for stream, rows in records.recorder.streams(streams[start : start + BLOCK]).items():
            events = [event for event in decode_stream(stream, rows) if event.position <= position]
            record = kind.replay(stream, as_true_on(events, until))
            if record.version and record.place is not None and record.place.region == region:
                yield record


def _adjustments(records: Records, region: str, position: int) -> Iterable[Adjustment]:
    """Of each submission so far what would be told otherwise now, less what later ones have told already."""
    told: dict[tuple[UUID, str, UUID], int] = {}
    before = submissions_of_region(records, region)
    for each in before:
        for one in each.adjustments:
            key = (one.submission, one.code, one.member)
            told[key] = told.get(key, 0) + one.by
    for each in before:
        assert each.since is not None
        assert each.occurred_until is not None
        now = {
            one.code: set(one.members)
            for one in compute_figures(records, region, each.since, each.occurred_until, position)
        }
        for figure in each.figures:
            counts = set(figure.members) | {
                m for (s, c, m), by in told.items() if (s, c) == (each.id, figure.code) and by > 0
            }
            counts -= {m for (s, c, m), by in told.items() if (s, c) == (each.id, figure.code) and by < 0}
            for member in sorted(now.get(figure.code, set()) ^ counts):
                by = 1 if member in now.get(figure.code, set()) else -1
                yield Adjustment(submission=each.id, code=figure.code, member=member, by=by)


def submissions_of_region(records: Records, region: str) -> list[Submission]:
    """What was submitted for a region, the oldest first."""
    return [records.load(Submission, each) for each in of_region(records.database, region)]


def members_as_they_stood(
    records: Records, submission: Submission, figure: Figure, reading: PersonalDataReader
) -> list[dict[str, Any]]:
    """Those who count for a figure, each as known when the report was frozen and true on its last day: a line each,
    with `kind`, `id`, `file_number`, the state, and what the figure counts by; no names. What is sealed is opened
    for this reading."""
    assert submission.occurred_until is not None
    found = []
    kind: Any = Venture if figure.code == VENTURES_STARTED else Case
    for stream, rows in records.recorder.streams(figure.members).items():
        events = [event for event in decode_stream(stream, rows) if event.position <= submission.recorded_until]
        found.append(_stood(kind.replay(stream, as_true_on(events, submission.occurred_until)), reading))
    return sorted(found, key=lambda each: str(each["id"]))


def _stood(record: Any, reading: PersonalDataReader) -> dict[str, Any]:
    entry = next((each for each in record.known.values() if isinstance(each.facts, EntryDataRecorded)), None)
    facts = entry.facts if entry is not None else None
    return {
        "kind": record.kind, "id": record.id, "file_number": getattr(record, "file_number", ""), "state": record.state,
        "desk": record.desk, "entry_on": entry.on if entry is not None else None,
        "employment_status": facts.employment_status.value if facts else "", "sex": facts.sex.value if facts else "",
        "age_band": age_band(facts).value if facts else "", "age_group": facts.age_group if facts else None,
        "unemployed_for": unemployed_for(facts, entry.on) if entry else None,
        "unemployed_since": reading.plain(value_of(facts, "unemployed_since")) if facts else None,
        "started_on": getattr(record, "trading_since", None),
    }  # fmt: skip
