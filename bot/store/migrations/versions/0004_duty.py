"""Duty: the rota, pings and their answers, handovers, and how soon somebody must look at a mention."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

OLDEST = "0001"
"""The oldest code that may still run on this schema: it leaves the new columns empty, and this code fills them in."""


def when(name: str, *, needed: bool = False) -> "sa.Column[int]":
    """A moment, in milliseconds."""
    return sa.Column(name, sa.BigInteger(), nullable=not needed)


def word(name: str, length: int, *, needed: bool = True) -> "sa.Column[str]":
    """A short text."""
    return sa.Column(name, sa.String(length), nullable=not needed)


def words(name: str, *, needed: bool = True) -> "sa.Column[str]":
    """A text of any length."""
    return sa.Column(name, sa.Text(), nullable=not needed)


def span() -> "tuple[sa.Column[int], sa.Column[int]]":
    """From a moment to another."""
    return when("start_at", needed=True), when("end_at", needed=True)


SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Expand."""
    for name in ("see_by", "erased_at"):
        op.add_column("mention", when(name))
    op.add_column("staff", when("departed_at"))
    open_states = "state IN ('new','claimed','snoozed','replying')"
    partial("ix_mention_see_by", "mention", ["see_by"], f"seen_at IS NULL AND {open_states}")
    partial("ix_mention_held_words", "mention", ["ended_at"], "state IN ('replied','closed') AND erased_at IS NULL")
    op.create_index("ix_mention_received", "mention", ["received_at", "seen_at", "ended_at"])
    op.add_column("escalation", sa.Column("policy", JSON, nullable=True))
    op.add_column("escalation", sa.Column("lap", sa.Integer(), nullable=False, server_default="0"))
    rota()
    pings()
    handovers()


def rota() -> None:
    """Who is on duty, and what changes it."""
    op.create_table(
        "rota_plan",
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("body", JSON, nullable=False),
        *(word("seed", 64), word("by", 64), when("at", needed=True)),
    )
    op.create_table(
        "rota_override",
        word("id", 32),
        *(word("role", 20), word("person", 64)),
        *span(),
        *(words("reason"), word("made_by", 64), when("made_at", needed=True)),
        *(when("withdrawn_at"), word("withdrawn_by", 64, needed=False)),
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint("end_at > start_at", name="ends_after_start"),
    )
    partial("ix_rota_override_end", "rota_override", ["end_at"], "withdrawn_at IS NULL")
    op.create_table(
        "cover_request",
        word("id", 32),
        *(word("role", 20), word("person", 64)),
        *span(),
        *(words("reason"), word("asked_by", 64), when("asked_at", needed=True)),
        *(word("offered_to", 64, needed=False), when("back_start_at"), when("back_end_at")),
        *(word("taken_by", 64, needed=False), when("taken_at"), when("withdrawn_at")),
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint("end_at > start_at", name="ends_after_start"),
    )
    partial("ix_cover_request_end", "cover_request", ["end_at"], "taken_at IS NULL AND withdrawn_at IS NULL")
    op.create_table(
        "absence",
        sa.Column("id", SERIAL, primary_key=True),
        word("person", 64),
        *span(),
    )
    op.create_index("ix_absence_end_at", "absence", ["end_at"])
    op.create_table(
        "calendar_feed",
        word("person", 64),
        *(when("read_at"), when("tried_at", needed=True), words("trouble", needed=False)),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "rota_link",
        word("digest", 64),
        *(word("person", 64), word("made_by", 64), when("made_at", needed=True), when("revoked_at")),
        sa.PrimaryKeyConstraint("digest"),
    )


def pings() -> None:
    """Each ping, and what became of it."""
    op.create_table(
        "ping",
        word("id", 32),
        word("kind", 20),
        sa.Column("number", SERIAL, sa.ForeignKey("mention.number"), nullable=True),
        *(word("person", 64), word("role", 20)),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("round", "rung")),
        *(when("asked_at", needed=True), when("said_at"), when("heard_at"), word("answer", 20, needed=False)),
        sa.Column("way", sa.Integer(), nullable=False),
        when("next_way_at"),
        sa.Column("bundled", sa.Integer(), nullable=False),
        sa.Column("bundle", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint("kind IN ('escalation','readiness','test')", name="kind"),
    )
    partial("ix_ping_next_way", "ping", ["next_way_at"], "next_way_at IS NOT NULL")
    op.create_index("ix_ping_person", "ping", ["person", "asked_at"])
    op.create_index("ix_ping_number", "ping", ["number"])
    partial("ix_ping_unheard", "ping", ["number"], "heard_at IS NULL")
    partial("ix_ping_bundle", "ping", ["person", "bundle"], "bundle IS NOT NULL")
    partial("ix_ping_apart", "ping", ["person", "asked_at"], "bundle IS NULL")


def handovers() -> None:
    """What is said at each change of shift."""
    op.create_table(
        "handover",
        word("id", 32),
        *(word("role", 20), when("shift_at", needed=True), when("ends_at", needed=True)),
        *(word("from_person", 64, needed=False), sa.Column("keeps", sa.Boolean(), nullable=False)),
        *(word("to_person", 64), word("state", 20), sa.Column("facts", JSON, nullable=False)),
        *(word("ping", 32, needed=False), when("ready_asked_at"), when("ready_at"), when("drafted_at")),
        *(when("sent_at"), when("accepted_at"), word("accepted_by", 64, needed=False)),
        *(when("missed_told_at"), when("late_told_at")),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("role", "shift_at"),
        sa.CheckConstraint("state IN ('coming','drafted','sent','accepted','lapsed')", name="state"),
    )
    partial("ix_handover_pending", "handover", ["role", "shift_at"], "state IN ('coming','drafted','sent')")


def partial(name: str, table: str, columns: list[str], rows: str) -> None:
    """An index over some rows only."""
    op.create_index(name, table, columns, sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))
