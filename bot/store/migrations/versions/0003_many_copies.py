"""What many senders need: an end for each delivery, the place it waits for, and what is known after a restore."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

OLDEST = "0001"
"""The oldest code that may still run on this schema: it writes none of the new columns, and this code takes that for unknown."""

DAY = 86_400_000
LIVES = (("reply", DAY), ("thread", DAY // 24), ("redraw", DAY // 24), ("ping", 7 * DAY), ("tell", 7 * DAY), ("post", 7 * DAY), ("card", 7 * DAY))  # fmt: skip
"""Milliseconds from when a delivery was due to when it must have ended."""
UNFINISHED = "state IN ('pending','sending','unknown','needs_human')"
DUE = sa.text("due_at IS NOT NULL")


def upgrade() -> None:
    """Expand."""
    for name in ("deadline", "absent_at", "recovered_at"):
        op.add_column("delivery", sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column("delivery", sa.Column("place", sa.Text(), nullable=True))
    op.create_index("ix_delivery_place", "delivery", ["place", "rank", "due_at"], sqlite_where=DUE, postgresql_where=DUE)
    for kind, life in LIVES:
        op.execute(
            sa.text(
                "UPDATE delivery SET deadline = CASE WHEN due_at > created_at THEN due_at ELSE created_at END + :life "  # noqa: S608
                f"WHERE kind = :kind AND {UNFINISHED}"
            ).bindparams(life=life, kind=kind)
        )
