"""Resources to be had."""

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa

from opera_cases.domain.resources.resource import Resource
from opera_cases.log.store.database import Database
from opera_cases.projections import schema as s
from opera_cases.projections.values import as_uuids

resources = s.table(
    "resource_v1",
    s.id("resource_id", key=True), s.text("state"), s.id("desk"), s.text("region"), s.text("resource_kind"), s.text("title"),
    s.text("words"), s.text("owner"), s.id("company", null=True), s.text("municipality"), s.text("area"), s.text("sector"),
    s.text("condition"), s.day("available_from"), s.day("verified_on"), s.id("holder", null=True),
    s.id("holding_desk", null=True), s.day("held_until"), s.count("files"), s.count("version"),
    sa.Index("resource_by_region", "region", "state"), sa.Index("resource_by_holder", "holder"),
    sa.Index("resource_by_area", "area", "state"), sa.Index("resource_by_desk", "desk"),
)  # fmt: skip


def _rows(resource: Resource) -> Iterator[s.TableRow]:
    yield resources, {"resource_id": resource.id}, {
        "state": resource.state, "desk": resource.desk, "region": s.region(resource),
        "resource_kind": resource.resource_kind, "title": resource.title,
        "words": f"{resource.title} {resource.owner}".casefold(), "owner": resource.owner, "company": resource.company,
        "municipality": resource.municipality or "", "area": resource.area or "", "sector": resource.sector or "",
        "condition": resource.condition, "available_from": resource.available_from, "verified_on": resource.verified_on,
        "holder": resource.holder, "holding_desk": resource.holding_desk, "held_until": resource.held_until,
        "files": len(resource.files), "version": resource.version,
    }  # fmt: skip


MODEL = s.Model(
    "resource", Resource, resources, _rows,
    filters=("text", "desk", "region", "resource_kind", "company", "area", "municipality", "sector", "holder"),
    sorts=("verified_on",),
)  # fmt: skip


# -- questions ---------------------------------------------------------------------------------------------------------


def held_by(log: Database, venture: UUID, *, reserved_only: bool = False) -> list[UUID]:
    """The resources that a venture has reserved, or uses."""
    states = "'RESERVED'" if reserved_only else "'RESERVED', 'IN_USE'"
    return as_uuids(
        log.rows(
            f"SELECT resource_id FROM read.resource_v1 WHERE holder = $1 AND state IN ({states}) ORDER BY resource_id",
            venture,
        )
    )
