"""Prints one page of HTML as PDF/UA: the page comes in, the PDF goes out.

A program of its own, so that a long dossier holds up nobody, and its memory goes back when it is done.
"""

import logging
import sys
from typing import Any

from opera_cases.sandbox.limits import confine

MEMORY, SECONDS = 4_000_000_000, 300
"""Bytes of address space, and seconds of processor time."""
NO_LIBRARIES, NO_ROOM = 3, 4
"""Exit codes: the libraries are missing, and the page needs more memory than there is for it."""


def _headers_of_columns(_: Any, pdf: Any) -> None:
    """Every header cell of ours stands over a column; a reading program is told so (ISO 14289-1, 7.5)."""
    for each in pdf.objects:
        if isinstance(each, dict) and each.get("S") == "/TH":
            each["A"]["Scope"] = "/Column"


def main() -> int:
    confine(MEMORY, SECONDS)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as missing:
        print(missing, file=sys.stderr)
        return NO_LIBRARIES
    page = sys.stdin.buffer.read().decode()
    try:
        made = HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=())).write_pdf(
            pdf_variant="pdf/ua-1", finisher=_headers_of_columns
        )
    except MemoryError:
        return NO_ROOM
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
