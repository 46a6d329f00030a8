"""Replying: approval, posts of several parts and languages, pictures, what is owed, and what was hidden."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

OLDEST = "0005"
"""Older code does not know a reply that waits for approval: every copy must be stopped before the first new one starts."""

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
STATES = "'draft','waiting','held','sending','sent','by_hand','failed','withdrawn','unsure','deleted'"
INDEXES = ("uq_reply_live", "uq_reply_draft", "ix_reply_native", "ix_reply_number")


def upgrade() -> None:
    """Expand; a table's rule can only be changed on SQLite by making it anew."""
    replies()
    op.create_table(
        "reply_media",
        word("id", 32),
        word("reply", 32),
        sa.Column("position", sa.Integer(), nullable=False),
        *(words("name"), word("media_type", 100)),
        sa.Column("size", sa.Integer(), nullable=False),
        words("alt"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        word("digest", 64),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_media")),
    )
    op.create_index("ix_reply_media_reply", "reply_media", ["reply"])
    op.create_table(
        "trust",
        sa.Column("id", SERIAL, nullable=False),
        *(word("person", 64), words("topic"), word("kind", 20), word("by", 64), when("at", needed=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trust")),
        sa.CheckConstraint("kind IN ('earned','given','taken')", name=op.f("ck_trust_kind")),
    )
    op.create_index("ix_trust_person", "trust", ["person", "topic", "id"])
    tasks()
    hidings()


def replies() -> None:
    """New columns, states and indexes."""
    for name in INDEXES:
        op.drop_index(name, table_name="reply")
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("reply", recreate="always" if is_sqlite else "never") as table:
        for column in columns():
            table.add_column(column)
        table.drop_constraint(op.f("ck_reply_state"), type_="check")
        table.create_check_constraint(op.f("ck_reply_state"), sa.text(f"state IN ({STATES})"))
        clock = "(state = 'waiting') = (approval_due_at IS NOT NULL)"
        table.create_check_constraint(op.f("ck_reply_waiting_has_a_clock"), sa.text(clock))
    op.create_index("ix_reply_number", "reply", ["number"])
    unique("uq_reply_pending", "reply", ["number"], "state IN ('waiting','held','sending','unsure')")
    unique("uq_reply_draft", "reply", ["number", "by"], "state = 'draft'")
    partial("ix_reply_native", "reply", ["account", "native_id"], "native_id IS NOT NULL")
    partial("ix_reply_approval", "reply", ["approval_due_at"], "approval_due_at IS NOT NULL")
    op.create_index("ix_reply_account_sent", "reply", ["account", "sent_at"])


def columns() -> "tuple[sa.Column[Any], ...]":
    """What a reply has besides."""
    return (
        empty("second", sa.Text()),
        sa.Column("audience", sa.String(20), nullable=False, server_default="as asked"),
        *(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()) for name in ("split", "one_language")),
        when("promise_by"),
        *(empty("posts", sa.Text()), empty("posts_salt", sa.String(32))),
        *(sa.Column(name, sa.Integer(), nullable=False, server_default="1") for name in ("part", "parts")),
        sa.Column("first_id", sa.String(32)),
        *(empty("written", sa.Text()), empty("written_salt", sa.String(32)), empty("written_second", sa.Text())),
        *(when("submitted_at"), when("approval_due_at")),
        sa.Column("approval_laps", sa.Integer(), nullable=False, server_default="0"),
        *(when("confirmed_at"), when("deleted_at"), when("edited_at")),
    )


def tasks() -> None:
    """What is owed once a mention was answered."""
    op.create_table(
        "task",
        word("id", 32),
        sa.Column("number", SERIAL, nullable=False),
        *(word("kind", 20), words("what"), word("what_salt", 32), when("due_at", needed=True)),
        *(word("to", 64), word("by", 64), when("made_at", needed=True), word("reply", 32, needed=False)),
        *(when("done_at"), word("done_by", 64, needed=False), when("next_ask_at")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.ForeignKeyConstraint(["number"], ["mention.number"], name=op.f("fk_task_number_mention")),
        sa.CheckConstraint("kind IN ('promise','translation','review')", name=op.f("ck_task_kind")),
        sa.CheckConstraint("(done_at IS NULL) = (next_ask_at IS NOT NULL)", name=op.f("ck_task_open_is_asked_about")),
    )
    op.create_index("ix_task_number", "task", ["number"])
    partial("ix_task_next_ask", "task", ["next_ask_at"], "next_ask_at IS NOT NULL")


def hidings() -> None:
    """What was hidden, by which rule, and who looked at that again."""
    op.create_table(
        "hiding",
        word("id", 32),
        sa.Column("number", SERIAL, nullable=False),
        *(words("native_id"), word("rule", 20), word("by", 64), when("at", needed=True), when("until", needed=True)),
        *(word("state", 20), word("reviewed_by", 64, needed=False), when("reviewed_at"), when("ended_at")),
        sa.Column("evidence", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hiding")),
        sa.ForeignKeyConstraint(["number"], ["mention.number"], name=op.f("fk_hiding_number_mention")),
        sa.CheckConstraint("state IN ('asked','hidden','showing','shown','failed')", name=op.f("ck_hiding_state")),
    )
    op.create_index("ix_hiding_number", "hiding", ["number"])
    unique("uq_hiding_open", "hiding", ["native_id", "number"], "ended_at IS NULL")
    partial("ix_hiding_until", "hiding", ["until"], "ended_at IS NULL")


def empty(name: str, kind: "sa.types.TypeEngine[str]") -> "sa.Column[str]":
    """Words that are not there yet."""
    return sa.Column(name, kind, nullable=False, server_default="")


def when(name: str, *, needed: bool = False) -> "sa.Column[int]":
    """A moment, in milliseconds."""
    return sa.Column(name, sa.BigInteger(), nullable=not needed)


def word(name: str, length: int, *, needed: bool = True) -> "sa.Column[str]":
    """A short text."""
    return sa.Column(name, sa.String(length), nullable=not needed)


def words(name: str) -> "sa.Column[str]":
    """A text of any length."""
    return sa.Column(name, sa.Text(), nullable=False)


def partial(name: str, table: str, columns: list[str], rows: str) -> None:
    """An index over some rows only."""
    op.create_index(name, table, columns, sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))


def unique(name: str, table: str, columns: list[str], rows: str) -> None:
    """One such row at most."""
    where = sa.text(rows)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)
