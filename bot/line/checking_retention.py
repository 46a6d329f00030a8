"""What ``tolbooth check`` says of the classes of retention: topics that nothing has, perhaps misspelt."""

from collections.abc import Iterator, Sequence, Set
from contextlib import suppress

from sqlalchemy import Connection, select, union

from bot.errors import SettingsError
from bot.line.ledger import file_of, looking, revisions
from bot.retention.classes import ALL_BELOW, RetentionClass, covers
from bot.settings.in_words import nearest
from bot.store import schema, schema_knowing
from bot.store.executor import Database


def notes_on_classes(database: Database, classes: Sequence[RetentionClass]) -> list[str]:
    """One for each topic of a class that no mention and no saved reply has; none where the database has no topic yet."""
    path = file_of(database)
    if not classes or (path and not path.exists()):
        return []
    with suppress(SettingsError):  # a database that is no use is a fault elsewhere
        now, newest = revisions(database)
        if now and now == newest:
            with looking(database) as conn:
                if not database.is_sqlite:
                    conn.exec_driver_sql("SET LOCAL statement_timeout = 0")  # every mention is looked at
                return list(unused(classes, topics_in_use(conn)))
    return []


def topics_in_use(conn: Connection) -> frozenset[str]:
    """What mentions and saved replies are about."""
    mention, saved = schema.mention.c.topic, schema_knowing.saved.c.topic
    query = union(select(mention).where(mention != ""), select(saved).where(saved != ""))
    return frozenset(conn.execute(query).scalars())


def unused(classes: Sequence[RetentionClass], known: Set[str]) -> Iterator[str]:
    """Each topic of a class that none of those known is or is below, with the nearest. Nothing where none is known."""
    services = {f"{topic.partition('.')[0]}{ALL_BELOW}" for topic in known}
    for one in classes if known else ():
        for pattern in one.topics:
            if not any(covers(pattern, topic) for topic in known):
                meant = nearest(pattern, services if pattern.endswith(ALL_BELOW) else set(known))
                yield (
                    f"retention.classes: nothing is in {one.name!r} by {pattern!r}: no mention and no saved reply has "
                    f"that topic{meant}"
                )
