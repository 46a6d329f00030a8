"""The form by which anybody proposes a saved reply, and its owner changes one."""

from collections.abc import Mapping
from datetime import datetime

from bot.authority import Deed
from bot.card import Answer, Button, Line, Weight
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import FormProblem, NeedsMore, NotAllowed
from bot.form import BOX, Field, Form, fits
from bot.mention import Mention
from bot.reply import Reply, ReplyState
from bot.replying.policy import TOPIC
from bot.saving.saved import Saved, Wish
from bot.store.reading import saved as reading
from bot.store.replying import saved as store
from bot.store.replying import saved_owners
from bot.times.until import read_until
from bot.words import saving as words
from bot.words import typed
from bot.words.replying import language
from handlers.reply_filled import spoken
from handlers.saved_whose import FARTHEST, about, anybody_approves, approves_at_once, colleagues, staffed

LONGEST_TITLE, LONGEST_TOPIC = 120, 61
PUBLIC = (ReplyState.SENT, ReplyState.BY_HAND)


async def blank(command: Command, desk: Desk) -> Answer | Form:
    """A new one."""
    if command.way is Way.SAID:
        says = "A saved reply is written in a form."
        return Answer(((says,),), (Button("Open It", "saved", argument="new", weight=Weight.PRIMARY),))
    return await form(command, desk, empty(command, desk))


def empty(command: Command, desk: Desk) -> Wish:
    """Nothing written yet."""
    return Wish("", "", "", desk.now() + desk.house.saving.review, owner=command.by.id)


async def from_answer(command: Command, desk: Desk) -> Answer | Form:
    """The answer that the public can read, for one who may read its mention: the newest, or the one used again most."""
    if not command.text.strip() and not command.at.ref:
        raise NeedsMore(f"Say whose answer, such as {typed('saved', 'from 142')}")
    ref, which = command.ref_and_rest()
    story = await desk.admitted(command, ref)
    public = [one for one in story.replies if one.state in PUBLIC and one.text and one.part == 1]
    if not public:
        raise NotAllowed(f"Nothing was answered to {ref} yet, so there is nothing to save.")
    again = {one.reply for one in await desk.db.read(reading.proved)} if which == "again" else set()
    answer = next((one for one in public if one.id in again), public[-1])
    if command.way is Way.SAID:
        return Answer(((f"The answer to {ref} is saved in a form.",),), (save_button(ref),))
    first: tuple[Line, ...] = ((words.WAS_PRIVATE,),) if story.mention.private else ()
    return await form(command, desk, begun_from(command, desk, story.mention, answer), first=first)


def save_button(ref: str) -> Button:
    """To save the answer to a mention."""
    return Button("Save This Answer", "saved", argument=f"from {ref}")


def begun_from(command: Command, desk: Desk, mention: Mention, answer: Reply) -> Wish:
    """An answer that may be used again. Its title is for a person: the public's words are not for everybody here to read."""
    begun = empty(command, desk)
    times = (answer.second, None, begun.owner, answer.id)
    return Wish("", answer.text, mention.topic, begun.review_at, *times)


async def changed_from(command: Command, desk: Desk, found: Saved) -> Answer | Form:
    """One as it is."""
    if command.way is Way.SAID:
        again = Button("Open It", "saved", argument=f"edit {found.ref}", weight=Weight.PRIMARY)
        return Answer(((f"{found.ref} is changed in a form.",),), (again,))
    return await form(command, desk, found.wish, found)


async def form(
    command: Command, desk: Desk, wish: Wish, found: Saved | None = None, *, first: tuple[Line, ...] = ()
) -> Form:
    """All there is to say of one. ``first``: to read before."""
    if not (fits(wish.text) and fits(wish.second)):
        raise NotAllowed(f"These words are longer than a form holds, which is {BOX:,} characters. Save a shorter answer.")
    names = await colleagues(desk, besides="")
    own = wish.owner if wish.owner in names else command.by.id
    choices = {own: names.get(own) or command.by.name, **names}
    fields = (
        Field("title", "Title", wish.title, hint=words.TITLE_HINT, max_length=LONGEST_TITLE),
        Field("text", first_label(desk), wish.text, hint=words.WORDS_HINT, lines=6),
        *second_field(desk, wish),
        Field("topic", "What is it about?", wish.topic, hint=words.TOPIC_HINT, optional=True, max_length=LONGEST_TOPIC),
        Field("review", "When should somebody look at it again?", day(wish.review_at, desk), hint=words.REVIEW_HINT),
        Field("expires", "When does it end?", moment(wish.expires_at, desk), hint=words.END_HINT, optional=True),
        Field("owner", "Who owns it?", own, choices=choices),
    )
    notes: tuple[Line, ...] = (*first, (words.WAITS_UNTIL if found else words.TELLS_COLLEAGUES,))
    if found:
        context = {"saved": str(found.number), "since": str(found.version)}
        return Form("saved", "edit", f"Change {found.ref}", "Change It", notes, fields, context=context)
    return Form("saved", "make", "Save a reply", "Save It", notes, fields, context={"from": wish.begun_from})


def languages(desk: Desk) -> tuple[str, ...]:
    """The two languages that an account here owes; none where one is enough."""
    return next((one.languages for one in desk.house.accounts.values() if one.languages), ())


def first_label(desk: Desk) -> str:
    """What the box of words is called."""
    two = languages(desk)
    return f"The words in {language(two[0])}" if two else "The words"


def second_field(desk: Desk, wish: Wish) -> tuple[Field, ...]:
    """The same in the other language, where two are owed."""
    two = languages(desk)
    return (Field("second", f"The words in {language(two[1])}", wish.second, optional=True, lines=6),) if two else ()


def day(at: datetime, desk: Desk) -> str:
    """As the form has a day."""
    return f"{at.astimezone(desk.house.zone):%Y-%m-%d}"


def moment(at: datetime | None, desk: Desk) -> str:
    """As the form has a time; empty for none."""
    return f"{at.astimezone(desk.house.zone):%Y-%m-%d %H:%M}" if at else ""


# --- sent in -----------------------------------------------------------------------------------------------------


async def made(command: Command, desk: Desk) -> Answer:
    """A new one: approved by a colleague, or at once where nobody else could."""
    wish = await read_wish(command, desk, empty(command, desk), None)
    house, now = await staffed(desk), desk.now()
    at_once = approves_at_once(house, command.by)
    found = await desk.db.write(store.make, wish, command.by.id, approved=at_once, now=now, key=command.key)
    if found is None:
        return Answer(((words.DONE_ALREADY,),))
    if not at_once:
        await desk.db.write(saved_owners.ask_approvers, found, house=house, now=now)
        await desk.peers.wake("deliver")
    return await told(command, desk, found)


async def changed(command: Command, desk: Desk) -> Answer:
    """Other words, topic, owner or times."""
    before = await desk.db.read(store.find, int(command.context["saved"]))
    desk.require(command.by, Deed.KEEP_SAVED, about(before, desk.house, command.by))
    wish = await read_wish(command, desk, before.wish, before)
    house, now = await staffed(desk), desk.now()
    at_once = approves_at_once(house, command.by)
    since, by = int(command.context["since"]), command.by.id
    write = desk.db.write(store.change, before.number, wish, by, since=since, approved=at_once, now=now)
    found: Saved = await write
    if found.approved_by is None and found.edition > before.edition:
        await desk.db.write(saved_owners.ask_approvers, found, house=house, now=now)
        await desk.peers.wake("deliver")
    return await told(command, desk, found)


async def told(command: Command, desk: Desk, found: Saved) -> Answer:
    """What becomes of it now."""
    show, house = (Button(f"Show {found.ref}", "saved", argument=found.ref),), await staffed(desk)
    if found.approved_by:
        alone = approves_at_once(house, command.by) and found.approved_by == command.by.id
        nobody = words.YOURS_STAND if anybody_approves(house) else words.NOBODY_APPROVES
        return Answer(((f"{found.ref} is saved. ", nobody if alone else "It can be used."),), show)
    asked = [one for one in house.approvers or house.leads if one != command.by.id]
    names = await desk.names(set(asked))
    whom = " or ".join(names[one] for one in asked[:3]) or "somebody who approves"
    return Answer(((f"{found.ref} is proposed. It can be used once {whom} has approved it.",),), show)


async def read_wish(command: Command, desk: Desk, before: Wish, found: Saved | None) -> Wish:
    """What the form says. Raises FormProblem at the field that cannot be used."""
    values = command.values
    title, text = " ".join(spoken(values.get("title", "")).split()), spoken(values.get("text", ""))
    if not title:
        raise FormProblem("title", words.NEEDS_TITLE)
    if len(title) > LONGEST_TITLE:
        raise FormProblem("title", words.too_long_title(LONGEST_TITLE))
    if same := await desk.db.read(reading.titled, title, found.number if found else 0):
        raise FormProblem("title", f"{same.ref} is called that already. Change {same.ref}, or choose another title.")
    if not text:
        raise FormProblem("text", words.NEEDS_WORDS)
    second = spoken(values.get("second", before.second))
    review_at, expires_at = review_given(values, desk, before), end_given(values, desk, before)
    owner = values.get("owner", "") or before.owner
    if owner not in (before.owner, command.by.id) and owner not in await colleagues(desk, besides=""):
        raise FormProblem("owner", "Choose somebody who is here.")
    begun = command.context.get("from", before.begun_from)
    return Wish(title, text, topic_given(values), review_at, second, expires_at, owner, begun)


def topic_given(values: Mapping[str, str]) -> str:
    """As mentions have it. Raises FormProblem."""
    topic = values.get("topic", "").strip().lower()
    if topic and not TOPIC.fullmatch(topic):
        raise FormProblem("topic", words.NEEDS_TOPIC)
    return topic


def review_given(values: Mapping[str, str], desk: Desk, before: Wish) -> datetime:
    """The day somebody looks again; the one it has stays as it is. Raises FormProblem."""
    written = values.get("review", "").strip()
    if written in ("", day(before.review_at, desk)):
        return before.review_at
    return moment_given("review", written, desk, words.NEEDS_REVIEW)


def end_given(values: Mapping[str, str], desk: Desk, before: Wish) -> datetime | None:
    """When it ends; None where it does not. Raises FormProblem."""
    written = values.get("expires", moment(before.expires_at, desk)).strip()
    if not written:
        return None
    if before.expires_at and written == moment(before.expires_at, desk):
        if before.expires_at <= desk.now():
            raise FormProblem("expires", words.NOT_PAST)
        return before.expires_at
    return moment_given("expires", written, desk, words.NEEDS_END)


def moment_given(field: str, written: str, desk: Desk, otherwise: str) -> datetime:
    """A time still to come. Raises FormProblem."""
    try:
        at, rest = read_until(written, desk.now(), desk.house.zone, FARTHEST)
    except NeedsMore as unread:
        raise FormProblem(field, words.NOT_PAST if "past" in str(unread) else otherwise) from unread
    if rest:
        raise FormProblem(field, otherwise)
    return at
