"""``give 142 @person [note]`` - offer a mention to a colleague, who accepts or does not; until then it stays yours."""

import re

from bot import words
from bot.card import Answer
from bot.command import Command, Place, Staff
from bot.desk import Desk
from bot.errors import NeedsMore, NotYours
from bot.mention import Action, Mention, Move
from bot.store import mentions
from bot.words.approvals import goes_on_waiting
from handlers.approve_look import ended

PERSON = re.compile(r"<?@([A-Za-z0-9._-]+)(?:\|[^>]*)?>?")


async def give(command: Command, desk: Desk) -> Answer:
    """The colleague must be able to answer it: a full member of its channel."""
    ref, rest = command.ref_and_rest()
    story = await desk.admitted(command, ref)
    named = PERSON.search(rest)
    if not named:
        raise NeedsMore(f"Say to whom: {words.typed('give', f'{ref[2:]} @name')}")
    colleague = await colleague_for(command, desk, story.mention, named.group(1))
    until = desk.now() + desk.house.acknowledge_within
    note = PERSON.sub("", rest, count=1).strip()
    by, overrides = command.by.id, desk.overrides(command.by)
    made = await desk.make(
        Move(ref, Action.GIVE, by=by, note=note, to=colleague.id, until=until, key=command.key, overrides=overrides)
    )
    owner = made.mention.owner
    holder = "you" if owner == by else await name_of(owner, desk)
    offered = words.offered(ref, colleague.name, stays_with=holder, until=words.when(until, desk.house.zone))
    waits = story.waiting_reply
    goes_on = (goes_on_waiting(story.name(waits.by), colleague.name, own=waits.by == by),) if waits else ()
    return Answer((offered, goes_on) if goes_on else (offered,))


async def colleague_for(command: Command, desk: Desk, mention: Mention, person: str) -> Staff:
    """Somebody who can read and answer a mention. Raises NotYours, for whoever asked."""
    colleague = await desk.colleague(command, person, await channel_of(mention, desk, command.at))
    held = desk.house.is_held(mention)
    if held and not (desk.overrides(colleague) or await desk.concerns(mention, colleague.id)):
        raise NotYours(words.held_is_for_leads(mention.ref))
    return colleague


async def channel_of(mention: Mention, desk: Desk, at: Place) -> str:
    """Where its card is, also once its account has left the settings; empty for a private one that is held."""
    return await desk.db.read(mentions.channel_of, mention, desk.house, at.chat)


async def accept(command: Command, desk: Desk) -> Answer:
    """``accept 142``: it is yours now."""
    ref, _ = command.ref_and_rest()
    story = await desk.admitted(command, ref)
    await desk.make(Move(ref, Action.ACCEPT, by=command.by.id, key=command.key))
    return Answer(((words.claimed(ref),), *ended(story, command.by.id)), replaces=True)


async def decline(command: Command, desk: Desk) -> Answer:
    """``decline 142 [why]``: it stays with whoever offered it."""
    ref, why = command.ref_and_rest()
    await desk.admitted(command, ref)
    overrides = desk.overrides(command.by)
    made = await desk.make(Move(ref, Action.DECLINE, by=command.by.id, note=why, key=command.key, overrides=overrides))
    owner = made.mention.owner
    if owner == command.by.id:
        return Answer(((f"Taken back: {ref} stays with you.",),), replaces=True)
    return Answer(((f"Thank you for saying. {ref} stays with {await name_of(owner, desk)}.",),), replaces=True)


async def name_of(owner: str | None, desk: Desk) -> str:
    """Who made the offer."""
    return (await desk.names({owner}))[owner] if owner else "whoever offered it"
