"""``help`` - the verbs there are, and what each wants; also the answer to a verb nobody knows."""

from collections.abc import Mapping
from difflib import get_close_matches

from bot import words
from bot.card import Answer, Line, Strong
from bot.command import Place
from bot.desk import Desk
from bot.words.helping import BUTTONS_TOO, in_words_alone
from handlers.verb import Verb

PUBLIC = "Only reply speaks to the public, and you see the words first. Nothing else said here is ever published."


def help_(verbs: Mapping[str, Verb], desk: Desk, at: Place, *, more: bool = False) -> Answer:
    """A line for each verb, the deeds first; twelve at most, the rest under ``help more``."""
    shown = sorted((v for v in verbs.values() if v.is_listed(desk.house) and v.more == more), key=lambda v: not v.deed)
    commands = desk.spelling(at)
    lines: list[Line] = [(Strong("What you can ask Tolbooth"),)]
    lines += [(Strong(words.spelled(words.typed(v.name, v.usage), commands)), f"  {v.summary}") for v in shown]
    if not more:
        lines.append((f"More: {words.typed('help', 'more')}",))
    each = desk.house.read_each.get(at.chat)
    lines += [(in_words_alone(each) if each else BUTTONS_TOO,)]
    return Answer((*lines, (PUBLIC,)))


def explain(about: str, verbs: Mapping[str, Verb]) -> Answer:
    """One verb, or the one that was probably meant."""
    verb = verbs.get(about)
    if verb is not None and verb.summary:
        each = [(f"{words.typed(verb.name, rest)}: {what}",) for rest, what in verb.ways]
        return Answer(((f"{words.typed(verb.name, verb.usage)}: {verb.summary}.",), *each))
    known = [name for name, v in verbs.items() if not v.hidden]
    close = get_close_matches(about, known, n=1, cutoff=0.5)
    meant = f"Did you mean {words.typed(close[0])}? " if close else ""
    return Answer(((f"There is no verb “{about[:40]}”. {meant}To see them all: {words.typed('help')}",),))
