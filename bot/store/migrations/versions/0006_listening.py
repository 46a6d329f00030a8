"""Listening: what a post answers, when each was looked at again, when sign-ins end, and watches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

OLDEST = "0005"
"""The release before may run beside this one: it writes none of the new columns, and makes no watches."""

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Expand."""
    op.add_column("mention", sa.Column("channel", sa.String(80), nullable=False, server_default=""))
    op.add_column("mention", sa.Column("watch", sa.String(20), nullable=False, server_default=""))
    op.add_column("arrival", when("looked_at"))
    op.create_index("ix_arrival_number", "arrival", ["number"])
    for name in ("ends_at", "slowed_at", "quiet_at", "waits_until"):
        op.add_column("account", when(name))
    op.add_column("account", sa.Column("slowed", sa.Text(), nullable=False, server_default=""))
    op.add_column("account", sa.Column("end_told", sa.Integer(), nullable=True))
    for name in ("answers", "url"):
        op.add_column("early", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_early_answers", "early", ["account", "answers"])
    context()
    watches()
    op.execute(sa.text("INSERT INTO counter (name, value) VALUES ('watch', 0)"))


def context() -> None:
    """What posts answer."""
    op.create_table(
        "context",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("number", SERIAL, nullable=False),
        *(words(name) for name in ("of_post", "native_id", "author_name", "author_handle", "text", "url")),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_context")),
        sa.ForeignKeyConstraint(["number"], ["mention.number"], name=op.f("fk_context_number_mention")),
    )
    for name in ("number", "native_id"):
        op.create_index(op.f(f"ix_context_{name}"), "context", [name])


def watches() -> None:
    """Watches, where each is read, and what each day brought."""
    op.create_table(
        "watch",
        sa.Column("number", SERIAL, nullable=False),
        *(sa.Column(name, JSON, nullable=False) for name in ("words", "tags", "without", "accounts")),
        *(word("owner", 64), word("channel", 80), words("why")),
        sa.Column("per_day", sa.Integer(), nullable=False),
        *(when("until", needed=True), word("made_by", 64), when("made_at", needed=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False, server_default="0"),
        *(when("ended_at"), word("ended_by", 64, needed=False)),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_watch")),
    )
    running = sa.text("ended_at IS NULL")
    op.create_index("ix_watch_running", "watch", ["until"], sqlite_where=running, postgresql_where=running)
    op.create_table(
        "watch_reader",
        *(sa.Column("watch", SERIAL, nullable=False), word("account", 40)),
        sa.Column("turn", sa.Integer(), nullable=False, server_default="0"),
        *(sa.Column("cursor", sa.Text()), when("due_at", needed=True), when("read_at"), sa.Column("trouble", sa.Text())),
        sa.Column("slowed", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("watch", "account", name=op.f("pk_watch_reader")),
        sa.ForeignKeyConstraint(["watch"], ["watch.number"], name=op.f("fk_watch_reader_watch_watch")),
    )
    op.create_index(op.f("ix_watch_reader_due_at"), "watch_reader", ["due_at"])
    op.create_table(
        "watch_day",
        *(sa.Column("watch", SERIAL, nullable=False), word("day", 10)),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("hits", "left_out")),
        sa.PrimaryKeyConstraint("watch", "day", name=op.f("pk_watch_day")),
        sa.ForeignKeyConstraint(["watch"], ["watch.number"], name=op.f("fk_watch_day_watch_watch")),
    )


def when(name: str, *, needed: bool = False) -> "sa.Column[int]":
    """A moment, in milliseconds."""
    return sa.Column(name, sa.BigInteger(), nullable=not needed)


def word(name: str, length: int, *, needed: bool = True) -> "sa.Column[str]":
    """A short text."""
    return sa.Column(name, sa.String(length), nullable=not needed)


def words(name: str) -> "sa.Column[str]":
    """A text of any length."""
    return sa.Column(name, sa.Text(), nullable=False)
