"""By SQL with full rights nobody gets to act: a row that the office did not write opens nothing, and `verify` names it."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from opera_cases.api.app import MOUNT, create_app
from opera_cases.application.integrity.authority import check_authority
from opera_cases.domain.kernel.errors import Withdrawn
from opera_cases.domain.kernel.vocabulary import Role
from tests.support.world import World


def by_sql(world: World, *statements: tuple[str, tuple[Any, ...]]) -> None:
    """Run statements as whoever owns the database, with the triggers that protect it gone."""
    if world.runtime.log.is_sqlite:
        with sqlite3.connect(str(world.runtime.log.url.database)) as connection:
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            for sql, values in statements:
                connection.execute(sql.replace("log.", "").replace("read.", "").replace("%s", "?"), values)
        return
    url = world.runtime.log.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        for table in ("event", "authority", "withdrawal"):
            connection.execute(f"ALTER TABLE log.{table} DISABLE TRIGGER ALL")
        for sql, values in statements:
            connection.execute(sql, values)


def good(world: World, token: str) -> bool:
    return world.runtime.application.authorities.find(token, world.runtime.application.today()) is not None


def names(world: World) -> list[str]:
    return [f"{where} {says}" for where, says in check_authority(world.runtime)]


Tamper = Callable[[World, str], Any]
COLUMNS = "digest, kind, operator, role, desks, region, purpose, since, until, event_id, record, mac"
PROLONGED = "UPDATE log.authority SET until = '2099-12-31' WHERE kind = 'TOKEN'"


def forge(world: World, **changed: str) -> str:
    """A row like Irene's for a token of one's own choice, with her mark. Returns the token."""
    token = "opc_" + uuid4().hex
    taken = COLUMNS.replace("digest", "%s", 1)
    for column, value in changed.items():
        taken = taken.replace(column, f"'{value}'")
    by_sql(world, (f"INSERT INTO log.authority ({COLUMNS}) SELECT {taken} FROM log.authority WHERE kind = 'TOKEN' LIMIT 1",
                   (sha256(token.encode()).digest(),)))  # fmt: skip
    return token


def test_an_office_as_it_should_be_has_nothing_to_be_named(world: World) -> None:
    for who in (world.irene, world.auditor, world.elio):
        world.token(who)
    world.ask(world.admin, "operator", "withdraw_tokens", world.irene.id)
    world.ask(world.admin, "desk", "withdraw_operator", world.desk, operator=str(world.elio.id))
    world.ask(world.admin, "operator", "leave_operator", world.elio.id)
    assert names(world) == []


@pytest.mark.parametrize("changed", [{}, {"role": "DPO"}], ids=["copied", "as another"])
def test_a_forged_row_is_nobodys_authority(world: World, changed: dict[str, str]) -> None:
    world.token(world.irene)
    token = forge(world, **changed)
    assert not good(world, token)
    assert any("was not written by the office" in each for each in names(world))


def test_a_row_prolonged_in_the_database_ends_at_once(world: World) -> None:
    token = world.token(world.irene, days=10)
    by_sql(world, (PROLONGED, ()))
    assert not good(world, token)
    world.clock.turn_to(world.clock.at.date() + timedelta(days=11))
    assert not good(world, token)
    assert len(names(world)) == 1


def test_what_was_withdrawn_is_not_brought_back_by_removing_the_row_that_says_so(world: World) -> None:
    token = world.token(world.irene)
    world.ask(world.admin, "operator", "withdraw_tokens", world.irene.id)
    by_sql(world, ("DELETE FROM log.withdrawal", ()))
    assert not good(world, token)
    assert any("was ended, and the row that says so is gone" in each for each in names(world))


def test_nor_by_removing_the_event(world: World) -> None:
    token = world.token(world.irene)
    world.ask(world.admin, "operator", "withdraw_tokens", world.irene.id)
    assert not good(world, token)
    by_sql(world, ("DELETE FROM log.event WHERE topic = 'operator.tokens_withdrawn'", ()))
    assert not good(world, token)
    assert any("ends what its event did not end" in each for each in names(world))


def test_nor_by_removing_both_while_an_office_is_served(world: World) -> None:
    token = world.token(world.irene)
    assert good(world, token)
    world.ask(world.admin, "operator", "withdraw_tokens", world.irene.id)
    assert not good(world, token)
    world.runtime.application.authorities.find(world.token(world.irene), world.runtime.application.today())
    by_sql(
        world,
        ("DELETE FROM log.withdrawal", ()),
        ("DELETE FROM log.event WHERE topic IN ('operator.tokens_withdrawn')", ()),
    )
    assert not good(world, token)


def test_a_posting_written_into_the_read_model_gives_nothing(world: World) -> None:
    world.second_desk()
    token = world.token(world.irene)
    by_sql(world, ("UPDATE read.posting_v1 SET desk_id = %s, number = 9 WHERE operator = %s",
                   (world.armea.hex if world.runtime.log.is_sqlite else world.armea, world.irene.id.hex if world.runtime.log.is_sqlite else world.irene.id)))  # fmt: skip
    found = world.runtime.application.authorities.find(token, world.runtime.application.today())
    assert found is not None
    assert found.desks == {world.desk}


def test_a_posting_that_ended_is_not_prolonged_by_sql(world: World) -> None:
    token = world.token(world.irene)
    yesterday = world.clock.at.date()
    world.clock.turn_to(yesterday + timedelta(days=1))
    world.ask(
        world.admin, "desk", "withdraw_operator", world.desk, operator=str(world.irene.id), on=yesterday.isoformat()
    )
    by_sql(world, ("DELETE FROM log.withdrawal", ()), ("UPDATE read.posting_v1 SET until = NULL", ()))
    assert not good(world, token)
    assert names(world)


def test_a_calendar_is_no_token_and_a_role_given_is_neither(world: World) -> None:
    world.give(world.auditor)
    rows = world.runtime.log.rows("SELECT digest FROM log.authority WHERE kind = 'GRANT'")
    kinds = world.runtime.application.authorities
    assert rows
    for (digest,) in rows:
        for kind in ("TOKEN", "CALENDAR"):
            assert kinds.lookup(bytes(digest), world.runtime.application.today(), kind) is None  # type: ignore[arg-type]


def test_a_role_that_ended_on_its_day_lets_nobody_act_the_day_after(small: World) -> None:
    small.give(small.admin)
    today = small.clock.at.date()
    operator = small.employ("Mina Contanti", Role.MONITOR).id
    small.ask(
        small.admin, "operator", "grant_role", operator, role="MONITOR", until=(today + timedelta(days=2)).isoformat()
    )
    asked = {"token": "0123456789abcdef", "role": "MONITOR", "secret": str(uuid4())}
    for days, refused in ((3, {"role_given"}), (2, set())):
        until = {"expires_on": (today + timedelta(days=days)).isoformat()}
        if refused:
            assert small.refused(small.admin, "operator", "issue_token", operator, **asked, **until) == {
                *refused,
                "owner_can_be_sent_it",
            }
    found = {(each.id, each.role) for each in small.runtime.application.authorities.holders(today, {Role.MONITOR})}
    assert found == {(operator, Role.MONITOR)}
    assert small.runtime.application.authorities.holders(today + timedelta(days=3), {Role.MONITOR}) == []


@pytest.mark.parametrize("how", ["tokens", "posting", "left"])
def test_whoever_was_let_in_before_a_withdrawal_writes_nothing_after_it(world: World, how: str) -> None:
    case = world.case("INTAKE")
    who = world.runtime.application.authorities.find(world.token(world.irene), world.runtime.application.today())
    assert who is not None
    world.clock.turn_to(world.clock.at.date() + timedelta(days=2))
    world.ask(who, "case", "add_note", case.id, text="Prima.")
    if how == "posting":
        yesterday = (world.clock.at.date() - timedelta(days=1)).isoformat()
        world.ask(world.admin, "desk", "withdraw_operator", world.desk, operator=str(who.id), on=yesterday)
    else:
        world.ask(world.admin, "operator", {"tokens": "withdraw_tokens", "left": "leave_operator"}[how], who.id)
    before = world.runtime.application.recorder.head()
    with pytest.raises(Withdrawn):
        world.ask(who, "case", "add_note", case.id, text="Dopo.")
    assert world.runtime.application.recorder.head() == before


def test_a_stream_of_changes_ends_when_the_posting_does(small: World) -> None:
    token = small.token(small.irene)
    app = create_app(small.runtime)
    told: list[bytes] = []

    async def listen() -> None:
        async with app.router.lifespan_context(app):
            asked = iter(({"type": "http.request", "body": b"", "more_body": False},))

            async def receive() -> Any:
                return next(asked, None) or await asyncio.Future()

            async def send(message: Any) -> None:
                told.append(message.get("body", b""))
                if len(told) == 2:
                    small.ask(small.admin, "operator", "withdraw_tokens", small.irene.id)
                    small.case("INTAKE")

            scope = {"type": "http", "method": "GET", "path": f"{MOUNT}/changes", "query_string": b"", "http_version": "1.1",
                     "headers": [(b"authorization", f"Bearer {token}".encode())]}  # fmt: skip
            async with asyncio.timeout(20):
                await app(scope, receive, send)

    asyncio.run(listen())
    assert b"event: change" not in b"".join(told)
