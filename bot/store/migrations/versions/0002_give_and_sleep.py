"""What giving, sleeping, early edits and a long history needed.

Release 0.2.0 made these in its first revision and called the result "0001" too. So each is looked for before it is made: a
database of 0.1.0 and one of 0.2.0 both come out the same.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

OLDEST = "0001"
"""The oldest code that may still run on this schema: it was only added to."""

OPEN = "state IN ('new','claimed','snoozed','replying')"
OFFERED = "offer_until IS NOT NULL"
UNFINISHED = "state IN ('pending','sending','unknown','needs_human')"


def upgrade() -> None:
    """Expand."""
    if not sa.inspect(op.get_bind()).has_table("early"):
        op.create_table(
            "early",
            sa.Column("account", sa.String(length=40), nullable=False),
            sa.Column("native_id", sa.Text(), nullable=False),
            sa.Column("text", sa.Text(), nullable=False),
            sa.Column("gone", sa.Boolean(), nullable=False),
            sa.Column("at", sa.BigInteger(), nullable=False),
            sa.Column("kept_at", sa.BigInteger(), nullable=False),
            sa.PrimaryKeyConstraint("account", "native_id", name=op.f("pk_early")),
        )
    make_index("ix_early_kept_at", "early", ["kept_at"])
    make_index("ix_mention_owner", "mention", ["owner", "received_at", "number"], OPEN)
    make_index("ix_mention_offered", "mention", ["offer_until"], OFFERED)
    make_index("ix_delivery_unfinished", "delivery", ["lane", "seq"], UNFINISHED)


def make_index(name: str, table: str, columns: list[str], only: str = "") -> None:
    """Make an index unless it is there."""
    where = sa.text(only) if only else None
    op.create_index(op.f(name), table, columns, if_not_exists=True, sqlite_where=where, postgresql_where=where)
