"""The tables of duty: the rota and what changes it, pings and their answers, and the handover at each change of shift."""

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

rota_plan = Table(
    "rota_plan",
    METADATA,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("body", Json, nullable=False),
    Column("seed", String(64), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", Moment, nullable=False),
)

rota_override = Table(
    "rota_override",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("person", String(64), nullable=False),
    Column("start_at", Moment, nullable=False),
    Column("end_at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    Column("withdrawn_by", String(64)),
    CheckConstraint("end_at > start_at", name="ends_after_start"),
)
STANDING_ROWS = text("withdrawn_at IS NULL")
Index("ix_rota_override_end", rota_override.c.end_at, sqlite_where=STANDING_ROWS, postgresql_where=STANDING_ROWS)

cover_request = Table(
    "cover_request",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("person", String(64), nullable=False),
    Column("start_at", Moment, nullable=False),
    Column("end_at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("offered_to", String(64)),
    Column("back_start_at", Moment),
    Column("back_end_at", Moment),
    Column("taken_by", String(64)),
    Column("taken_at", Moment),
    Column("withdrawn_at", Moment),
    CheckConstraint("end_at > start_at", name="ends_after_start"),
)
"""A swap is offered to one person alone, and ``back`` is the turn of theirs that is taken in return."""
WANTED_ROWS = text("taken_at IS NULL AND withdrawn_at IS NULL")
Index("ix_cover_request_end", cover_request.c.end_at, sqlite_where=WANTED_ROWS, postgresql_where=WANTED_ROWS)

absence = Table(
    "absence",
    METADATA,
    Column("id", Serial, primary_key=True),
    Column("person", String(64), nullable=False),
    Column("start_at", Moment, nullable=False),
    Column("end_at", Moment, nullable=False, index=True),
)

calendar_feed = Table(
    "calendar_feed",
    METADATA,
    Column("person", String(64), primary_key=True),
    Column("read_at", Moment),
    Column("tried_at", Moment, nullable=False),
    Column("trouble", Text),
)

rota_link = Table(
    "rota_link",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("person", String(64), nullable=False),
    Column("made_by", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)

ping = Table(
    "ping",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("number", Serial, ForeignKey("mention.number")),
    Column("person", String(64), nullable=False),
    Column("role", String(20), nullable=False),
    Column("round", Integer, nullable=False),
    Column("rung", Integer, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("said_at", Moment),
    Column("heard_at", Moment),
    Column("answer", String(20)),
    Column("way", Integer, nullable=False),
    Column("next_way_at", Moment),
    Column("bundled", Integer, nullable=False),
    Column("bundle", Integer),
    CheckConstraint("kind IN ('escalation','readiness','test')", name="kind"),
)
ANOTHER_WAY = text("next_way_at IS NOT NULL")
Index("ix_ping_next_way", ping.c.next_way_at, sqlite_where=ANOTHER_WAY, postgresql_where=ANOTHER_WAY)
Index("ix_ping_person", ping.c.person, ping.c.asked_at)
Index("ix_ping_number", ping.c.number)
UNHEARD_ROWS = text("heard_at IS NULL")
Index("ix_ping_unheard", ping.c.number, sqlite_where=UNHEARD_ROWS, postgresql_where=UNHEARD_ROWS)
TOGETHER_ROWS = text("bundle IS NOT NULL")
Index("ix_ping_bundle", ping.c.person, ping.c.bundle, sqlite_where=TOGETHER_ROWS, postgresql_where=TOGETHER_ROWS)
APART_ROWS = text("bundle IS NULL")
Index("ix_ping_apart", ping.c.person, ping.c.asked_at, sqlite_where=APART_ROWS, postgresql_where=APART_ROWS)
"""``bundle`` is the message in the chat that says it together with others, by when that may leave; null where it has one of
its own. ``bundled`` counts those whom a text message or an e-mail about this one speaks for.
"""

handover = Table(
    "handover",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("role", String(20), nullable=False),
    Column("shift_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("from_person", String(64)),
    Column("keeps", Boolean, nullable=False),
    Column("to_person", String(64), nullable=False),
    Column("state", String(20), nullable=False),
    Column("facts", Json, nullable=False),
    Column("ping", String(32)),
    Column("ready_asked_at", Moment),
    Column("ready_at", Moment),
    Column("drafted_at", Moment),
    Column("sent_at", Moment),
    Column("accepted_at", Moment),
    Column("accepted_by", String(64)),
    Column("missed_told_at", Moment),
    Column("late_told_at", Moment),
    UniqueConstraint("role", "shift_at"),
    CheckConstraint("state IN ('coming','drafted','sent','accepted','lapsed')", name="state"),
)
"""``facts`` is what was open as it was drafted, by number: kept for ever. The note stands in the record of ``handover:ID``.
``ends_at`` is the end of the incoming person's turn, and ``keeps`` whether the outgoing one has the role until they accept.
``ping`` asked whether they are ready; ``missed_told_at`` is when the leads were told that they were not.
"""
PENDING_ROWS = text("state IN ('coming','drafted','sent')")
Index("ix_handover_pending", handover.c.role, handover.c.shift_at, sqlite_where=PENDING_ROWS, postgresql_where=PENDING_ROWS)
