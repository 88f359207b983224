"""Tasks that take longer than a request, and saved filters."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"
branch_labels = depends_on = None


def upgrade() -> None:
    schema = None if op.get_bind().dialect.name == "sqlite" else "log"
    op.create_table(
        "task",
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
        sa.Index("task_by_state", "state", "asked_at"),
        schema=schema,
    )
    op.create_table(
        "saved_filter",
        sa.Column("filter_id", sa.Uuid, primary_key=True),
        sa.Column("owner", sa.Uuid, nullable=False),
        sa.Column("desk", sa.Uuid),
        sa.Column("name", sa.LargeBinary, nullable=False),
        sa.Column("list", sa.Text, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Index("saved_filter_by_owner", "owner"),
        sa.Index("saved_filter_by_desk", "desk"),
        schema=schema,
    )


def downgrade() -> None:
    raise NotImplementedError("The log only grows.")  # on purpose: what was recorded is never taken away again
