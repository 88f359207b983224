"""B2 on PostgreSQL: the role as which the office runs adds to what lets somebody act, and changes and removes none of it."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest

from tests.attacks.office import Office

CHANGED = {"task", "saved_filter", "lease", "follower", "heartbeat"}
"""What the office may change: its work, its views, its notes of who does what. Not what stands for ever."""
REMOVED = {"task", "saved_filter", "lease", "claim"}
"""What it may remove; a claim is released."""
on_postgresql = pytest.mark.parametrize("office", ["postgresql"], indirect=True, scope="session")


@pytest.fixture(scope="session")
def clerk(office: Office) -> Iterator[str]:
    """A role that owns nothing, as the office runs in production."""
    name = f"clerk_{uuid4().hex[:8]}"
    with psycopg.connect(str(office.log.where), autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN")
    office.line.tell("migrate", "--grant-to", name)
    yield name
    with psycopg.connect(str(office.log.where), autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")


@on_postgresql
@pytest.mark.parametrize(
    ("privilege", "allowed"), [("UPDATE", CHANGED), ("DELETE", REMOVED), ("TRUNCATE", set()), ("TRIGGER", set())]
)
def test_the_office_may_change_only_what_is_work(office: Office, clerk: str, privilege: str, allowed: set[str]) -> None:
    sql = ("SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'log' AND c.relkind IN ('r', 'p')"
           " AND (has_table_privilege(?, c.oid, ?) OR ? = 'UPDATE' AND has_any_column_privilege(?, c.oid, 'UPDATE'))")  # fmt: skip
    found = {row[0] for row in office.log.rows(sql, clerk, privilege, privilege, clerk)}
    assert found <= allowed


@on_postgresql
def test_the_database_refuses_the_office_whatever_it_tries(office: Office, clerk: str) -> None:
    url = str(office.log.where).replace("opera@", f"{clerk}@")
    tables = {row[0] for row in office.log.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'log'")}
    assert {"event", "reading", "refusal", "command"} <= tables
    with psycopg.connect(url, autocommit=True) as connection:
        for table in sorted(tables - CHANGED):
            column = office.log.columns(f"log.{table}")[0]
            for statement in (
                f"UPDATE log.{table} SET {column} = {column}",
                *([] if table in REMOVED else [f"DELETE FROM log.{table}"]),
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)
