"""Whose words stand beside mentions as what those answer: found and erased with what the same author said to us."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, RowMapping, func, or_, select, update

from bot.store.proof.personal import PLACES
from bot.store.schema import arrival, context, mention

A, C, M = arrival.c, context.c, mention.c


@dataclass(frozen=True, slots=True)
class Beside:
    """An author as last named there, and the numbers of the mentions beside which their words stand."""

    network: str
    name: str
    handle: str
    numbers: tuple[int, ...]


def authors(conn: Connection, called: str, network: str = "") -> list[Beside]:
    """Who goes by that name or handle beside a mention: one for each handle, or each name where there is none. Not of posts
    that we hold: those go with the mention they are.
    """
    plain = called.strip().casefold()
    handles = func.lower(C.author_handle).in_((plain, f"@{plain}", plain.removeprefix("@")))
    named = or_(C.author_name == called.strip(), func.lower(C.author_name) == plain, handles)
    groups: dict[tuple[str, str], list[RowMapping]] = {}
    held = select(A.number).where(A.account == M.account, A.native_id == C.native_id).exists()
    for row in rows(conn, named, ~held, *([M.network == network] if network else [])):
        handle = row["author_handle"].casefold().removeprefix("@")
        groups.setdefault((row["network"], handle or row["author_name"]), []).append(row)
    return [beside_from(found) for found in groups.values()]


def theirs(name: str, handle: str) -> ColumnElement[bool]:
    """By handle, or by name where they have none."""
    plain = handle.casefold().removeprefix("@")
    if plain:
        return func.lower(C.author_handle).in_((plain, f"@{plain}"))
    return (C.author_name == name) & (C.author_name != "") & (C.author_handle == "")


def of(conn: Connection, network: str, name: str, handle: str) -> tuple[int, ...]:
    """The numbers of the mentions beside which an author's words stand."""
    return numbers_in(rows(conn, theirs(name, handle), M.network == network))


def rows(conn: Connection, *where: ColumnElement[bool]) -> list[RowMapping]:
    """What stands beside mentions and is not ours, the oldest first."""
    query = select(C.number, C.author_name, C.author_handle, M.network).join_from(context, mention, C.number == M.number)
    return list(conn.execute(query.where(C.text != "", ~C.ours, *where).order_by(C.id)).mappings())


def beside_from(found: list[RowMapping]) -> Beside:
    """One author's rows."""
    last = found[-1]
    return Beside(last["network"], last["author_name"], last["author_handle"], numbers_in(found))


def numbers_in(found: Iterable[RowMapping]) -> tuple[int, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(row["number"] for row in found))


def erase(conn: Connection, name: str, handle: str, numbers: Collection[int]) -> None:
    """Empty an author's words and names beside those mentions."""
    here = C.number.in_(numbers) & theirs(name, handle) & ~C.ours
    conn.execute(update(context).where(here).values(PLACES[context]))
