"""Code lists taken since the program came."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"
branch_labels = depends_on = None


def upgrade() -> None:
    schema = None if op.get_bind().dialect.name == "sqlite" else "log"
    op.create_table(
        "code_list",
        sa.Column("scheme", sa.Text, primary_key=True),
        sa.Column("version", sa.Text, primary_key=True),
        sa.Column("language", sa.Text, primary_key=True),
        sa.Column("taken_at", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("licence", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        schema=schema,
    )


def downgrade() -> None:
    raise NotImplementedError("The log only grows.")  # on purpose: what was recorded is never taken away again
