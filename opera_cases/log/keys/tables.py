"""The two tables of the database of keys: the keys there are, and those that were destroyed."""

from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

KEYS = sa.MetaData()


subject_key = sa.Table(
    "subject_key", KEYS,
    sa.Column("key_id", sa.Uuid, primary_key=True),
    sa.Column("subject", sa.Uuid, nullable=False),
    sa.Column("data_class", sa.Text, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.Column("made_at", sa.Text, nullable=False),
    sa.UniqueConstraint("subject", "data_class", name="key_once"),
)  # fmt: skip


erasure = sa.Table(
    "erasure", KEYS,
    sa.Column("key_id", sa.Uuid, primary_key=True),
    sa.Column("subject", sa.Uuid, nullable=False),
    sa.Column("data_class", sa.Text, nullable=False),
    sa.Column("erased_at", sa.Text, nullable=False),
    sa.Column("basis", sa.Text, nullable=False),
)  # fmt: skip


class Erasure(NamedTuple):
    """A key that was destroyed: which, whose, of which class, when, and on what basis. The columns of `erasure`."""

    key_id: UUID
    subject: UUID
    data_class: str
    erased_at: str
    basis: str
