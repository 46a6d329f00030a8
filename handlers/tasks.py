"""``tasks`` - what you owe: promises, translations and second looks; ``tasks all`` is everybody's, for team leads."""

from bot import words as said
from bot.authority import Deed, Subject
from bot.card import Answer, Button, Line, Strong, Weight
from bot.command import Command, Way, reference
from bot.desk import Desk
from bot.errors import FormProblem, NeedsMore, NotAllowed, NotYours
from bot.form import Field, Form
from bot.mention import Action, Move
from bot.store import mentions
from bot.store.duty.leaver import everybody
from bot.store.replying import tasks as store
from bot.task import Kind, Task
from bot.times.until import read_until
from bot.words import tasks as words
from handlers.give import PERSON, colleague_for
from handlers.promise import AHEAD
from handlers.promise_broken import broken

SHOWN, WITH_BUTTONS = 12, 4
MOST_COLLEAGUES = 99
WAYS = (
    ("", "what you owe, what is due first at the front"),
    ("all", "what everybody owes; for team leads"),
    ("done 142", "it is done"),
    ("broken 142 why", "a promise cannot be kept"),
    ("later 142 tomorrow", "it is due then instead"),
    ("give 142 @name", "a colleague has it from now on"),
)


async def tasks(command: Command, desk: Desk) -> Answer | Form:
    """Lists, or does what a button says; a task is named by its mark, or by its mention where it is the only one."""
    word, rest = (command.step, command.context["task"]) if command.step else (command.word()[0], command.word()[1].text)
    if word in ("", "all"):
        return await listed(command, desk, everyone=word == "all")
    if word not in DEEDS:
        raise NeedsMore(f"{words.HOW} {said.typed('help', 'tasks')}")
    which, _, more = rest.strip().partition(" ")
    task = await meant(command, desk, which)
    await desk.admitted(command, task.ref)
    whose = frozenset({task.to or command.by.id})
    desk.require(command.by, Deed.TICK, Subject(task.ref, concerned=whose))
    return await DEEDS[word](command, desk, task, more.strip())


async def meant(command: Command, desk: Desk, which: str) -> Task:
    """The open task that is named. Raises NotAllowed when none is, or more than one could be."""
    if which.startswith("t") and (found := await desk.db.read(store.marked, which)):
        if found.done_at:
            raise NotAllowed(words.done_already(found.ref))
        return found
    ref = reference(which) or command.at.ref
    if not ref:
        raise NeedsMore(f"{words.HOW} {said.typed('help', 'tasks')}")
    await desk.admitted(command, ref)
    owed = await desk.db.read(store.find_open, store.of_mention(mentions.number_of(ref)))
    mine = [task for task in owed if task.to == command.by.id] or owed
    if len(mine) > 1:
        raise NotAllowed(words.which(ref))
    if not mine:
        raise NotAllowed(words.done_already(ref))
    return mine[0]


async def listed(command: Command, desk: Desk, *, everyone: bool) -> Answer:
    """On one screen, what is due first at the front."""
    if everyone:
        desk.require(command.by, Deed.SEE_ALL_OWED)
    whose = () if everyone else (store.of_person(command.by.id),)
    found = await desk.db.read(store.find_open, *whose, most=SHOWN)
    total = len(found) if len(found) < SHOWN else await desk.db.read(store.count_open, *whose)
    if not found:
        return Answer(((words.NOTHING_OWED if everyone else words.NOTHING_OF_YOURS,),))
    names = await desk.names({task.to for task in found if task.to})
    now, zone = desk.now(), desk.house.zone
    lines: list[Line] = [(Strong(f"{'Owed' if everyone else 'You owe'}: {total}"),)]
    readable = await desk.readable(command, [await desk.find(ref) for ref in dict.fromkeys(task.ref for task in found)])
    for task in found:
        owner = names.get(task.to, words.NOBODY) if everyone else ""
        lines.append(words.line(task, now, zone, owner, is_read=task.ref in readable))
    lines += [(f"and {total - SHOWN} more",)] if total > SHOWN else []
    if total == 1:
        return Answer(tuple(lines), buttons_for(found[0]))
    return Answer(
        tuple(lines), tuple(Button(task.ref, "tasks", argument=f"open {task.mark}") for task in found[:WITH_BUTTONS])
    )


def buttons_for(task: Task) -> tuple[Button, ...]:
    """What can be done about one."""
    if task.kind is Kind.REVIEW:
        look = Button("Look at It", "show", task.ref)
        return (look, Button("Keep Hidden", "hide", task.ref, "keep"), Button("Show Again", "hide", task.ref, "show"))
    done = Button("Done", "tasks", argument=f"done {task.mark}", weight=Weight.PRIMARY)
    later = Button("Later", "tasks", argument=f"later {task.mark}")
    cannot = (Button("Can’t Keep It", "tasks", argument=f"broken {task.mark}"),) if task.kind is Kind.PROMISE else ()
    return (done, later, Button("Give", "tasks", argument=f"give {task.mark}"), *cannot)


async def opened(command: Command, desk: Desk, task: Task, _: str) -> Answer:
    """One of several, with its buttons."""
    name = (await desk.names({task.to}))[task.to] if task.to not in ("", command.by.id) else ""
    return Answer((words.line(task, desk.now(), desk.house.zone, name),), buttons_for(task))


async def done(command: Command, desk: Desk, task: Task, note: str) -> Answer:
    """It is done; nobody is asked about it any more."""
    move = Move(task.ref, Action.OWED_DONE, by=command.by.id, note=note, detail={"task": task.id}, key=command.key)
    await desk.make(move)
    return Answer(((words.done(task),),), replaces=True)


async def later(command: Command, desk: Desk, task: Task, text: str) -> Answer | Form:
    """Another time. A button asks for it in a form."""
    text = command.values.get("when", "") if command.step else text
    if not text.strip() and not command.step and command.way is not Way.SAID:
        when = Field("when", "Due when?", hint="tomorrow, fri 17:00, 3d or 2026-11-20")
        return Form("tasks", "later", f"Later: {task.ref}", "Put Off", fields=(when,), context={"task": task.mark})
    try:
        until, note = read_until(text, desk.now(), desk.house.zone, AHEAD)
    except NeedsMore as unread:
        if command.step:
            raise FormProblem("when", str(unread)) from unread
        raise
    detail = {"task": task.id}
    await desk.make(Move(task.ref, Action.OWE, by=command.by.id, until=until, note=note, detail=detail, key=command.key))
    return Answer((words.put_off(task, said.when(until, desk.house.zone)),))


async def give(command: Command, desk: Desk, task: Task, text: str) -> Answer | Form:
    """To a colleague who can see the mention. A button asks for whom in a form."""
    named = PERSON.search(text)
    to = command.values.get("to", "") if command.step else named.group(1) if named else ""
    if not to and not command.step and command.way is not Way.SAID:
        return await whom(command, desk, task)
    if not to:
        raise NeedsMore(f"Say to whom: {said.typed('tasks', f'give {task.ref[2:]} @name')}")
    story = await desk.story(task.ref)
    try:
        colleague = await colleague_for(command, desk, story.mention, to)
    except NotYours as refusal:
        if command.step:
            raise FormProblem("to", str(refusal)) from refusal
        raise
    if task.kind is Kind.REVIEW and colleague.id == task.by:
        raise NotYours(words.not_to_the_hider(task.ref))
    move = Move(task.ref, Action.OWE, by=command.by.id, to=colleague.id, detail={"task": task.id}, key=command.key)
    await desk.make(move)
    return Answer(((words.given(task, colleague.name),),), replaces=True)


async def whom(command: Command, desk: Desk, task: Task) -> Form:
    """Everybody there is."""
    known = await desk.db.read(everybody)
    choices = {one: name for one, name in known.items() if one not in (task.to, command.by.id)}
    if not choices:
        raise NotAllowed(words.nobody_else(task.ref))
    to = Field("to", "To which colleague?", choices=dict(list(choices.items())[:MOST_COLLEAGUES]))
    return Form("tasks", "give", f"Give: {task.ref}", "Give", fields=(to,), context={"task": task.mark})


DEEDS = {"open": opened, "done": done, "later": later, "give": give, "broken": broken}
