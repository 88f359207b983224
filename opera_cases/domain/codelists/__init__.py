"""Code lists that others publish: occupations, skills, activities, territory. Codes are stored with scheme and version;
labels are looked up when they are shown, in the reader's language.

What is here reads the text of a list; where it comes from, shipped or taken later, is the office's business.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from opera_cases.domain.kernel.vocabulary import Language


class BadCodeList(ValueError):
    """A code list cannot be read: its first line names the columns code, parent and one for each language."""


class Coded(NamedTuple):
    """One code: the code above it, and what it is called in the languages that the list has."""

    code: str
    parent: str
    labels: Mapping[str, str]

    def label(self, language: Language) -> str:
        """The label in that language, else in English, else in any."""
        return self.labels.get(language) or self.labels.get("en") or next(iter(self.labels.values()), self.code)


class CodeList(NamedTuple):
    """One version of a list."""

    scheme: str
    version: str
    codes: Mapping[str, Coded]

    @property
    def name(self) -> str:
        return f"{self.scheme}/{self.version}"

    def with_labels(self, other: "CodeList") -> "CodeList":
        """This list with the labels, and the codes, of another file of the same version."""
        merged = dict(self.codes)
        for code, told in other.codes.items():
            known = merged.get(code)
            merged[code] = told if known is None else known._replace(labels={**known.labels, **told.labels})
        return self._replace(codes=merged)

    def search(self, text: str, language: Language) -> Iterator[Coded]:
        """The codes that begin with a text, or whose label holds every word of it."""
        words = text.casefold().split()
        for each in self.codes.values():
            label = each.label(language).casefold()
            if each.code.casefold().startswith(text.casefold()) or all(word in label for word in words):
                yield each


def parse(scheme: str, version: str, text: str) -> CodeList:
    """Read a list from CSV. Raises `BadCodeList`, naming the line."""
    rows = csv.DictReader(io.StringIO(text))
    columns = rows.fieldnames or []
    languages = [name for name in columns if name in set(Language)]
    if "code" not in columns or not languages or set(columns) - {"code", "parent", *languages}:
        raise BadCodeList(f"{scheme}/{version}: {' '.join((BadCodeList.__doc__ or '').split())}")
    codes: dict[str, Coded] = {}
    for number, row in enumerate(rows, 2):
        code = (row["code"] or "").strip()
        if not code or len(code) > 40 or not code.replace(".", "").replace("-", "").isalnum() or code in codes:
            raise BadCodeList(
                f"{scheme}/{version}, line {number}: the code {code!r} cannot be used, or stands there twice"
            )
        codes[code] = Coded(code, row.get("parent") or "", {name: row[name] for name in languages if row[name]})
    return CodeList(scheme, version, codes)
