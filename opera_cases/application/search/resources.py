"""Answers from the resource database: things with who holds them and whether they are stale, people by pseudonym."""

from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from opera_cases.application.access.redaction import redact
from opera_cases.application.codelists import CodeLists
from opera_cases.application.runtime import Runtime
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.vocabulary import Language
from opera_cases.projections import access
from opera_cases.projections.queries.resources import ResourceQuery, codes_of, profiles_like, resources_like

SPOKEN_OF = frozenset({"ISCO-08", "ESCO", "ESCO-SKILL", "ROME"})
MOST_MEANT = 300
CODED = ("municipality", "area", "sector")


def find_resources(
    runtime: Runtime, who: Principal, query: ResourceQuery, limit: int, language: Language
) -> dict[str, Any]:
    """Resources to be had, at most `limit`: `items` with the columns of the read model, `labels` of their codes and
    whether they are `stale`; `more` says whether there are others. What was not looked at for long is shown as
    stale, after longer it is not found (parameters `resource_verify` and `resource_hidden_after`)."""
    application, today = runtime.application, runtime.application.today()
    hidden = today - timedelta(days=application.rulebook.find("resource_hidden_after", today).number)
    stale = today - timedelta(days=application.rulebook.find("resource_verify", today).number)
    with runtime.log.reading() as connection:
        rows = resources_like(connection, query, hidden, limit)
    items = []
    for row in rows[:limit]:
        item = {name: value for name, value in row._mapping.items() if name not in ("words", "resource_id")}
        labels = {name: application.codelists.label(item[name], language) for name in CODED if item[name]}
        items.append({**item, "id": row.resource_id, "stale": row.verified_on < stale, "labels": labels})
    return {"items": redact(runtime, who, items), "limit": limit, "more": len(rows) > limit, "_links": {}}


def find_profiles(
    runtime: Runtime, who: Principal, query: ResourceQuery, limit: int, language: Language
) -> dict[str, Any]:
    """Profiles that people agreed to show, at most `limit`: `items` under a pseudonym, with the case only for whoever
    reaches it; `more` says whether there are others."""
    if query.text:
        query = replace(query, meant=_meant(runtime.application.codelists, query.text, language))
    with runtime.log.reading() as connection:
        rows = profiles_like(connection, query, limit)
        shown = rows[:limit]
        mine = (
            access.reached(connection, "case", {row.case_id for row in shown}, who, runtime.application.today())
            if shown
            else set()
        )
    items = [
        _profile(row, row.case_id if row.case_id in mine else None, runtime.application.codelists, language)
        for row in shown
    ]
    return {"items": items, "limit": limit, "more": len(rows) > limit, "_links": {}}


def _meant(codelists: CodeLists, text: str, language: Language) -> tuple[str, ...]:
    """The occupations and skills that a text may mean, by their labels in the reader's language."""
    found = []
    for about in codelists.all():
        known = codelists.find(about.scheme, about.version) if about.scheme in SPOKEN_OF else None
        if known is not None:
            found += [f"{known.name}:{each.code}" for each in islice(known.search(text, language), MOST_MEANT)]
    return tuple(found[:MOST_MEANT])


def _profile(row: Any, case: UUID | None, codelists: CodeLists, language: Language) -> dict[str, Any]:
    occupations, skills = codes_of(row.occupations), codes_of(row.skills)
    sectors = codes_of(row.sectors)
    coded = [*occupations, *skills, *sectors, *(each for each in (row.area, row.municipality) if each)]
    return {
        "profile": row.profile, "case": case, "desk": row.desk, "region": row.region, "occupations": occupations,
        "skills": skills, "languages": codes_of(row.languages), "licences": codes_of(row.licences),
        "mobility_km": row.mobility_km, "sectors": sectors, "area": row.area, "municipality": row.municipality, "available_from": row.available_from,
        "published_on": row.published_on, "labels": {each: codelists.label(each, language) for each in coded},
    }  # fmt: skip
