"""Readings are numbered and linked, one chain a writer; those that were there before have neither number nor link."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0006", "0005"
branch_labels = depends_on = None


def upgrade() -> None:
    schema = "log" if op.get_bind().dialect.name == "postgresql" else None
    op.add_column("reading", sa.Column("chain", sa.Uuid), schema=schema)
    op.add_column("reading", sa.Column("number", sa.BigInteger), schema=schema)
    op.add_column("reading", sa.Column("before", sa.LargeBinary), schema=schema)
    op.add_column("reading", sa.Column("link", sa.LargeBinary), schema=schema)
    op.create_index("reading_in_chain", "reading", ["chain", "number"], unique=True, schema=schema)


def downgrade() -> None:
    raise NotImplementedError("The log only grows.")  # on purpose: what was recorded is never taken away again
