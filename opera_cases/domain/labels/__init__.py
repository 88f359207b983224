"""Words for people: states, roles, refusals and what happened, in Italian, French and English. Codes are stored, words
are not.

A label is looked up when it is shown, in the language of whoever reads.
"""

import tomllib
from collections.abc import Mapping
from functools import cached_property, lru_cache

from opera_cases.domain.kernel.errors import Refusal
from opera_cases.domain.kernel.vocabulary import Language
from opera_cases.domain.labels.filling import filled


class Labels:
    """The labels of one language, by code: `state.case.CONTACT`, `topic.case.opened`, `role.MENTOR`."""

    def __init__(self, language: Language, text: str) -> None:
        self.language = language
        self._table = tomllib.loads(text)

    @cached_property
    def flat(self) -> Mapping[str, str]:
        return dict(_flattened(self._table, ""))

    @lru_cache(maxsize=2048)  # noqa: B019 (there are three of these, for as long as the program lives)
    def refusal(self, refusal: Refusal) -> Refusal:
        """The refusal in this language (in English it speaks for itself), with the case that stands in the way where it is told."""
        must, says, todo = self.rule(refusal.rule) or (refusal.says, "", refusal.todo)
        told = [
            filled(says, refusal.told, self.language) or must,
            filled(self.flat["named.case"], refusal.told, self.language),
        ]
        return refusal._replace(says=" ".join(each for each in told if each), todo=todo)

    def rule(self, code: str) -> tuple[str, str, str] | None:
        """What must hold by a rule, what stands in the way when it does not, and what to do; None where its docstring says it."""
        says, todo = (self.flat.get(f"rule.{code}.{part}") for part in ("says", "todo"))
        return None if says is None or todo is None else (self.flat.get(f"rule.{code}.must", says), says, todo)

    def of(self, code: str) -> str:
        """The label; the code itself where there is none."""
        return self.flat.get(code, code.rpartition(".")[2])


def _flattened(table: Mapping[str, object], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, dict):
            found += _flattened(value, f"{prefix}{name}.")
        else:
            found.append((prefix + name, str(value)))
    return found


def preferred(accept_language: str, fallback: Language = Language.IT) -> Language:
    """The language that a reader's browser asks for, among ours."""
    wanted: list[tuple[float, str]] = []
    for part in accept_language.split(",")[:20]:
        tag, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), tag[:2].lower()))
        except ValueError:
            continue
    for _, code in sorted(wanted, key=lambda each: each[0]):
        if code in set(Language):
            return Language(code)
    return fallback
