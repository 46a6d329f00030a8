"""The form of ``find``: a box for the words and one for each filter, made into what could have been typed."""

from collections.abc import Mapping
from dataclasses import replace

from bot.errors import FormProblem, NeedsMore
from bot.finding.query import FILTERS, Known, Query, checked, read_query
from bot.form import Field, Form
from bot.house import CANARY, House
from bot.mention import State
from bot.words import finding as said

MOST_CHOICES = 90
"""Of more accounts the name is written: a list of a chat holds no more."""
BOXES = ("network", "account", "topic", "state", "by", "from", "until", "author")


def blank(house: House) -> Form:
    """Nothing filled in."""
    return Form("find", "look", "Find", "Find", ((said.FORM_NOTE,),), fields(house), only_shows=True)


def fields(house: House) -> tuple[Field, ...]:
    """All may be left empty, if not all of them."""
    accounts = {name: one.label for name, one in house.accounts.items() if name != CANARY}
    networks = sorted({house.accounts[name].network for name in accounts})
    return (
        Field("words", "Words", hint=said.WORDS_HINT, optional=True, max_length=500),
        choice("network", "Network", {name: name for name in networks}),
        choice("account", "Account", accounts),
        Field("topic", "Topic", hint="Such as bins, with all that is under it", optional=True, max_length=80),
        choice("state", "State", {name: name for name in ("open", *(state.value for state in State))}),
        Field("by", "Colleague who had it or answered it", hint="A name, or me", optional=True, max_length=80),
        Field("from", "From the day", hint=said.DAY_HINT, optional=True, max_length=30),
        Field("until", "Until the day", hint=said.DAY_HINT, optional=True, max_length=30),
        Field("author", "Member of the public", hint=said.AUTHOR_HINT, optional=True, max_length=80),
        Field("because", "Why you look for this person", optional=True, max_length=200),
    )


def choice(name: str, label: str, choices: Mapping[str, str]) -> Field:
    """One of a list, or written where there is none or it is too long."""
    fit = choices if 1 < len(choices) <= MOST_CHOICES else {}
    return Field(name, label, choices=fit, optional=True, max_length=80)


def as_typed(values: Mapping[str, str], known: Known) -> str:
    """What was filled in, as it could have been typed. Raises FormProblem at the box that cannot be used."""
    query, typed = Query(), [values.get("words", "").strip()]
    for name in BOXES:
        if not (value := " ".join(values.get(name, "").replace('"', " ").split())):
            continue
        try:
            query = FILTERS[name](query, value, known)
        except NeedsMore as problem:
            raise FormProblem(name, str(problem)) from problem
        typed.append(f'{name}:"{value}"')
    because = " ".join(values.get("because", "").split())
    if query.author:
        reasoned(replace(query, because=because))
        typed.append(f"because {because}")
    text = " ".join(part for part in typed if part)
    try:
        read_query(text, known)
    except NeedsMore as problem:
        raise FormProblem("words", str(problem)) from problem
    return text


def reasoned(query: Query) -> None:
    """Raise FormProblem for a person who is looked for without a reason."""
    try:
        checked(query)
    except NeedsMore as problem:
        raise FormProblem("because", str(problem)) from problem
