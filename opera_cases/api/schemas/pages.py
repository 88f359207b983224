"""What lists, queues, searches and tasks look like from outside: rows by the columns of their tables, the rest by name."""

from typing import Any

import sqlalchemy as sa

from opera_cases.api.schemas.shapes import (
    CODE,
    DAY,
    FREE,
    ID,
    INSTANT,
    LONG,
    MAYBE_CODE,
    MAYBE_DAY,
    MAYBE_ID,
    MAYBE_NUMBER,
    NUMBER,
    TRUTH,
    TYPES,
    WHOLE,
    WORDS,
    closed,
    list_of,
    or_nothing,
)
from opera_cases.application.paths import COLLECTIONS
from opera_cases.projections.queries.lists import shown

Json = dict[str, Any]
_COLUMNS: tuple[tuple[type[Any], Json], ...] = (
    (sa.Uuid, ID), (sa.Date, DAY), (sa.Boolean, TRUTH), (sa.BigInteger, WHOLE), (sa.Integer, NUMBER), (sa.LargeBinary, or_nothing(WORDS)),
    (sa.Text, WORDS),
)  # fmt: skip
_LINKS = TYPES["_links"]
_NAMES = {"given_names": or_nothing(WORDS), "family_name": or_nothing(WORDS)}


def _row(kind: str) -> Json:
    fields = {}
    for column in shown(kind):
        shape = next(shape for wanted, shape in _COLUMNS if isinstance(column.type, wanted))
        fields[str(column.name)] = or_nothing(shape) if column.nullable and "anyOf" not in shape else shape
    return closed(**fields, **(_NAMES if kind == "case" else {}))


def _page(item: Json, most: int = 200, **more: Json) -> Json:
    return {
        **closed(items=list_of(item, most), limit=NUMBER, _links=_LINKS, **more),
        "required": ["items", "limit", "_links"],
    }


_LINE = closed(kind=CODE, id=ID, file_number=WORDS, state=CODE, desk=MAYBE_ID, worker=MAYBE_ID, due_on=MAYBE_DAY, why=WORDS,
               _links=_LINKS)  # fmt: skip
_LIKE = {"score": CODE, "reasons": list_of(CODE, 10)}
_TASK = closed(id=ID, kind=CODE, state=CODE, asked_at=INSTANT, done=NUMBER, total=MAYBE_NUMBER, _links=_LINKS)
_ASKED = closed(id=ID, state=CODE, _links=_LINKS)

_HEAD = closed(
    log=ID,
    ledger=CODE,
    size=NUMBER,
    root=CODE,
    places=CODE,
    last=WHOLE,
    made_at=INSTANT,
    before=CODE,
    key=CODE,
    signature=LONG,
)
_REASON = closed(code=CODE, says=WORDS)
_RULE = closed(name=CODE, label=WORDS, edition=CODE, says=WORDS, source=WORDS)
_SET_BY = closed(
    event_id=MAYBE_ID, topic=CODE, says=WORDS, occurred_on=DAY, recorded_at=INSTANT, by=MAYBE_ID, role=CODE
)
_AGENDA_LINE = closed(
    kind=CODE,
    id=MAYBE_ID,
    file_number=WORDS,
    what=WORDS,
    day=DAY,
    time=CODE,
    covers=MAYBE_ID,
    paused_until=MAYBE_DAY,
    why=closed(rule=CODE, cycle=MAYBE_NUMBER, edition=CODE, source=WORDS, set_by=MAYBE_ID),
    _links=_LINKS,
)

_CHANGE = closed(field=CODE, before=or_nothing(LONG), after=or_nothing(LONG), fact=MAYBE_ID)
_BETWEEN = closed(**{"from": DAY}, until=DAY, fields=list_of(closed(field=CODE, before=or_nothing(LONG), after=or_nothing(LONG)), 100),
                  events=list_of(closed(event_id=ID, recorded_at=INSTANT, occurred_on=DAY, topic=CODE, says=WORDS, by=MAYBE_ID,
                                        changes=list_of(_CHANGE, 100)), 10_000), _links=_LINKS)  # fmt: skip

PAGES: dict[str, tuple[str, Json]] = {
    **{f"read_differences_of_{kind}": ("DifferencesAnswer", _BETWEEN) for kind in COLLECTIONS if kind not in ("reminder", "message")},
    **{f"read_doubts_of_{kind}": ("DoubtsAnswer", _page(closed(
        event_id=ID, topic=CODE, says=WORDS, step=CODE, state=CODE, occurred_on=DAY, still_there=TRUTH, flagged=TRUTH,
        verdict=MAYBE_CODE,
        rule=closed(rule=CODE, says=WORDS, source=WORDS, needs=list_of(CODE, 20))), 10_000)) for kind in COLLECTIONS},
    **{f"read_responsibility_of_{kind}": ("ResponsibilityAnswer", _page(closed(
        record_kind=CODE, record=ID, post=CODE, holder=ID, since=DAY, until=MAYBE_DAY, event_id=ID, by=MAYBE_ID), 10_000))
       for kind in ("case", "venture")},
    "read_caseload_known": ("CaseloadKnown", _page(
        closed(**{name: shape for name, shape in _row("case")["properties"].items() if name not in ("given_names", "family_name")}),
        count=NUMBER, as_known_on=DAY, position=CODE)),
    **{f"list_{collection}": (f"{kind.title()}Page", _page(_row(kind))) for kind, collection in COLLECTIONS.items()},
    "read_timeline": ("TimelinePage", _page(closed(
        position=CODE, event_id=ID, stream=ID, topic=CODE, says=WORDS, step=CODE, state=CODE, occurred_on=DAY,
        recorded_at=INSTANT, by=MAYBE_ID, role=CODE, facts=FREE, sets=list_of(FREE, 100)))),
    "read_work": ("WorkPage", _page(closed(queue=CODE, count=NUMBER, _links=_LINKS), as_of=DAY)),
    "read_queue": ("QueuePage", _page(_LINE, counts=list_of(closed(desk=MAYBE_ID, worker=MAYBE_ID, count=NUMBER), 10_000))),
    "read_filters": ("FilterPage", _page(closed(id=ID, name=WORDS, list=CODE, query=WORDS, desk=MAYBE_ID, mine=TRUTH), 1000)),
    "save_filter": ("SavedFilter", closed(id=ID, _links=_LINKS)),
    "search_people": ("PeopleFound", _page(closed(id=ID, birth_date=or_nothing(WORDS), **_NAMES, **_LIKE),
                                           elsewhere=list_of(closed(**_LIKE)))),
    "search_cases": ("CasesFound", _page(closed(
        id=ID, file_number=CODE, state=CODE, state_label=WORDS, desk=MAYBE_ID, caseworker=MAYBE_ID, pathway=MAYBE_CODE,
        outcome=MAYBE_CODE, **_NAMES))),
    "search_resources": ("ResourcesFound", _page(closed(
        id=ID, **{name: shape for name, shape in _row("resource")["properties"].items() if name != "resource_id"},
        stale=TRUTH, labels=FREE), more=TRUTH)),
    "search_profiles": ("ProfilesFound", _page(closed(
        profile=ID, case=MAYBE_ID, desk=ID, region=CODE, occupations=list_of(CODE, 60), skills=list_of(CODE, 60),
        languages=list_of(CODE, 20), licences=list_of(CODE, 20), mobility_km=NUMBER, sectors=list_of(CODE, 60), area=CODE, municipality=CODE, available_from=MAYBE_DAY,
        published_on=DAY, labels=FREE), more=TRUTH)),
    "list_codelists": ("CodeListPage", _page(closed(scheme=CODE, version=CODE, title=WORDS, source=WORDS, licence=WORDS,
                                                    attribution=WORDS, _links=_LINKS), 1000)),
    "search_codes": ("CodePage", _page(closed(code=CODE, parent=CODE, label=WORDS))),
    "read_readings": ("ReadingPage", _page(closed(recorded_at=INSTANT, by=ID, role=CODE, place=WORDS, purpose=WORDS), 1000)),
    "read_agenda": ("AgendaAnswer", closed(
        as_of=DAY, **dict.fromkeys(("appointments", "overdue", "due_soon", "check_ins", "incoming", "roles"), list_of(_AGENDA_LINE, 200)),
        _links=_LINKS)),
    "issue_token": ("TokenIssued", closed(token=or_nothing(WORDS), sent_to_owner=TRUTH, expires_on=DAY, _links=_LINKS)),
    "open_calendar": ("CalendarOpened", closed(names=TRUTH, _links=_LINKS)),
    "read_why": ("WhyAnswer", closed(
        id=ID, version=NUMBER, state=CODE, record=MAYBE_ID, record_kind=CODE, cycle=MAYBE_NUMBER, due_on=DAY, rule=_RULE,
        ladder=_RULE, set_by=or_nothing(_SET_BY), snoozed_until=MAYBE_DAY, ended=or_nothing(_REASON), held_now=list_of(_REASON, 10),
        rungs=list_of(closed(
            rung=CODE, to=CODE, planned_on=DAY, useful_until=DAY, urgent=TRUTH, told_on=MAYBE_DAY, because=list_of(_REASON, 10),
            recipients=list_of(closed(who=MAYBE_ID, person=TRUTH, covers=MAYBE_ID, instead_of=CODE, message=or_nothing(closed(
                id=MAYBE_ID, state=CODE, says=WORDS, form=CODE, day=DAY, reply=CODE))))), 20), _links=_LINKS)),
    "read_why_not": ("WhyNotAnswer", closed(
        record=ID, record_kind=CODE, as_of=DAY, rule=_RULE, ladder=_RULE,
        deadlines=list_of(closed(
            due_on=DAY, cycle=MAYBE_NUMBER, reminder=MAYBE_ID, next_rung=CODE, next_on=MAYBE_DAY, next_to=CODE,
            held_now=list_of(_REASON, 10), set_by=or_nothing(_SET_BY)), 100),
        set_by_steps=list_of(closed(step=CODE, title=WORDS, in_states=list_of(CODE, 20), open=TRUTH, blocked_by=list_of(WORDS, 50)), 50),
        _links=_LINKS)),
    "read_trail": ("TrailPage", _page(closed(
        position=CODE, event_id=ID, stream=MAYBE_ID, kind=CODE, topic=CODE, says=WORDS, step=CODE, state=CODE, actor=ID, role=CODE,
        desk=MAYBE_ID, on_behalf_of=MAYBE_ID, channel=CODE, edition=CODE, procedure=CODE, occurred_on=DAY, recorded_at=INSTANT,
        days_late=NUMBER, rules=list_of(CODE, 60), special=CODE, correlation=ID, causation=MAYBE_ID,
        changes=list_of(closed(field=CODE, before=or_nothing(LONG), after=or_nothing(LONG), fact=MAYBE_ID), 100), _links=_LINKS))),
    "read_explanation": ("ExplanationAnswer", closed(
        event_id=ID, record=ID, record_kind=CODE, topic=CODE, says=WORDS, step=CODE, title=WORDS, from_state=CODE, to_state=CODE,
        overlays=list_of(CODE, 10), by=MAYBE_ID, role=CODE, desk=MAYBE_ID, on_behalf_of=MAYBE_ID, channel=CODE, occurred_on=DAY,
        recorded_at=INSTANT, edition=CODE, procedure=CODE, procedure_now=CODE, command=ID, correlation=ID, causation=MAYBE_ID,
        saw=list_of(closed(fact=CODE, value=or_nothing(WORDS)), 100),
        rules=list_of(closed(rule=CODE, says=WORDS, source=WORDS, needs=list_of(CODE, 20)), 60),
        promised=list_of(closed(rule=CODE, cycle=MAYBE_NUMBER, due_on=DAY, edition=CODE, source=WORDS), 60),
        ended=list_of(CODE, 60), _links=_LINKS)),
    "read_proof": ("ProofAnswer", closed(
        format=CODE, index=NUMBER, event=closed(event_id=ID, stream=ID, version=NUMBER, topic=CODE, state=LONG, metadata=LONG),
        path=list_of(CODE, 64), head=_HEAD, keys=list_of(closed(key=CODE, public=CODE, since=INSTANT, by=CODE, signature=LONG), 1000),
        _links=_LINKS)),
    "read_figure": ("FigurePage", _page(closed(
        kind=CODE, id=MAYBE_ID, file_number=WORDS, state=CODE, desk=MAYBE_ID, entry_on=MAYBE_DAY, employment_status=CODE, sex=CODE,
        age_band=CODE, age_group=MAYBE_CODE, unemployed_for=MAYBE_CODE, unemployed_since=or_nothing(WORDS), started_on=MAYBE_DAY, _links=_LINKS), 100_000, count=NUMBER)),
    "read_heads": ("HeadPage", _page(closed(number=NUMBER, **_HEAD["properties"]))),
    "read_refusals": ("RefusalPage", _page(closed(
        refusal=ID, recorded_at=INSTANT, actor=ID, role=CODE, operation=CODE, record=ID, version=NUMBER, edition=CODE, correlation=ID,
        rules=list_of(closed(rule=CODE, says=WORDS, todo=WORDS, source=WORDS), 50)))),
    "read_ledger": ("LedgerPage", _page(closed(
        recorded_at=INSTANT, actor=ID, role=CODE, subject=ID, classes=list_of(CODE, 10), record=ID, place=WORDS, purpose=WORDS,
        correlation=ID))),
    "read_editions": ("EditionsPage", _page(closed(
        edition=CODE, since=INSTANT, until=INSTANT, events=NUMBER, digest=MAYBE_CODE, _links=_LINKS,
        procedures=list_of(closed(procedure=CODE, since=INSTANT, until=INSTANT, events=NUMBER), 100),
        changes=list_of(closed(rule=CODE, before=or_nothing(WORDS), after=or_nothing(WORDS), source=WORDS, valid_from=DAY), 1000)))),
    "read_readers": ("ReadersPage", _page(closed(day=DAY, role=WORDS, desk=WORDS, place=WORDS, purpose=WORDS, times=NUMBER, place_label=WORDS, purpose_label=WORDS), 1000)),
    "status": ("StatusAnswer", closed(status=NUMBER, title=WORDS, detail=WORDS)),
    "read_task": ("TaskAnswer", _TASK),
    **dict.fromkeys(("begin_batch", "begin_import", "begin_export", "begin_audit_export", "begin_dossier"), ("TaskAsked", _ASKED)),
}  # fmt: skip
"""The name and the shape of the answer of each operation that does not answer with a record."""


def schemas() -> dict[str, Json]:
    return {name: {"title": name, "description": f"The answer {name}.", **shape} for name, shape in PAGES.values()}
