"""The resource database and the code lists over HTTP. A search is a POST like every other; code lists are public."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from opera_cases.api.openapi.responses import READING, SEARCHING
from opera_cases.api.schemas.searches import CodeList, CodeListPage, CodePage, Listed
from opera_cases.api.schemas.shown import plain
from opera_cases.application.search.resources import find_profiles, find_resources
from opera_cases.domain.access.roles import WITH_FILES
from opera_cases.domain.kernel.errors import NotFound, NotYourRole
from opera_cases.domain.resources.events import ResourceKind
from opera_cases.http.dependencies import TheRuntime, Who, Words
from opera_cases.http.links import link
from opera_cases.projections.queries.resources import ResourceQuery

router = APIRouter()
SEARCHERS = WITH_FILES
Limit = Annotated[int, Field(ge=1, le=200, json_schema_extra={"format": "int32"})]
Coded = Annotated[str, Field(max_length=70, pattern=r"^[A-Z][A-Z0-9-]{1,15}/[0-9A-Za-z.-]{1,12}:[0-9A-Za-z.-]{1,40}$")]


class ResourceSearch(BaseModel):
    """What is looked for: words of title and owner, an area (NUTS) or municipality, an activity, kinds, a day."""

    text: Annotated[str, Field(max_length=200)] = ""
    area: Coded | None = None
    municipality: Coded | None = None
    sector: Coded | None = None
    kinds: Annotated[list[ResourceKind], Field(max_length=20)] = []
    available_on: date | None = None
    reserved_too: bool = False
    limit: Limit = 50

    model_config = ConfigDict(extra="forbid")


class ProfileSearch(BaseModel):
    """Who is looked for: words for an occupation or skill, or their codes (and what they are made of), an activity, a
    language as in fr:B2, a licence, an area or a municipality."""

    text: Annotated[str, Field(max_length=200)] = ""
    sector: Coded | None = None
    municipality: Coded | None = None
    occupation: Coded | None = None
    skill: Coded | None = None
    language: Annotated[str, Field(max_length=5, pattern="^[a-z]{2}(:(A1|A2|B1|B2|C1|C2|L1))?$")] | None = None
    licence: Annotated[str, Field(max_length=5, pattern="^[A-Z0-9]{1,5}$")] | None = None
    area: Coded | None = None
    available_on: date | None = None
    limit: Limit = 50

    model_config = ConfigDict(extra="forbid")


def _wanted(asked: BaseModel) -> ResourceQuery:
    said = {name: value for name, value in asked.model_dump(exclude={"limit"}).items() if value is not None}
    return ResourceQuery(**{**said, **({"kinds": tuple(map(str, said["kinds"]))} if "kinds" in said else {})})


@router.post("/resources/searches", name="search_resources", tags=["resources"], responses=SEARCHING,
             summary="Resources to be had, across all desks.")  # fmt: skip
def search_resources(asked: ResourceSearch, who: Who, runtime: TheRuntime, words: Words) -> dict[str, Any]:
    """What nobody looked at for long is marked as stale, then no longer found."""
    if who.role not in SEARCHERS:
        raise NotYourRole
    return find_resources(runtime, who, _wanted(asked), asked.limit, words.language)


@router.post("/profiles/searches", name="search_profiles", tags=["profiles"], responses=SEARCHING,
             summary="Profiles that people agreed to show, under a pseudonym.")  # fmt: skip
def search_profiles(asked: ProfileSearch, who: Who, runtime: TheRuntime, words: Words) -> dict[str, Any]:
    """The case is named only to whoever reaches it; others ask the desk."""
    if who.role not in SEARCHERS:
        raise NotYourRole
    return find_profiles(runtime, who, _wanted(asked), asked.limit, words.language)


@router.get("/codelists", name="list_codelists", tags=["codelists"], responses=READING,
            summary="The code lists at hand, with where they come from.")  # fmt: skip
def list_codelists(who: Who, runtime: TheRuntime) -> dict[str, Any]:
    """Occupations, skills, activities, territory: scheme, version, licence, attribution."""
    lists = runtime.application.codelists.all()
    items = [
        CodeList(**each._asdict(), links={"codes": link(f"codelists/{each.scheme}/{each.version}")}) for each in lists
    ]
    return plain(CodeListPage(items=items, limit=len(items), links={}))


@router.get("/codelists/{scheme}/{version}", name="search_codes", tags=["codelists"], responses=READING,
            summary="The codes of a list by the beginning of the code, or by words of the label.")  # fmt: skip
def search_codes(
    scheme: Annotated[str, Field(max_length=16, pattern="^[A-Z][A-Z0-9-]{1,15}$")],
    version: Annotated[str, Field(max_length=12, pattern="^[0-9A-Za-z.-]{1,12}$")],
    who: Who, runtime: TheRuntime, words: Words,
    text: Annotated[str, Query(max_length=100)] = "", limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:  # fmt: skip
    """Labels in the reader's language where the list has them."""
    found = runtime.application.codelists.find(scheme, version)
    if found is None:
        raise NotFound
    items: list[Listed] = []
    for each in found.search(text, words.language):
        if len(items) == limit:
            break
        items.append(Listed(code=f"{found.name}:{each.code}", parent=each.parent, label=each.label(words.language)))
    return plain(CodePage(items=items, limit=limit, links={}))
