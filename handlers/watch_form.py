"""The form by which a team lead makes or changes a watch, and what it refuses: a person is never watched."""

import re
from collections.abc import Mapping

from bot.authority import Deed
from bot.card import Answer, Button, Line, Weight
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import FormProblem, NotAllowed
from bot.form import Field, Form
from bot.house import Account, House
from bot.store.intake import watches
from bot.store.reading import overview
from bot.watching.people import candidates, refusal
from bot.watching.terms import Terms, Unfit, folded, read_terms
from bot.watching.watch import Watch, Wish
from bot.words import watching as words
from bot.words import watching_shown as shown
from handlers.watch_end import DAY, days_given, longest, why_field, why_given

MOST_BOXES = 10
"""Accounts that are ticked; of more, the names are written."""
CHANNEL = re.compile(r"<?#?([\w-]+)(?:\|([\w-]+))?>?")


def searching(house: House) -> Mapping[str, Account]:
    """The accounts a watch can read through, by name."""
    return {name: one for name, one in house.accounts.items() if one.abilities.searches}


async def blank(command: Command, desk: Desk, written: str) -> Answer | Form:
    """A new watch, filled in as far as it was typed; what is no term is said at once."""
    desk.require(command.by, Deed.WATCH)
    if not searching(desk.house):
        raise NotAllowed(words.NOBODY_SEARCHES)
    terms = await fit(written, "", desk) if written.strip() else Terms()
    if command.way is Way.SAID:
        return Answer(((shown.IN_A_FORM,),), (Button("Open It", "watch", argument=f"new {written}", weight=Weight.PRIMARY),))
    here = await desk.db.read(overview.channel_named, desk.house, command.at)
    channel = here or next((one.channel for one in searching(desk.house).values()), "")
    rules = desk.house.watching
    wish = Wish(terms, tuple(searching(desk.house)), channel, rules.per_day, "")
    days = Field("days", "For how many days?", str(rules.lasts // DAY), hint=longest(desk))
    return Form("watch", "make", "Make a watch", "Make It", notes(desk), fields_for(wish, desk, days))


async def filled(command: Command, desk: Desk, own: Watch) -> Form:  # noqa: ARG001 - as the other forms
    """A watch as it is."""
    fields = fields_for(Wish(own.terms, own.accounts, own.channel, own.per_day, own.why), desk)
    context = {"watch": str(own.number), "since": str(own.version)}
    return Form("watch", "change", f"Change {own.ref}", "Change It", notes(desk), fields, context=context)


def notes(desk: Desk) -> tuple[Line, ...]:
    """What to know before: what it may cost, and that it is for no person."""
    return ((shown.NOT_PEOPLE,), *shown.costs(searching(desk.house).values()))


def fields_for(wish: Wish, desk: Desk, *more: Field) -> tuple[Field, ...]:
    """All there is to say of a watch."""
    can = searching(desk.house)
    left_out = ", ".join(wish.terms.without)
    chosen = ", ".join(name for name in wish.accounts if name in can)
    accounts = Field("accounts", "Through which accounts?", chosen, hint="Their names, with commas between.")
    if len(can) <= MOST_BOXES:
        boxes = {name: one.speaks_as for name, one in can.items()}
        value = chosen.replace(" ", "")
        accounts = Field("accounts", accounts.label, value, choices=boxes, several=True)
    return (
        Field("terms", "What to look for?", shown.as_written(wish.terms), hint=shown.TERMS_HINT, lines=3, max_length=600),
        Field("without", "What to leave out?", left_out, hint=shown.WITHOUT_HINT, optional=True, max_length=600),
        *([accounts] if len(can) > 1 else []),
        Field("channel", "In which channel do its hits appear?", wish.channel, hint=shown.CHANNEL_HINT, max_length=80),
        Field("per_day", "How many posts a day, at most?", str(wish.per_day), hint=shown.budget_hint(desk.house.watching)),
        *more,
        why_field(wish.why),
    )


# --- sent in -----------------------------------------------------------------------------------------------------


async def made(command: Command, desk: Desk) -> Answer:
    """A new one."""
    desk.require(command.by, Deed.WATCH)
    wish = await read_wish(command, desk)
    until = desk.now() + days_given(command.values, desk) * DAY
    house, now, by = desk.house, desk.now(), command.by.id
    own = await desk.db.write(watches.make, wish, by, until=until, house=house, now=now, key=command.key)
    if own is None:
        return Answer(((words.DONE_ALREADY,),))
    return Answer(shown.looking(own, desk.house), (Button(f"Show {own.ref}", "watch", argument=own.ref),))


async def changed(command: Command, desk: Desk) -> Answer:
    """Other terms, accounts, channel or budget."""
    desk.require(command.by, Deed.WATCH)
    wish, context = await read_wish(command, desk), command.context
    number, since = int(context["watch"]), int(context["since"])
    own = await desk.db.write(watches.change, number, wish, command.by.id, since=since, now=desk.now())
    return Answer(shown.looking(own, desk.house), (Button(f"Show {own.ref}", "watch", argument=own.ref),))


async def read_wish(command: Command, desk: Desk) -> Wish:
    """What the form says. Raises FormProblem at the field that cannot be used."""
    values = command.values
    try:
        terms = await fit(values.get("terms", ""), values.get("without", ""), desk)
    except NotAllowed as refused:
        raise FormProblem("terms", str(refused)) from refused
    return Wish(terms, accounts_given(values, desk), await channel_given(command, desk), budget_given(values, desk),
                why_given(values))  # fmt: skip


async def fit(written: str, without: str, desk: Desk) -> Terms:
    """Terms that a watch may have. Raises NotAllowed, which says why not: nobody's role lets a person be watched."""
    try:
        terms = read_terms(written, without)
    except Unfit as misfit:
        raise NotAllowed(str(misfit)) from misfit
    if reason := finds_nothing(terms, desk.house):
        raise NotAllowed(reason)
    known = await desk.db.read(watches.known, candidates(terms), desk.house)
    if reason := refusal(terms, known):
        raise NotAllowed(reason)
    return terms


def finds_nothing(terms: Terms, house: House) -> str:
    """Why these would bring nothing for ever; empty when they may."""
    wanted = {folded(term) for term in (*terms.words, *(f"#{tag}" for tag in terms.tags))}
    if wanted <= {f"@{handle}" for handle in house.own_handles}:
        return words.COMES_ANYWAY
    return words.ALL_LEFT_OUT if wanted <= {folded(term) for term in terms.without} else ""


def accounts_given(values: Mapping[str, str], desk: Desk) -> tuple[str, ...]:
    """Through which it reads; where there is but one, that one."""
    can = searching(desk.house)
    if not can:
        raise FormProblem("terms", words.NOBODY_SEARCHES)
    if len(can) == 1:
        return tuple(can)
    named = {name.strip() for name in values.get("accounts", "").split(",")}
    chosen = tuple(name for name in can if name in named)
    if not chosen:
        raise FormProblem("accounts", "Choose one or more.")
    return chosen


async def channel_given(command: Command, desk: Desk) -> str:
    """Where its hits go: a channel that the bot and whoever makes it are in. Raises FormProblem."""
    found = CHANNEL.fullmatch(command.values.get("channel", "").strip())
    if not found:
        raise FormProblem("channel", "Write the name of a channel, such as #floods.")
    settings = {one.channel for one in desk.house.accounts.values() if one.channel}
    private = {one.private_channel for one in desk.house.accounts.values() if one.private_channel}
    named = next((name for name in sorted(settings | private) if name.lstrip("#") in found.groups()), found.group(1))
    if not await desk.in_channel(command, named):
        raise FormProblem("channel", shown.not_there(named))
    return named


def budget_given(values: Mapping[str, str], desk: Desk) -> int:
    """Posts a day. Raises FormProblem."""
    text, most = values.get("per_day", "").strip(), desk.house.watching.most_per_day
    if not text.isdecimal() or not 1 <= int(text[:9]) <= most:
        raise FormProblem("per_day", shown.budget_hint(desk.house.watching))
    return int(text)
