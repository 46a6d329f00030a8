"""The tables of what the organisation knows: what can be found, approved words, rights with clocks, and what is kept."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text, text

from bot.store.columns import METADATA, Moment, Serial

findable = Table(
    "findable",
    METADATA,
    Column("number", Serial, ForeignKey("mention.number"), primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),  # of the mention when it was read
    Column("words", Text, nullable=False),  # folded and stemmed; on PostgreSQL as a tsvector is written
)
"""One row a mention: all that was said and answered in it. SQLite finds by ``findable_fts``, PostgreSQL by ``vector``."""

saved = Table(
    "saved",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("second", Text, nullable=False, server_default=""),
    Column("words_salt", String(32), nullable=False),
    Column("topic", Text, nullable=False),
    Column("edition", Integer, nullable=False),  # of its words: the first, and one more with each change of them
    Column("owner", String(64)),
    Column("made_by", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("written_by", String(64), nullable=False),  # the words as they are now
    Column("changed_at", Moment, nullable=False),  # written, or found to be right still: its life counts from here
    Column("approved_by", String(64)),
    Column("approved_at", Moment),
    Column("review_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("ended_at", Moment),
    Column("told_at", Moment),
    Column("begun_from", String(32), nullable=False, server_default=""),  # the earlier reply its words began with
    CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved_by_somebody"),
)
IN_USE = text("ended_at IS NULL")
Index("ix_saved_in_use", saved.c.topic, sqlite_where=IN_USE, postgresql_where=IN_USE)

claim_of_right = Table(
    "claim_of_right",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("number", Serial, ForeignKey("mention.number"), nullable=False, index=True),
    Column("kind", String(40), nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("due_on", String(10), nullable=False),  # ISO dates: the day, where the organisation is
    Column("last_on", String(10), nullable=False),
    Column("due_at", Moment),  # of what is over at a time of day
    Column("amber_at", Moment, nullable=False),
    Column("red_at", Moment, nullable=False),
    Column("owner", String(64), nullable=False),
    Column("by", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("paused_at", Moment),
    Column("paused_days", Integer, nullable=False, server_default=text("0")),
    Column("extended_at", Moment),
    Column("ended_at", Moment),
    Column("outcome", String(20), nullable=False, server_default=""),
    Column("told", String(10), nullable=False, server_default=""),
)
RUNNING = text("ended_at IS NULL")
Index("ix_claim_of_right_due", claim_of_right.c.due_on, sqlite_where=RUNNING, postgresql_where=RUNNING)

kept = Table(
    "kept",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("number", Serial, ForeignKey("mention.number"), nullable=False, index=True),
    Column("why", Text, nullable=False),
    Column("why_salt", String(32), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("until", Moment),
    Column("ended_at", Moment),
    Column("ended_by", String(64)),
)
"""Holds: what a person said must not be erased, however old it is."""
