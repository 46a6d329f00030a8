"""The table of what a chat keeps through a restart: where it reads on, what it last said, what it waits to be told."""

from sqlalchemy import Column, String, Table, Text

from bot.store.columns import METADATA, Moment, Serial

remembered = Table(
    "remembered",
    METADATA,
    Column("chat", String(40), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("number", Serial, index=True),
    Column("value", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
