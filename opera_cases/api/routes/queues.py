"""Work queues over HTTP, with counts, and saved filters, one's own or shared with a desk."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from opera_cases.api.openapi.responses import READING, WRITING
from opera_cases.api.schemas.shown import plain
from opera_cases.api.schemas.work import Count, Queue, QueuePage, SavedFilter, Waiting, WorkPage
from opera_cases.application.paths import COLLECTIONS
from opera_cases.application.search import saved_filters
from opera_cases.domain.kernel.errors import NotFound
from opera_cases.http.dependencies import Key, TheRuntime, Who
from opera_cases.http.links import link
from opera_cases.projections.queries import queues

router = APIRouter(tags=["work"])
QueueName = Annotated[
    str, Path(pattern=f"^({'|'.join(queues.QUEUES)})$", description="One of the queues of GET /work.")
]
Desk = Annotated[UUID | None, Query(description="Of one desk only.")]
Worker = Annotated[UUID | None, Query(description="Of one operator only.")]
Mine = Annotated[bool, Query(description="Of oneself, and of those for whom one covers today.")]


class SaveFilter(BaseModel):
    """A list with its filters, under a name; shared with a desk when one is named."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    list: Annotated[str, Field(pattern=f"^({'|'.join(COLLECTIONS.values())})$")]
    query: Annotated[str, Field(max_length=400, pattern=r"^[a-z_]+=[^&]*(&[a-z_]+=[^&]*)*$")]
    desk: UUID | None = None

    model_config = ConfigDict(extra="forbid")


@router.get("/work", name="read_work", responses=READING, summary="Every queue and how many lines it has.")
def read_work(
    who: Who, runtime: TheRuntime, desk: Desk = None, worker: Worker = None, mine: Mine = False
) -> dict[str, Any]:
    asked = queues.QueueQuery(who, runtime.application.today(), desk, worker, mine)
    with runtime.log.reading() as connection:
        found = queues.counts(connection, asked)
    items = [Queue(queue=name, count=count, links={"self": link(f"work/{name}")}) for name, count in found.items()]
    return plain(WorkPage(items=items, as_of=asked.today, limit=len(items), links={}))


@router.get(
    "/work/{queue}", name="read_queue", responses=READING, summary="The lines of a queue, the most pressing first."
)
def read_queue(
    queue: QueueName, who: Who, runtime: TheRuntime, desk: Desk = None, worker: Worker = None, mine: Mine = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 50, offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> dict[str, Any]:  # fmt: skip
    asked = queues.QueueQuery(who, runtime.application.today(), desk, worker, mine)
    with runtime.log.reading() as connection:
        rows = queues.lines(connection, queue, asked, limit + 1, offset)
        counts = queues.by_worker(connection, queue, asked)
    items = [Waiting(**row._mapping, links={"self": link(f"{COLLECTIONS[row.kind]}/{row.id}")}) for row in rows[:limit]]
    links = {}
    if len(rows) > limit:
        kept = {name: value for name, value in (("desk", desk), ("worker", worker), ("mine", mine)) if value}
        links["next"] = link(f"work/{queue}", **kept, limit=limit, offset=offset + limit)
    return plain(QueuePage(items=items, counts=[Count(**row._mapping) for row in counts], limit=limit, links=links))


@router.get(
    "/filters", name="read_filters", responses=READING, summary="Your saved filters, and those shared with your desks."
)
def read_filters(who: Who, runtime: TheRuntime) -> dict[str, Any]:
    return {
        "items": saved_filters.filters_of(runtime, who),
        "limit": saved_filters.MOST + saved_filters.MOST_SHARED,
        "_links": {},
    }


@router.post(
    "/filters", status_code=201, name="save_filter", responses=WRITING, summary="Save a list with its filters."
)
def save_filter(body: SaveFilter, who: Who, runtime: TheRuntime, key: Key) -> dict[str, Any]:
    saved = saved_filters.save_filter(
        runtime, who, key, name=body.name, of_list=body.list, query=body.query, desk=body.desk
    )
    return plain(SavedFilter(id=saved, links={"self": link(f"filters/{saved}")}))


@router.delete("/filters/{filter_id}", status_code=204, name="remove_filter", responses=WRITING,
               summary="Remove a saved filter of your own.", response_class=Response)  # fmt: skip
def remove_filter(filter_id: UUID, who: Who, runtime: TheRuntime) -> Response:
    if not saved_filters.remove_filter(runtime, who, filter_id):
        raise NotFound
    return Response(status_code=204)
