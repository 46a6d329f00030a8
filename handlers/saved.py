"""``saved [words | S-4 | new]`` - approved words to begin a reply with: found, shown, proposed, approved, renewed, ended."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.authority import Deed, permits
from bot.card import Answer, Body, Button, Line, Weight
from bot.command import Command, Role
from bot.desk import Desk
from bot.errors import NeedsMore
from bot.form import Form
from bot.house import House
from bot.saving.saved import Saved, Standing, reference
from bot.store.duty import gone
from bot.store.reading import saved as reading
from bot.store.replying import saved as store
from bot.words import saving as words
from bot.words import saving_shown as shown
from handlers import saved_deeds, saved_form
from handlers.saved_whose import about, is_kept_by, may_take_back, staffed

LISTED, WITH_BUTTONS = 12, 3
WAYS: Sequence[tuple[str, str]] = (
    ("", "what is saved; what needs somebody comes first"),
    ("school closures", "those that hold these words"),
    ("S-4", "one in full, with its record"),
    ("new", "propose one, in a form"),
    ("from 142", "save the answer that was sent to a mention"),
    ("edit S-4", "change it; new words are approved first"),
    ("renew S-4 [30d | 4h]", "it still holds, for as long again or for so long"),
    ("give S-4 @name", "a colleague owns it from now on"),
    ("end S-4 why", "it is not used any more"),
    ("withdraw S-4 why", "it waits for approval again, and nothing that begins with it is sent"),
)
ORDER = tuple(Standing)


async def saved(command: Command, desk: Desk) -> Answer | Form:
    """Everybody may look, propose, and begin a reply with what is approved."""
    if command.step:
        return await STEPS[command.step](command, desk)
    word, rest = command.word()
    if not word:
        return await overview(command, desk)
    if word == "new" and not rest.text:
        return await saved_form.blank(command, desk)
    if word == "from":
        return await saved_form.from_answer(rest, desk)
    if word in WORDS and (not rest.text or named(rest.word()[0]) is not None):
        number = named(rest.word()[0])
        found = await desk.db.read(store.find, number)
        return await WORDS[word](rest.word()[1], desk, found)
    if (number := named(word)) is not None and not rest.text:
        return await one(command, desk, await desk.db.read(store.find, number))
    return await holding(command, desk)


def named(word: str) -> int | None:
    """``S-4``, and here ``4`` too."""
    return reference(f"S-{word}") if word.rstrip(".").isdecimal() else reference(word)


async def overview(command: Command, desk: Desk) -> Answer:
    """What needs somebody first, then the newest; and answers that proved themselves, for those who approve."""
    found: list[Saved] = await desk.db.read(store.in_use)
    again = await used_again(command, desk)
    make = Button("Propose One", "saved", argument="new", weight=Weight.PRIMARY)
    if not found:
        return Answer((*again, (words.NONE_YET,), (words.HOW,)), (*save_it(again), make))
    left, now = await desk.db.read(gone.everybody), desk.now()
    ordered = sorted(found, key=lambda one: (ORDER.index(one.standing(now, left)), -one.number))
    needing = sum(1 for one in found if one.standing(now, left) is not Standing.APPROVED)
    body = (shown.heading(len(found), needing), *await lines(ordered[:LISTED], desk, left), *again)
    more: Body = ((f"and {len(found) - LISTED} more: write {words.FIND} to find one",),) if len(found) > LISTED else ()
    buttons = tuple(Button(f"Show {one.ref}", "saved", argument=one.ref) for one in ordered[:WITH_BUTTONS])
    return Answer((*body, *more), (*buttons, *save_it(again), make))


async def used_again(command: Command, desk: Desk) -> tuple[Line, ...]:
    """The earlier answer most used again that is not saved yet; for those who approve."""
    if not command.by.has(Role.LEAD, Role.ADMIN, Role.APPROVER):
        return ()
    found = await desk.db.read(reading.proved, 1)
    return tuple(shown.used_again(each.times, each.text, each.ref) for each in found)


def save_it(again: tuple[Line, ...]) -> tuple[Button, ...]:
    """To save what was used again."""
    refs = [str(line[-1]).rpartition("(")[2].partition(")")[0] for line in again]
    return tuple(Button(f"Save the Answer to {ref}", "saved", argument=f"from {ref} again") for ref in refs)


async def lines(found: Sequence[Saved], desk: Desk, left: frozenset[str]) -> list[Line]:
    """A line each."""
    names = await desk.names({one.owner for one in found if one.owner})
    now = desk.now()
    return [shown.line(one, names.get(one.owner or "", words.NO_OWNER), now, left) for one in found]


async def holding(command: Command, desk: Desk) -> Answer:
    """Those that hold some words."""
    found: list[Saved] = await desk.db.read(reading.holding, command.text)
    if not found:
        return Answer(((words.none_holds(command.text),),))
    if len(found) == 1:
        return await one(command, desk, found[0])
    left = await desk.db.read(gone.everybody)
    buttons = tuple(Button(f"Show {each.ref}", "saved", argument=each.ref) for each in found[:WITH_BUTTONS])
    more: Body = ((f"and {len(found) - LISTED} more: add a word",),) if len(found) > LISTED else ()
    return Answer((*await lines(found[:LISTED], desk, left), *more), buttons)


async def one(command: Command, desk: Desk, found: Saved) -> Answer:
    """All of it, with its record."""
    events = await desk.events(found.subject)
    people = {found.owner, found.made_by, found.approved_by, *(str(event["actor"]) for event in events)}
    names = await desk.names({person for person in people if person})
    times = (await desk.db.read(store.uses, [found.ref]))[found.ref]
    body = shown.page(found, names, desk.now(), desk.house.zone, times=times)
    return Answer((*body, *shown.history(events, names, desk.house.zone)), buttons(command, await staffed(desk), found))


def buttons(command: Command, house: House, found: Saved) -> tuple[Button, ...]:
    """What whoever looks may do with it."""
    if found.ended_at:
        return ()
    own: list[Button] = []
    if not found.approved_by and permits(command.by, Deed.APPROVE_SAVED, about(found, house, command.by)):
        own.append(Button("Approve", "saved", argument=f"approve {found.ref} {found.version}", weight=Weight.PRIMARY))
    if is_kept_by(command.by, found, house):
        own += [Button(name, "saved", argument=f"{name.lower()} {found.ref}") for name in ("Renew", "Edit", "Give")]
        own.append(Button("End", "saved", argument=f"end {found.ref}", weight=Weight.DANGER))
    if found.approved_by and may_take_back(command.by, found, house):
        own.append(Button("Take Back Approval", "saved", argument=f"withdraw {found.ref}"))
    return tuple(own)


async def approve(command: Command, desk: Desk, found: Saved) -> Answer:
    """A press that carries what was shown approves it; anything else is shown first."""
    since = command.text.strip()
    if not since.isdecimal():
        return await one(command, desk, found)
    return await saved_deeds.approve(command, desk, found, int(since[:9]))


async def edit(command: Command, desk: Desk, found: Saved) -> Answer | Form:
    """The form, with what it is now."""
    desk.require(command.by, Deed.KEEP_SAVED, about(found, desk.house, command.by))
    if found.ended_at:
        raise NeedsMore(words.over(found.ref))
    return await saved_form.changed_from(command, desk, found)


WORDS: Mapping[str, Callable[[Command, Desk, Saved], Awaitable[Answer | Form]]] = {
    "approve": approve,
    "edit": edit,
    "renew": saved_deeds.renew,
    "give": saved_deeds.give,
    "end": saved_deeds.end,
    "withdraw": saved_deeds.withdraw,
}
STEPS: Mapping[str, Callable[[Command, Desk], Awaitable[Answer | Form]]] = {
    "make": saved_form.made,
    "edit": saved_form.changed,
    "give": saved_deeds.given,
    "end": saved_deeds.ended,
    "withdraw": saved_deeds.withdrawn,
}
