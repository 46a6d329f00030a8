"""The tables of what leaves: deliveries and escalations, calls already answered, and edits that came before their post."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.columns import METADATA, Json, Moment, Serial

delivery = Table(
    "delivery",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("lane", Text, nullable=False),
    Column("seq", Serial, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("number", Serial, ForeignKey("mention.number")),
    Column("target", Text, nullable=False),
    Column("payload", Json, nullable=False),
    Column("due_at", Moment),
    Column("attempt", Integer, nullable=False),
    Column("holder", String(64)),
    Column("first_sent_at", Moment),
    Column("sent_at", Moment),
    Column("unsure_since", Moment),
    Column("remote_id", Text),
    Column("trouble", Text),
    Column("created_at", Moment, nullable=False),
    Column("deadline", Moment),
    Column("absent_at", Moment),
    Column("recovered_at", Moment),
    Column("place", Text),
    UniqueConstraint("lane", "seq"),
    CheckConstraint("(state IN ('pending','sending','unknown')) = (due_at IS NOT NULL)", name="due_while_alive"),
)
DUE_ROWS = text("due_at IS NOT NULL")
Index("ix_delivery_due", delivery.c.rank, delivery.c.due_at, sqlite_where=DUE_ROWS, postgresql_where=DUE_ROWS)
Index(
    "ix_delivery_place",
    delivery.c.place,
    delivery.c.rank,
    delivery.c.due_at,
    sqlite_where=DUE_ROWS,
    postgresql_where=DUE_ROWS,
)
WITH_PERSON = text("state = 'needs_human'")
Index("ix_delivery_needs_human", delivery.c.number, sqlite_where=WITH_PERSON, postgresql_where=WITH_PERSON)
Index("ix_delivery_number", delivery.c.number, delivery.c.kind)
UNFINISHED = "state IN ('pending','sending','unknown','needs_human')"
UNFINISHED_ROWS = text(UNFINISHED)
Index(
    "ix_delivery_unfinished",
    delivery.c.lane,
    delivery.c.seq,
    sqlite_where=UNFINISHED_ROWS,
    postgresql_where=UNFINISHED_ROWS,
)

escalation = Table(
    "escalation",
    METADATA,
    Column("number", Serial, ForeignKey("mention.number"), primary_key=True),
    Column("due_at", Moment),
    Column("step", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("acknowledged_by", String(64)),
    Column("acknowledged_at", Moment),
    Column("policy", Json),
    Column("lap", Integer, nullable=False, server_default=text("0")),
)
Index("ix_escalation_due", escalation.c.due_at, sqlite_where=DUE_ROWS, postgresql_where=DUE_ROWS)

handled = Table(
    "handled",
    METADATA,
    Column("key", String(255), primary_key=True),
    Column("at", Moment, nullable=False, index=True),
)

early = Table(
    "early",
    METADATA,
    Column("account", String(40), primary_key=True),
    Column("native_id", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("at", Moment, nullable=False),
    Column("kept_at", Moment, nullable=False, index=True),
    Column("answers", Text, nullable=False, server_default=""),
    Column("url", Text, nullable=False, server_default=""),
)
Index("ix_early_answers", early.c.account, early.c.answers)
