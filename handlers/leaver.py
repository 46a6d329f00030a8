"""``leaver @person [@colleague]`` - all that somebody who leaves still has, and handing it on in one form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot import words
from bot.authority import Deed
from bot.card import Answer, Line, Strong
from bot.command import Command, Staff, Way
from bot.desk import Desk
from bot.duty.rota import Turn
from bot.errors import FormProblem, NeedsMore, NotYours, OutsideError
from bot.form import Field, Form
from bot.house import House
from bot.mention import Mention
from bot.register import Kept
from bot.store import mentions
from bot.store.duty import calendars
from bot.store.duty.leaver import HandedOn, Held, Parting, Turns, coming_turns, everybody, hand_on, held_by
from bot.words.rota import turn_line
from handlers.people import PERSON, full_member

WHO = f"Say who leaves: {words.typed('leaver', '@name')}"
MOST_COLLEAGUES = 99
SHOWN = 12
"""References and turns that are written out; the rest is counted."""
OWN_LINK = "the address of their own turns works until their account in the chat is closed."
SHARED_LINK = f"they made the address of everybody's turns. A new one closes it: {words.typed('duty', 'calendar all')}"
RELEASE, OFFER, NOTE, LEAVE = "release", "offer", "note", "leave"


@dataclass(frozen=True, slots=True)
class Belongs:
    """All that a leaver still has. ``settings`` name them: a file that only an administrator can change."""

    held: Held
    turns: tuple[Turn, ...]
    accounts: tuple[Kept, ...]
    settings: tuple[str, ...]
    links: tuple[str, ...] = ()
    """What to say of calendar addresses they know."""

    @property
    def can_be_handed_on(self) -> bool:
        """Whether the form has anything to do."""
        held = self.held
        return bool(held.claims or held.asleep or held.offers or held.drafts or held.owed or held.watched or self.turns)

    @property
    def is_something(self) -> bool:
        """Whether they are known here at all."""
        return self.can_be_handed_on or bool(self.held or self.accounts or self.settings or self.links)


def has_leads(house: House) -> bool:
    """Whether help shows this: only leads may."""
    return house.has_leads


async def leaver(command: Command, desk: Desk) -> Answer | Form:
    """For team leads. Shows first, changes nothing until the form is sent in."""
    desk.require(command.by, Deed.HAND_ON)
    if command.step:
        return await handed_on(command, desk)
    person, wanted = await named(command.text, desk)
    name = (await desk.names({person}))[person]
    belongs = await what_belongs_to(person, name, desk)
    if name == person and not belongs.is_something:
        raise NeedsMore(f"Tolbooth has met nobody called {words.excerpt(person, 40)}. {WHO}")
    body = (*listed(name, belongs, desk), *by_hand(belongs))
    if command.way is Way.SAID or not belongs.can_be_handed_on:
        return Answer(body)
    fields = fields_for(belongs, name, *await choices(command, desk, {person, wanted}, wanted))
    return Form("leaver", "hand on", "Hand it on", "Hand It On", body, fields, context={"person": person})


async def named(text: str, desk: Desk) -> tuple[str, str]:
    """Who leaves and, if anybody is named after them, who is to take over: by @name, or by a name staff have."""
    by_id = PERSON.findall(text) or [text.strip()]
    ids = [await desk.db.read(mentions.called, one) or one for one in by_id[:2] if one]
    if not ids:
        raise NeedsMore(WHO)
    return ids[0], ids[1] if ids[1:] else ""


async def what_belongs_to(person: str, name: str, desk: Desk) -> Belongs:
    """Read it all."""
    house, now = desk.house, desk.now()
    return Belongs(
        held=await desk.db.read(held_by, person),
        turns=tuple(await desk.db.read(coming_turns, person, house, now)),
        accounts=tuple(kept for kept in house.register if kept.is_held_by(person, name)),
        settings=tuple(setting for setting, people in house.named_in.items() if person in people),
        links=await known_links(person, desk),
    )


async def known_links(person: str, desk: Desk) -> tuple[str, ...]:
    """What to say of the calendar addresses a person knows that still work."""
    own = (OWN_LINK,) if await desk.db.read(calendars.has_link, person) else ()
    return (*own, SHARED_LINK) if await desk.db.read(calendars.made_for_all, person) else own


# --- what is shown -----------------------------------------------------------------------------------------------


def listed(name: str, belongs: Belongs, desk: Desk) -> list[Line]:
    """What the form can hand on."""
    held = belongs.held
    groups: list[tuple[str, Iterable[Mention]]] = [
        ("Claims", held.claims),
        ("Asleep, with them as owner", held.asleep),
        ("Offered to them", held.offers),
        ("A reply of theirs is on its way or in doubt", held.replying),
    ]
    lines: list[Line] = [(Strong(f"{title}: "), some([one.ref for one in found])) for title, found in groups if found]
    if held.owed:
        lines.append((Strong("Promised or owed otherwise: "), some(list(held.owed))))
    if held.watched:
        lines.append((Strong("Watches of theirs: "), some(list(held.watched))))
    if held.drafts:
        lines.append((Strong("Begun and not sent: "), f"{len(held.drafts)} {plural('draft', len(held.drafts))}"))
    if belongs.turns:
        turns = some([turn_line(turn, desk.house.zone) for turn in belongs.turns], "; ")
        lines.append((Strong("Turns on duty in the next 60 days: "), turns))
    nothing = f"{name} has nothing open, no turns on duty, and nothing begun."
    return [(Strong(f"What {name} has"),), *(lines or [(nothing,)])]


def by_hand(belongs: Belongs) -> list[Line]:
    """What nobody can do from here."""
    lines: list[Line] = []
    for kept in belongs.accounts:
        only = "nobody else is named" if len(kept.holders) < 2 else "somebody else is named too"
        place = f" (credential: {kept.kept_in})" if kept.kept_in else ""
        lines.append(
            (
                Strong(f"Account {kept.name}: "),
                f"{only}. Name another holder and change its password{place}.",
            )
        )
    if belongs.settings:
        lines.append((Strong("Settings: "), f"an administrator takes them out of {', '.join(belongs.settings)}."))
        lines.append(("A role may also come from a group in the chat: take them out of that too.",))
    lines += [(Strong("Calendar: "), link) for link in belongs.links]
    return [(Strong("By hand"),), *lines] if lines else []


def some(items: list[str], between: str = ", ") -> str:
    """The first of them, and how many more."""
    more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    return between.join(items[:SHOWN]) + more


def plural(word: str, count: int) -> str:
    """One or several."""
    return word if count == 1 else f"{word}s"


# --- the form ----------------------------------------------------------------------------------------------------


async def choices(command: Command, desk: Desk, besides: set[str], wanted: str) -> tuple[Mapping[str, str], str]:
    """The colleagues there are, by name, and the one to begin with: who was named, else the lead who asks."""
    known = await desk.db.read(everybody)
    others = {one: name for one, name in known.items() if one not in besides}
    first = wanted or command.by.id
    begin = {first: known.get(first, first)}
    return {**begin, **dict(list(others.items())[:MOST_COLLEAGUES])}, first


def fields_for(belongs: Belongs, name: str, colleagues: Mapping[str, str], first: str) -> tuple[Field, ...]:
    """A question for each kind of thing there is."""
    fields = [Field("to", "To which colleague?", first, choices=colleagues)]
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
    held = (await desk.db.read(held_by, person)).claims if chosen.get("claims") == OFFER else ()
    parting = Parting(
        person,
        by=command.by.id,
        why=why,
        key=command.key,
        to=to.id,
        offered=frozenset([mention.ref for mention in held if await can_answer(command, desk, to, mention)]),
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


def summary(done: HandedOn | None, parting: Parting, to: Staff) -> list[Line]:
    """What went where."""
    if done is None:
        return [("That was done already.",)]
    back = [ref for ref in done.gone.claims if ref not in done.offered]
    lines: list[Line] = []
    if done.offered:
        whose = "Yours now: " if to.id == parting.by else f"Offered to {to.name}, yours until they accept: "
        lines.append((Strong(whose), some(list(done.offered))))
    if back:
        lines.append((Strong("Back in the queue: "), some(back)))
    if done.gone.asleep:
        lines.append((Strong("Asleep, and nobody’s: "), some(list(done.gone.asleep))))
    if done.gone.offers:
        lines.append((Strong("Offers turned down for them: "), some(list(done.gone.offers))))
    if done.owed:
        whose = "Owed by you now: " if to.id == parting.by else f"Owed by {to.name} now: "
        lines.append((Strong(whose), some(list(done.owed))))
    if done.watched:
        whose = "Watches that are yours now: " if to.id == parting.by else f"Watches that are {to.name}’s now: "
        lines.append((Strong(whose), some(list(done.watched))))
    if done.noted:
        lines.append((f"{done.noted} {plural('draft', done.noted)} put as {plural('note', done.noted)} under the cards.",))
    if done.turns:
        went = f"{to.name} is on duty" if parting.turns is Turns.COLLEAGUE else "Everybody on the rota is asked to cover"
        lines.append((f"{went}: {len(done.turns)} {plural('turn', len(done.turns))}.",))
    lines += [(f"Not handed on: {reason}",) for reason in done.refused]
    return [(Strong("Handed on"),), *(lines or [("There was nothing to hand on.",)])]
