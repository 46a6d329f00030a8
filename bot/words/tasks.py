"""What staff read about tasks: what was promised or is owed, whose it is, and by when. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.card import Line, When
from bot.task import Kind, Task
from bot.words import age, excerpt, typed, when

NOTHING_OWED = "Nothing is owed: no promises, no translations, and nothing hidden that waits for a second look."
NOTHING_OF_YOURS = f"You owe nothing just now. To see what everybody owes, as a team lead: {typed('tasks', 'all')}"
KINDS = {
    Kind.PROMISE: "a promise",
    Kind.TRANSLATION: "the other language of a reply",
    Kind.REVIEW: "a second look at what was hidden",
}
ERASED = "words erased"
NOBODY = "anybody who may"
SAY_WHAT = "Say what was promised, so that whoever does it knows"
HOW = "A task is named by its mention, for example 142. What can be asked:"


def said(task: Task, length: int = 80) -> str:
    """What a task is about; that its words are not kept, where they are not."""
    return told(task.what, task.kind, length)


def told(text: str, kind: Kind, length: int = 300) -> str:
    """The same of its words and its kind."""
    if kind is not Kind.PROMISE:
        return KINDS[kind]
    return f"{KINDS[kind]}: “{excerpt(text, length)}”" if text else f"{KINDS[kind]} ({ERASED})"


def by_when(task: Task, now: datetime, zone: ZoneInfo) -> Line:
    """When it is due, and how late it is."""
    late = f" ({age(now - task.due_at)} overdue)" if task.due_at <= now else ""
    return (" · due ", when(task.due_at, zone), late)


def line(task: Task, now: datetime, zone: ZoneInfo, whose: str = "", *, is_read: bool = True) -> Line:
    """A task on a line; ``whose`` is left out of one's own, and its words where whoever asks may not read its mention."""
    owner = f" · {whose}" if whose else ""
    return (f"{task.ref} · {said(task) if is_read else KINDS[task.kind]}{owner}", *by_when(task, now, zone))


def short(task: Task, now: datetime, whose: str) -> str:
    """A task in a few words, in a list of many."""
    late = f"{age(now - task.due_at)} overdue" if task.due_at <= now else f"in {age(task.due_at - now)}"
    return f"{task.ref} ({whose or 'nobody named'}, {late})"


# --- after a press -----------------------------------------------------------------------------------------------


def promised(ref: str, what: str, due: When) -> Line:
    """To the one who promised."""
    return (f"Noted on {ref}: “{excerpt(what)}”. You are asked about it on ", due, ". To see what you owe: ", typed("tasks"))


def done(task: Task) -> str:
    """To the one who did it."""
    return f"Done: {said(task)}, {task.ref}. Nobody is asked about it any more."


def broken(task: Task) -> str:
    """To the one who said that it cannot be kept."""
    told = f"Noted on {task.ref}: the promise cannot be kept. Nobody is asked about it any more"
    return f"{told}; whoever was promised it should hear so, kindly and soon."


def put_off(task: Task, due: When) -> Line:
    """To the one who needs longer."""
    return (f"{task.ref}: {said(task)} is due now on ", due, ". If the public was told a time, tell them the new one.")


def given(task: Task, name: str) -> str:
    """To the one who gave it away."""
    return f"{name} has it now: {said(task)}, {task.ref}. They have been told."


# --- refusals ----------------------------------------------------------------------------------------------------


def done_already(ref: str) -> str:
    """A press on a task that is over."""
    return f"That is done already, or is not owed on {ref}. To see what you owe: {typed('tasks')}"


def which(ref: str) -> str:
    """Several are open on one mention."""
    return f"More than one thing is owed on {ref}. To choose one: {typed('tasks')}"


def not_to_the_hider(ref: str) -> str:
    """A second look given to the first pair of eyes."""
    return f"They hid the post of {ref}, so somebody else looks at it again. Name another colleague."


def nobody_else(ref: str) -> str:
    """Nobody to give it to is known."""
    return f"Tolbooth has met nobody else yet. Name a colleague: {typed('tasks', f'give {ref[2:]} @name')}"


def erased_already(ref: str) -> str:
    """A promise on what was erased: its words would stay where nobody looks for them."""
    return f"The words of {ref} are erased, so nothing more is written there. Note the promise on what they wrote since."


def needs_when(number: object, why: str) -> str:
    """A promise without a time that can be read."""
    example = typed("promise", f"{number} Friday 5pm the bin will be collected")
    return f"{why.rstrip('.')}. For example: {example}"


def by_what_time(unread: str) -> str:
    """A promise is due by a time, and does not last until one."""
    return unread.replace("Say until when", "Say by when it is due")


def not_a_promise(ref: str) -> str:
    """Something else that is owed cannot be broken."""
    return f"Only a promise can be said to be broken; what is owed on {ref} stays owed. To give it to a colleague: " + typed(
        "tasks", f"give {ref[2:]} @name"
    )


def needs_reason(ref: str) -> str:
    """A broken promise without a word on why."""
    return f"Say why it cannot be kept: {typed('tasks', f'broken {ref[2:]} the contractor cancelled')}"


def look_first(ref: str) -> str:
    """A second look that is ticked off without one."""
    keep, show = typed("hide", f"{ref[2:]} keep"), typed("hide", f"{ref[2:]} show")
    return f"Look at {ref} first, then keep it hidden: {keep}, or show it again: {show}"


# --- asking ------------------------------------------------------------------------------------------------------


def asked(text: str, kind: Kind, *, late: timedelta, whose: str = "") -> str:
    """To its person when it is due; to leads, who are told ``whose`` it is, when it is two days late."""
    about = told(text, kind)
    when_due = f"{age(late)} overdue" if late >= timedelta(hours=1) else "due now"
    return f"{whose} has {about}, {when_due}." if whose else f"{about[0].upper()}{about[1:]}, {when_due}."


ASKS = {
    Kind.PROMISE: "Choose Done once it is, or say until when, so that whoever was promised it is not forgotten.",
    Kind.TRANSLATION: "Reply once more in the other language, then choose Done.",
    Kind.REVIEW: "Look whether the rule fits, then keep it hidden or show it again.",
}
