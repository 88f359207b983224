"""A frozen report over HTTP: its figures and what they were counted from."""

from datetime import date
from typing import Annotated
from uuid import UUID

from opera_cases.api.schemas.shown import Shown
from opera_cases.api.schemas.terms import Code, Number, Sign, at_most
from opera_cases.domain import submissions as domain


class Figure(Shown):
    code: Code
    count: Number


class Adjustment(Shown):
    """That one member more, or one less, belonged in a figure of an earlier submission."""

    submission: UUID | None
    code: Code
    member: UUID | None
    by: Sign


class SubmissionFields(Shown):
    """What is shown of a submission: the period, up to which place of the log, by which definition, and the figures."""

    since: date | None
    occurred_until: date | None
    definition: Code
    digest: Code
    recorded_until: Code
    figures: Annotated[list[Figure], at_most(100)]
    adjustments: Annotated[list[Adjustment], at_most(100_000)]


def of_submission(submission: domain.Submission) -> SubmissionFields:
    """What is shown of it."""
    return SubmissionFields(
        since=submission.since, occurred_until=submission.occurred_until, definition=submission.definition,
        digest=submission.digest, recorded_until=str(submission.recorded_until),
        figures=[Figure(code=each.code, count=len(each.members)) for each in submission.figures],
        adjustments=[
            Adjustment(submission=each.submission, code=each.code, member=each.member, by=each.by)
            for each in submission.adjustments
        ],
    )  # fmt: skip
