"""``why S-4``, ``why W-3``, ``why ACCOUNT`` - what is no mention explains itself: whose it is, who decided what."""

from collections.abc import Mapping
from datetime import datetime

from bot import words
from bot.card import Answer, Line, Strong
from bot.command import Command, reference
from bot.desk import Desk
from bot.errors import NeedsMore
from bot.register import Kept, verified_on
from bot.saving.saved import reference as saved_reference
from bot.store.duty import gone
from bot.store.intake import accounts as kept_accounts
from bot.store.reading import listening
from bot.store.replying import saved
from bot.watching.watch import reference as watch_reference
from bot.words import saving_shown
from bot.words.hiding import day
from handlers.accounts import heard_as
from handlers.accounts import line as account_line
from handlers.watch import one_watch


async def about_other(command: Command, desk: Desk) -> Answer | None:
    """The answer about something else than a mention; None where one is meant. Raises NeedsMore for what is neither."""
    text = command.text.strip()
    if (number := saved_reference(text)) is not None:
        return await about_saved(desk, number)
    if (number := watch_reference(text)) is not None:
        return await one_watch(command, desk, number)
    if kept := called(text, desk):
        return await about_account(kept, desk)
    if text and not command.at.ref and not reference(text.partition(" ")[0]):
        raise NeedsMore(unknown(text))
    return None


def unknown(text: str) -> str:
    """Nothing is called so: what can be asked."""
    mention, reply = words.typed("why", 142), words.typed("why", "S-4")
    watch, account = words.typed("why", "W-3"), words.typed("why", "NAME")
    known = f"a mention: {mention}, a saved reply: {reply}, a watch: {watch}, or an account: {account}"
    return f"Nothing here is called “{words.excerpt(text, 40)}”. You can ask about {known}"


def called(text: str, desk: Desk) -> Kept | None:
    """The account of that name or label, if there is one."""
    wanted = text.removeprefix("@").casefold()
    names = ((kept, {kept.name.casefold(), kept.label.casefold().removeprefix("@")}) for kept in desk.house.register)
    return next((kept for kept, known in names if wanted and wanted in known), None)


async def about_saved(desk: Desk, number: int) -> Answer:
    """How it stands, and who approved which of its words, when."""
    own = await desk.db.read(saved.find, number)
    events = await desk.events(own.subject)
    people = {str(event["actor"]) for event in events} | {
        own.made_by,
        own.written_by,
        own.owner or "",
        own.approved_by or "",
    }
    names = await desk.names(people - {""})
    left = await desk.db.read(gone.everybody)
    zone = desk.house.zone
    approved: Line = ("Nobody has approved its words as they are now.",)
    if own.approved_by and own.approved_at:
        approved = (f"{names[own.approved_by]} approved its words as they are now on ", day(own.approved_at, zone), ".")
    head: Line = (Strong(own.ref), f" “{words.excerpt(own.title, 60)}” is {own.standing(desk.now(), left)}.")
    made: Line = (f"{names[own.made_by]} made it on ", day(own.made_at, zone), ".")
    review: Line = ("Its owner looks at it again by ", day(own.review_at, zone), ".")
    return Answer((head, made, approved, *(() if own.ended_at else (review,)), *saving_shown.history(events, names, zone)))


async def about_account(kept: Kept, desk: Desk) -> Answer:
    """Who holds it, how it is heard, and why nothing may be read or sent there."""
    said = await desk.db.read(kept_accounts.verified, desk.house)
    heard = await desk.db.read(listening.hearing)
    names = await desk.names(set(kept.holders))
    own = account_line(kept, names, verified_on(kept, said), heard_as(kept, heard, desk))
    holders = held(kept, names, await left_at(kept, desk), desk)
    return Answer((own, *holders, *nothing_there(kept, desk), *await stopped(desk)))


async def left_at(kept: Kept, desk: Desk) -> Mapping[str, datetime]:
    """When each of its holders left who did, by what the register calls them."""
    return await desk.db.read(gone.left_at, kept.holders)


def held(kept: Kept, names: Mapping[str, str], left: Mapping[str, datetime], desk: Desk) -> list[Line]:
    """That nobody holds it who is still here; or that one person does."""
    settings = "An administrator names somebody in the settings."
    if not kept.holders:
        return [(f"Nobody is named for it, so nobody has to look after it. {settings}",)]
    if set(left) == set(kept.holders):
        last = max(left.values())
        who = " and ".join(names.get(one, one) for one in kept.holders)
        return [("It has had no active owner since ", day(last, desk.house.zone), f", when {who} left. {settings}")]
    return [("One person holds it: if they leave, nobody can sign in.",)] if len(kept.holders) == 1 else []


def nothing_there(kept: Kept, desk: Desk) -> list[Line]:
    """Why nothing is read, or nothing sent, from there."""
    if kept.is_listed:
        return [("It is on the register only: Tolbooth reads nothing there and sends nothing from it.",)]
    account = desk.house.accounts.get(kept.name)
    if account and account.by_hand:
        return [("Replies from it are given by hand: Tolbooth cannot send there.",)]
    return []


async def stopped(desk: Desk) -> list[Line]:
    """That nothing leaves from any account, and who said so."""
    stop = await desk.stopped()
    if stop is None:
        return []
    name = (await desk.names({stop.by}))[stop.by]
    return [(f"{name} stopped publishing everywhere on ", words.when(stop.at, desk.house.zone), ".")]
