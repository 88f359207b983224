"""With what each operation answers that does not answer with a record: the one list."""

from opera_cases.api.schemas import audit, explaining, history, mine, searches, work
from opera_cases.api.schemas.lists import caseload_known_page, list_page, resources_found
from opera_cases.api.schemas.shown import Json, Shown, described
from opera_cases.application.paths import COLLECTIONS

_ANSWERS: dict[str, type[Shown]] = {
    "read_timeline": history.TimelinePage, "read_work": work.WorkPage, "read_queue": work.QueuePage, "read_filters": work.FilterPage,
    "save_filter": work.SavedFilter, "read_task": work.TaskAnswer, "status": work.StatusAnswer,
    **dict.fromkeys(("begin_batch", "begin_import", "begin_export", "begin_audit_export", "begin_dossier"), work.TaskAsked),
    "search_people": searches.PeopleFound, "search_cases": searches.CasesFound, "search_profiles": searches.ProfilesFound,
    "list_codelists": searches.CodeListPage, "search_codes": searches.CodePage,
    "read_agenda": mine.AgendaAnswer, "issue_token": mine.TokenIssued, "open_calendar": mine.CalendarOpened,
    "read_why": mine.WhyAnswer, "read_why_not": mine.WhyNotAnswer,
    "read_trail": audit.TrailPage, "read_heads": audit.HeadPage, "read_refusals": audit.RefusalPage, "read_ledger": audit.LedgerPage,
    "read_readers": audit.ReadersPage, "read_readings": audit.ReadingPage, "read_figure": audit.FigurePage,
    "read_explanation": explaining.ExplanationAnswer, "read_proof": explaining.ProofAnswer, "read_editions": explaining.EditionsPage,
    **{f"read_differences_of_{kind}": history.DifferencesAnswer for kind in COLLECTIONS},
    **{f"read_doubts_of_{kind}": history.DoubtsAnswer for kind in COLLECTIONS},
    **{f"read_responsibility_of_{kind}": history.ResponsibilityAnswer for kind in COLLECTIONS},
}  # fmt: skip


def answers() -> dict[str, type[Shown]]:
    """By operation; those made of the columns of a read model are made when somebody asks."""
    lists = {f"list_{collection}": list_page(kind) for kind, collection in COLLECTIONS.items()}
    return {**_ANSWERS, **lists, "read_caseload_known": caseload_known_page(), "search_resources": resources_found()}


def answer_names() -> dict[str, str]:
    """The name under which the answer of each operation is described."""
    return {operation: each.__name__ for operation, each in answers().items()}


def answer_schemas() -> dict[str, Json]:
    """The schema of each of these answers, by its name."""
    found = {each.__name__: each for each in answers().values()}
    return {name: described(name, f"The answer {name}.", each) for name, each in found.items()}
