"""The tables of listening: what a post answers, and watches with where each is read and what it brought."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, text

from bot.store.columns import METADATA, Json, Moment, Serial

context = Table(
    "context",
    METADATA,
    Column("id", Serial, primary_key=True),
    Column("number", Serial, ForeignKey("mention.number"), nullable=False, index=True),
    Column("of_post", Text, nullable=False),
    Column("native_id", Text, nullable=False, index=True),
    Column("author_name", Text, nullable=False),
    Column("author_handle", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("ours", Boolean, nullable=False),
)

watch = Table(
    "watch",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=False),
    Column("words", Json, nullable=False),
    Column("tags", Json, nullable=False),
    Column("without", Json, nullable=False),
    Column("accounts", Json, nullable=False),
    Column("owner", String(64), nullable=False),
    Column("channel", String(80), nullable=False),
    Column("why", Text, nullable=False),
    Column("per_day", Integer, nullable=False),
    Column("until", Moment, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Column("told", Integer, nullable=False, server_default=text("0")),
    Column("ended_at", Moment),
    Column("ended_by", String(64)),
)
RUNNING = text("ended_at IS NULL")
Index("ix_watch_running", watch.c.until, sqlite_where=RUNNING, postgresql_where=RUNNING)

watch_reader = Table(
    "watch_reader",
    METADATA,
    Column("watch", Serial, ForeignKey("watch.number"), primary_key=True, autoincrement=False),
    Column("account", String(40), primary_key=True),
    Column("turn", Integer, nullable=False, server_default=text("0")),
    Column("cursor", Text),
    Column("due_at", Moment, nullable=False, index=True),
    Column("read_at", Moment),
    Column("trouble", Text),
    Column("slowed", Text, nullable=False, server_default=""),
)

watch_day = Table(
    "watch_day",
    METADATA,
    Column("watch", Serial, ForeignKey("watch.number"), primary_key=True, autoincrement=False),
    Column("day", String(10), primary_key=True),
    Column("hits", Integer, nullable=False),
    Column("left_out", Integer, nullable=False),
)
