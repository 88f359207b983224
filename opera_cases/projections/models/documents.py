"""Documents on cases."""

from collections.abc import Iterator

import sqlalchemy as sa

from opera_cases.domain.documents.document import Document
from opera_cases.projections import schema as s

documents = s.table(
    "document_v1",
    s.id("document_id", key=True), s.text("state"), s.id("case_id"), s.id("desk"), s.text("region"), s.text("document_kind"),
    sa.Column("title", sa.LargeBinary, nullable=False), s.text("media_type"), s.count("size"), s.count("versions"),
    s.day("last_on", null=False), s.count("version"),
    sa.Index("document_by_case", "case_id", "state"),
)  # fmt: skip


def _rows(document: Document) -> Iterator[s.TableRow]:
    last = document.versions[-1]
    yield documents, {"document_id": document.id}, {
        "state": document.state, "case_id": document.case, "desk": document.desk, "region": s.region(document),
        "document_kind": document.document_kind, "title": s.sealed(last.title), "media_type": last.media_type,
        "size": last.size, "versions": len(document.versions), "last_on": document.last_on, "version": document.version,
    }  # fmt: skip


MODEL = s.Model(
    "document", Document, documents, _rows,
    filters=("case_id", "document_kind", "media_type"),
)  # fmt: skip
