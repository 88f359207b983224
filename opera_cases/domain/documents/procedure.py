"""The table of a document (handbook 6.14), with its limits from the rulebook."""

from typing import Any

from opera_cases.domain.access.roles import AT_A_DESK
from opera_cases.domain.documents.document import (
    FILED,
    WITHDRAWN,
    AddDocument,
    AddVersion,
    Document,
    DocumentAdded,
    DocumentWithdrawn,
    VersionAdded,
    WithdrawDocument,
)  # fmt: skip
from opera_cases.domain.kernel.rules import DecisionContext, Rules
from opera_cases.domain.kernel.steps import StateNotes, Step, fill, filling
from opera_cases.domain.kernel.workflow import Procedure

rules = Rules("document")

SOURCE = "handbook 6.14"
TEAM = AT_A_DESK


@rules.of_request("works_on_case", "case_subject", "case_desk", "place", source=SOURCE)
def works_on_the_case(it: DecisionContext[Document]) -> bool:
    """Only people who work on the case add documents to it.

    You do not work on this case.

    Send the document to the desk responsible for the case.
    """
    return bool(it.seen["works_on_case"])


@rules.of_request(
    source="rulebook: document_largest", tells=lambda it: {"megabytes": f"{it.limit('document_largest') / 1_000_000:g}"}
)
def small_enough(it: DecisionContext[Document]) -> bool:
    """The rulebook limits the size of a document.

    The document is larger than {megabytes} MB.

    Reduce the size of the scan, or split the document.
    """
    return bool(it.asked.size <= it.limit("document_largest"))


@rules.of_request(
    "documents_of_case",
    source="rulebook: documents_per_case",
    tells=lambda it: {"most": it.limit("documents_per_case")},
)
def room_in_the_file(it: DecisionContext[Document]) -> bool:
    """The rulebook limits the number of documents in a case file.

    The file of this case already holds {most:document|documents}, the most allowed.

    Add a version to an existing document, or withdraw one that is not needed.
    """
    return int(it.seen["documents_of_case"]) < it.limit("documents_per_case")


@rules.of_request(source="rulebook: document_versions", tells=lambda it: {"most": it.limit("document_versions")})
def versions_left(it: DecisionContext[Document]) -> bool:
    """The rulebook limits the number of versions of a document.

    The document already has {most:version|versions}, the most allowed.

    Add a new document.
    """
    return len(it.subject.versions) < it.limit("document_versions")


@filling("desk", "place", "concerns")
def _added(it: DecisionContext[Document]) -> dict[str, Any]:
    return {"desk": it.seen["case_desk"], "place": it.seen["place"], "concerns": it.seen["case_subject"]}


PRESENT = frozenset({FILED})

DOCUMENT = Procedure(
    name="document", version=1, aggregate=Document, states=(FILED, WITHDRAWN), final=frozenset({WITHDRAWN}),
    steps=(
        Step(asks=AddDocument, by=TEAM, source=frozenset({""}), target=FILED, records=DocumentAdded,
             rules=(works_on_the_case, small_enough, room_in_the_file), fills=_added),
        Step(asks=AddVersion, by=TEAM, source=PRESENT, target=None, records=VersionAdded,
             rules=(small_enough, versions_left), fills=fill(number=lambda it: len(it.subject.versions) + 1)),
        Step(asks=WithdrawDocument, by=TEAM, source=PRESENT, target=WITHDRAWN, records=DocumentWithdrawn),
    ),
    lifeline=StateNotes(without_deadline={FILED: "A document on file owes nothing."}),
)  # fmt: skip
