"""What waits on the desks on the demo's last day: a transfer, a correction, a duplicate, a document, an absence; and the
reminders of that morning."""

from datetime import timedelta
from uuid import UUID

from opera_cases.application.documents.upload import file_document
from opera_cases.demo.stage import Stage
from opera_cases.demo.world import Cast
from opera_cases.jobs.due_scan import remind
from opera_cases.jobs.duplicate_detection import look_for_duplicates
from opera_cases.jobs.rounds import follow
from opera_cases.projections.models import cases

SCAN = b"%PDF-1.4\n% an invented letter\n"


def leave_work(stage: Stage, cast: Cast) -> None:
    """Each is asked through the one door, at the desk of the tour."""
    here, there = cast.teams[0], cast.teams[4]
    today = stage.clock.at.date()
    stage.ask(cast.administrator, "desk", "post_operator", here.desk, operator=str(here.mentor.id), role="CONSULTANT",
              since=today.isoformat())  # fmt: skip
    plan, assessment = (_case(stage, here.desk, state) for state in ("PLAN", "ASSESSMENT"))
    stage.ask(here.caseworker, "case", "request_transfer", plan, to_desk=str(there.desk), informed_on=today.isoformat(),
              note="Abita ormai a Sanremo e preferisce lo sportello vicino a casa.")  # fmt: skip
    entry = next(
        e for e in stage.runtime.application.records.history(assessment) if e.topic == "case.entry_data_recorded"
    )
    stage.ask(here.caseworker, "case", "propose_correction", assessment, fact=str(entry.event_id), field="education",
              value="ISCED_5", reason="Ha portato il diploma.")  # fmt: skip
    letter = {"case": str(assessment), "document_kind": "LETTER", "title": "Lettera del centro per l'impiego"}
    file_document(
        stage.runtime.application,
        stage.runtime.files,
        stage.asking(here.caseworker, "document", "add_document", letter),
        SCAN,
    )
    stage.ask(here.coordinator, "desk", "record_absence", here.desk, operator=str(here.mentor.id),
              cover=str(here.caseworker.id), since=today.isoformat(), until=(today + timedelta(days=14)).isoformat())  # fmt: skip
    for team, family_name in ((here, "Sdoppiati"), (there, "Sdopiati")):
        stage.ask(team.caseworker, "person", "register_person", desk=str(team.desk), family_name=family_name,
                  given_names="Fiorenza", birth_date="1986-04-12")  # fmt: skip
    follow(stage.runtime)
    look_for_duplicates(stage.runtime)
    remind(stage.runtime)


def _case(stage: Stage, desk: UUID, state: str) -> UUID:
    return cases.latest(stage.runtime.log, state, desk)
