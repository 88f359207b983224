"""One round of everything that happens without a person asking."""

from opera_cases.application.audit import export as audit_export
from opera_cases.application.audit.dossier import dossier
from opera_cases.application.runtime import Runtime
from opera_cases.application.tasks import queue as tasks
from opera_cases.application.tasks.bulk import steps
from opera_cases.application.tasks.exports import export_list
from opera_cases.application.tasks.imports import import_people
from opera_cases.application.tasks.kinds import AUDIT, DOSSIER, EXPORT, IMPORT, STEPS
from opera_cases.jobs.duplicate_detection import look_for_duplicates
from opera_cases.jobs.policy_runner import react
from opera_cases.jobs.timed_steps import tick
from opera_cases.projections.followed.catch_up import ModelStanding, catch_up

TASKS: dict[str, tasks.TaskWork] = {
    STEPS: steps, IMPORT: import_people, EXPORT: export_list, AUDIT: audit_export.export_trail, DOSSIER: dossier,
}  # fmt: skip


def follow(runtime: Runtime) -> list[ModelStanding]:
    """Bring every followed read model to the head; one with trouble does not hold up the others."""
    return [catch_up(runtime.application.recorder, runtime.read, model) for model in runtime.models]


def carry_out_tasks(runtime: Runtime) -> int:
    """Carry out the tasks that wait. Returns how many were finished."""
    return tasks.carry_out(runtime, TASKS)


def tidy_up(runtime: Runtime) -> None:
    """Let go of the results of old tasks."""
    tasks.forget_old_tasks(runtime)


def run_until_idle(runtime: Runtime) -> None:
    """Policies, then the clock, tasks, read models and suspected duplicates, until there is nothing left to do now."""
    while True:
        done = react(runtime) + tick(runtime) + carry_out_tasks(runtime)
        follow(runtime)
        if not done + look_for_duplicates(runtime):
            return
