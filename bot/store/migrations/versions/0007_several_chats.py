"""Several chats: cards that share a message, and what a chat keeps through a restart."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

OLDEST = "0006"
"""The release before may run beside this one: it shows each card in a message of its own, and keeps nothing for a chat."""

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Expand."""
    op.add_column("card", sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "remembered",
        sa.Column("chat", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("number", SERIAL, nullable=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat", "name", name=op.f("pk_remembered")),
    )
    op.create_index(op.f("ix_remembered_number"), "remembered", ["number"])
