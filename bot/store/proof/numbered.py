"""Proves that of rows which a counter numbers none is missing and none was never counted."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from bot.store.schema import counter


def fault_in_numbers(conn: Connection, letter: str, name: str, held: Sequence[int]) -> str:
    """What is wrong with the numbers held, in order, of what the counter ``name`` counts; empty when all are there."""
    counted = conn.execute(select(counter.c.value).where(counter.c.name == name)).scalar() or 0
    if list(held) == list(range(1, counted + 1)):
        return ""
    missing = next((number for number in range(1, counted + 1) if number not in held), None)
    return f"{letter}-{missing}: is missing" if missing else f"{letter}-{held[-1]}: was never counted"
