"""The tables of replying: replies, what goes out with them, who may send on their own, what is owed, and what was hidden."""

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
    false,
    text,
)

from bot.store.columns import METADATA, Json, Moment, Serial

reply = Table(
    "reply",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("number", Serial, ForeignKey("mention.number"), nullable=False, index=True),
    Column("account", String(40), nullable=False),
    Column("text", Text, nullable=False),
    Column("text_salt", String(32), nullable=False),
    Column("state", String(20), nullable=False),
    Column("by", String(64), nullable=False),
    Column("approved_by", String(64)),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("hold_until", Moment),
    Column("sent_at", Moment),
    Column("native_id", Text),
    Column("url", Text),
    Column("second", Text, nullable=False, server_default=""),
    Column("audience", String(20), nullable=False, server_default="as asked"),
    Column("split", Boolean, nullable=False, server_default=false()),
    Column("one_language", Boolean, nullable=False, server_default=false()),
    Column("promise_by", Moment),
    Column("posts", Text, nullable=False, server_default=""),  # JSON, see replies.posts_from; empty: not frozen
    Column("posts_salt", String(32), nullable=False, server_default=""),
    Column("part", Integer, nullable=False, server_default="1"),
    Column("parts", Integer, nullable=False, server_default="1"),
    Column("first_id", String(32)),  # of a later part: the row of the first
    Column("written", Text, nullable=False, server_default=""),
    Column("written_salt", String(32), nullable=False, server_default=""),
    Column("written_second", Text, nullable=False, server_default=""),
    Column("submitted_at", Moment),
    Column("approval_due_at", Moment),
    Column("approval_laps", Integer, nullable=False, server_default="0"),
    Column("confirmed_at", Moment),
    Column("deleted_at", Moment),
    Column("edited_at", Moment),
    Column("drawn_from", String(60), nullable=False, server_default=""),  # "S-4@2", a saved reply; or an earlier reply's id
    CheckConstraint(
        "state IN ('draft','waiting','held','sending','sent','by_hand','failed','withdrawn','unsure','deleted')",
        name="state",
    ),
    CheckConstraint("(state = 'waiting') = (approval_due_at IS NOT NULL)", name="waiting_has_a_clock"),
)
LIVE_ROWS = text("state IN ('held','sending','unsure')")
PENDING_ROWS = text("state IN ('waiting','held','sending','unsure')")
Index("uq_reply_pending", reply.c.number, unique=True, sqlite_where=PENDING_ROWS, postgresql_where=PENDING_ROWS)
DRAFT_ROWS = text("state = 'draft'")
Index("uq_reply_draft", reply.c.number, reply.c.by, unique=True, sqlite_where=DRAFT_ROWS, postgresql_where=DRAFT_ROWS)
DONE_ROWS = text("native_id IS NOT NULL")
Index("ix_reply_native", reply.c.account, reply.c.native_id, sqlite_where=DONE_ROWS, postgresql_where=DONE_ROWS)
WAITING_ROWS = text("approval_due_at IS NOT NULL")
Index("ix_reply_approval", reply.c.approval_due_at, sqlite_where=WAITING_ROWS, postgresql_where=WAITING_ROWS)
DRAWN_ROWS = text("drawn_from <> ''")
Index("ix_reply_drawn_from", reply.c.drawn_from, sqlite_where=DRAWN_ROWS, postgresql_where=DRAWN_ROWS)
Index("ix_reply_account_sent", reply.c.account, reply.c.sent_at)

reply_media = Table(
    "reply_media",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("reply", String(32), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("alt", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),  # emptied once it was sent
    Column("digest", String(64), nullable=False),  # SHA-256 of the content, in hex
)

trust = Table(
    "trust",
    METADATA,
    Column("id", Serial, primary_key=True),
    Column("person", String(64), nullable=False),
    Column("topic", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    CheckConstraint("kind IN ('earned','given','taken')", name="kind"),
)
Index("ix_trust_person", trust.c.person, trust.c.topic, trust.c.id)

task = Table(
    "task",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("number", Serial, ForeignKey("mention.number"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("what", Text, nullable=False),
    Column("what_salt", String(32), nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("to", String(64), nullable=False),
    Column("by", String(64), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("reply", String(32)),
    Column("done_at", Moment),
    Column("done_by", String(64)),
    Column("next_ask_at", Moment),
    Column("outcome", String(10), nullable=False, server_default=""),  # of a promise: kept, late or broken; empty while open
    CheckConstraint("kind IN ('promise','translation','review')", name="kind"),
    CheckConstraint("(done_at IS NULL) = (next_ask_at IS NOT NULL)", name="open_is_asked_about"),
)
OPEN_TASKS = text("next_ask_at IS NOT NULL")
Index("ix_task_next_ask", task.c.next_ask_at, sqlite_where=OPEN_TASKS, postgresql_where=OPEN_TASKS)

hiding = Table(
    "hiding",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("number", Serial, ForeignKey("mention.number"), nullable=False, index=True),
    Column("native_id", Text, nullable=False),
    Column("rule", String(20), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("state", String(20), nullable=False),
    Column("reviewed_by", String(64)),
    Column("reviewed_at", Moment),
    Column("ended_at", Moment),
    Column("evidence", Json, nullable=False),
    CheckConstraint("state IN ('asked','hidden','showing','shown','failed')", name="state"),
)
HIDDEN_ROWS = text("ended_at IS NULL")
Index(
    "uq_hiding_open",
    hiding.c.native_id,
    hiding.c.number,
    unique=True,
    sqlite_where=HIDDEN_ROWS,
    postgresql_where=HIDDEN_ROWS,
)
Index("ix_hiding_until", hiding.c.until, sqlite_where=HIDDEN_ROWS, postgresql_where=HIDDEN_ROWS)
