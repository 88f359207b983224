"""The tables of the log. `event` and `command` only grow; what is hashed later is what was written here."""

import sqlalchemy as sa

LOG = sa.MetaData(schema="log")
Position = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

event = sa.Table(
    "event", LOG,
    sa.Column("notification_id", Position, primary_key=True, autoincrement=False),
    sa.Column("event_id", sa.Uuid, nullable=False),
    sa.Column("originator_id", sa.Uuid, nullable=False),
    sa.Column("originator_version", sa.Integer, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("state", sa.LargeBinary, nullable=False),
    sa.Column("metadata", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("event_id", name="event_id_once"),
    sa.UniqueConstraint("originator_id", "originator_version", name="event_version_once"),
    sqlite_autoincrement=True,
)  # fmt: skip

command = sa.Table(
    "command", LOG,
    sa.Column("principal", sa.Uuid, primary_key=True),
    sa.Column("operation", sa.Text, primary_key=True),
    sa.Column("command_id", sa.Uuid, primary_key=True),
    sa.Column("request", sa.LargeBinary, nullable=False),
    sa.Column("answer", sa.LargeBinary, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
)  # fmt: skip

claim = sa.Table(
    "claim", LOG,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("holder", sa.Uuid, nullable=False),
    sa.Column("mac", sa.LargeBinary),
)  # fmt: skip

refusal = sa.Table(
    "refusal", LOG,
    sa.Column("refusal_id", sa.Uuid, primary_key=True),
    sa.Column("recorded_at", sa.Text, nullable=False),
    sa.Column("principal", sa.Uuid, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("stream", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("rules", sa.Text, nullable=False),
    sa.Column("rulebook", sa.Text, nullable=False),
    sa.Column("correlation", sa.Uuid, nullable=False),
)  # fmt: skip

reading = sa.Table(
    "reading", LOG,
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
    sa.Column("chain", sa.Uuid),
    sa.Column("number", sa.BigInteger),
    sa.Column("before", sa.LargeBinary),
    sa.Column("link", sa.LargeBinary),
    sa.Index("reading_by_subject", "subject", "recorded_at"),
    sa.Index("reading_in_chain", "chain", "number", unique=True),
)  # fmt: skip

authority = sa.Table(
    "authority", LOG,
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("operator", sa.Uuid, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("desks", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("since", sa.Text, nullable=False),
    sa.Column("until", sa.Text, nullable=False),
    sa.Column("event_id", sa.Uuid, nullable=False),
    sa.Column("record", sa.Uuid, nullable=False),
    sa.Column("mac", sa.LargeBinary, nullable=False),
    sa.Index("authority_by_operator", "operator", "kind"),
    sa.Index("authority_by_role", "kind", "role"),
)  # fmt: skip

withdrawal = sa.Table(
    "withdrawal", LOG,
    sa.Column("digest", sa.LargeBinary, primary_key=True),
    sa.Column("event_id", sa.Uuid, primary_key=True),
    sa.Column("operator", sa.Uuid, nullable=False),
    sa.Column("since", sa.Text, nullable=False),
    sa.Column("mac", sa.LargeBinary, nullable=False),
)  # fmt: skip

follower = sa.Table(
    "follower", LOG,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
)  # fmt: skip

epoch = sa.Table(
    "epoch", LOG,
    sa.Column("log_id", sa.Uuid, primary_key=True),
    sa.Column("xid_offset", sa.BigInteger, nullable=False),
)  # fmt: skip

task = sa.Table(
    "task", LOG,
    sa.Column("task_id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("operator", sa.Uuid, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("desks", sa.Text, nullable=False),
    sa.Column("region", sa.Text, nullable=False),
    sa.Column("asked_at", sa.Text, nullable=False),
    sa.Column("asked", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("lease_until", sa.Text, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("result", sa.LargeBinary, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("authority", sa.LargeBinary),
    sa.Column("mac", sa.LargeBinary),
    sa.Index("task_by_state", "state", "asked_at"),
)  # fmt: skip

saved_filter = sa.Table(
    "saved_filter", LOG,
    sa.Column("filter_id", sa.Uuid, primary_key=True),
    sa.Column("owner", sa.Uuid, nullable=False),
    sa.Column("desk", sa.Uuid),
    sa.Column("name", sa.LargeBinary, nullable=False),
    sa.Column("list", sa.Text, nullable=False),
    sa.Column("query", sa.Text, nullable=False),
    sa.Index("saved_filter_by_owner", "owner"),
    sa.Index("saved_filter_by_desk", "desk"),
)  # fmt: skip

code_list = sa.Table(
    "code_list", LOG,
    sa.Column("scheme", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("language", sa.Text, primary_key=True),
    sa.Column("taken_at", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("licence", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)  # fmt: skip

lease = sa.Table(
    "lease", LOG,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("holder", sa.Text, nullable=False),
    sa.Column("until", sa.Double, nullable=False),
)  # fmt: skip

heartbeat = sa.Table(
    "heartbeat", LOG,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("worker", sa.Text, nullable=False),
    sa.Column("looked_at", sa.Text, nullable=False),
)  # fmt: skip

BACKED_UP = (event, command, claim, refusal, reading, follower, saved_filter, code_list)
"""What a backup holds. Leases and heartbeats are of processes, not of the office; tasks are not among them: what they asked for is in the
log once it happened. Nor is what lets somebody act: whoever restores an old copy brings nothing back that was withdrawn since."""
