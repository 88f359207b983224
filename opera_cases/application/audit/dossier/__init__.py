"""The dossier: the whole file of a case in one piece, for paper or for another system, only what its reader may see.

`content` gathers what there is, `words` puts it into the reader's language, `sheets` lays it out. Handbook 6.8.
"""

from typing import Any
from uuid import UUID

import msgspec

from opera_cases.application.audit.dossier.content import gather_dossier
from opera_cases.application.audit.dossier.sheets import render_html, render_pdf
from opera_cases.application.audit.dossier.words import DossierWords
from opera_cases.application.runtime import Runtime, labels
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.vocabulary import Language
from opera_cases.log.progress import Progress

PDF, JSON = "PDF", "JSON"
MEDIA = {PDF: "application/pdf", JSON: "application/json"}


def dossier(
    runtime: Runtime, task: UUID, request: dict[str, Any], who: Principal, progress: Progress
) -> tuple[bytes, str]:
    """`request`: the case, the format and the language.

    Raises `NotFound` when the case is no longer within reach, `CannotPrint` when this machine cannot make a PDF.
    """
    words = DossierWords(runtime, labels(Language(request["language"])))
    told = words.put(gather_dossier(runtime, UUID(request["case"]), who, task, request["format"]))
    count = sum(len(record["events"]) for record in told["records"])
    progress(count, count)
    if request["format"] == JSON:
        return msgspec.json.encode(told), MEDIA[JSON]
    return render_pdf(render_html(told, words), lambda: progress(count, count)), MEDIA[PDF]
