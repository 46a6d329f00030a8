"""``watch extend W-3 [days] why`` and ``watch stop W-3 why`` - a watch looks for longer, or no more, each with a reason."""

import re
from collections.abc import Mapping
from datetime import timedelta

from bot import words as core_words
from bot.authority import Deed, Subject
from bot.card import Answer, Line, Strong
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import FormProblem, NeedsMore
from bot.form import Field, Form
from bot.store.intake import watches
from bot.watching.watch import Watch
from bot.words import watching as words
from bot.words import watching_shown as shown

DAY = timedelta(days=1)
DAYS_AND_WHY = re.compile(r"([0-9]+)(?:\s+days?(?!\S))?(?:\s+(.*))?", re.DOTALL)
LONGEST_WHY = 300


async def stop(command: Command, desk: Desk, number: int) -> Answer | Form:
    """Typed with a reason it ends; without one a form asks."""
    own = await desk.db.read(watches.find, number)
    desk.require(command.by, Deed.END_WATCH, Subject(own.ref, concerned=frozenset({own.owner})))
    if command.text.strip():
        return await end(command, desk, number, not_long(command.text.strip()))
    if not own.is_running:
        raise NeedsMore(words.over(own.ref))
    if command.way is Way.SAID:
        raise NeedsMore(f"{words.WHY_ASKED} {core_words.typed('watch', f'stop {own.ref} why')}")
    what: Line = (Strong(f"{own.ref}: "), own.terms.wanted)
    return Form("watch", "stop", f"Stop {own.ref}", "Stop It", (what,), (why_field(),), context={"watch": str(number)})


async def stopped(command: Command, desk: Desk) -> Answer:
    """The form sent in."""
    number = int(command.context["watch"])
    own = await desk.db.read(watches.find, number)
    desk.require(command.by, Deed.END_WATCH, Subject(own.ref, concerned=frozenset({own.owner})))
    return await end(command, desk, number, why_given(command.values))


async def end(command: Command, desk: Desk, number: int, why: str) -> Answer:
    """It looks no more."""
    own: Watch = await desk.db.write(watches.stop, number, command.by.id, why=why, now=desk.now())
    return Answer(((f"{own.ref} is stopped. What it found stays, and nothing more comes in by it.",),))


async def extend(command: Command, desk: Desk, number: int) -> Answer | Form:
    """Typed with a reason it lasts longer; without one a form asks."""
    desk.require(command.by, Deed.WATCH)
    own = await desk.db.read(watches.find, number)
    days, why = days_and_why(command.text, desk)
    if why:
        return await lengthen(command, desk, own, days=days, why=not_long(why))
    if not own.is_running:
        raise NeedsMore(words.over(own.ref))
    if command.way is Way.SAID:
        raise NeedsMore(f"{words.WHY_ASKED} {core_words.typed('watch', f'extend {own.ref} {days} why')}")
    until = core_words.when(own.until, desk.house.zone)
    what: tuple[Line, ...] = ((Strong(f"{own.ref}: "), own.terms.wanted), ("It ends on ", until, "."))
    fields = (Field("days", "For how many days from now?", str(days), hint=longest(desk)), why_field())
    return Form("watch", "extend", f"Extend {own.ref}", "Extend It", what, fields, context={"watch": str(number)})


async def extended(command: Command, desk: Desk) -> Answer:
    """The form sent in."""
    desk.require(command.by, Deed.WATCH)
    own = await desk.db.read(watches.find, int(command.context["watch"]))
    return await lengthen(command, desk, own, days=days_given(command.values, desk), why=why_given(command.values))


async def lengthen(command: Command, desk: Desk, own: Watch, *, days: int, why: str) -> Answer:
    """It looks for so many days from now."""
    until = desk.now() + days * DAY
    after: Watch = await desk.db.write(watches.extend, own.number, until, command.by.id, why=why, now=desk.now())
    return Answer(((f"{own.ref} looks until ", core_words.when(after.until, desk.house.zone), " now."),))


# --- what a form gives -------------------------------------------------------------------------------------------


def days_and_why(text: str, desk: Desk) -> tuple[int, str]:
    """``30 the river is still rising``; without a number as long as a new one."""
    found = DAYS_AND_WHY.fullmatch(text.strip())
    if not found:
        return desk.house.watching.lasts // DAY, text.strip()
    if len(found[1]) > len("365") or not 1 <= int(found[1]) <= desk.house.watching.longest // DAY:
        raise NeedsMore(longest(desk))
    return int(found[1]), found[2] or ""


def days_given(values: Mapping[str, str], desk: Desk) -> int:
    """How many days. Raises FormProblem."""
    text = values.get("days", "").strip()
    if not text.isdecimal() or not 1 <= int(text[:6]) <= desk.house.watching.longest // DAY:
        raise FormProblem("days", longest(desk))
    return int(text)


def longest(desk: Desk) -> str:
    """As the settings have it."""
    return f"A number from 1 to {desk.house.watching.longest // DAY}: the settings allow no more."


def why_given(values: Mapping[str, str]) -> str:
    """Why. Raises FormProblem for nothing."""
    why = values.get("why", "").strip()
    if not why:
        raise FormProblem("why", words.WHY_ASKED)
    if len(why) > LONGEST_WHY:
        raise FormProblem("why", words.why_long(LONGEST_WHY))
    return why


def not_long(why: str) -> str:
    """A reason that was typed. Raises NeedsMore for one that no form would take."""
    if len(why) > LONGEST_WHY:
        raise NeedsMore(words.why_long(LONGEST_WHY))
    return why


def why_field(value: str = "") -> Field:
    """Asked for with every change."""
    return Field("why", "Why?", value, hint=shown.WHY_HINT, max_length=LONGEST_WHY)
