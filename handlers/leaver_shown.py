"""What a lead reads of somebody who leaves: what they have, what only they know, what is left to do by hand."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot import words
from bot.card import Line, Strong
from bot.command import Command, Staff
from bot.desk import Desk
from bot.duty.rota import Turn
from bot.mention import Mention
from bot.register import Kept
from bot.store.duty import calendars
from bot.store.duty.held import Held, held_by
from bot.store.duty.leaver import HandedOn, Parting, Turns, coming_turns
from bot.store.reading.known_by_one import NOTHING_ALONE, KnownBy, known_by
from bot.words import tasks as words_tasks
from bot.words.rota import turn_line

SHOWN = 12
"""References and turns that are written out; the rest is counted."""
OWN_LINK = "the address of their own turns works until their account in the chat is closed."
SHARED_LINK = f"they made the address of everybody's turns. A new one closes it: {words.typed('duty', 'calendar all')}"
ONLY_THEY = "Ask them to write down what they know of these before they go, as a note or a saved reply."


@dataclass(frozen=True, slots=True)
class Belongs:
    """All that a leaver still has. ``settings`` name them: a file that only an administrator can change."""

    held: Held
    turns: tuple[Turn, ...]
    accounts: tuple[Kept, ...]
    settings: tuple[str, ...]
    links: tuple[str, ...] = ()
    """What to say of calendar addresses they know."""
    known: KnownBy = NOTHING_ALONE
    readable: frozenset[str] = frozenset()
    """The mentions that ask for them of which whoever asks may read the author."""

    @property
    def can_be_handed_on(self) -> bool:
        """Whether the form has anything to do."""
        return bool(self.held.can_be_handed_on or self.turns)

    @property
    def is_something(self) -> bool:
        """Whether they are known here at all."""
        return bool(self.can_be_handed_on or self.held or self.accounts or self.settings or self.links or self.known)


async def what_belongs_to(person: str, name: str, desk: Desk, command: Command | None = None) -> Belongs:
    """Read it all. What only they know is looked for where it is asked, for ``command``."""
    house, now = desk.house, desk.now()
    known = await desk.db.read(known_by, person, name, now) if command else NOTHING_ALONE
    return Belongs(
        held=await desk.db.read(held_by, person),
        turns=tuple(await desk.db.read(coming_turns, person, house, now)),
        accounts=tuple(kept for kept in house.register if kept.is_held_by(person, name)),
        settings=tuple(setting for setting, people in house.named_in.items() if person in people),
        links=await known_links(person, desk),
        known=known,
        readable=await desk.readable(command, known.asked_for) if command else frozenset(),
    )


async def known_links(person: str, desk: Desk) -> tuple[str, ...]:
    """What to say of the calendar addresses a person knows that still work."""
    own = (OWN_LINK,) if await desk.db.read(calendars.has_link, person) else ()
    return (*own, SHARED_LINK) if await desk.db.read(calendars.made_for_all, person) else own


# --- what they have ----------------------------------------------------------------------------------------------


def listed(name: str, belongs: Belongs, desk: Desk) -> list[Line]:
    """What the form can hand on, and replies of others that wait for them."""
    held = belongs.held
    groups: list[tuple[str, Iterable[Mention]]] = [
        ("Claims", held.claims),
        ("Asleep, with them as owner", held.asleep),
        ("Offered to them", held.offers),
        ("A reply of theirs is on its way or in doubt", held.replying),
    ]
    lines: list[Line] = [(Strong(f"{title}: "), some([one.ref for one in found])) for title, found in groups if found]
    lines += owned(held, desk)
    if held.watched:
        lines.append((Strong("Watches of theirs: "), some(list(held.watched))))
    if held.approvals:
        lines.append((Strong("Replies that wait for their approval: "), some(list(held.approvals))))
    if held.drafts:
        lines.append((Strong("Begun and not sent: "), f"{len(held.drafts)} {plural('draft', len(held.drafts))}"))
    if belongs.turns:
        turns = some([turn_line(turn, desk.house.zone) for turn in belongs.turns], "; ")
        lines.append((Strong("Turns on duty in the next 60 days: "), turns))
    nothing = f"{name} has nothing open, no turns on duty, and nothing begun."
    return [(Strong(f"What {name} has"),), *(lines or [(nothing,)])]


def owned(held: Held, desk: Desk) -> list[Line]:
    """Promises and what else is owed, saved replies and rights: each with what it is about and by when."""
    now, zone = desk.now(), desk.house.zone
    lines: list[Line] = [(Strong("Owes: "), *words_tasks.line(task, now, zone)) for task in held.tasks[:SHOWN]]
    if len(held.tasks) > SHOWN:
        lines.append((f"and {len(held.tasks) - SHOWN} more that they owe",))
    if held.saved:
        titles = [f"{one.ref} “{words.excerpt(one.title, 40)}”" for one in held.saved]
        lines.append((Strong("Saved replies of theirs: "), some(titles)))
    if held.rights:
        rights = [f"M-{one.number} (due {one.due_on})" for one in held.rights]
        lines.append((Strong("Rights they answer for: "), some(rights)))
    return lines


def only_they(belongs: Belongs, desk: Desk) -> list[Line]:
    """What would leave with them: it is in nobody else's answers."""
    known = belongs.known
    topics = [f"{one.what} ({one.answers} {plural('answer', one.answers)})" for one in known.topics]
    talks = [f"{one.what} ({one.answers} answers)" for one in known.conversations]
    asked = [asks(mention, belongs, desk) for mention in known.asked_for]
    groups = (
        ("Topics that nobody else answered in the last year: ", topics, ", "),
        ("Conversations that nobody else answered in: ", talks, ", "),
        ("Residents who asked for them by name: ", asked, "; "),
    )
    lines: list[Line] = [(Strong(title), some(found, between)) for title, found, between in groups if found]
    advice: list[Line] = [(ONLY_THEY,)] if topics or talks else []
    return [(Strong("What only they know"),), *lines, *advice] if lines else []


def asks(mention: Mention, belongs: Belongs, desk: Desk) -> str:
    """One who asked for them: by name only to whoever may read that mention."""
    author = mention.author.name if mention.ref in belongs.readable else ""
    local = mention.posted_at.astimezone(desk.house.zone)
    return ", ".join(part for part in (mention.ref, f"{local.day} {local:%b %Y}", author) if part)


# --- what is left to do ------------------------------------------------------------------------------------------


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


# --- what was done -----------------------------------------------------------------------------------------------


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
    lines += given(done, parting, to)
    if done.noted:
        lines.append((f"{done.noted} {plural('draft', done.noted)} put as {plural('note', done.noted)} under the cards.",))
    if done.turns:
        went = f"{to.name} is on duty" if parting.turns is Turns.COLLEAGUE else "Everybody on the rota is asked to cover"
        lines.append((f"{went}: {len(done.turns)} {plural('turn', len(done.turns))}.",))
    lines += [(f"Not handed on: {reason}",) for reason in done.refused]
    return [(Strong("Handed on"),), *(lines or [("There was nothing to hand on.",)])]


def given(done: HandedOn, parting: Parting, to: Staff) -> list[Line]:
    """What is the colleague's now, or the lead's."""
    mine = to.id == parting.by
    owed = "Owed by you now: " if mine else f"Owed by {to.name} now: "
    whose = "that are yours now: " if mine else f"that are {to.name}’s now: "
    unread = dict.fromkeys(ref for ref in (*done.owed, *done.rights) if parting.heir(ref) != to.id)
    groups = (
        (owed, [ref for ref in done.owed if ref not in unread]),
        (f"Watches {whose}", done.watched),
        (f"Saved replies {whose}", done.saved),
        (f"Rights {whose}", [ref for ref in done.rights if ref not in unread]),
        (f"Owed by you now, as {to.name} cannot read them: ", unread),
    )
    return [(Strong(title), some(list(refs))) for title, refs in groups if refs]
