"""What staff are told about what was hidden, taken down or corrected, and about what is owed. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot import words
from bot.about import About
from bot.card import Button, Line, Link, Notice, Part, Quote, Strong, Weight
from bot.task import Kind
from bot.words import hiding as words_hiding
from bot.words import tasks as words_tasks


def moment(about: About, name: str) -> datetime:
    """A moment that the delivery says."""
    return datetime.fromisoformat(str(about.payload[name]))


def look_again(about: About) -> tuple[Button, ...]:
    """For whoever gives it the second look."""
    mark = str(about.payload.get("mark") or "")
    return (
        Button("Keep Hidden", "hide", about.ref, f"keep {mark}"),
        Button("Show Again", "hide", about.ref, f"show {mark}"),
    )


def hidden(about: About) -> Notice:
    """The network took it: the public does not see the post any more."""
    until = words.when(moment(about, "until"), about.house.zone)
    first: Line = (
        Strong(f"Hidden by {about.by}"),
        f", by rule {about.payload.get('rule')}. The evidence is kept. It shows again on ",
        until,
        " unless a colleague renews it. A colleague who approves looks at it again:",
    )
    return Notice((first,), look_again(about))


def shown_again(about: About) -> Notice:
    """The network took it. Nobody is named where it was the time that was over."""
    because = f"by {about.by}" if about.by else "because its time was over"
    return Notice(((f"The post is shown to the public again, {because}.",),))


def kept_hidden(about: About) -> Notice:
    """A second look."""
    until = words.when(moment(about, "until"), about.house.zone)
    return Notice(((f"{about.by} looked at it again and keeps it hidden until ", until, "."),))


def hiding_ends(about: About) -> Notice:
    """A day before it shows again, to whoever looked at it last."""
    until = words.when(moment(about, "until"), about.house.zone)
    first: Line = (f"What was hidden of {about.ref} by rule {about.payload.get('rule')} shows again on ", until, ".")
    renew = Button("Renew", "hide", about.ref, f"renew {about.payload.get('mark')}")
    return Notice((first, ("Nothing need be done, unless it has to stay hidden.",)), (renew,))


def act_refused(about: About) -> Notice:
    """What was asked of the network was not done, and will not be by waiting."""
    action, url = str(about.payload.get("action")), str(about.payload.get("url") or "")
    first: Line = (
        Strong("Needs a person"),
        f": we could not {words_hiding.DEEDS.get(action, 'do that')} on {about.ref}: {about.payload.get('reason')}.",
    )
    link: tuple[Part, ...] = (" ", Link(url, "Open it")) if url else ()
    return Notice((first, (words_hiding.BY_HAND.get(action, ""), *link)))


def taken_down(about: About) -> Notice | None:
    """Our words are not public any more."""
    reply = about.reply
    if reply is None:
        return None
    return Notice(((f"Taken down by {by(about)}. The public cannot see it any more:",), Quote(reply.public_text)))


def corrected(about: About) -> Notice | None:
    """Our words are other ones now."""
    reply = about.reply
    if reply is None:
        return None
    link: tuple[Part, ...] = (" · ", Link(reply.url, "See it")) if reply.url else ()
    return Notice(((f"✓ Corrected by {by(about)}. The public reads now:", *link), Quote(reply.public_text)))


def by(about: About) -> str:
    """Whoever asked for it."""
    return about.by or "a colleague"


# --- what is owed ------------------------------------------------------------------------------------------------


def task(about: About) -> Notice:
    """To whoever owes it when it is due, and each day until it is done."""
    kind, to = Kind(str(about.payload["kind"])), str(about.payload.get("to") or "")
    is_theirs = about.payload.get("person") in ("", to)
    late = max(about.now - moment(about, "due"), timedelta())
    whose = "" if is_theirs else about.by
    said = words_tasks.asked(str(about.payload.get("text") or ""), kind, late=late, whose=whose)
    first: Line = (Strong(about.ref), f": {said}")
    return Notice((first, (words_tasks.ASKS[kind],)), task_buttons(about, kind))


def task_buttons(about: About, kind: Kind) -> tuple[Button, ...]:
    """What can be done about it; a second look ends by what comes of it."""
    mark = str(about.payload.get("mark") or "")
    if kind is Kind.REVIEW:
        return (Button("Look at It", "show", about.ref), *look_again_of_task(about))
    done = Button("Done", "tasks", argument=f"done {mark}", weight=Weight.PRIMARY)
    later, give = Button("Later", "tasks", argument=f"later {mark}"), Button("Give", "tasks", argument=f"give {mark}")
    cannot = (Button("Can’t Keep It", "tasks", argument=f"broken {mark}"),) if kind is Kind.PROMISE else ()
    return (done, later, give, *cannot)


def look_again_of_task(about: About) -> tuple[Button, ...]:
    """The same of what a task is about."""
    return (Button("Keep Hidden", "hide", about.ref, "keep"), Button("Show Again", "hide", about.ref, "show"))


def task_given(about: About) -> Notice:
    """To the one who has it now."""
    kind = Kind(str(about.payload["kind"]))
    due = words.when(moment(about, "due"), about.house.zone)
    what = words_tasks.told(str(about.payload.get("text") or ""), kind)
    gave = "asks you for" if kind is Kind.REVIEW else "gave you"
    first: Line = (Strong(about.ref), f": {about.by or 'Tolbooth'} {gave} {what}, due ", due, ".")
    return Notice((first,), task_buttons(about, kind))


OF_ACTS: Mapping[str, Callable[[About], Notice | None]] = {
    "hidden": hidden,
    "shown_again": shown_again,
    "kept_hidden": kept_hidden,
    "hiding_ends": hiding_ends,
    "act_refused": act_refused,
    "taken_down": taken_down,
    "corrected": corrected,
    "task": task,
    "task_given": task_given,
}
