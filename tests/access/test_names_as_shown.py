"""A name is kept as it is shown: without marks that nobody sees, and nothing that is read takes longer than it is long."""

import time
import unicodedata
from typing import Any

import pytest

from opera_cases.domain.kernel.errors import InvalidInput
from opera_cases.domain.kernel.personal import (
    Address,
    Email,
    IdentifierValue,
    Note,
    PersonName,
    Phone,
    kind_of,
    tidy,
    visible,
)
from opera_cases.domain.people.person import Person
from tests.support.group import resource_of
from tests.support.world import World

UNSEEN = [chr(code) for code in range(1, 0xE0080)
          if unicodedata.category(chr(code)) in ("Cc", "Cf") and not 0x600 <= code <= 0x605
          and code not in (0x9, 0xA, 0xB, 0xC, 0xD, 0x85, 0x6DD, 0x70F, 0x8E2, 0x890, 0x891, 0x110BD, 0x110CD)
          and not 0x13430 <= code <= 0x1345F and not 0x1BCA0 <= code <= 0x1BCA3 and not 0x1D173 <= code <= 0x1D17A]  # fmt: skip
"""Controls and marks without a shape of their own; the others of their categories belong to scripts that need them."""


def test_no_mark_that_nobody_sees_stays_in_a_text() -> None:
    assert {"\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\xad", "\x1b", "\x9b"} <= set(UNSEEN)
    assert [each for each in UNSEEN if visible(f"a{each}b") != "ab"] == []
    for kept in ("Ñuño d'Àrgéntô-Şimşek", "Ὀδυσσεύς", "محمد", "山田", "a\n\tb"):
        assert visible(kept) == kept


def test_two_names_that_look_alike_are_one_and_none_looks_like_another(world: World) -> None:
    person = world.person("Inven\u200btati\u202e", "\u2066Ada\u2069 \x1b[31mB\xadea")
    record = world.runtime.application.records.load(Person, person)
    opened = [_open(world, record.family_name), _open(world, record.given_names)]
    assert opened == ["Inventati", "Ada [31mBea"]
    with pytest.raises(InvalidInput, match="empty"):
        world.person("\u202e\u200b", "Ada")
    resource = resource_of(world, title="Sala \u202eadalS")
    assert (
        world.runtime.log.rows("SELECT title FROM read.resource_v1 WHERE resource_id = $1", resource)[0][0]
        == "Sala adalS"
    )


def _open(world: World, sealed: Any) -> str:
    from opera_cases.log.keys.sealing import unseal

    return str(unseal(sealed, world.runtime.application.keyring))


@pytest.mark.parametrize("hint", [PersonName, Email, Phone, IdentifierValue, Address, Note])
@pytest.mark.parametrize(
    "text", ["a@" + "." * 60_000 + "@", " " * 60_000 + "x@", "-" * 60_000, "+" + "1" * 60_000 + "x", "a" * 60_000]
)
def test_a_long_text_is_refused_in_no_time(hint: Any, text: str) -> None:
    kind = kind_of(hint)
    assert kind is not None
    began = time.perf_counter()
    with pytest.raises(InvalidInput):
        tidy(kind, text)
    assert time.perf_counter() - began < 0.5
