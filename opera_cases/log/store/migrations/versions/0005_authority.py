"""Who may act, in rows that nobody can write without the office's keys; what was withdrawn; marks on claims and tasks."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0005", "0004"
branch_labels = depends_on = None

_STILL = """
CREATE FUNCTION log.still_authorised(ended bytea[], shown bytea[], today text) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
DECLARE each bytea;
BEGIN
  FOREACH each IN ARRAY ended LOOP PERFORM pg_advisory_xact_lock(hashtextextended(encode(each, 'hex'), 1041706)); END LOOP;
  FOREACH each IN ARRAY shown LOOP PERFORM pg_advisory_xact_lock_shared(hashtextextended(encode(each, 'hex'), 1041706)); END LOOP;
  IF EXISTS (SELECT 1 FROM log.withdrawal w WHERE w.digest = ANY(shown) AND w.since <= today) THEN
    RAISE EXCEPTION 'the authority was withdrawn' USING ERRCODE = 'OP003';
  END IF;
  RETURN true;
END $$
"""


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    schema = "log" if postgres else None
    op.create_table(
        "authority",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("operator", sa.Uuid, nullable=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("role", "desks", "region", "purpose", "since", "until")
        ),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("record", sa.Uuid, nullable=False),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        sa.Index("authority_by_operator", "operator", "kind"),
        sa.Index("authority_by_role", "kind", "role"),
        schema=schema,
    )
    op.create_table(
        "withdrawal",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("operator", sa.Uuid, nullable=False),
        sa.Column("since", sa.Text, nullable=False),
        sa.Column("mac", sa.LargeBinary, nullable=False),
        schema=schema,
    )
    op.add_column("claim", sa.Column("mac", sa.LargeBinary), schema=schema)
    op.add_column("task", sa.Column("attempts", sa.Integer, nullable=False, server_default="0"), schema=schema)
    op.add_column("task", sa.Column("authority", sa.LargeBinary), schema=schema)
    op.add_column("task", sa.Column("mac", sa.LargeBinary), schema=schema)
    if postgres:
        op.execute(_STILL)
    for table in ("authority", "withdrawal"):
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


def downgrade() -> None:
    raise NotImplementedError("The log only grows.")  # on purpose: what was recorded is never taken away again
