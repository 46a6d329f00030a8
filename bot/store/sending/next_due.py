"""Which deliveries are taken next: by rank and then by age, but of each place only a few, and nothing for one that is full.

Ten thousand cards waiting for one channel cost a look no more than four: the places are walked by their index, one step
each, and in each place only the first few rows are read.
"""

from dataclasses import dataclass

from sqlalchemy import Text, bindparam, text

from bot.store.columns import Moment
from bot.store.schema import delivery
from bot.store.schema_outbox import UNFINISHED

NETWORK = "net:"
"""How the place of a public reply begins. One that is to be looked up needs no room: a person waits for what is found."""


@dataclass(frozen=True, slots=True)
class Shut:
    """Places that nothing is taken for: ``full`` have no room for more words, ``busy`` have no hand left either."""

    full: frozenset[str] = frozenset()
    busy: frozenset[str] = frozenset()


NONE_SHUT = Shut()

PLACES = f"""
WITH RECURSIVE places (place) AS (
    SELECT min(place) FROM delivery WHERE due_at IS NOT NULL
    UNION ALL
    SELECT (SELECT min(later.place) FROM delivery AS later WHERE later.due_at IS NOT NULL AND later.place > places.place)
    FROM places WHERE places.place IS NOT NULL
),
open_places (place) AS (
    SELECT place FROM places
    WHERE place IS NOT NULL AND place NOT IN :busy AND (place NOT IN :full OR place LIKE '{NETWORK}%')
)
"""  # noqa: S608 - our own words
FIRST = f"""
    SELECT one.id FROM delivery AS one
    WHERE one.place {{place}} AND one.due_at IS NOT NULL AND one.due_at <= :now AND one.rank <= :up_to
    AND NOT EXISTS (
        SELECT 1 FROM delivery AS ahead WHERE ahead.lane = one.lane AND ahead.seq < one.seq AND ahead.{UNFINISHED}
    )
    AND NOT (one.kind = 'reply' AND one.state = 'pending' AND EXISTS (SELECT 1 FROM switch WHERE name = 'publishing'))
    {{unless}}
    ORDER BY one.rank, one.due_at LIMIT :each
"""  # noqa: S608 - our own words
IN_PLACE = FIRST.format(place="= open_places.place", unless="AND (one.state <> 'pending' OR one.place NOT IN :full)")
NOWHERE = FIRST.format(place="IS NULL", unless="")
"""What an older release queued."""
SQLITE = f"""{PLACES}
SELECT delivery.* FROM delivery WHERE id IN (
    SELECT each_one.id FROM open_places CROSS JOIN delivery AS each_one ON each_one.id IN ({IN_PLACE})
    UNION ALL SELECT id FROM ({NOWHERE})
)
ORDER BY rank, due_at LIMIT :limit
"""  # noqa: S608 - our own words
POSTGRESQL = f"""{PLACES}
SELECT delivery.* FROM delivery WHERE due_at <= :now AND id = ANY(ARRAY(
    SELECT each_one.id FROM open_places CROSS JOIN LATERAL ({IN_PLACE}) AS each_one
    UNION ALL SELECT id FROM ({NOWHERE}) AS nowhere
))
ORDER BY rank, due_at LIMIT :limit FOR UPDATE OF delivery SKIP LOCKED
"""  # noqa: S608 - our own words

NEXT = {
    name: text(query)
    .bindparams(
        bindparam("full", type_=Text, expanding=True),
        bindparam("busy", type_=Text, expanding=True),
        bindparam("now", type_=Moment),
    )
    .columns(*delivery.c)
    for name, query in (("sqlite", SQLITE), ("postgresql", POSTGRESQL))
}
"""``now``, ``up_to`` a rank, ``limit`` in all, ``each`` for one place, ``full`` and ``busy`` places. Built once."""
