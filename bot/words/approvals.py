"""Every sentence staff read about approval: whose reply waits for whom, what became of it, and who needs none any more."""

from collections.abc import Sequence
from datetime import timedelta

from bot.mention import Action
from bot.replying.changes import Change
from bot.words import age, excerpt, typed

NO_TOPIC = "none"
"""What is typed for mentions that have no topic."""
SOMEBODY = "somebody who approves"
UNAPPROVED = "none"
"""In the record of an answer by hand, under ``approval``: its writer needed one."""
RAISED = "its priority was raised, and at that one somebody approves a reply before it goes"
YOUR_WORDS = "These are your words; nothing was published:"
NO_WORDS = "Say what should change, so that they know: it goes to whoever wrote it, and stays on the record."


def whose(names: Sequence[str]) -> str:
    """``Morag``, ``Morag or Dev``, ``Morag, Dev or 2 others``."""
    known = list(dict.fromkeys(name for name in names if name))
    if not known:
        return SOMEBODY
    if len(known) > 3:
        known = [*known[:2], f"{len(known) - 2} others"]
    return known[0] if len(known) == 1 else f"{', '.join(known[:-1])} or {known[-1]}"


def is_or_are(names: Sequence[str]) -> str:
    """Of those ``whose`` names: all of them are asked."""
    return "are" if len(set(names)) > 1 else "is"


def waits_for(writer: str, names: Sequence[str]) -> str:
    """On a card, and in what people are pinged with."""
    if len(set(names)) == 1:
        return f"{writer}’s reply waits for {names[0]}’s approval"
    return f"{writer}’s reply waits for approval by {whose(names)}" if names else f"{writer}’s reply waits for approval"


def areas(topic: str) -> str:
    """A topic as it is said."""
    return f"“{topic}”" if topic else "mentions without a topic"


# --- refusals ----------------------------------------------------------------------------------------------------


def waits_already(ref: str, writer: str, names: Sequence[str], *, own: bool) -> str:
    """To one who would send a second reply while one waits."""
    if own:
        take_back = typed("recall", ref[2:])
        return f"Your reply to {ref} waits for {whose(names)} to approve it. To take it back and change it: {take_back}"
    return (
        f"{writer}’s reply to {ref} waits for {whose(names)} to approve it, so no second one is sent meanwhile. "
        f"To look at it: {typed('approve', ref[2:])}"
    )


def not_answered_yet(ref: str, writer: str, names: Sequence[str], *, own: bool) -> str:
    """To one who says that a mention was answered while a reply to it waits."""
    if own:
        first = f"To take it back first: {typed('recall', ref[2:])}"
        return f"Your reply to {ref} waits for {whose(names)} to approve it, so nothing is public yet. {first}"
    return (
        f"{writer}’s reply to {ref} waits for {whose(names)} to approve it, so nothing is public yet. If {ref} was answered "
        f"another way, {writer} takes it back first, or whoever approves sends it back: "
        f"{typed('send_back', ref[2:] + ' answered by telephone')}"
    )


def by_hand_alone() -> str:
    """To one whose replies are looked at first, and who answered by hand."""
    return "Nobody approved it before it went out, and the record says so. Show a colleague what you wrote."


def has_not_left(ref: str, writer: str, names: Sequence[str], *, own: bool) -> str:
    """To one who would stop what is not on its way."""
    if own:
        first = f"To take it back: {typed('recall', ref[2:])}"
        return f"Your reply to {ref} is not on its way: it waits for {whose(names)} to approve it. {first}"
    return (
        f"{writer}’s reply to {ref} is not on its way: it waits for {whose(names)} to approve it. {writer} can take it "
        f"back, and whoever approves can send it back: {typed('send_back', ref[2:] + ' why')}"
    )


def waits_no_more(writer: str, *, own: bool) -> str:
    """To one whose move ended the waiting of a reply."""
    whose_reply = "Your reply" if own else f"{writer}’s reply"
    theirs = "yours" if own else "theirs"
    return f"{whose_reply} to it waits for approval no more: nothing of it was published, and the draft is {theirs}."


def goes_on_waiting(writer: str, to: str, *, own: bool) -> str:
    """To one who offers a mention to whose reply somebody looks just now."""
    whose_reply = "Your reply" if own else f"{writer}’s reply"
    return f"{whose_reply} to it goes on waiting for approval until {to} accepts; then it is a draft again."


def nothing_waits(ref: str) -> str:
    """To one who approves, sends back or takes back what does not wait."""
    return f"No reply to {ref} waits for approval now. To see how it stands: {typed('show', ref[2:])}"


def approved_already(ref: str, by: str) -> str:
    """To the second of two who approve."""
    return f"{by} approved the reply to {ref} already. Its card shows where it is."


def own(ref: str) -> str:
    """To one who would approve their own."""
    return f"You wrote this reply to {ref}, so somebody else looks at it. To take it back: {typed('recall', ref[2:])}"


def not_its_writer(ref: str, writer: str) -> str:
    """To one who would take back a colleague’s."""
    return (
        f"{writer} wrote the reply to {ref}, so {writer} can take it back. Whoever approves can send "
        f"it back with a word: {typed('send_back', ref[2:] + ' why')}"
    )


def changed_meanwhile(ref: str) -> str:
    """What was approved is not what waits by now."""
    return f"Something about {ref} changed just now, so nothing was sent. Look at it as it is: {typed('approve', ref[2:])}"


def not_as_it_is(problem: str) -> str:
    """The settings would not let it be sent in today."""
    return f"It cannot go as it is: {problem} Change it, or send it back."


def without_reason(checks: Sequence[str]) -> str:
    """What needs a reason by now, and has none."""
    about = ", ".join(check.replace("_", " ") for check in checks)
    return f"It can only go with a reason ({about}), and there is none yet. Change it to give one, or send it back."


def is_stopped(by: str, ref: str) -> str:
    """Approved while nothing goes out."""
    return f"Publishing is stopped by {by}. The reply to {ref} goes on waiting; approve it when publishing goes on."


def needs_why(ref: str) -> str:
    """Sent back without a word."""
    return f"{NO_WORDS} For example: {typed('send_back', ref[2:] + ' please add the phone number')}"


# --- what became of it -------------------------------------------------------------------------------------------

ENDED = {
    Action.RELEASE: "was put back in the queue",
    Action.EXPIRE: "went back to the queue",
    Action.ACCEPT: "was taken over by a colleague",
    Action.ANSWERED: "was answered another way",
    Action.ELSEWHERE: "was answered elsewhere",
    Action.CLOSE: "was closed",
    Action.SNOOZE: "was put to sleep",
    Action.GONE: "was deleted by its author",
}
"""What ends the waiting of a reply besides an approver."""


def ended(ref: str, action: Action) -> str:
    """To the writer, and under the card."""
    return f"{ref} {ENDED[action]} before anybody had approved the reply: nothing was published, and it is a draft again."


def over(ref: str, writer: str, action: Action) -> str:
    """To those who were asked to look at it."""
    how = f"{ref} {ENDED[action]}" if action in ENDED else f"{writer} took it back"
    return f"Nobody need look at {writer}’s reply to {ref} any more: {how}."


def asks_leads_instead(ref: str, names: Sequence[str]) -> str:
    """To the writer, where no approver can be asked by name."""
    if names:
        asked = f"{whose(names)} {is_or_are(names)} asked"
        return f"Nobody who is set up to approve can be told of your reply to {ref} just now, so {asked}."
    return (
        f"Your reply to {ref} waits for approval, and nobody can be told of it by name. Ask a colleague who approves to "
        f"look under its card; an administrator can name one in roles.approver."
    )


def still_waits(ref: str, waited: timedelta, names: Sequence[str], *, have_left: bool = False) -> str:
    """To the writer, each time others are asked; and why, where it is not for the time that has passed."""
    asked = f"{whose(names)} {is_or_are(names)} asked now"
    if have_left:
        return f"Whoever was asked to approve your reply to {ref} is not here any more, so {asked}."
    return f"Your reply to {ref} has waited {age(waited)} for approval. {asked}."


# --- trust -------------------------------------------------------------------------------------------------------


def earned(topic: str, count: int) -> str:
    """To the person: after so many approvals without a change."""
    return (
        f"Your last {count} replies about {areas(topic)} were approved without a change. From now on those need no "
        "approval: you send them yourself, with Undo as ever. Ask for a second look any time."
    )


def has_earned(name: str, topic: str, count: int) -> str:
    """To the approver."""
    why = f"{count} replies in a row needed no change"
    return f"{name} needs no approval about {areas(topic)} any more: {why}. A team lead can take that back."


def given(topic: str, by: str) -> str:
    """To the person: a lead says so."""
    return f"{by} says that your replies about {areas(topic)} need no approval from now on."


def taken(topic: str, by: str, why: str) -> str:
    """To the person, kindly."""
    return f"{by} would like a colleague to look at your replies about {areas(topic)} again before they go: {why}"


def has_trust(topic: str) -> str:
    """One line of what a person may send on their own."""
    return f"{areas(topic)}: needs no approval"


def on_the_way(topic: str, count: int, after: int) -> str:
    """One line of how far a person is."""
    return f"{areas(topic)}: {count} of {after} in a row approved without a change"


# --- what is asked, and what came of it --------------------------------------------------------------------------

ROOM = 75
"""Characters that fit on a button."""
MOST_CHANGES, LONGEST_CHANGE = 8, 160


def approve_label(speaks_as: str) -> str:
    """What the button says: never without the account. A long name is cut in its middle, where names differ least."""
    deed, name = "Approve as ", " ".join(speaks_as.split())
    room = ROOM - len(deed)
    if len(name) > room:
        half = (room - 1) // 2
        name = f"{name[:half]}…{name[-half:]}"
    return f"{deed}{name}"


def with_pictures(count: int) -> str:
    """They are not shown here: what they show is."""
    one = count == 1
    goes = "1 picture goes" if one else f"{count} pictures go"
    return f"{goes} with it. Choose Change to read what {'it shows' if one else 'they show'}."


def overrode(checks: str) -> str:
    """What it was sent in past, and that there is a reason for it."""
    named = ", ".join(check.replace("_", " ") for check in checks.split(",") if check)
    return f"Sent in past: {named}." if named else ""


def changed_words(changes: Sequence[Change]) -> list[str]:
    """What an approver changed, a line each: what stood there, and what stands there now."""
    lines = [changed_word(one) for one in changes[:MOST_CHANGES]]
    left = len(changes) - len(lines)
    return [*lines, f"… and {left} more {'change' if left == 1 else 'changes'}."] if left else lines


def changed_word(one: Change) -> str:
    """One of them."""
    out, put = excerpt(one.out, LONGEST_CHANGE), excerpt(one.put, LONGEST_CHANGE)
    if not out:
        return f"Added: “{put}”"
    return f"“{out}” is now “{put}”" if put else f"Left out: “{out}”"
