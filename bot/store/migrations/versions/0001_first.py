"""The first schema."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Expand."""
    op.create_table(
        "account",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("turn", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("cursor", sa.Text(), nullable=True),
        sa.Column("heard_at", sa.BigInteger(), nullable=True),
        sa.Column("polled_at", sa.BigInteger(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("trouble_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_account")),
    )
    op.create_table(
        "chain",
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("sealed_seq", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_chain")),
    )
    op.create_index(
        "ix_chain_unsealed",
        "chain",
        ["subject"],
        unique=False,
        sqlite_where=sa.text("seq > sealed_seq"),
        postgresql_where=sa.text("seq > sealed_seq"),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", SERIAL, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "event",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("digests", JSON, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("note_salt", sa.String(length=32), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("subject", "seq", name=op.f("uq_event_subject")),
    )
    op.create_table(
        "handled",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_handled")),
    )
    op.create_index(op.f("ix_handled_at"), "handled", ["at"], unique=False)
    op.create_table(
        "mention",
        sa.Column("number", SERIAL, autoincrement=False, nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("network", sa.String(length=40), nullable=False),
        sa.Column("native_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_handle", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_salt", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("media", JSON, nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("owned_at", sa.BigInteger(), nullable=True),
        sa.Column("offered_to", sa.String(length=64), nullable=True),
        sa.Column("offer_until", sa.BigInteger(), nullable=True),
        sa.Column("snooze_until", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("last_owner", sa.String(length=64), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("seen_by", sa.String(length=64), nullable=True),
        sa.Column("edited_at", sa.BigInteger(), nullable=True),
        sa.Column("gone_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("respond_by", sa.BigInteger(), nullable=True),
        sa.Column("priority", sa.String(length=2), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("flags", JSON, nullable=False),
        sa.Column("close_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('new','claimed','snoozed','replying','replied','closed')", name=op.f("ck_mention_state")
        ),
        sa.CheckConstraint(
            "state IN ('replied','closed') OR respond_by IS NOT NULL", name=op.f("ck_mention_open_has_respond_by")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_mention")),
    )
    op.create_index("ix_mention_conversation", "mention", ["account", "conversation", "author_id"], unique=False)
    op.create_index(
        "ix_mention_open",
        "mention",
        ["priority", "respond_by"],
        unique=False,
        sqlite_where=sa.text("state IN ('new','claimed','snoozed','replying')"),
        postgresql_where=sa.text("state IN ('new','claimed','snoozed','replying')"),
    )
    op.create_index(
        "ix_mention_unseen",
        "mention",
        ["received_at"],
        unique=False,
        sqlite_where=sa.text("seen_at IS NULL AND state IN ('new','claimed','snoozed','replying')"),
        postgresql_where=sa.text("seen_at IS NULL AND state IN ('new','claimed','snoozed','replying')"),
    )
    op.create_table(
        "seal",
        sa.Column("number", SERIAL, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_seal")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
    )
    op.create_table(
        "addition",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("number", SERIAL, nullable=False),
        sa.Column("native_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_salt", sa.String(length=32), nullable=False),
        sa.Column("posted_at", sa.BigInteger(), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("gone_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["mention.number"], name=op.f("fk_addition_number_mention")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addition")),
    )
    op.create_index(op.f("ix_addition_number"), "addition", ["number"], unique=False)
    op.create_table(
        "arrival",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("native_id", sa.Text(), nullable=False),
        sa.Column("number", SERIAL, nullable=False),
        sa.ForeignKeyConstraint(["number"], ["mention.number"], name=op.f("fk_arrival_number_mention")),
        sa.PrimaryKeyConstraint("account", "native_id", name=op.f("pk_arrival")),
    )
    op.create_table(
        "card",
        sa.Column("number", SERIAL, nullable=False),
        sa.Column("chat", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("message", sa.String(length=80), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["mention.number"], name=op.f("fk_card_number_mention")),
        sa.PrimaryKeyConstraint("number", "chat", name=op.f("pk_card")),
    )
    op.create_index("ix_card_message", "card", ["chat", "channel", "message"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("number", SERIAL, nullable=True),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("payload", JSON, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=True),
        sa.Column("first_sent_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("unsure_since", sa.BigInteger(), nullable=True),
        sa.Column("remote_id", sa.Text(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('pending','sending','unknown')) = (due_at IS NOT NULL)", name=op.f("ck_delivery_due_while_alive")
        ),
        sa.ForeignKeyConstraint(["number"], ["mention.number"], name=op.f("fk_delivery_number_mention")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("key", name=op.f("uq_delivery_key")),
        sa.UniqueConstraint("lane", "seq", name=op.f("uq_delivery_lane")),
    )
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["rank", "due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_delivery_needs_human",
        "delivery",
        ["number"],
        unique=False,
        sqlite_where=sa.text("state = 'needs_human'"),
        postgresql_where=sa.text("state = 'needs_human'"),
    )
    op.create_index("ix_delivery_number", "delivery", ["number", "kind"], unique=False)
    op.create_table(
        "earlier_text",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("number", SERIAL, nullable=False),
        sa.Column("native_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_salt", sa.String(length=32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["mention.number"], name=op.f("fk_earlier_text_number_mention")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_text")),
    )
    op.create_index(op.f("ix_earlier_text_number"), "earlier_text", ["number"], unique=False)
    op.create_table(
        "escalation",
        sa.Column("number", SERIAL, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("acknowledged_by", sa.String(length=64), nullable=True),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["mention.number"], name=op.f("fk_escalation_number_mention")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_escalation")),
    )
    op.create_index(
        "ix_escalation_due",
        "escalation",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "reply",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", SERIAL, nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_salt", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("hold_until", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("native_id", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft','held','sending','sent','by_hand','failed','withdrawn','unsure')", name=op.f("ck_reply_state")
        ),
        sa.ForeignKeyConstraint(["number"], ["mention.number"], name=op.f("fk_reply_number_mention")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
    )
    op.create_index(
        "ix_reply_native",
        "reply",
        ["account", "native_id"],
        unique=False,
        sqlite_where=sa.text("native_id IS NOT NULL"),
        postgresql_where=sa.text("native_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_reply_number"), "reply", ["number"], unique=False)
    op.create_index(
        "uq_reply_draft",
        "reply",
        ["number", "by"],
        unique=True,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_index(
        "uq_reply_live",
        "reply",
        ["number"],
        unique=True,
        sqlite_where=sa.text("state IN ('held','sending','unsure')"),
        postgresql_where=sa.text("state IN ('held','sending','unsure')"),
    )
    op.create_table(
        "switch",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_switch")),
    )
    op.create_table(
        "secret",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secret")),
    )
    op.execute("INSERT INTO counter (name, value) VALUES ('mention', 0)")
