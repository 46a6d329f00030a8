"""``trust @person [give TOPIC | take TOPIC why]`` - on which topics somebody’s replies need no approval."""

from dataclasses import dataclass

from bot import words as common_words
from bot.authority import Deed, Subject
from bot.card import Answer, Line, Strong
from bot.command import Command, Staff
from bot.desk import Desk
from bot.errors import NeedsMore, NotYours
from bot.replying.approval import WHO_APPROVE, area
from bot.store import mentions
from bot.store.replying import trust
from bot.words import approvals as words
from handlers.people import first_named, full_member

WAYS = (
    ("[@person]", "on which topics their replies, or your own, need no approval"),
    ("@person give TOPIC", "for team leads: they need none there from now on"),
    ("@person take TOPIC why", "for team leads: a colleague looks at them again"),
)
BOTH = ("give", "take")
WHO = (
    f"Say whose: {common_words.typed('trust', '@name')}. A team lead says that they need no approval on a topic: "
    f"{common_words.typed('trust', '@name give bins')}, or need it again: "
    f"{common_words.typed('trust', '@name take bins why')}"
)
FOR_WHOM = "How somebody’s replies stand is shown to them, to team leads and to those who approve. For your own: " + (
    common_words.typed("trust")
)
TOPIC = f"Say on which topic, such as bins, or {words.NO_TOPIC} for mentions without one."


async def trust_(command: Command, desk: Desk) -> Answer:
    """Shows; a lead changes it, on the record."""
    what, person, about = await asked_for(command.text, desk) if command.text.strip() else ("", command.by.id, "")
    if not person:
        raise NeedsMore(WHO)
    if not what:
        require_shown(command.by, person)
        if person != command.by.id:
            await full_member(command, desk, person)
        return Answer(await standing(desk, person))
    desk.require(command.by, Deed.TRUST, Subject(writer=person))
    await full_member(command, desk, person)
    if not about:
        raise NeedsMore(TOPIC)
    done = await (give if what == "give" else take)(command, desk, said_of(person, what, about))
    await desk.peers.wake("deliver")
    return Answer((done, *(await standing(desk, person))))


async def asked_for(text: str, desk: Desk) -> tuple[str, str, str]:
    """What is to be done, of whom, and the words about it; the verb may stand before the name. Empty where not said."""
    first, _, after = text.strip().partition(" ")
    before = first.lower() if first.lower() in BOTH else ""
    behind = after.strip() if before else text.strip()
    named, rest = first_named(behind)
    if before or not named:
        return before, named or await desk.db.read(mentions.called, behind), rest if named else ""
    what, _, about = rest.partition(" ")
    return (what.lower(), named, about.strip()) if what.lower() in BOTH else ("", named, "")


def require_shown(by: Staff, person: str) -> None:
    """Raise NotYours: how often somebody’s replies were changed is for them, and for those who look at them."""
    if by.id != person and not by.has(*WHO_APPROVE):
        raise NotYours(FOR_WHOM)


@dataclass(frozen=True, slots=True)
class Said:
    """What a lead says of whom."""

    person: str
    topic: str
    why: str = ""


def said_of(person: str, what: str, about: str) -> Said:
    """The topic, and why. A topic is one word: of more, with nothing to say that they are a reason, none is cut off."""
    topic, _, why = about.partition(" ")
    if what == "give" and why:
        raise NeedsMore(f"A topic is one word, such as bins or bins.missed, and “{about}” is none. {TOPIC}")
    return Said(person, "" if topic.lower() == words.NO_TOPIC else area(topic.lower()), why.strip())


async def give(command: Command, desk: Desk, said: Said) -> Line:
    """From now on they need none there."""
    house, now, by = desk.house, desk.now(), command.by.id
    given = await desk.db.write(trust.give, said.person, said.topic, by, house=house, now=now, key=command.key)
    return ("Given; they are told.",) if given else ("That is so already.",)


async def take(command: Command, desk: Desk, said: Said) -> Line:
    """They need it again, and are told why."""
    if not said.why:
        example = common_words.typed("trust", f"@name take {said.topic or words.NO_TOPIC} the rules changed in May")
        raise NeedsMore(f"Say why, kindly: they are told, and it stays on the record. For example: {example}")
    house, now, by = desk.house, desk.now(), command.by.id
    write = desk.db.write(trust.take, said.person, said.topic, by, why=said.why, house=house, now=now, key=command.key)
    return ("Taken back; they are told, with your reason.",) if await write else ("They need approval there already.",)


async def standing(desk: Desk, person: str) -> list[Line]:
    """What there is to say of a person, a line each topic."""
    name = (await desk.names({person}))[person]
    after = desk.house.approval.graduate_after
    lines: list[Line] = []
    for one in await desk.db.read(trust.standings, person):
        if one.trusted:
            lines.append((f"{words.has_trust(one.topic)}",))
        elif one.count and after:
            lines.append((words.on_the_way(one.topic, one.count, after),))
    if not lines:
        lines.append(("Nothing yet: approval is asked for as the settings have it.",))
    return [(Strong(f"{name}’s replies"),), *lines]
