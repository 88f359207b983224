"""The log of the first release."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_GUARD = """
CREATE FUNCTION log.out_of_order() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN RAISE EXCEPTION 'the stream would be reordered' USING ERRCODE = 'OP001'; END $$
"""
_REFUSE_CHANGE = """
CREATE FUNCTION log.only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the log only grows' USING ERRCODE = 'OP002'; END $$
"""


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    schema = "log" if postgres else None
    if postgres:
        op.execute("CREATE SCHEMA IF NOT EXISTS log")
        op.execute("CREATE SCHEMA IF NOT EXISTS read")
        op.execute(_GUARD)
        op.execute(_REFUSE_CHANGE)
    position = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "event",
        sa.Column("notification_id", position, primary_key=True, autoincrement=False),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("originator_id", sa.Uuid, nullable=False),
        sa.Column("originator_version", sa.Integer, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("metadata", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("event_id", name="event_id_once"),
        sa.UniqueConstraint("originator_id", "originator_version", name="event_version_once"),
        schema=schema,
        sqlite_autoincrement=True,
    )
    op.create_table(
        "command",
        sa.Column("principal", sa.Uuid, primary_key=True),
        sa.Column("operation", sa.Text, primary_key=True),
        sa.Column("command_id", sa.Uuid, primary_key=True),
        sa.Column("request", sa.LargeBinary, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        schema=schema,
    )
    op.create_table(
        "claim",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("holder", sa.Uuid, nullable=False),
        schema=schema,
    )
    op.create_table(
        "refusal",
        sa.Column("refusal_id", sa.Uuid, primary_key=True),
        sa.Column("recorded_at", sa.Text, nullable=False),
        sa.Column("principal", sa.Uuid, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("role", "operation")),
        sa.Column("stream", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("rules", "rulebook")),
        sa.Column("correlation", sa.Uuid, nullable=False),
        schema=schema,
    )
    op.create_table(
        "reading",
        sa.Column("reading_id", sa.Uuid, primary_key=True),
        sa.Column("recorded_at", sa.Text, nullable=False),
        sa.Column("principal", sa.Uuid, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("subject", sa.Uuid, nullable=False),
        sa.Column("classes", sa.Text, nullable=False),
        sa.Column("stream", sa.Uuid, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("correlation", sa.Uuid, nullable=False),
        schema=schema,
    )
    op.create_index("reading_by_subject", "reading", ["subject", "recorded_at"], schema=schema)
    op.create_table(
        "token",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("operator", sa.Uuid, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("role", "desks", "region", "expires_on")),
        sa.Column("revoked_at", sa.Text),
        schema=schema,
    )
    op.create_table(
        "follower",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        schema=schema,
    )
    epoch = op.create_table(
        "epoch",
        sa.Column("log_id", sa.Uuid, primary_key=True),
        sa.Column("xid_offset", sa.BigInteger, nullable=False),
        schema=schema,
    )
    op.bulk_insert(epoch, [{"log_id": uuid.uuid4(), "xid_offset": 0}])
    for table in ("event", "command", "refusal", "reading"):
        if postgres:
            op.execute(
                f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON log.{table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION log.only_grows()"
            )
        else:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                    " BEGIN SELECT RAISE(ABORT, 'the log only grows'); END"
                )
