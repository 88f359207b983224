"""Code lists taken since the program was installed: each version once for ever, one file a language."""

import gzip
from typing import NamedTuple

from opera_cases.log.store.database import Database


class Taken(NamedTuple):
    """A version of a list that was taken, where it comes from, how it may be used."""

    scheme: str
    version: str
    source: str
    licence: str


def code_lists_taken(log: Database) -> list[Taken]:
    """Every version that was taken, in no order."""
    return [Taken(*row) for row in log.rows("SELECT DISTINCT scheme, version, source, licence FROM log.code_list")]


def files(log: Database, scheme: str, version: str) -> list[str]:
    """The files of a version, as they were taken, by language; the one with the codes, which has none, first."""
    sql = "SELECT content FROM log.code_list WHERE scheme = $1 AND version = $2 ORDER BY language"
    return [gzip.decompress(bytes(content)).decode() for (content,) in log.rows(sql, scheme, version)]


def has(log: Database, scheme: str, version: str, language: str) -> bool:
    """Whether a file was taken already."""
    sql = "SELECT count(*) FROM log.code_list WHERE scheme = $1 AND version = $2 AND language = $3"
    return bool(log.rows(sql, scheme, version, language)[0][0])


def add_code_list(log: Database, what: Taken, language: str, text: str, at: str) -> None:
    """Keep a file of a version, taken at a moment (ISO 8601). Raises `Conflict` for one that is there."""
    log.rows(
        "INSERT INTO log.code_list (scheme, version, language, taken_at, source, licence, content)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        what.scheme, what.version, language, at, what.source, what.licence, gzip.compress(text.encode(), 9, mtime=0),
    )  # fmt: skip
