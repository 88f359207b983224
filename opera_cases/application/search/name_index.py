"""Finding people: by name with a slip in each part, by birth date, by number; and how much two records look alike.

Scores are computed from digests: no name is opened to compare (handbook 6.6).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from opera_cases.domain.duplicates.duplicate import Likeness, Score
from opera_cases.domain.kernel.errors import InvalidInput
from opera_cases.domain.kernel.personal import BirthDate, IdentifierValue, PersonName, kind_of, tidy
from opera_cases.log.keys.keyring import Keyring
from opera_cases.log.store.database import Database
from opera_cases.projections.followed import name_index
from opera_cases.projections.followed.name_index import Digests, Found, NameIndex, NamePart

_KINDS = {"family_name": PersonName, "given_names": PersonName, "birth_date": BirthDate, "number": IdentifierValue}
_INDEXED = {
    "family_name": name_index.FAMILY,
    "given_names": name_index.GIVEN,
    "birth_date": name_index.BIRTH,
    "number": name_index.NUMBER,
}
RANK = {Score.CERTAIN: 0, Score.LIKELY: 1, Score.WEAK: 2}


class Candidate(NamedTuple):
    """A record that may be the person searched for: how likely, and why."""

    person: UUID
    score: Score
    reasons: tuple[Likeness, ...]


class Search:
    """Asks the index of one office."""

    def __init__(self, read: Database, model: NameIndex, keyring: Keyring) -> None:
        self._read, self._model, self._digests = read, model, Digests(keyring)

    def people(self, values: Mapping[str, Any]) -> list[Candidate]:
        """The records like what is asked (`family_name`, `given_names`, `birth_date`, `number`), the likeliest first.

        Raises `InvalidInput`, naming the field, for what cannot be a name, a date or a number.
        """
        parts: dict[str, list[NamePart]] = {}
        for name, hint in _KINDS.items():
            if values.get(name) is None:
                continue
            kind = kind_of(hint)
            assert kind is not None
            try:
                text = tidy(kind, values[name])
            except InvalidInput as wrong:
                raise InvalidInput(wrong.detail, name) from None
            if name in ("family_name", "given_names"):
                for at, word in enumerate(name_index.folded(text)):
                    parts[f"{name}.{at}"] = self._digests.parts(_INDEXED[name], word)
            else:
                parts |= {f"{name}.{each.kind}": [each] for each in self._digests.parts(_INDEXED[name], text)}
        with self._read.reading() as connection:
            found = name_index.find_similar(connection, self._model.part, parts)
        candidates = [each for person, like in found.items() if (each := _scored(person, like, set(parts)))]
        return sorted(candidates, key=lambda each: (RANK[each.score], -len(each.reasons), each.person))

    def alike(self, values: Mapping[str, Any]) -> list[Candidate]:
        """The records that are likely of the person who is about to be registered."""
        asked = {name: values.get(name) for name in ("family_name", "given_names", "birth_date")}
        return [each for each in self.people(asked) if each.score is not Score.WEAK]

    def by_text(self, text: str, limit: int = 200) -> set[UUID]:
        """The records with all the words of a text in their names, in any order, each but for a slip."""
        parts = {
            f"{at}": self._digests.parts(name_index.FAMILY, word) for at, word in enumerate(name_index.folded(text))
        }
        with self._read.reading() as connection:
            found = name_index.find_similar(connection, self._model.part, parts, limit=limit)
        return {person for person, like in found.items() if like.near >= parts.keys()}


def _scored(person: UUID, like: Found, asked: set[str]) -> Candidate | None:
    family = {each for each in asked if each.startswith("family_name.")}
    given = {each for each in asked if each.startswith("given_names.")}
    reasons: list[Likeness] = []
    if "number.N" in like.exact:
        verified = name_index.VERIFIED in like.kinds
        reasons.append(Likeness.VERIFIED_NUMBER if verified else Likeness.NUMBER)
    elif "number.P" in like.exact:
        reasons.append(Likeness.NUMBER_BUT_FOR_OMOCODIA)
    if "birth_date.B" in like.exact:
        reasons.append(Likeness.BIRTH_DATE)
    similar = bool(family or given) and family <= like.near and (not given or bool(given & like.near))
    if similar:
        same = family | given <= like.exact
        reasons.append(Likeness.SAME_NAME if same else Likeness.SIMILAR_NAME)
    if Likeness.VERIFIED_NUMBER in reasons:
        return Candidate(person, Score.CERTAIN, tuple(reasons))
    number = Likeness.NUMBER in reasons or Likeness.NUMBER_BUT_FOR_OMOCODIA in reasons
    if number or (similar and Likeness.BIRTH_DATE in reasons):
        return Candidate(person, Score.LIKELY, tuple(reasons))
    return Candidate(person, Score.WEAK, tuple(reasons)) if similar else None
