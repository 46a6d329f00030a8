"""``watch [words]`` - saved searches: which there are, one shown, made, changed, extended or stopped."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.authority import Deed
from bot.card import Answer, Button, Line, Strong, Weight
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import NeedsMore
from bot.form import Form
from bot.house import House
from bot.store.intake import watches
from bot.watching.watch import Standing, Watch, reference
from bot.words import watching as words
from bot.words import watching_shown as shown
from handlers import watch_end, watch_form
from handlers.watch_form import searching

LISTED = 12
WAYS: Sequence[tuple[str, str]] = (
    ("", "what is looked for now, by whom, and where it goes"),
    ("flood, #harrowflood -film", "for team leads: look for these words, with commas between; - leaves out"),
    ("W-3", "how one goes: what each day brought, what was left out, what it costs"),
    ("change W-3", "for team leads: other words, accounts, channel or daily budget"),
    ("extend W-3 30 why", "for team leads: so many more days"),
    ("stop W-3 why", "its owner, or a team lead, ends it"),
)


def searches_somewhere(house: House) -> bool:
    """Whether help shows this."""
    return bool(searching(house))


async def watch(command: Command, desk: Desk) -> Answer | Form:
    """Everybody may look; team leads make them, and none is for a person."""
    if command.step:
        return await STEPS[command.step](command, desk)
    word, rest = command.word()
    if not word:
        return await overview(command, desk)
    if word in WORDS and (reference(rest.word()[0]) or not rest.text):
        number = reference(rest.word()[0])
        if number is None:
            raise NeedsMore(words.which([one.ref for one in await desk.db.read(watches.running)]))
        return await WORDS[word](rest.word()[1], desk, number)
    if (number := reference(word)) is not None and not rest.text:
        return await one_watch(command, desk, number)
    terms = "" if word == "new" and not rest.text else rest.text if word == "new" else command.text
    return await watch_form.blank(command, desk, terms)


async def overview(command: Command, desk: Desk) -> Answer:
    """Those that run, a line each."""
    found = await desk.db.read(watches.running)
    names = await desk.names({one.owner for one in found})
    lines: list[Line] = [shown.line(one, names[one.owner], desk.house.zone) for one in found[:LISTED]]
    lines += [(f"and {len(found) - LISTED} more",)] if len(found) > LISTED else []
    nothing: list[Line] = [(words.NO_WATCHES,), (words.HOW if searching(desk.house) else words.NOBODY_SEARCHES,)]
    buttons = [Button(f"Show {one.ref}", "watch", argument=one.ref) for one in found[:3]]
    if desk.overrides(command.by) and searching(desk.house):
        buttons.append(Button("Make a Watch", "watch", argument="new", weight=Weight.PRIMARY))
    return Answer(tuple(lines or nothing), tuple(buttons))


async def one_watch(command: Command, desk: Desk, number: int) -> Answer:
    """How one goes."""
    found: Standing = await desk.db.read(watches.standing, number)
    own = found.watch
    events = await desk.events(own.subject)
    names = await desk.names({own.owner, own.made_by, *(str(event["actor"]) for event in events)})
    body = (*shown.page(found, desk.house, names, desk.now()), *shown.history(events, names, desk.house.zone))
    return Answer(body, buttons(command, desk, own))


def buttons(command: Command, desk: Desk, own: Watch) -> tuple[Button, ...]:
    """What whoever looks may do with it."""
    if not own.is_running:
        return ()
    leads = (
        Button("Change", "watch", argument=f"change {own.ref}"),
        Button("Extend", "watch", argument=f"extend {own.ref}"),
    )
    stop = Button("Stop", "watch", argument=f"stop {own.ref}", weight=Weight.DANGER)
    if desk.overrides(command.by):
        return (*leads, stop)
    return (stop,) if own.owner == command.by.id else ()


async def change(command: Command, desk: Desk, number: int) -> Answer | Form:
    """``watch change W-3``: the form, with what it is now."""
    desk.require(command.by, Deed.WATCH)
    own = await desk.db.read(watches.find, number)
    if not own.is_running:
        raise NeedsMore(words.over(own.ref))
    if command.way is Way.SAID:
        body: Line = (Strong(own.ref), " is changed in a form.")
        return Answer((body,), (Button("Open It", "watch", argument=f"change {own.ref}", weight=Weight.PRIMARY),))
    return await watch_form.filled(command, desk, own)


WORDS: Mapping[str, Callable[[Command, Desk, int], Awaitable[Answer | Form]]] = {
    "change": change,
    "extend": watch_end.extend,
    "stop": watch_end.stop,
}
STEPS: Mapping[str, Callable[[Command, Desk], Awaitable[Answer | Form]]] = {
    "make": watch_form.made,
    "change": watch_form.changed,
    "extend": watch_end.extended,
    "stop": watch_end.stopped,
}
