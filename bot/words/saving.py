"""What staff read about saved replies: how they stand, why one cannot be sent, and who is asked to look. Pure."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.saving.saved import Drawn, Saved, Standing
from bot.words import ago, excerpt, typed

NONE_YET = "Nothing is saved yet."
HOW = f"Anybody may propose one: {typed('saved', 'new')}, or from an answer that was sent: {typed('saved', 'from 142')}"
DONE_ALREADY = "That was done already."
CHANGED_MEANWHILE = "Somebody changed this saved reply meanwhile. Open it again and look."
NEEDS_TITLE = "Give it a title, so that colleagues find it."
NEEDS_WORDS = "Write the words first."
NEEDS_TOPIC = "Write the topic in a word, or two with a dot between, such as bins.missed; or leave it empty."
NEEDS_REVIEW = "Write the day somebody looks at it again, such as 2027-05-01."
NEEDS_END = "Write when it ends, such as 4h, fri 17:00 or 2026-12-01; or leave it empty."
NOT_PAST = "That is past. Write a time that is still to come."
WHY_ASKED = "Say why, so that whoever asks later can be told."
TITLE_HINT = "What it answers, in a few words of your own. Colleagues find it by this; leave residents out of it."
WORDS_HINT = (
    "{name} (the first, where it is plain), {ref}, {account}, {organisation} and {date} are filled in for you. Any other "
    "words in braces, such as {day}, are for whoever sends it. Leave out the names of residents."
)
TOPIC_HINT = "Such as bins.missed: it is offered for mentions about that."
REVIEW_HINT = "The owner is asked to look before that day. It can be sent all the same."
END_HINT = "For words that go stale: 4h, fri 17:00 or 2026-12-01. After that it cannot be sent."
TELLS_COLLEAGUES = "Everybody here can read it and begin a reply with it. Somebody who approves looks at it first."
WAS_PRIVATE = "This answered a private message: take out whatever only its author should read."
NOBODY_APPROVES = "Nobody is named here who approves, so it can be used at once."
YOURS_STAND = "You are the only one here who approves, so it can be used at once."
WAITS_UNTIL = "Until somebody approves the new words it cannot be used."
STAYS = "What was sent with it stays as it is, and so does its record."
EDIT_FIRST = "Make it fit whoever asked, then look it over. Nothing is sent yet."
ABOVE_YOURS = "What you had written already stands below it."
NO_OWNER = "nobody"
FIND = typed("saved", "words")
LEAST_USES = 3


def which(refs: Sequence[str]) -> str:
    """None was named, or none that there is."""
    there = f"There are: {', '.join(refs[:12])}." if refs else f"{NONE_YET} {HOW}"
    return f"Say which saved reply, such as {typed('saved', 'S-4')}. {there}"


def none_holds(text: str) -> str:
    """Looked for, and not found."""
    return f"No saved reply holds “{excerpt(text, 60)}”. {HOW}"


def over(ref: str) -> str:
    """Asked of one that has ended."""
    return f"{ref} has ended and is not used any more. Save the words anew if they are needed: {typed('saved', 'new')}"


def approved_already(ref: str) -> str:
    """Nothing waits."""
    return f"{ref} is approved already."


def too_long_title(most: int) -> str:
    """A title that goes on."""
    return f"A title has {most} characters at most."


def ask_owner(owner: str) -> str:
    """What to do about one that cannot be sent."""
    whom = f"{owner} owns it. Ask {owner}" if owner else "Nobody here owns it now. Ask a team lead"
    return f"{whom} to renew it, or write your own."


def cannot(drawn: Drawn, why: Standing, now: datetime) -> str:
    """Why a reply that began with it cannot be sent."""
    saved = drawn.saved
    if why is Standing.EXPIRED and saved.expires_at:
        return f"{saved.ref} expired {ago(now - saved.expires_at)}; {ask_owner(drawn.owner)}"
    if why is Standing.ENDED and saved.ended_at:
        return f"{saved.ref} was ended {ago(now - saved.ended_at)}, so its words are not sent any more. Write your own."
    if saved.approved_by:
        return f"These words of {saved.ref} are not approved; its newer ones are. Begin with those, or write your own."
    return f"{saved.ref} is not approved now, so it cannot be sent. Ask somebody who approves, or write your own."


def fill_in(ref: str, gaps: Sequence[str]) -> str:
    """Gaps that are for a person."""
    return f"Fill in {', '.join(gaps)} first: {ref} leaves that to you."


def superseded(drawn: Drawn, number: str) -> str:
    """There are newer words."""
    saved = drawn.saved
    if saved.approved_by is None:
        return f"{saved.ref} is being changed: the new words wait for approval. You have the earlier ones."
    return f"{saved.ref} has newer words than these. To begin with them: {typed('reply', f'{number} {saved.ref}')}"


def one_at_a_time(ref: str) -> str:
    """A second saved reply asked for while the first stands there."""
    return f"This reply holds the words of {ref} already, and can be held to one saved reply only. Take those out first."


def past_review(drawn: Drawn, now: datetime) -> str:
    """It may be sent."""
    whose = f"; {drawn.owner} owns it" if drawn.owner else ""
    return f"{drawn.saved.ref} was due for a look {ago(now - drawn.saved.review_at)}{whose}. Check that it still holds."


def your_own(ref: str) -> str:
    """Rewritten: what holds for the saved words does not hold for these."""
    return f"You have made these words your own, so they no longer count as {ref}."


def begins_with(saved: Saved, approver: str, now: datetime) -> str:
    """Above the form."""
    by = f", approved by {approver} {ago(now - saved.approved_at)}" if approver and saved.approved_at else ""
    return f"This begins with {saved.ref}, “{excerpt(saved.title, 60)}”{by}. {EDIT_FIRST}"


# --- what owners, approvers and leads are told --------------------------------------------------------------------


def about(saved: Saved) -> str:
    """By number and title."""
    return f"{saved.ref} (“{excerpt(saved.title, 60)}”)"


def look_again(saved: Saved, now: datetime, day: str, *, ends: bool) -> str:
    """To its owner, once before its review and once before its end."""
    renew = f"If it still holds: {typed('saved', f'renew {saved.ref}')}; to change it: {typed('saved', f'edit {saved.ref}')}"
    if ends and saved.expires_at:
        left = "has ended its time" if saved.expires_at <= now else f"can be sent until {day}"
        return f"{about(saved)} {left}. {renew}"
    due = "is due for a look" if saved.review_at <= now else f"is due for a look on {day}"
    return f"{about(saved)} {due}. {renew}"


def wants_approval(saved: Saved, name: str) -> str:
    """To those who approve."""
    return f"{name} proposes {about(saved)} as a saved reply. To look at it: {typed('saved', saved.ref)}"


def imported(count: int) -> str:
    """To those who approve."""
    wait = "1 saved reply was imported and waits" if count == 1 else f"{count:,} saved replies were imported and wait"
    return f"{wait} for approval. To look: {typed('saved')}"


def is_approved(saved: Saved, name: str) -> str:
    """To whoever wrote it."""
    return f"{name} approved {about(saved)}: everybody can begin a reply with it now."


def given(saved: Saved, name: str) -> str:
    """To the one who owns it now."""
    return f"{name} gave {about(saved)} to you: you are asked whether it still holds. To see it: {typed('saved', saved.ref)}"


def owner_left(name: str, refs: Sequence[str]) -> str:
    """To the leads, once."""
    more = f" and {len(refs) - 8} more" if len(refs) > 8 else ""
    return f"{name} has left, so these saved replies need an owner: {', '.join(refs[:8])}{more}. {typed('saved')}"


def used_again(times: int) -> str:
    """An answer that proved itself."""
    return f"Used {times} times: "


def save_it(times: int, ref: str) -> str:
    """Once, to whoever uses it again."""
    return f"This answer was used {times} times. Save it for everybody? {typed('saved', f'from {ref[2:]} again')}"


def day(at: datetime, zone: ZoneInfo) -> str:
    """A day that may be months away: ``16 May 2027``."""
    local = at.astimezone(zone)
    return f"{local.day} {local:%B %Y}"


def end(at: datetime, zone: ZoneInfo) -> str:
    """The same with its time."""
    return f"{day(at, zone)} at {at.astimezone(zone):%H:%M}"
