"""``find words`` - mentions that hold these words, what was answered and what was noted; without words, a form.

Only what the person may read is shown, and nothing says whether there is more.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot import words
from bot.card import Answer, Button, Line, Part, Strong
from bot.command import Command, Way, reference
from bot.desk import Desk
from bot.errors import NeedsMore
from bot.finding.excerpt import Sought, excerpt
from bot.finding.query import Known, Query, read_query
from bot.form import Form
from bot.house import CANARY
from bot.mention import Mention
from bot.store.finding import index, looked, texts
from bot.store.finding.texts import Said
from bot.store.reading import search
from bot.words import finding as said
from handlers import find_form
from handlers.people import BY_ID, PERSON

PAGE, AT_ONCE, ROUNDS = 6, 24, 8
"""Mentions of an answer; of how many it is looked at first who may read them, of twice as many then, and how often."""
READ_ON = 5
"""How often what came in is read on before an answer, a few hundred changes each time."""
WAYS: Sequence[tuple[str, str]] = (
    ('"mill road" bin* -brown', "these words in a row, words that begin so, and not that one"),
    ("flood network:x from:monday", f"filters: {said.FILTERS}"),
    ("like 142", "what is most like a mention"),
)


async def find(command: Command, desk: Desk) -> Answer | Form:
    """What was typed, what was filled in, or the form."""
    if command.step:
        return await looked_up(command, desk, find_form.as_typed(command.values, known(desk)))
    word, rest = command.word()
    if word == "like" and (ref := reference(rest.text)):
        return await most_like(command, desk, ref)
    if command.text.strip():
        return await looked_up(command, desk, command.text)
    return without_words(command, desk)


def without_words(command: Command, desk: Desk) -> Answer | Form:
    """The form, where one can be opened; elsewhere what to type."""
    chat = desk.chats.get(command.at.chat)
    if chat and chat.manner.commands:
        return Answer(((said.NO_WORDS,), (said.FILTERS,)))
    if command.way is Way.SAID:
        return Answer(((said.NO_WORDS,), (said.FILTERS,)), (Button("Open the Form", "find"),))
    return find_form.blank(desk.house)


def known(desk: Desk) -> Known:
    """What filters can name."""
    accounts = {name: one.label for name, one in desk.house.accounts.items() if name != CANARY}
    networks = frozenset(desk.house.accounts[name].network for name in accounts)
    return Known(networks, accounts, desk.now(), desk.house.zone)


async def looked_up(command: Command, desk: Desk, text: str) -> Answer:
    """The newest that hold it all; where none does, those that hold most of it."""
    query = read_query(text, known(desk))
    query = replace(query, people=tuple([await colleague(command, desk, name) for name in query.people]))
    unread = await caught_up(desk)
    shown, older_than = await page(command, desk, query)
    if query.author:
        refs = [mention.ref for mention in shown]
        await desk.db.write(looked.looked_for_author, command.by.id, query.because, shown=refs, now=desk.now())
    note: list[Line] = [(said.ON_RECORD,)] if query.author else []
    note += [(said.unread(unread),)] if unread else []
    more = [Button("Show Older Ones", "find", argument=older(text, older_than))] if older_than else []
    if not shown:
        return Answer((*note, (said.AS_FAR,)), tuple(more)) if more else await nearly(command, desk, query, note)
    return await answer(desk, shown, sought(query), heading=note, buttons=more)


def older(text: str, number: int) -> str:
    """What asks for the next page, below a number."""
    first, _, rest = text.strip().partition(" ")
    return f"before:M-{number} {rest if first.lower().startswith('before:') else text.strip()}"


async def nearly(command: Command, desk: Desk, query: Query, note: list[Line]) -> Answer:
    """Nothing holds all of it."""
    found = [] if query.author else await readable(command, desk, await desk.db.read(search.nearest, query))
    if not found:
        return Answer((*note, (said.NOTHING,)))
    return await answer(desk, found[:PAGE], sought(query), heading=[*note, (said.NEAREST,)])


async def most_like(command: Command, desk: Desk, ref: str) -> Answer:
    """By the rarest words of a mention the person may read."""
    story = await desk.admitted(command, ref)
    await caught_up(desk)
    number = story.mention.number
    weights = await desk.db.read(search.rarest, number)
    found = await readable(command, desk, await desk.db.read(search.like, number, weights))
    if not found:
        return Answer(((said.NOTHING_LIKE,),))
    return await answer(desk, found[:PAGE], Sought(weights), heading=[(said.like(ref),)])


# --- what is read ------------------------------------------------------------------------------------------------


async def caught_up(desk: Desk) -> int:
    """What came in a second ago is found too; returns how many changes are still to be read, after a burst or an upgrade."""
    for _ in range(READ_ON):
        if not await desk.db.read(index.is_behind):
            return 0
        await desk.db.write(index.catch_up, desk.now())
    return await desk.db.read(index.waiting)


async def page(command: Command, desk: Desk, query: Query) -> tuple[list[Mention], int]:
    """As many as fit of those the person may read, and below which number there may be more; 0: there are none."""
    shown: list[Mention] = []
    size = AT_ONCE
    for _ in range(ROUNDS):
        hits = await desk.db.read(search.found, query, size)
        shown += await readable(command, desk, hits)
        if len(shown) > PAGE:
            return shown[:PAGE], shown[PAGE - 1].number
        if len(hits) < size:
            return shown, 0
        query, size = replace(query, before=hits[-1].number), size * 2
    return shown, query.before


async def readable(command: Command, desk: Desk, hits: Sequence[Mention]) -> list[Mention]:
    """Those the person may read, in the same order."""
    may = await desk.readable(command, hits)
    return [mention for mention in hits if mention.ref in may]


async def colleague(command: Command, desk: Desk, name: str) -> str:
    """The id of whoever is named. Raises NeedsMore for nobody."""
    if name.lower() == "me":
        return command.by.id
    meant = PERSON.match(name) if name.startswith("<") else BY_ID.search(name)
    found = await desk.db.read(search.colleague, meant.group(1) if meant else name)
    if not found:
        raise NeedsMore(said.no_colleague(name))
    return found


# --- what is shown -----------------------------------------------------------------------------------------------


def sought(query: Query) -> Sought:
    """What is made strong."""
    return Sought(query.stems, query.beginnings)


async def answer(
    desk: Desk, shown: Sequence[Mention], what: Sought, *, heading: Sequence[Line] = (), buttons: Sequence[Button] = ()
) -> Answer:
    """A line each, with the words around what was found."""
    held = await desk.db.read(texts.texts_of, [mention.number for mention in shown])
    lines = [line(desk, mention, held[mention.number], what) for mention in shown]
    alike = [Button(f"Like {mention.ref}", "find", argument=f"like {mention.ref}") for mention in shown]
    return Answer((*heading, *lines), (*buttons, *alike))


def line(desk: Desk, mention: Mention, held: Sequence[Said], what: Sought) -> Line:
    """One mention."""
    at = words.when(mention.received_at, desk.house.zone)
    who = mention.author.name or "somebody"
    return (Strong(mention.ref), f" · {mention.state} · {who} · ", at, " · ", *quoted(mention, held, what))


def quoted(mention: Mention, held: Sequence[Said], what: Sought) -> tuple[Part, ...]:
    """Its words where the most of it was found, and where that is; what may not be shown in lists is only named."""
    if mention.gone_at and mention.text and not any(what.found_in(one.text) for one in held):
        return (said.KEPT,)
    if mention.private or not held:
        return (words.said(mention),)
    most = max(held, key=lambda one: len(what.found_in(one.text)))
    if not what.found_in(most.text):
        return (words.said(mention, 120),)
    return (said.WHERE.get(most.where, ""), "“", *excerpt(most.text, what), "”")
