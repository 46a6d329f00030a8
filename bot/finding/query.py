"""What somebody looks for, read from what they typed: words, "phrases", -without, begin*, and filters. Pure.

Nothing they type can be an error: whatever is no sign of ours is a word, and a word is letters and digits only.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from bot.errors import NeedsMore
from bot.finding.days import day_meant
from bot.finding.terms import folded, stem, terms, words_of
from bot.mention import OPEN, State
from bot.words import finding as words

LONGEST, MOST = 1_000, 40
"""Characters of a question, and words in it."""
SHORTEST_NAME = 3
"""Letters by which a member of the public can be looked for: fewer would list half the town under one reason."""
SHORTEST_STEM = 3
ENDINGS = ("ings", "ions", "ional", "ations", "ers", "ed", "es", "edly", "ingly", "ments", "ables", "ness", "ively", "ities")
"""How English words go on that are brought back to the same stem."""
TOKEN = re.compile(r'-?(?:[A-Za-z]{2,12}:)?(?:"[^"]*"?|[^\s"]+)')
QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"') | dict.fromkeys("‐‑‒–—−", "-"))
FILTER = re.compile(r"([A-Za-z]{2,12}):(?!//)(.*)", re.DOTALL)
STATES: Mapping[str, frozenset[State]] = {
    "open": OPEN,
    **{state.value: frozenset({state}) for state in State},
    "answered": frozenset({State.REPLIED}),
    "asleep": frozenset({State.SNOOZED}),
}


@dataclass(frozen=True, slots=True)
class Term:
    """Stems that stand in a row; with ``begins``, words that begin so count too."""

    stems: tuple[str, ...]
    begins: str = ""
    within: tuple[str, ...] = ()
    """Stems shorter than that beginning, of words that go on so: ``collect`` of collecti*."""


@dataclass(frozen=True, slots=True)
class Query:
    """All of ``wanted``, none of ``without``, and all filters that are set; of several values of one filter, any."""

    wanted: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    networks: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    """Staff who had it or answered it: as they were typed, then their ids."""
    states: frozenset[State] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    author: str = ""
    because: str = ""
    """Why somebody looks for a member of the public."""
    before: int = 0
    """Only those numbered below; 0: all."""

    @property
    def filters(self) -> bool:
        """Whether anything besides words narrows it."""
        named = self.networks or self.accounts or self.topics or self.people or self.states
        return bool(named or self.since or self.until or self.author)

    @property
    def stems(self) -> frozenset[str]:
        """Every stem that is looked for."""
        return frozenset(stem for term in self.wanted for stem in term.stems)

    @property
    def beginnings(self) -> tuple[str, ...]:
        """What the words that count may begin with."""
        return tuple(term.begins for term in self.wanted if term.begins)


@dataclass(frozen=True, slots=True)
class Known:
    """What the filters can name: accounts by the name staff may type, with their labels; and when and where it is now."""

    networks: frozenset[str]
    accounts: Mapping[str, str]
    now: datetime
    zone: ZoneInfo


def read_query(text: str, known: Known) -> Query:
    """What is looked for. Raises NeedsMore, in a sentence, for what cannot be looked for."""
    if len(text) > LONGEST:
        raise NeedsMore(words.too_long(len(text), LONGEST))
    query = Query()
    plain = text.translate(QUOTES)
    for found in TOKEN.finditer(plain):
        if query.author and found.group().lower() == "because":
            query = replace(query, because=" ".join(text[found.end() :].split()))
            break
        query = taken_in(query, found.group(), known)
    return checked(query)


def checked(query: Query) -> Query:
    """A question that can be asked. Raises NeedsMore for none, for too many words, and for a person without a reason."""
    if len(query.wanted) + len(query.without) > MOST:
        raise NeedsMore(words.too_many(MOST))
    if not query.wanted and not query.filters:
        raise NeedsMore(words.ONLY_WITHOUT if query.without else words.NO_WORDS)
    if query.since and query.until and query.since >= query.until:
        raise NeedsMore(words.NO_TIME_BETWEEN)
    if query.author and len(query.because) < 3:
        raise NeedsMore(words.NEEDS_REASON)
    if query.author.isascii() and 0 < len(query.author) < SHORTEST_NAME:
        raise NeedsMore(words.SHORT_NAME)
    if query.author and is_named(query.author, query.because):
        raise NeedsMore(words.REASON_NAMES)
    return query


def is_named(author: str, because: str) -> bool:
    """Whether a reason has a word that is a word of the name, or begins with one: ``zara's``, and ``zara`` for ``zar``."""
    parts = {part for part in words_of(author) if len(part) >= SHORTEST_NAME} or set(words_of(author))
    return any(word.startswith(part) for word in words_of(because) for part in parts)


def taken_in(query: Query, token: str, known: Known) -> Query:
    """The question with one more thing that was typed."""
    bare = token.removeprefix("-")
    if found := FILTER.fullmatch(bare):
        name, value = found.group(1).lower(), found.group(2).strip('"').strip()
        if name not in FILTERS:
            raise NeedsMore(words.no_filter(name, next(iter(get_close_matches(name, NAMES, 1)), ""), NAMES))
        if bare != token:
            raise NeedsMore(words.not_without(name))
        if not value:
            raise NeedsMore(words.which_value(name))
        return FILTERS[name](query, value, known)
    one = read_term(bare)
    if one is None:
        return query
    if bare != token:
        return replace(query, without=(*query.without, one))
    return query if one in query.wanted else replace(query, wanted=(*query.wanted, one))


def read_term(written: str) -> Term | None:
    """A word, or words in a row; None for signs that are no word."""
    stems = tuple(terms(written))
    if not stems:
        return None
    parts = list(words_of(written))
    begins = parts[0].replace("'", "") if written.endswith("*") and len(parts) == 1 else ""
    return Term(stems, begins, tuple(within(begins)) if begins else ())


def within(begins: str) -> Iterator[str]:
    """What a beginning may have been cut down to: ``floodi`` begins flooding, which is kept as ``flood``."""
    for length in range(SHORTEST_STEM, len(begins)):
        cut, rest = begins[:length], begins[length:]
        if any(end.startswith(rest) and stem(cut + end) == cut for end in ENDINGS):
            yield cut


# --- filters -----------------------------------------------------------------------------------------------------

Narrowed = Callable[[Query, str, Known], Query]


def by_network(query: Query, value: str, known: Known) -> Query:
    """``network:webchat``, by its name."""
    return replace(query, networks=(*query.networks, one_of(value, {name: name for name in known.networks}, "network")))


def by_account(query: Query, value: str, known: Known) -> Query:
    """``account:website``, by its name or label."""
    named = {label: name for name, label in known.accounts.items()} | {name: name for name in known.accounts}
    return replace(query, accounts=(*query.accounts, one_of(value, named, "account")))


def one_of(value: str, named: Mapping[str, str], what: str) -> str:
    """The one meant. Raises NeedsMore, which says which there are."""
    by_fold = {folded(name): one for name, one in named.items()}
    if (found := by_fold.get(folded(value))) is not None:
        return found
    near = next(iter(get_close_matches(folded(value), by_fold, 1)), "")
    raise NeedsMore(words.none_called(what, value, by_fold.get(near, ""), sorted(set(named.values()))))


def by_topic(query: Query, value: str, _known: Known) -> Query:
    """``topic:bins``, with what is under it, such as bins.missed."""
    return replace(query, topics=(*query.topics, value.casefold().strip(".")))


def by_person(query: Query, value: str, _known: Known) -> Query:
    """``by:@priya`` or ``by:"Priya Shah"``: a colleague."""
    return replace(query, people=(*query.people, value))


def by_state(query: Query, value: str, _known: Known) -> Query:
    """``state:open``."""
    meant = one_of(value, {name: name for name in STATES}, "state")
    return replace(query, states=query.states | STATES[meant])


def since(query: Query, value: str, known: Known) -> Query:
    """``from:2026-11-17``: from the beginning of that day."""
    return replace(query, since=midnight(a_day(value, known), known.zone))


def until(query: Query, value: str, known: Known) -> Query:
    """``until:friday``: to the end of that day."""
    day = a_day(value, known)
    return replace(query, until=midnight(day + timedelta(days=1), known.zone) if day < date.max else None)


def a_day(value: str, known: Known) -> date:
    """The day meant. Raises NeedsMore."""
    day = day_meant(value, known.now.astimezone(known.zone).date())
    if day is None:
        raise NeedsMore(words.no_day(value))
    return day


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins there, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def by_author(query: Query, value: str, _known: Known) -> Query:
    """``author:"Lou Tranter" because …``: a member of the public; the reason goes on the record."""
    return replace(query, author=value.removeprefix("@"))


def before(query: Query, value: str, _known: Known) -> Query:
    """``before:M-142``: older ones, which is how the next page is asked for."""
    digits = value.upper().removeprefix("M-")
    return replace(query, before=int(digits)) if digits.isdecimal() and len(digits) < 10 else query


FILTERS: Mapping[str, Narrowed] = {
    "network": by_network,
    "account": by_account,
    "topic": by_topic,
    "by": by_person,
    "person": by_person,
    "from": since,
    "until": until,
    "state": by_state,
    "author": by_author,
    "before": before,
}
NAMES = tuple(name for name in FILTERS if name not in ("person", "before"))
"""Those that are named to staff."""
