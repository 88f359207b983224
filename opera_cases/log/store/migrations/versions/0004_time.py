"""Who holds which share of the work, when somebody last looked at the clock, and personal calendars."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0004", "0003"
branch_labels = depends_on = None


def upgrade() -> None:
    schema = None if op.get_bind().dialect.name == "sqlite" else "log"
    op.create_table(
        "lease",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("until", sa.Double, nullable=False),
        schema=schema,
    )
    op.create_table(
        "heartbeat",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("worker", sa.Text, nullable=False),
        sa.Column("looked_at", sa.Text, nullable=False),
        schema=schema,
    )
    op.create_table(
        "calendar_feed",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("operator", sa.Uuid, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("desks", sa.Text, nullable=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("names", sa.Boolean, nullable=False),
        sa.Column("issued_at", sa.Text, nullable=False),
        sa.Column("revoked_at", sa.Text),
        sa.Index("calendar_feed_by_operator", "operator"),
        schema=schema,
    )


def downgrade() -> None:
    raise NotImplementedError("The log only grows.")  # on purpose: what was recorded is never taken away again
