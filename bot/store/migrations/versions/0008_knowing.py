"""What the organisation knows: full text to search, approved words, rights with their clocks, holds, and how promises ended."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

OLDEST = "0008"
"""Older code knows neither rights nor holds nor classes, and would erase what those keep: every copy must be stopped first."""

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.BigInteger()
RUNNING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Expand."""
    findable()
    saved()
    rights()
    holds()
    op.add_column("task", sa.Column("outcome", sa.String(10), nullable=False, server_default=""))
    op.add_column("reply", sa.Column("drawn_from", sa.String(60), nullable=False, server_default=""))
    op.create_index(
        "ix_reply_drawn_from",
        "reply",
        ["drawn_from"],
        sqlite_where=sa.text("drawn_from <> ''"),
        postgresql_where=sa.text("drawn_from <> ''"),
    )


def findable() -> None:
    """The index of words, which each kind of database keeps in its own way. It is filled by the bot, and while it runs."""
    op.create_table(
        "findable",
        sa.Column(
            "number", SERIAL, sa.ForeignKey("mention.number", name=op.f("fk_findable_number_mention")), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_findable")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE findable ADD COLUMN vector tsvector GENERATED ALWAYS AS (words::tsvector) STORED")
        op.execute("ALTER TABLE findable ALTER COLUMN vector SET STATISTICS 1000")
        op.execute("CREATE INDEX ix_findable_vector ON findable USING gin (vector)")
        return
    op.execute(
        "CREATE VIRTUAL TABLE findable_fts USING fts5(words, content='findable', content_rowid='number', columnsize=0,"
        " tokenize='ascii')"
    )
    op.execute(
        "CREATE TRIGGER findable_added AFTER INSERT ON findable BEGIN"
        " INSERT INTO findable_fts(rowid, words) VALUES (new.number, new.words); END"
    )
    op.execute(
        "CREATE TRIGGER findable_changed AFTER UPDATE OF words ON findable BEGIN"
        " INSERT INTO findable_fts(findable_fts, rowid, words) VALUES ('delete', old.number, old.words);"
        " INSERT INTO findable_fts(rowid, words) VALUES (new.number, new.words); END"
    )


def saved() -> None:
    """Approved words."""
    op.create_table(
        "saved",
        sa.Column("number", SERIAL, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("second", sa.Text(), nullable=False, server_default=""),
        sa.Column("words_salt", sa.String(32), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("written_by", sa.String(64), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("approved_by", sa.String(64)),
        sa.Column("approved_at", MOMENT),
        sa.Column("review_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("told_at", MOMENT),
        sa.Column("begun_from", sa.String(32), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_saved")),
        sa.CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name=op.f("ck_saved_approved_by_somebody")),
    )
    op.execute(sa.text("INSERT INTO counter (name, value) VALUES ('saved', 0)"))
    op.create_index("ix_saved_in_use", "saved", ["topic"], sqlite_where=RUNNING, postgresql_where=RUNNING)


def rights() -> None:
    """Rights that somebody claims, with their clocks."""
    op.create_table(
        "claim_of_right",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("number", SERIAL, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("due_on", sa.String(10), nullable=False),
        sa.Column("last_on", sa.String(10), nullable=False),
        sa.Column("due_at", MOMENT),
        sa.Column("amber_at", MOMENT, nullable=False),
        sa.Column("red_at", MOMENT, nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("paused_at", MOMENT),
        sa.Column("paused_days", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("extended_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("outcome", sa.String(20), nullable=False, server_default=""),
        sa.Column("told", sa.String(10), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_of_right")),
        sa.ForeignKeyConstraint(["number"], ["mention.number"], name=op.f("fk_claim_of_right_number_mention")),
    )
    op.create_index(op.f("ix_claim_of_right_number"), "claim_of_right", ["number"])
    op.create_index("ix_claim_of_right_due", "claim_of_right", ["due_on"], sqlite_where=RUNNING, postgresql_where=RUNNING)


def holds() -> None:
    """What is kept although its time is over."""
    op.create_table(
        "kept",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("number", SERIAL, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("why_salt", sa.String(32), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("ended_by", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept")),
        sa.ForeignKeyConstraint(["number"], ["mention.number"], name=op.f("fk_kept_number_mention")),
    )
    op.create_index(op.f("ix_kept_number"), "kept", ["number"])
