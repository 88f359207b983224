"""Who was reminded of what: of each deadline of the records in a dossier which rungs were told, when, to whom, what became of it."""

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from opera_cases.application.personal.reader import PersonalDataReader
from opera_cases.application.reminders.explain import NOBODY
from opera_cases.application.runtime import Runtime
from opera_cases.domain.operators.operator import Operator
from opera_cases.domain.reminders.reminder import Reminder
from opera_cases.projections.models.messages import message_states as became_of
from opera_cases.projections.models.reminders import of_records as reminders_of


def reminded(runtime: Runtime, records: Collection[UUID], reading: PersonalDataReader) -> list[dict[str, Any]]:
    """A line for every rung that was told or has passed, the earliest first: `reminder`, `record`, `rule`, `cycle`,
    `due_on`, `rung`, `planned_on`, `told_on`, and to whom. Colleagues by name; people of the records are named
    nowhere here."""
    reminders = runtime.application.records.load_all(Reminder, reminders_of(runtime.log, records))
    told_to = {
        one.who for each in reminders.values() for told in each.told for one in told.recipients if not one.person
    }
    names = {
        ident: reading.open(known.name)
        for ident, known in runtime.application.records.load_all(Operator, list(told_to)).items()
        if known.version
    }
    became = became_of(runtime.log, reminders)
    lines = [line for each in reminders.values() for line in (*_lines_told(each, names, became), *_passed(each))]
    return sorted(
        lines,
        key=lambda line: (line["told_on"] or line["planned_on"], line["due_on"], str(line["reminder"]), line["rung"]),
    )


def _line(reminder: Reminder, rung: str, **more: Any) -> dict[str, Any]:
    return {
        "reminder": reminder.id,
        "record": reminder.record,
        "rule": reminder.rule,
        "cycle": reminder.cycle,
        "due_on": reminder.due_on,
        "rung": rung,
        **more,
    }


def _lines_told(
    reminder: Reminder, names: dict[UUID, str | None], became: dict[tuple[UUID, str, UUID], str]
) -> Iterator[dict[str, Any]]:
    for told in reminder.told:
        recipients = [
            {
                "who": one.who,
                "person": one.person,
                "name": names.get(one.who),
                "message": became.get((reminder.id, told.rung, one.who)),
            }
            for one in told.recipients
        ]
        yield _line(reminder, told.rung, to=told.to, planned_on=told.planned_on, told_on=told.on,
                    because=[] if recipients else [NOBODY], recipients=recipients)  # fmt: skip


def _passed(reminder: Reminder) -> Iterator[dict[str, Any]]:
    planned = {each.rung: each for each in reminder.plan}
    for rung, passed in reminder.passed.items():
        yield _line(reminder, rung, to=planned[rung].to, planned_on=passed.planned_on, told_on=None,
                    because=[passed.because, *passed.held_by], recipients=[])  # fmt: skip
