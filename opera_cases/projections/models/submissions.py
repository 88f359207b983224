"""Reports that were submitted."""

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa

from opera_cases.domain.submissions import Submission
from opera_cases.log.store.database import Database
from opera_cases.projections import schema as s
from opera_cases.projections.values import as_uuids

submissions = s.table(
    "submission_v1",
    s.id("submission_id", key=True), s.text("state"), s.text("region"), s.day("since", null=False), s.day("occurred_until", null=False),
    sa.Column("recorded_until", sa.BigInteger, nullable=False), s.text("definition"), s.count("participants"), s.count("adjustments"),
    s.text("digest"), s.day("opened_on", null=False), s.count("version"),
    sa.Index("submission_by_region", "region", "occurred_until"),
)  # fmt: skip


def _rows(submission: Submission) -> Iterator[s.TableRow]:
    yield submissions, {"submission_id": submission.id}, {
        "state": submission.state, "region": submission.region, "since": submission.since,
        "occurred_until": submission.occurred_until, "recorded_until": submission.recorded_until,
        "definition": submission.definition, "participants": len(submission.figures[0].members),
        "adjustments": len(submission.adjustments), "digest": submission.digest, "opened_on": submission.opened_on,
        "version": submission.version,
    }  # fmt: skip


MODEL = s.Model(
    "submission", Submission, submissions, _rows,
    filters=("region",),
    sorts=("occurred_until",),
)  # fmt: skip


# -- questions ---------------------------------------------------------------------------------------------------------


def of_region(log: Database, region: str) -> list[UUID]:
    """What was submitted for a region, the oldest first."""
    return as_uuids(
        log.rows("SELECT submission_id FROM read.submission_v1 WHERE region = $1 ORDER BY occurred_until", region)
    )
