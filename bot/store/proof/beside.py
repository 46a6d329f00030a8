"""Whose words stand beside mentions as what those answer: found and erased with what the same author said to us."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from unicodedata import normalize

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select, true, update

from bot.store.proof.personal import PLACES
from bot.store.schema import arrival, context, mention

A, C, M = arrival.c, context.c, mention.c
Names = tuple[str, str]
"""A name and the handle it goes with; either may be empty."""


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
    groups: dict[tuple[str, str], list[RowMapping]] = {}
    held = select(A.number).where(A.account == M.account, A.native_id == C.native_id).exists()
    for row in rows(conn, ~held, *([M.network == network] if network else [])):
        if plain(called) in (plain(row["author_name"]), plain(row["author_handle"])):
            groups.setdefault((row["network"], plain(row["author_handle"]) or row["author_name"]), []).append(row)
    return [beside_from(found) for found in groups.values()]


def at(conn: Connection, number: int) -> list[Beside]:
    """Whose words stand beside one mention."""
    groups: dict[Names, list[RowMapping]] = {}
    for row in rows(conn, C.number == number):
        groups.setdefault((row["author_name"], row["author_handle"]), []).append(row)
    return [beside_from(found) for found in groups.values()]


def plain(called: str) -> str:
    """A name or handle as it is compared, in all alphabets: a database knows the small letters of its own locale only."""
    return normalize("NFKC", called).casefold().strip().removeprefix("@")


def is_one_of(row: RowMapping, called: Iterable[Names]) -> bool:
    """By a handle of theirs, or by a name where they have none."""
    name, handle = row["author_name"], plain(row["author_handle"])
    if handle:
        return any(plain(theirs) == handle for _, theirs in called)
    return bool(name) and any(own == name and not plain(theirs) for own, theirs in called)


def of(conn: Connection, network: str, called: Collection[Names]) -> tuple[int, ...]:
    """The numbers of the mentions beside which an author's words stand, under any of their names."""
    return numbers_in(row for row in rows(conn, M.network == network, may_be(called)) if is_one_of(row, called))


def may_be(called: Collection[Names]) -> ColumnElement[bool]:
    """What a database can rule out by itself: it knows the small letters of the first alphabet."""
    handles = {plain(handle) for _, handle in called}
    if "" in handles or not all(handle.isascii() for _, handle in called):
        return true()
    return func.lower(C.author_handle).in_({way for handle in handles for way in (handle, f"@{handle}")})


def rows(conn: Connection, *where: ColumnElement[bool]) -> Iterator[RowMapping]:
    """What stands beside mentions and is not ours, the oldest first."""
    columns = (C.id, C.number, C.author_name, C.author_handle, M.network)
    query = select(*columns).join_from(context, mention, C.number == M.number)
    yield from conn.execute(query.where(C.text != "", ~C.ours, *where).order_by(C.id)).mappings()


def beside_from(found: list[RowMapping]) -> Beside:
    """One author's rows."""
    last = found[-1]
    return Beside(last["network"], last["author_name"], last["author_handle"], numbers_in(found))


def numbers_in(found: Iterable[RowMapping]) -> tuple[int, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(row["number"] for row in found))


def erase(conn: Connection, called: Collection[Names], numbers: Collection[int]) -> None:
    """Empty an author's words and names beside those mentions."""
    here = [row["id"] for row in rows(conn, C.number.in_(numbers)) if is_one_of(row, called)]
    conn.execute(update(context).where(C.id.in_(here)).values(PLACES[context]))
