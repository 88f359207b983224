"""The code lists at hand: those that came with the program, and those taken since."""

import gzip
import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple, get_args, get_type_hints

import msgspec

from opera_cases.domain.codelists import CodeList, parse
from opera_cases.domain.kernel.errors import InvalidInput
from opera_cases.domain.kernel.personal import kind_of
from opera_cases.domain.kernel.vocabulary import Language
from opera_cases.log.store.database import Database
from opera_cases.log.work import code_lists

_DATA = resources.files("opera_cases.domain.codelists") / "data"
_NAME = re.compile(r"[A-Z][A-Z0-9-]{1,15}")
_LISTED = re.compile(r"[A-Z][A-Z0-9-]{1,15}/[0-9A-Za-z.-]{1,12}:[0-9A-Za-z.-]{1,40}")
_NEVER_CODED = frozenset({"allowed_steps", "deadlines", "_links"})
_VERSION = re.compile(r"[0-9A-Za-z.-]{1,12}")


class About(NamedTuple):
    """Where a list comes from and how it may be used."""

    scheme: str
    version: str
    title: str
    source: str
    licence: str
    attribution: str


@lru_cache
def shipped() -> tuple[About, ...]:
    """The lists that came with the program."""
    read = tomllib.loads((_DATA / "lists.toml").read_text("utf-8"))
    return tuple(About(scheme, **told) for scheme, told in read.items())


@lru_cache(maxsize=32)
def _shipped_list(scheme: str, version: str) -> CodeList | None:
    file = _DATA / f"{scheme}@{version}.csv.gz"
    return parse(scheme, version, gzip.decompress(file.read_bytes()).decode()) if file.is_file() else None


@lru_cache(maxsize=256)
def _listed_fields(struct: type[msgspec.Struct]) -> tuple[str, ...]:
    hints = get_type_hints(struct, include_extras=True)
    return tuple(name for name in struct.__struct_fields__ if _is_listed(hints.get(name)))


def _is_listed(hint: Any) -> bool:
    metas = getattr(hint, "__metadata__", ())
    kind = kind_of(hint)
    if kind is not None and kind.of is not None:
        return _is_listed(kind.of)
    if any(isinstance(meta, msgspec.Meta) and meta.extra and meta.extra.get("listed") for meta in metas):
        return True
    return any(_is_listed(each) for each in get_args(hint) if each is not Ellipsis)


def _coded(shown: Any) -> set[str]:
    if isinstance(shown, str):
        return {shown} if "/" in shown and _LISTED.fullmatch(shown) else set()
    if isinstance(shown, dict):
        return set().union(*(_coded(value) for name, value in shown.items() if name not in _NEVER_CODED))
    return set().union(*map(_coded, shown)) if isinstance(shown, list | tuple) else set()


class CodeLists:
    """Looks codes up. A list taken in another process is found at the first question that this one cannot answer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._taken: dict[tuple[str, str], CodeList] = {}

    def all(self) -> list[About]:
        """Every list at hand, the newest version of each scheme last."""
        taken = [
            About(each.scheme, each.version, each.scheme, each.source, each.licence, each.source)
            for each in code_lists.code_lists_taken(self._database)
        ]
        known = {(each.scheme, each.version) for each in shipped()}
        fresh = {(each.scheme, each.version): each for each in taken if (each.scheme, each.version) not in known}
        return sorted((*shipped(), *fresh.values()))

    def find(self, scheme: str, version: str, *, again: bool = False) -> CodeList | None:
        """A list by scheme and version, with all its labels; `again` looks for what was taken meanwhile."""
        key = (scheme, version)
        if again or key not in self._taken:
            found = _shipped_list(scheme, version)
            for file in code_lists.files(self._database, scheme, version):
                more = parse(scheme, version, file)
                found = more if found is None else found.with_labels(more)
            if found is None:
                return None
            self._taken[key] = found
        return self._taken[key]

    def has(self, listed: str) -> bool:
        """Whether a code is in its list, as in `NACE/2.1:10.71`; not where the list is not at hand."""
        name, _, code = listed.partition(":")
        scheme, _, version = name.partition("/")
        return any(
            found is not None and code in found.codes
            for found in (self.find(scheme, version, again=again) for again in (False, True))
        )

    def label(self, listed: str, language: Language) -> str:
        """What a stored code is called; the code itself when its list is not at hand."""
        name, _, code = listed.partition(":")
        scheme, _, version = name.partition("/")
        found = self.find(scheme, version)
        return found.codes[code].label(language) if found and code in found.codes else listed

    def labels_of(self, shown: Any, language: Language) -> dict[str, str]:
        """What every coded value in something to be shown is called, by the code."""
        return {code: self.label(code, language) for code in sorted(_coded(shown))}

    def check(self, command: type[msgspec.Struct], values: Mapping[str, Any]) -> None:
        """Raises `InvalidInput`, naming the field, for a code sent for a step that its list does not have. What is no code of a
        list at all is for the step to refuse."""
        for name in _listed_fields(command):
            value = values.get(name)
            for each in value if isinstance(value, list | tuple) else (value,):
                if isinstance(each, str) and _LISTED.fullmatch(each) and not self.has(each):
                    lists = ", ".join(f"{about.scheme}/{about.version}" for about in self.all())
                    raise InvalidInput(f"There is no code {each}. Search the lists at hand: {lists}.", name)

    def take(self, scheme: str, version: str, language: str, text: str, source: str, licence: str, at: str) -> int:
        """Take a list, or the labels of one more language for a version that is there. Returns how many codes it has.

        Raises `BadCodeList`, and `InvalidInput` when that file was taken already: a version never changes.
        """
        if not _NAME.fullmatch(scheme) or not _VERSION.fullmatch(version):
            raise InvalidInput("A scheme is written as in NACE, a version as in 2.1.", "scheme")
        read = parse(scheme, version, text)
        if code_lists.has(self._database, scheme, version, language) or (
            not language and _shipped_list(scheme, version)
        ):
            raise InvalidInput(
                "This list is there already. A version never changes: take the next one under its number.", "version"
            )
        code_lists.add_code_list(self._database, code_lists.Taken(scheme, version, source, licence), language, text, at)
        self._taken.pop((scheme, version), None)
        return len(read.codes)
