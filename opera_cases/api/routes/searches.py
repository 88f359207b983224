"""Searching is a POST: what is searched for is personal, and never stands in a URL."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from opera_cases.api.openapi.responses import SEARCHING
from opera_cases.application.runtime import Runtime
from opera_cases.application.search.people_and_cases import cases_by_text, people_like
from opera_cases.application.tasks.kinds import takers
from opera_cases.domain.access import PEOPLE, UNRESTRICTED, Principal
from opera_cases.domain.access.roles import WITH_FILES
from opera_cases.domain.kernel.errors import NotYourRole
from opera_cases.domain.kernel.vocabulary import Role
from opera_cases.http.dependencies import Correlation, TheRuntime, Who, Words

router = APIRouter()
OF_CASES = WITH_FILES
OF_PEOPLE = (UNRESTRICTED | takers("person", "register_person") | takers("duplicate", "flag_duplicate")) & PEOPLE
"""Who may learn that somebody is known at all: whoever registers people, looks after records that met, or supervises."""


def _may_search(runtime: Runtime, what: str, who: Principal, searchers: frozenset[Role]) -> None:
    """An administrator and a monitor have no business with people: not even to learn that somebody is known."""
    if who.role not in searchers:
        runtime.application.not_shown(f"search_{what}", who)
        raise NotYourRole


class PeopleSearch(BaseModel):
    """What is known of the person searched for. One slip in each part of a name is forgiven."""

    family_name: Annotated[str | None, Field(max_length=160)] = None
    given_names: Annotated[str | None, Field(max_length=160)] = None
    birth_date: date | None = None
    number: Annotated[str | None, Field(max_length=64, description="A codice fiscale or another identifier.")] = None

    model_config = ConfigDict(extra="forbid")


class CaseSearch(BaseModel):
    """Words in any order: a file number, the name of a state, pathway, group or outcome, parts of a person's name."""

    text: Annotated[str, Field(min_length=1, max_length=200)]
    limit: Annotated[int, Field(ge=1, le=200, json_schema_extra={"format": "int32"})] = 50

    model_config = ConfigDict(extra="forbid")


@router.post("/people/searches", name="search_people", tags=["people"], responses=SEARCHING,
             summary="Records like a person, across all desks; those out of reach are counted, not shown, and each hit is on record.")  # fmt: skip
def search_people(asked: PeopleSearch, who: Who, runtime: TheRuntime, correlation: Correlation) -> dict[str, Any]:
    """Search before registering anybody."""
    _may_search(runtime, "people", who, OF_PEOPLE)
    return people_like(runtime.application, who, asked.model_dump(mode="json", exclude_none=True), correlation)


@router.post("/cases/searches", name="search_cases", tags=["cases"], responses=SEARCHING,
             summary="Cases within your reach by words.")  # fmt: skip
def search_cases(
    asked: CaseSearch, who: Who, runtime: TheRuntime, correlation: Correlation, words: Words
) -> dict[str, Any]:  # fmt: skip
    _may_search(runtime, "cases", who, OF_CASES)
    items = cases_by_text(runtime, who, asked.text, asked.limit, correlation)
    for item in items:
        item["state_label"] = words.of(f"state.case.{item['state']}")
    return {"items": items, "limit": asked.limit, "_links": {}}
