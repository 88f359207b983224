"""Pairs of records that may be of one person."""

from collections.abc import Iterator

import sqlalchemy as sa

from opera_cases.domain.duplicates.duplicate import Duplicate
from opera_cases.projections import schema as s

duplicates = s.table(
    "duplicate_v1",
    s.id("duplicate_id", key=True), s.text("state"), s.id("first"), s.id("first_desk"), s.text("first_region"), s.id("second"),
    s.id("second_desk"), s.text("second_region"), s.text("score"), s.text("reasons"), s.id("survivor", null=True),
    s.day("opened_on", null=False), s.day("next_due_on"), s.count("version"),
    sa.Index("duplicate_by_region", "first_region", "state"),
)  # fmt: skip


def _rows(pair: Duplicate) -> Iterator[s.TableRow]:
    yield duplicates, {"duplicate_id": pair.id}, {
        "state": pair.state, "first": pair.first, "first_desk": pair.desks[0], "first_region": pair.places[0].region,
        "second": pair.second, "second_desk": pair.desks[1], "second_region": pair.places[1].region,
        "score": pair.score, "reasons": ",".join(pair.reasons), "survivor": pair.survivor, "opened_on": pair.opened_on,
        "next_due_on": min((d.due_on for d in pair.deadlines.values()), default=None), "version": pair.version,
    }  # fmt: skip


MODEL = s.Model(
    "duplicate", Duplicate, duplicates, _rows,
    filters=("score", "first", "second"),
)  # fmt: skip
