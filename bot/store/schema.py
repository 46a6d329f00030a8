"""The tables. Every time is epoch milliseconds in a bigint; raw payloads are bytes; rows are never deleted."""

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from bot.store.columns import METADATA as METADATA
from bot.store.columns import Json, Moment, Serial
from bot.store.schema_chat import remembered as remembered
from bot.store.schema_duty import absence as absence
from bot.store.schema_duty import calendar_feed as calendar_feed
from bot.store.schema_duty import cover_request as cover_request
from bot.store.schema_duty import handover as handover
from bot.store.schema_duty import ping as ping
from bot.store.schema_duty import rota_link as rota_link
from bot.store.schema_duty import rota_override as rota_override
from bot.store.schema_duty import rota_plan as rota_plan
from bot.store.schema_knowing import claim_of_right as claim_of_right
from bot.store.schema_knowing import findable as findable
from bot.store.schema_knowing import kept as kept
from bot.store.schema_knowing import saved as saved
from bot.store.schema_listening import context as context
from bot.store.schema_listening import watch as watch
from bot.store.schema_listening import watch_day as watch_day
from bot.store.schema_listening import watch_reader as watch_reader
from bot.store.schema_outbox import DUE_ROWS as DUE_ROWS
from bot.store.schema_outbox import UNFINISHED as UNFINISHED
from bot.store.schema_outbox import UNFINISHED_ROWS as UNFINISHED_ROWS
from bot.store.schema_outbox import WITH_PERSON as WITH_PERSON
from bot.store.schema_outbox import delivery as delivery
from bot.store.schema_outbox import early as early
from bot.store.schema_outbox import escalation as escalation
from bot.store.schema_outbox import handled as handled
from bot.store.schema_replying import LIVE_ROWS as LIVE_ROWS
from bot.store.schema_replying import hiding as hiding
from bot.store.schema_replying import reply as reply
from bot.store.schema_replying import reply_media as reply_media
from bot.store.schema_replying import task as task
from bot.store.schema_replying import trust as trust

counter = Table("counter", METADATA, Column("name", String(40), primary_key=True), Column("value", Serial, nullable=False))

staff = Table(
    "staff",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("departed_at", Moment),
)

account = Table(
    "account",
    METADATA,
    Column("name", String(40), primary_key=True),
    Column("turn", Integer, nullable=False, server_default=text("0")),
    Column("cursor", Text),
    Column("heard_at", Moment),
    Column("polled_at", Moment),
    Column("trouble", Text),
    Column("trouble_at", Moment),
    Column("ends_at", Moment),
    Column("end_told", Integer),
    Column("slowed", Text, nullable=False, server_default=text("''")),
    Column("slowed_at", Moment),
    Column("quiet_at", Moment),
    Column("waits_until", Moment),
)

mention = Table(
    "mention",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=False),
    Column("account", String(40), nullable=False),
    Column("network", String(40), nullable=False),
    Column("native_id", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("conversation", Text, nullable=False),
    Column("author_id", Text, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("author_handle", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("text_salt", String(32), nullable=False),
    Column("language", String(35), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("private", Boolean, nullable=False),
    Column("media", Json, nullable=False),
    Column("posted_at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("state", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("owner", String(64)),
    Column("owned_at", Moment),
    Column("offered_to", String(64)),
    Column("offer_until", Moment),
    Column("snooze_until", Moment),
    Column("asked_at", Moment),
    Column("last_owner", String(64)),
    Column("seen_at", Moment),
    Column("seen_by", String(64)),
    Column("edited_at", Moment),
    Column("gone_at", Moment),
    Column("ended_at", Moment),
    Column("respond_by", Moment),
    Column("see_by", Moment),
    Column("priority", String(2), nullable=False),
    Column("topic", Text, nullable=False),
    Column("flags", Json, nullable=False),
    Column("close_reason", Text, nullable=False),
    Column("erased_at", Moment),
    Column("channel", String(80), nullable=False, server_default=text("''")),
    Column("watch", String(20), nullable=False, server_default=text("''")),
    CheckConstraint("state IN ('new','claimed','snoozed','replying','replied','closed')", name="state"),
    CheckConstraint("state IN ('replied','closed') OR respond_by IS NOT NULL", name="open_has_respond_by"),
)
# Queries use these very texts, so that the database can see that an index made with them serves.
OPEN_ROWS = text("state IN ('new','claimed','snoozed','replying')")
OPEN_ONLY: dict[str, Any] = {"sqlite_where": OPEN_ROWS, "postgresql_where": OPEN_ROWS}
Index("ix_mention_open", mention.c.priority, mention.c.respond_by, **OPEN_ONLY)
Index("ix_mention_owner", mention.c.owner, mention.c.received_at, mention.c.number, **OPEN_ONLY)
UNSEEN_ROWS = text("seen_at IS NULL AND state IN ('new','claimed','snoozed','replying')")
Index("ix_mention_unseen", mention.c.received_at, sqlite_where=UNSEEN_ROWS, postgresql_where=UNSEEN_ROWS)
Index("ix_mention_see_by", mention.c.see_by, sqlite_where=UNSEEN_ROWS, postgresql_where=UNSEEN_ROWS)
Index("ix_mention_received", mention.c.received_at, mention.c.seen_at, mention.c.ended_at)
HELD_WORDS = text("state IN ('replied','closed') AND erased_at IS NULL")
Index("ix_mention_held_words", mention.c.ended_at, sqlite_where=HELD_WORDS, postgresql_where=HELD_WORDS)
OFFERED_ROWS = text("offer_until IS NOT NULL")
Index("ix_mention_offered", mention.c.offer_until, sqlite_where=OFFERED_ROWS, postgresql_where=OFFERED_ROWS)
Index("ix_mention_conversation", mention.c.account, mention.c.conversation, mention.c.author_id)

arrival = Table(
    "arrival",
    METADATA,
    Column("account", String(40), primary_key=True),
    Column("native_id", Text, primary_key=True),
    Column("number", Serial, ForeignKey("mention.number"), nullable=False),
    Column("looked_at", Moment),
)
Index("ix_arrival_number", arrival.c.number)

addition = Table(
    "addition",
    METADATA,
    Column("id", Serial, primary_key=True),
    Column("number", Serial, ForeignKey("mention.number"), nullable=False, index=True),
    Column("native_id", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("text_salt", String(32), nullable=False),
    Column("posted_at", Moment, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("gone_at", Moment),
)

earlier_text = Table(
    "earlier_text",
    METADATA,
    Column("id", Serial, primary_key=True),
    Column("number", Serial, ForeignKey("mention.number"), nullable=False, index=True),
    Column("native_id", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("text_salt", String(32), nullable=False),
    Column("until", Moment, nullable=False),
)

card = Table(
    "card",
    METADATA,
    Column("number", Serial, ForeignKey("mention.number"), primary_key=True),
    Column("chat", String(40), primary_key=True),
    Column("channel", String(80), nullable=False),
    Column("message", String(80)),
    Column("version", Integer),
    Column("shared", Boolean, nullable=False, server_default=false()),
)
Index("ix_card_message", card.c.chat, card.c.channel, card.c.message)

event = Table(
    "event",
    METADATA,
    Column("id", Serial, primary_key=True),
    Column("subject", String(80), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(40), nullable=False),
    Column("changes", Json, nullable=False),
    Column("digests", Json, nullable=False),
    Column("note", Text),
    Column("note_salt", String(32)),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("subject", "seq"),
)

chain = Table(
    "chain",
    METADATA,
    Column("subject", String(80), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("head", String(64), nullable=False),
    Column("sealed_seq", Integer, nullable=False, server_default=text("0")),
)
UNSEALED = text("seq > sealed_seq")
Index("ix_chain_unsealed", chain.c.subject, sqlite_where=UNSEALED, postgresql_where=UNSEALED)

seal = Table(
    "seal",
    METADATA,
    Column("number", Serial, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    Column("hash", String(64), nullable=False),
)

switch = Table(
    "switch",
    METADATA,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", Moment, nullable=False),
)

secret = Table(
    "secret",
    METADATA,
    Column("name", String(120), primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
