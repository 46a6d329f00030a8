"""What staff write in Viva Engage, read as what they ask of the bot, a note, or nothing of ours. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.command import reference
from bot.settings import Commands
from integrations.harmless import SURROGATES
from integrations.viva_engage.body import BARE
from integrations.viva_engage.parse import Message, User
from integrations.viva_engage.text import as_typed

MENU = "menu"
MARK = re.compile(r"\[\[user:(\d{1,20})\]\]")
SLASHED = re.compile(r"/([a-z][a-z0-9_-]{0,30})(?=\s|$)", re.IGNORECASE)
FIRST = re.compile(r"(\w[\w-]*)[:,.!]*(?=\s|$)")
WITHIN_WORD = re.compile(r"(?<=\w)['’](?=\w)")
NUMBERED = re.compile(r"([a-z]+) (\d{1,2})[.!]?")
LINK = re.compile(r"https?://", re.IGNORECASE)
PRIORITY = re.compile(r"p[1-4]\b", re.IGNORECASE)
NAMES_PEOPLE = frozenset({"give", "handover", "leaver", "trust", "duty", "tasks", "rota"})
"""Verbs that take colleagues: elsewhere a name is a word like others, and may go to the public."""
SLASH_ONLY = frozenset({"stop", "start", "like", "hide", "unsay", "correct", "ready", "shift", "look", "departed"})
"""They freeze everything, change what the public sees, or belong to a button, and begin many a sentence."""
LISTS = frozenset({"queue", "help", "handover", "menu", "home"})
"""Verbs that stand for themselves, where no mention is at hand."""
NOT_CLOSING = frozenset({"to", "by", "enough", "call", "at", "in", "together", "up"})
"""Words after ``close`` that make it one of a sentence: close to the station."""
MAYBE_CLOSING = frozenset(
    {"the", "a", "an", "this", "that", "these", "those", "all", "both", "every", "any", "some", "our", "your", "my", "his"}
    | {"her", "their", "its", "down", "off", "out", "over"}
)
"""Words after ``close`` that begin a reason, or what somebody is asked to shut: close the gate please."""
DEEDS = frozenset({"claim", "release", "accept", "acknowledge", "unavailable"})
"""Verbs that take a number at most, and change what colleagues see."""
TAKES_NO_WORDS = frozenset(
    {"claim", "release", "accept", "acknowledge", "unavailable", "undo", "queue", "next", "show", "record"}
)


def spelled(verbs: Mapping[str, str]) -> dict[str, str]:
    """How each verb is typed here: those that everybody's sentences begin with take a slash."""
    return {"mention": "", **{verb: verb if verb in BARE else f"/{verb}" for verb in verbs}}


class Where(StrEnum):
    """What kind of place something was written in."""

    MENTION = "mention"
    """The thread of one mention."""
    DIGEST = "digest"
    """A thread that holds several."""
    PRIVATE = "private"
    """Written to us alone."""
    ELSEWHERE = "elsewhere"
    """The beginning of a thread in a community, or under one of ours of which nobody knows what it is about."""
    TALK = "talk"
    """Under what somebody else began there."""


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote. ``marked`` is the same with people as ``[[user:1]]``; ``to_us``: it began with our name."""

    plain: str
    marked: str
    to_us: bool = False
    attached: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The single word that was written, as a button is pressed by it; empty where there are more, or a quote of one."""
        text = WITHIN_WORD.sub("", self.plain.strip().rstrip(".!").casefold())
        return text if text and not any(one.isspace() or one in "\"'“”‘’«»>/?" for one in text) else ""

    @property
    def numbered(self) -> str:
        """A word and a number as one, as a button with a number is pressed: ``use 2``; else empty."""
        found = NUMBERED.fullmatch(self.plain.strip().casefold())
        return "".join(found.groups()) if found else ""

    @property
    def is_slashed(self) -> bool:
        """Whether it is a command, whatever else is going on."""
        return self.to_us or SLASHED.match(self.plain) is not None


@dataclass(frozen=True, slots=True)
class Asked:
    """A verb and the words behind it; in these people are ``[[user:1]]`` where the verb takes them."""

    verb: str
    text: str
    is_doubtful: bool = False
    """Whether it may as well be words to colleagues, and would be hard to take back."""


@dataclass(frozen=True, slots=True)
class Noted:
    """Words for colleagues, about the mention whose thread they stand in."""

    text: str


def words_of(message: Message, me: User) -> Words:
    """The words of a message, without our name in front."""
    plain, marked = (as_typed(SURROGATES.sub("\ufffd", text)).strip() for text in (message.plain, message.parsed))
    ours = re.compile(rf"\[\[user:{me.id}\]\][:,]?\s*")
    if found := ours.match(marked):
        named = re.compile(rf"@?{re.escape(me.name)}[:,]?\s*", re.IGNORECASE)
        rest = marked[found.end() :]
        shown = named.match(plain)
        return Words(plain[shown.end() :] if shown else MARK.sub("@…", rest), rest, True, message.attachments)
    if not marked:
        marked = plain
    return Words(plain, marked, False, message.attachments)


def read(said: Words, where: Where, verbs: Mapping[str, str], commands: Commands) -> Asked | Noted | None:
    """What is asked, or noted; None for what is not for us. ``verbs`` gives what is typed behind each."""
    if asked := slashed(said, commands):
        return asked
    verb, rest = verb_and_rest(said.plain)
    if said.to_us or (verb in verbs and is_meant(verb, rest, where, said)):
        return replace(by_words(said, verb, rest), is_doubtful=is_doubtful(verb, rest, where, said))
    text = noted(said)
    return Noted(text) if text and where is Where.MENTION else None


def noted(said: Words) -> str:
    """What is kept of it as a note."""
    attached = f"(attached: {', '.join(said.attached)})" if said.attached else ""
    return " ".join(part for part in (said.plain, attached) if part)


def slashed(said: Words, commands: Commands) -> Asked | None:
    """``/claim 142``, ``/mention find bins``, ``/find bins``; None where no such word begins it."""
    found = SLASHED.match(said.plain)
    if not found:
        return None
    own = {getattr(commands, name).casefold(): name for name in type(commands).model_fields}
    name = own.get(found.group(0).casefold(), found.group(1).casefold())
    rest = said.plain[found.end() :].strip()
    return by_words(said, *(verb_and_rest(rest) if name == "mention" else (name, rest)))


def by_words(said: Words, verb: str, rest: str) -> Asked:
    """The verb with the words behind it: as people read them, or with people's marks for a verb that takes some."""
    if verb not in NAMES_PEOPLE or not MARK.search(said.marked):
        return Asked(verb, rest)
    _, _, behind = said.marked.partition(verb_as_written(said.marked, verb))
    return Asked(verb, behind.lstrip(":,.! ").strip())


def verb_as_written(text: str, verb: str) -> str:
    """The verb as it stands in the text."""
    found = re.search(re.escape(verb), text, re.IGNORECASE)
    return found.group(0) if found else verb


def verb_and_rest(text: str) -> tuple[str, str]:
    """The first word, lower case, and the rest; without a word, the menu."""
    if not text.strip():
        return MENU, ""
    found = FIRST.match(text)
    if not found:
        first, _, rest = text.partition(" ")
        return first.casefold(), rest.strip()
    return found.group(1).casefold(), text[found.end() :].strip()


# --- a verb, or the first word of a sentence ---------------------------------------------------------------------


def is_meant(verb: str, rest: str, where: Where, said: Words) -> bool:
    """Whether a line that begins with a verb, without a slash, asks for it."""
    if where is Where.MENTION:
        if verb not in BARE or (said.plain.endswith("?") and verb not in ASKS):
            return False
        return SHAPES.get(verb, anything)(rest, said)
    if where is Where.TALK or verb in SLASH_ONLY:
        return False
    first, more = number_and_rest(rest)
    if not first:
        return where is Where.PRIVATE or (not rest and verb in LISTS)
    if more and (verb in TAKES_NO_WORDS or (where is Where.ELSEWHERE and first.isdigit())):
        return False
    return not more or SHAPES.get(verb, anything)(more, said)


def is_doubtful(verb: str, rest: str, where: Where, said: Words) -> bool:
    """Whether words that read as a verb are asked about first: "close the gate please", "@Tolbooth stop asking me"."""
    first, more = number_and_rest(rest)
    if verb == "close" and where is Where.MENTION:
        counts_something = bool(more) and first.isdigit()
        return counts_something or "".join(rest.split()[:1]).casefold() in MAYBE_CLOSING | NOT_CLOSING
    is_argument = not rest or (bool(first) and (not more or not first.isdigit()))
    return said.to_us and verb in SLASH_ONLY | DEEDS and not is_argument


def counts_something(verb: str, text: str) -> bool:
    """Whether words in a mention's thread begin with a bare number, which is one of the words there."""
    first, more = number_and_rest(text.strip())
    return verb in ("reply", "note") and first.isdigit() and bool(more)


def number_and_rest(rest: str) -> tuple[str, str]:
    """A mention's number as it was written, and the words after it; no number where it is none."""
    first, _, more = rest.partition(" ")
    return (first, more.strip()) if reference(first) else ("", rest)


def anything(_rest: str, _said: Words) -> bool:
    """Whatever follows is what it wants."""
    return True


def numbered(rest: str, _said: Words) -> bool:
    """Nothing follows, or a number."""
    return not rest or bool(reference(rest.partition(" ")[0]))


def only_numbered(rest: str, _said: Words) -> bool:
    """Nothing follows but a number, if that."""
    return not rest or bool(reference(rest))


def closing(rest: str, _said: Words) -> bool:
    """Not "close to the station"."""
    return rest.partition(" ")[0].casefold() not in NOT_CLOSING


def to_somebody(rest: str, said: Words) -> bool:
    """A colleague is named, or nothing follows."""
    return not rest or "@" in rest or bool(MARK.search(said.marked)) or bool(reference(rest.partition(" ")[0]))


def by_hand(rest: str, _said: Words) -> bool:
    """Nothing follows, a number, or where the answer is."""
    return not rest or bool(LINK.match(rest)) or bool(reference(rest.partition(" ")[0]))


def handing_over(rest: str, said: Words) -> bool:
    """The report, or a part of it."""
    named = MARK.match(said.marked.partition(" ")[2].lstrip())
    return not rest or rest.startswith(("@", "#")) or rest.casefold() == "share" or bool(named)


def prioritised(rest: str, _said: Words) -> bool:
    """How soon, of this mention or another."""
    first, _, more = rest.partition(" ")
    return not rest or bool(PRIORITY.match(first)) or bool(reference(first) and (not more or PRIORITY.match(more)))


def about_a_verb(rest: str, _said: Words) -> bool:
    """All of it, or of one word."""
    return not rest or " " not in rest


ASKS = frozenset({"reply", "help", "note"})
"""With one of these in front a question is not only one to colleagues: what is asked for is harmless."""
SHAPES: Mapping[str, Callable[[str, Words], bool]] = {
    **dict.fromkeys(("claim", "release", "accept", "acknowledge", "unavailable"), numbered),
    **dict.fromkeys(("undo", "queue", "next", "show", "record"), only_numbered),
    "close": closing,
    "give": to_somebody,
    "done": by_hand,
    "handover": handing_over,
    "priority": prioritised,
    "help": about_a_verb,
}
"""What may follow a bare verb for it to be one, in the thread of a mention; the others take any words."""


def named_in(text: str) -> tuple[int, ...]:
    """The numbers of the people in a command."""
    return tuple(dict.fromkeys(int(found) for found in MARK.findall(text)))


def with_staff(text: str, staff: Mapping[int, str]) -> str:
    """The command with people by their staff ids, as all chats give them; whoever is none stays a number."""
    return MARK.sub(lambda found: f"<@{staff.get(int(found.group(1)), found.group(1))}>", text)
