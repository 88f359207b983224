"""People, by sealed names."""

from collections.abc import Iterator

import sqlalchemy as sa

from opera_cases.domain.people.person import Person
from opera_cases.projections import schema as s

people = s.table(
    "person_v2",
    s.id("person_id", key=True), s.text("state"), s.id("desk"), s.text("region"), s.text("notice_version"),
    s.id("survivor", null=True), s.count("identifiers_verified"),
    sa.Column("family_name", sa.LargeBinary, nullable=False), sa.Column("given_names", sa.LargeBinary, nullable=False),
    s.count("version"),
    sa.Index("person_v2_by_desk", "desk", "person_id"), sa.Index("person_v2_by_region", "region", "person_id"),
    sa.Index("person_v2_by_survivor", "survivor"),
)  # fmt: skip


def _rows(person: Person) -> Iterator[s.TableRow]:
    yield people, {"person_id": person.id}, {
        "state": person.state, "desk": person.desk, "region": s.region(person),
        "notice_version": person.notice_version or "", "survivor": person.survivor,
        "identifiers_verified": sum(each.verified for each in person.identifiers.values()),
        "family_name": s.sealed(person.family_name), "given_names": s.sealed(person.given_names),
        "version": person.version,
    }  # fmt: skip


MODEL = s.Model(
    "person", Person, people, _rows,
    filters=("desk", "region", "survivor"),
)  # fmt: skip
