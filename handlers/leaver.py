"""``leaver @person [@colleague]`` - all that somebody who leaves still has, and handing it on in one form."""

from collections.abc import Mapping, Sequence

from bot.authority import Deed
from bot.card import Answer
from bot.command import Command, Staff, Way
from bot.desk import Desk
from bot.errors import FormProblem, NeedsMore, NotYours, OutsideError
from bot.form import Field, Form
from bot.house import House
from bot.mention import Mention
from bot.store import mentions
from bot.store.duty.held import held_by
from bot.store.duty.leaver import Parting, Turns, everybody, hand_on
from bot.words import leaving
from handlers.leaver_all import bus_factor
from handlers.leaver_check import check
from handlers.leaver_shown import Belongs, by_hand, listed, only_they, summary, what_belongs_to
from handlers.people import PERSON, full_member

MOST_COLLEAGUES = 99
THEIRS_THEN = "What is owed, watches, saved replies and rights are theirs then; what they may not read is yours."
RELEASE, OFFER, NOTE, LEAVE = "release", "offer", "note", "leave"
WAYS: Sequence[tuple[str, str]] = (
    ("@name [@colleague]", "what they have, what only they know, and a form to hand it on"),
    ("@name check", "what of it has been done since, as far as can be seen from here"),
    ("all", "what hangs on one person, whoever that is"),
)


def has_leads(house: House) -> bool:
    """Whether help shows this: only leads may."""
    return house.has_leads


async def leaver(command: Command, desk: Desk) -> Answer | Form:
    """For team leads. Shows first, changes nothing until the form is sent in."""
    desk.require(command.by, Deed.HAND_ON)
    if command.step:
        return await handed_on(command, desk)
    if command.text.strip().casefold() == "all":
        return await bus_factor(desk)
    text, is_check = said_check(command.text)
    person, wanted = await named(text, desk)
    name = (await desk.names({person}))[person]
    if is_check:
        return await check(person, name, desk)
    belongs = await what_belongs_to(person, name, desk, command)
    if name == person and not belongs.is_something:
        raise NeedsMore(leaving.nobody_called(person))
    body = (*listed(name, belongs, desk), *only_they(belongs, desk), *by_hand(belongs))
    if command.way is Way.SAID or not belongs.can_be_handed_on:
        return Answer(body)
    fields = fields_for(belongs, name, *await choices(command, desk, {person, wanted}, wanted))
    return Form("leaver", "hand on", "Hand it on", "Hand It On", body, fields, context={"person": person})


def said_check(text: str) -> tuple[str, bool]:
    """Whom it is about, and whether it is asked what has been done since."""
    first, _, last = text.strip().rpartition(" ")
    return (first, True) if first and last.casefold() == "check" else (text, False)


async def named(text: str, desk: Desk) -> tuple[str, str]:
    """Who leaves and, if anybody is named after them, who is to take over: by @name, or by a name staff have."""
    by_id = PERSON.findall(text) or [text.strip()]
    ids = [await desk.db.read(mentions.called, one) or one for one in by_id[:2] if one]
    if not ids:
        raise NeedsMore(leaving.WHO)
    return ids[0], ids[1] if ids[1:] else ""


# --- the form ----------------------------------------------------------------------------------------------------


async def choices(command: Command, desk: Desk, besides: set[str], wanted: str) -> tuple[Mapping[str, str], str]:
    """The colleagues there are, by name, and the one to begin with: who was named, else the lead who asks."""
    known = await desk.db.read(everybody)
    others = {one: name for one, name in known.items() if one not in besides}
    first = wanted or (command.by.id if command.by.id not in besides else next(iter(others), command.by.id))
    begin = {first: known.get(first, first)}
    return {**begin, **dict(list(others.items())[:MOST_COLLEAGUES])}, first


def fields_for(belongs: Belongs, name: str, colleagues: Mapping[str, str], first: str) -> tuple[Field, ...]:
    """A question for each kind of thing there is."""
    held = belongs.held
    theirs = THEIRS_THEN if held.tasks or held.watched or held.saved or held.rights else ""
    fields = [Field("to", "To which colleague?", first, choices=colleagues, hint=theirs)]
    if belongs.held.claims:
        claims = {RELEASE: "Back in the queue, for anyone", OFFER: "Offered to the colleague; yours until they accept"}
        fields.append(Field("claims", "What is claimed", RELEASE, choices=claims))
    if belongs.turns:
        passed = {Turns.COVER: "Ask everybody on the rota to cover", Turns.COLLEAGUE: "The colleague takes them"}
        turns = {**passed, Turns.LEFT: "Leave them for now"}
        fields.append(
            Field("turns", "Turns on duty", Turns.COVER, choices={str(turn): said for turn, said in turns.items()})
        )
    if belongs.held.drafts:
        drafts = {NOTE: "As a note under each card", LEAVE: "Leave them"}
        fields.append(Field("drafts", "What was begun and not sent", NOTE, choices=drafts))
    why = Field("why", "Why?", f"{name} is leaving", hint="On the record of each, and in what the others are told.")
    return (*fields, why)


async def handed_on(command: Command, desk: Desk) -> Answer:
    """What was chosen, done in one transaction; then what is left to do."""
    person, chosen = command.context["person"], command.values
    why = chosen.get("why", "").strip()
    if not why:
        raise FormProblem("why", "Say why, so that the record of each says it.")
    to = await colleague(command, desk)
    if to.id == person:
        raise FormProblem("to", "That is the one who leaves. Choose somebody else.")
    held = await desk.db.read(held_by, person)
    claims = held.claims if chosen.get("claims") == OFFER else ()
    owed = {*held.owed, *(right.ref for right in held.rights)}
    found = [await desk.find(ref) for ref in sorted(owed)]
    parting = Parting(
        person,
        by=command.by.id,
        why=why,
        key=command.key,
        to=to.id,
        offered=frozenset([mention.ref for mention in claims if await can_answer(command, desk, to, mention)]),
        readable=frozenset([mention.ref for mention in found if await can_answer(command, desk, to, mention)]),
        notes=chosen.get("drafts") == NOTE,
        turns=Turns(chosen.get("turns", Turns.LEFT)),
    )
    done = await desk.db.write(hand_on, parting, house=desk.house, now=desk.now())
    await desk.peers.wake("deliver")
    name = (await desk.names({person}))[person]
    belongs = await what_belongs_to(person, name, desk)
    return Answer((*summary(done, parting, to), *listed(f"{name} still", belongs, desk), *by_hand(belongs)))


async def colleague(command: Command, desk: Desk) -> Staff:
    """The one chosen, as the chat knows them. Raises FormProblem for one who is no full member of staff."""
    wanted = command.values.get("to", "")
    try:
        return command.by if wanted == command.by.id else await full_member(command, desk, wanted)
    except NotYours as refusal:
        raise FormProblem("to", str(refusal)) from refusal


async def can_answer(command: Command, desk: Desk, to: Staff, mention: Mention) -> bool:
    """Whether the colleague can see a mention's channel; what they cannot goes back in the queue."""
    channel = await desk.db.read(mentions.channel_of, mention, desk.house, command.at.chat)
    if to.id == command.by.id or desk.overrides(to):
        return True
    try:
        return bool(channel) and await desk.is_member(channel, to.id, command.at)
    except OutsideError:
        return False
