"""Rights that are claimed, as rows: those of a mention, a person or everybody."""

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select, update

from bot.rights.right import Right
from bot.store.schema import claim_of_right as table

R = table.c
OPEN: ColumnElement[bool] = R.ended_at.is_(None)
"""As in its index, so that this serves."""


def right_from(row: RowMapping) -> Right:
    """A row as the core knows it."""
    return Right(**{name: row[name] for name in Right.__dataclass_fields__})


def get(conn: Connection, right_id: str) -> Right | None:
    """One by its id."""
    row = conn.execute(select(table).where(R.id == right_id)).mappings().one_or_none()
    return right_from(row) if row else None


def find_open(conn: Connection, *where: ColumnElement[bool], most: int = 0) -> list[Right]:
    """Those that run, what is due first at the front; at most so many, 0: all."""
    query = select(table).where(OPEN, *where).order_by(R.due_on, R.number, R.id)
    return [right_from(row) for row in conn.execute(query.limit(most) if most else query).mappings()]


def count_open(conn: Connection, *where: ColumnElement[bool]) -> int:
    """How many run."""
    return conn.execute(select(func.count()).select_from(table).where(OPEN, *where)).scalar_one()


def of_mention(conn: Connection, number: int) -> list[Right]:
    """All of a mention, also those that are over, the oldest first."""
    rows = conn.execute(select(table).where(R.number == number).order_by(R.made_at, R.id)).mappings()
    return [right_from(row) for row in rows]


def owned_by(conn: Connection, person: str) -> list[Right]:
    """Those a person has that still run."""
    return find_open(conn, R.owner == person)


def is_theirs(conn: Connection, number: int, person: str) -> bool:
    """Whether a person has a right that runs on a mention."""
    mine = select(R.id).where(OPEN, R.number == number, R.owner == person)
    return conn.execute(mine.limit(1)).first() is not None


def note_told(conn: Connection, right: Right, stage: str) -> None:
    """Its owner has heard of this stage."""
    conn.execute(update(table).where(R.id == right.id).values(told=stage))
