"""What the reply form says: as whom and to whom it speaks, how long it is, what was found, and what comes next."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.card import Line, Strong
from bot.house import Account
from bot.reply import Attachment, Post, TextLimits
from bot.replying.findings import Finding, Says
from bot.words import ago, typed, when

LABEL = 75
"""Characters that fit on a button."""
YES = "yes"
LANGUAGES = {
    "cy": "Welsh",
    "en": "English",
    "ga": "Irish",
    "gd": "Scottish Gaelic",
    "gv": "Manx",
    "kw": "Cornish",
    "sco": "Scots",
    "bn": "Bengali",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "pa": "Punjabi",
    "pl": "Polish",
    "ro": "Romanian",
    "uk": "Ukrainian",
    "ur": "Urdu",
}
NOTHING_WRITTEN = "Write something first."
TEXT = "Your reply, as the public will read it"
SPLIT_FIELD = "It is too long for one post"
WHY_BLOCKED = "Why it should go all the same"
WHY_ONE_LANGUAGE = "Why it goes in one language now"
IN_PLACE_OF_ALL = "Other words in the place of all of these"
YOURS = "These are your words; nothing was published:"
KEPT = "What you wrote is kept as a draft of yours; nothing of it was published."
BY_HAND_NEEDS_REASON = "Say why it should go all the same, and the words are yours to copy. The reason is recorded."
PICTURES = "Pictures"
ALTS = "What each picture shows, a line each"
EVERYONE, ITS_AUTHOR = "Everyone", "Only its author"


def language(code: str) -> str:
    """The name of a language; one without a name here is called by its code."""
    return LANGUAGES.get(code.partition("-")[0].lower(), code.upper())


def text_in(code: str) -> str:
    """What the field is called for words in one of two languages."""
    return f"Your reply in {language(code)}, as the public will read it"


def one_language(account: Account) -> str:
    """The choice of an emergency. The other language is owed then."""
    return f"Send it in one language now; the other is owed within {span(account.translate_within)}"


def span(length: timedelta) -> str:
    """A length of time in its largest whole unit: ``4 hours``, ``90 minutes``."""
    minutes = int(length.total_seconds() // 60)
    count, unit = (minutes // 60, "hour") if minutes % 60 == 0 else (minutes, "minute")
    return f"{count} {unit}{'' if count == 1 else 's'}"


def at_most(characters: int) -> str:
    """What a form holds."""
    return f"The form holds {characters:,} characters; an emoji counts as two or more."


def longer_than_a_box(characters: int) -> str:
    """Above words that cannot be changed in a form, since part of them would be lost."""
    return f"These words are kept whole and can go as they are. They are more than the {characters:,} characters of a form:"


def missing_language(code: str) -> str:
    """One of two languages is empty."""
    return f"Write it in {language(code)} too, or choose to send it in one language now."


# --- as whom, to whom --------------------------------------------------------------------------------------------


def send_label(account: Account, *, private: bool, asks: bool) -> str:
    """What the button says: never without the account. A long name is cut in its middle, where names differ least."""
    deed = "Ask to Send" if asks else "Reply Privately" if private else "Reply"
    privately = " Privately" if asks and private else ""
    room = LABEL - len(f"{deed}{privately} as ")
    name = " ".join(account.speaks_as.split())
    if len(name) > room:
        half = (room - 1) // 2
        name = f"{name[:half]}…{name[-half:]}"
    return f"{deed}{privately} as {name}"


def names(people: Sequence[str], otherwise: str = "a team lead") -> str:
    """``Morag or Dev``."""
    known = [one for one in people if one]
    if not known:
        return otherwise
    return known[0] if len(known) == 1 else f"{', '.join(known[:-1])} or {known[-1]}"


def approved_first(approvers: Sequence[str]) -> str:
    """Before a word is written."""
    return f"{names(approvers)} looks at it before it goes."


def waits_for(approvers: Sequence[str]) -> str:
    """After it was put before an approver."""
    return f"Waiting for {names(approvers)} to approve. Nothing is public yet; you are told what becomes of it."


# --- how long ----------------------------------------------------------------------------------------------------


def count(post: Post, limits: TextLimits) -> str:
    """``214 of 280 characters, counted as X counts them``, and what else there is to know of that length."""
    about = limits.about(post.text)
    return f"{limits.count(post.text)} of {limits.limit} {limits.unit}" + (f" ({about})" if about else "")


def heading(number: int, posts: Sequence[Post]) -> str:
    """Which of several posts this is; empty for the only one."""
    post = posts[number]
    said = f"in {language(post.language)}" if len({one.language for one in posts}) > 1 else ""
    return "" if len(posts) == 1 else f"Post {number + 1} of {len(posts)}{f', {said}' if said else ''}:"


def can_split(posts: int) -> str:
    """The choice where one post may answer another."""
    return f"Send it as {posts} posts, each answering the one before"


def taken_out(characters: int) -> str:
    """Nobody is surprised that what is sent is not all that was pasted."""
    what = "1 character that does not show was" if characters == 1 else f"{characters} characters that do not show were"
    return f"{what} taken out: such characters can turn words around, hide some, or pile up on a letter."


def hold(length: timedelta) -> str:
    """How long Undo works."""
    seconds = int(length.total_seconds())
    if seconds >= 120 and not seconds % 60:
        return f"{seconds // 60} minutes"
    return f"{seconds} second{'' if seconds == 1 else 's'}"


# --- what was found ----------------------------------------------------------------------------------------------


def found(findings: Iterable[Finding]) -> Iterable[Line]:
    """Each finding: about which words, what, and what to do. What goes only with a reason says so."""
    for one in findings:
        about = f"“{one.excerpt}”. " if one.excerpt else ""
        yield (Strong("Needs a reason: " if one.says is Says.BLOCK else "Look at this: "), f"{about}{one.reason} {one.fix}")


def track(due_at: datetime, zone: ZoneInfo) -> str:
    """The choice to be reminded of what a reply promises: the organisation's own day, and its hour if it has one."""
    local = due_at.astimezone(zone)
    return f"Keep track of this promise: {local:%A} {local.day} {local:%B}, {local:%H:%M}"


def picture(number: int, attached: Attachment) -> str:
    """One picture that goes with it."""
    shows = f"“{attached.alt}”" if attached.alt else "no description yet"
    return f"Picture {number}, {attached.name}: {shows}"


def kept_pictures(attached: Sequence[Attachment]) -> str:
    """A form cannot show again what was chosen before."""
    named = ", ".join(one.name for one in attached)
    return f"With it already: {named}. Choose others to put them in their place."


def too_many_pictures(most: int) -> str:
    """More than the network takes."""
    return f"At most {most} picture{'' if most == 1 else 's'} can go with one reply. Choose fewer."


def picture_not_taken(name: str, media_types: Iterable[str]) -> str:
    """A file that is not what its network takes, whatever it is called."""
    kinds = names(sorted(kind.rpartition("/")[2].upper() for kind in media_types), "none")
    return f"{name} is not a picture this network takes. It takes {kinds}."


def picture_not_there(reason: str) -> str:
    """A file the chat did not hand over."""
    return f"A picture could not be fetched ({reason}). Choose it again; your words are kept."


def more_lines_than_pictures(lines: int, pictures: int) -> str:
    """A description too many."""
    return f"{lines} descriptions for {pictures} picture{'' if pictures == 1 else 's'}: write one line for each."


def alt_too_long(number: int, used: int, limit: int) -> str:
    """A description longer than the network takes."""
    return f"The description of picture {number} is {used - limit} characters too long: at most {limit}."


def needs_reason(checks: Iterable[str]) -> str:
    """Pressed without a reason where one is asked for. ``checks`` as the record names them."""
    about = ", ".join(check.replace("_", " ") for check in checks)
    return f"Say why it should go all the same ({about}), then send it again. The reason is recorded."


# --- what stands in its way --------------------------------------------------------------------------------------


def deleted(ref: str, at: datetime, zone: ZoneInfo) -> Line:
    """What is answered is not there any more."""
    close = typed("close", f"{ref[2:]} deleted by its author")
    return (
        Strong("Its author deleted this"),
        " on ",
        when(at, zone),
        f". An answer may find nothing to stand under. Nothing need be said: {close}",
    )


def trouble(account: Account, reason: str, holders: Sequence[str]) -> Line:
    """The account does not work as it should: whom to tell."""
    tell = names(holders, "a team lead")
    return (Strong(f"{account.speaks_as} needs attention: "), f"{reason} Tell {tell}; what you write is kept as a draft.")


NOT_ACCEPTED = "the network does not accept this account’s credentials. The team leads are told."
"""Why a reply did not go out, where its account cannot send any."""


ELSEWHERE = "Answered elsewhere as {}, not through Tolbooth"
ENDED_ELSEWHERE = "So it is answered. It opens again if its author writes again."
KEPT_ELSEWHERE = "It is kept with the rest; nothing else changes here."
"""Under a card: an answer from the account itself that nobody wrote here, and what it changes."""


POST_CHANGED = "the post was changed while your reply waited: look again"


def meanwhile(ref: str) -> str:
    """What its writer can do then."""
    return f"Send it once that is put right; or answer another way, and say so: {typed('done', ref[2:])}"


def stopped_midway(ref: str, part: int, parts: int) -> str:
    """To the one who pressed Undo when posts before were public already."""
    before = "Post 1" if part == 2 else f"Posts 1 to {part - 1}"
    is_are = "is" if part == 2 else "are"
    return f"Stopped: {before} of {parts} on {ref} {is_are} public already, and nothing after. The rest is kept as a draft."


def writes_too(name: str, begun: datetime, last: datetime, now: datetime) -> Line:
    """Before two people answer the same: who is at it."""
    wrote = "" if last == begun else f", and wrote on it {ago(now - last)}"
    return (Strong(f"{name} began a reply {ago(now - begun)}"), f"{wrote}. It is a draft; nothing of it was sent.")


def cap(account: Account) -> str:
    """So that nobody wonders why it waits."""
    return f"At most {account.per_hour} replies an hour leave as {account.speaks_as}; one above that waits its turn."


def from_before_a_restore(ref: str) -> str:
    """A reply that was begun before a restore from a backup, once somebody has let it go."""
    return (
        f"This reply to {ref} was begun before Tolbooth was restored from a backup, so it may be public already. It is "
        "looked for, and not sent by itself: if it is not found, whoever wrote it is asked."
    )


def not_as_shown(ref: str, what: str) -> str:
    """A reply confirmed a moment after something else than what was shown had come in its place."""
    return f"{what} changed just now, so nothing was sent. Your draft is kept: look at it, {typed('reply', ref[2:])}"


def not_private(account: Account) -> str:
    """What was to be read by one person would be read by all."""
    return f"{account.speaks_as} cannot write to its author alone now. Choose who reads it again."


def changed(parts: Sequence[str]) -> Line:
    """What is not as it was shown."""
    what = f" ({', '.join(parts)})" if parts else ""
    return (Strong("Something changed since you looked"), f"{what}. Look again:")
