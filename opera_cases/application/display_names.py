"""How a record is called without naming anybody: by its file number, or by the public name of a firm or a thing."""

from uuid import UUID

from opera_cases.application.records import Records
from opera_cases.domain.cases.case import Case
from opera_cases.domain.kernel.aggregate import Aggregate
from opera_cases.domain.kernel.vocabulary import Language
from opera_cases.domain.labels import Labels
from opera_cases.domain.labels.filling import filled

COLON = {Language.IT: ": ", Language.FR: "\u00a0: ", Language.EN: ": "}
"""What stands between a name and what is said of it: in French with a space before it that does not break."""
_QUOTED = {Language.IT: "«{}»", Language.FR: "«\u00a0{}\u00a0»", Language.EN: "“{}”"}


def title_of(records: Records, record: Aggregate, words: Labels) -> str:
    """As in *case 4827-1935*, or the name of a firm. Never the name of a person."""
    kind = words.of(f"kind.{record.kind}")
    number = file_number(records, record)
    if number:
        return f"{kind} {number}"
    public = getattr(record, "name", None) or getattr(record, "title", None) or getattr(record, "firm", None)
    return f"{kind} {_QUOTED[words.language].format(public)}" if isinstance(public, str) else kind


def deadline_label(rule: str, cycle: int | None, words: Labels) -> str:
    """What a deadline is called; of a series with the month."""
    what = words.of(f"deadline.{rule}")
    return f"{what}, {words.of('mail.month').format(month=cycle)}" if rule == "check_in" and cycle is not None else what


def file_number(records: Records, record: Aggregate) -> str:
    """The number of the case, or of the case to which a record belongs; empty when it belongs to none."""
    if isinstance(record, Case):
        return record.file_number
    case = getattr(record, "case", None)
    return records.load(Case, case).file_number if isinstance(case, UUID) else ""


def relative_day(days: int, words: Labels) -> str:
    """How far away a day is: today, to come, or passed."""
    if days == 0:
        return words.of("mail.today")
    return filled(words.of("mail.in_days" if days > 0 else "mail.days_ago"), [("days", str(abs(days)))], words.language)
