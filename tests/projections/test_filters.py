"""Saved filters are counted by person; and a link to the next page says again what was asked, whatever stands in it."""

from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from opera_cases.api.app import create_app
from opera_cases.application.search import saved_filters
from opera_cases.domain.access import Principal
from opera_cases.domain.kernel.errors import InvalidInput
from opera_cases.domain.kernel.vocabulary import Role
from tests.support.group import resource_of
from tests.support.over_http import Desk
from tests.support.world import World


def _save(world: World, who: Principal, count: int, *, shared: bool) -> None:
    for number in range(count):
        saved_filters.save_filter(
            world.runtime,
            who,
            uuid4(),
            name=f"{number}",
            of_list="cases",
            query="state=PLAN",
            desk=world.desk if shared else None,
        )


def test_one_colleague_with_many_shared_filters_leaves_room_for_everybody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_filters, "MOST", 4)
    monkeypatch.setattr(saved_filters, "MOST_SHARED", 5)
    bea = world.employ("Bea Inventati", Role.CASEWORKER, world.desk)
    for who in (world.nives, bea):
        _save(world, who, 4, shared=True)
    with pytest.raises(InvalidInput, match="4 filters"):
        _save(world, world.nives, 1, shared=False)
    _save(world, world.irene, 4, shared=False)
    seen = saved_filters.filters_of(world.runtime, world.irene)
    assert [each["mine"] for each in seen] == [True] * 4 + [False] * 5, "one's own first, and all of them"
    owners = [
        world.runtime.log.rows("SELECT owner FROM log.saved_filter WHERE filter_id = $1", each["id"])[0][0]
        for each in seen[4:]
    ]
    assert len({str(each) for each in owners[:2]}) == 2, "of each colleague some"
    with pytest.raises(InvalidInput):
        _save(world, world.irene, 1, shared=True)


def test_the_link_to_the_next_page_asks_the_same_again(small: World) -> None:
    odd = "R&D #%41=50%"
    for number in range(3):
        resource_of(small, title=f"Sala {odd} {number}")
    with TestClient(create_app(small.runtime)) as client:
        irene = Desk(client, small.token(small.irene))
        page = irene.get("resources", limit=1, text=odd)
        assert parse_qs(urlsplit(page["_links"]["next"]).query)["text"] == [odd]
        seen = [page["items"][0]["resource_id"]]
        while "next" in page["_links"]:
            page = client.get(page["_links"]["next"], headers=irene.headers).json()
            seen += [each["resource_id"] for each in page["items"]]
        assert len(set(seen)) == 3

        for number in range(2):
            small.case("CONTACT", person=small.person(f"Pagina{'ab'[number]}", "Ada"))
        queue = next(each["queue"] for each in irene.get("work")["items"] if each["count"] > 1)
        following = irene.get(f"work/{queue}", limit=1, desk=str(small.desk), mine=False)["_links"]["next"]
        assert parse_qs(urlsplit(following).query) == {"desk": [str(small.desk)], "limit": ["1"], "offset": ["1"]}
