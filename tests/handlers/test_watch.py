"""``watch``: who may make one, what is refused whoever asks, and what staff are shown."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from bot.card import Answer
from bot.command import Staff, Way
from bot.errors import FormProblem
from bot.form import Form
from bot.mention import Author
from bot.ports import Incoming, Page
from bot.reply import Abilities, Searches
from bot.store.intake import watch_pages, watches
from bot.store.intake.watch_pages import Due, Hits
from bot.watching.watch import WatchRules
from handlers import VERBS
from handlers.watch import searches_somewhere
from tests.handlers.drawn import assert_golden, drawn
from tests.handlers.office import MORAG, PRIYA, TAM, Office, account

COSTS = Searches(cost="about 0.005 dollars for each post found.")
VALUES = {"terms": "flood, #harrowflood", "without": "film", "channel": "#mentions", "per_day": "50", "days": "30"}
VALUES |= {"why": "the river is high"}
CAN = {
    "x": account("x", network="x", label="@harrowmere", speaks_as="@harrowmere on X", abilities=Abilities(searches=COSTS)),
}


@pytest.fixture
def office(open_office: Callable[..., Office]) -> Office:
    """An office that can search through one account, and has met everybody."""
    return open_office(accounts=CAN, watching=WatchRules(most_per_day=100))


async def makes(office: Office, **values: str) -> str:
    """Morag makes a watch; what she is told."""
    form = await office.ask(MORAG, "watch new")
    answer = await office.sends_in(MORAG, form, {**VALUES, **values})
    assert isinstance(answer, Answer), answer
    return answer.plain


def prefilled(form: Answer | Form) -> Mapping[str, str]:
    """What stands in a form's fields."""
    assert isinstance(form, Form), form
    return {field.name: field.value for field in form.fields}


async def test_a_watch_from_its_making_to_its_end_reads_as_in_the_golden_file(office: Office) -> None:
    told = [("Priya: watch", await office.ask(PRIYA, "watch"))]
    form = await office.ask(MORAG, "watch flood, #harrowflood -film")
    told.append(("Morag: watch flood, #harrowflood -film", form))
    told.append(("Morag sends it in", await office.sends_in(MORAG, form, VALUES)))
    lines = ("watch", "watch W-1", "watch change W-1", "watch extend W-1", "watch stop W-1")
    told += [(f"Morag: {line}", await office.ask(MORAG, line)) for line in lines]
    told.append(("Priya: watch W-1", await office.ask(PRIYA, "watch W-1")))
    told.append(("Priya: watch snow", await office.ask(PRIYA, "watch snow")))
    told.append(("Priya: watch stop W-1 dry", await office.ask(PRIYA, "watch stop W-1 dry")))
    told.append(("Morag: watch John Smith", await office.ask(MORAG, "watch John Smith")))
    told.append(("Morag: watch extend W-1 60 rain", await office.ask(MORAG, "watch extend W-1 60 more rain is forecast")))
    told.append(("Morag: watch stop W-1 dry", await office.ask(MORAG, "watch stop W-1 it is dry")))
    told.append(("Morag: watch W-1", await office.ask(MORAG, "watch W-1")))

    assert_golden("answers/a_watch.txt", "\n\n".join(f"## {what}\n{drawn(answer)}" for what, answer in told))


async def test_what_was_typed_stands_in_the_form(office: Office) -> None:
    typed = prefilled(await office.ask(MORAG, "watch flood, #harrowflood -film"))

    assert (typed["terms"], typed["without"]) == ("flood, #harrowflood", "film")
    assert (typed["channel"], typed["per_day"], typed["days"]) == ("mentions", "50", "30")
    assert "accounts" not in typed


@pytest.mark.parametrize("staff", [PRIYA, TAM])
async def test_only_team_leads_make_change_and_extend_watches_and_everybody_may_look(office: Office, staff: Staff) -> None:
    await makes(office)
    for line in ("watch snow", "watch new", "watch change W-1", "watch extend W-1 30 why"):
        assert "Team leads make and change watches" in await office.says(staff, line)
    form = await office.ask(MORAG, "watch new")
    assert isinstance(form, Form)
    sent = await office.ask(staff, "watch", Way.SENT_IN, step="make", values=VALUES, context={})

    assert isinstance(sent, Answer)
    assert "Team leads make and change watches" in sent.plain
    assert "can stop it" in await office.says(staff, "watch stop W-1 dry")
    assert "flood, #harrowflood" in await office.says(staff, "watch")


PEOPLE = (
    "John Smith",
    "flood, Jane Doe",
    "@loudavies",
    "lou@example.org",
    "07700 900123",
    "Zeb Quill",
    "#ZebQuill",
    "zq_77",
)


async def test_a_person_is_never_watched_whoever_asks_and_however_the_form_is_filled_in(office: Office) -> None:
    await office.desk.take_in([Incoming("p0", "hello", Author("a0", "Zeb Quill", "zq_77"), office.clock.now())], "x")
    await makes(office)
    new, change = await office.ask(MORAG, "watch new"), await office.ask(MORAG, "watch change W-1")

    for terms in PEOPLE:
        assert "keeps no watchlists of people" in await office.says(MORAG, f"watch {terms}")
        for form in (new, change):
            with pytest.raises(FormProblem, match="keeps no watchlists of people") as refused:
                await office.sends_in(MORAG, form, {**VALUES, "terms": terms})
            assert refused.value.field == "terms"

    assert [one.words for one in await office.database.read(watches.running)] == [("flood",)]


UNUSABLE = (
    ("terms", "", "Say what to look for"),
    ("terms", "from:lou", "no signs such as"),
    ("without", "@lou", "no watchlists of people"),
    ("channel", "", "Write the name of a channel"),
    ("channel", "elsewhere", "You are not in #elsewhere"),
    ("per_day", "101", "from 1 to 100"),
    ("per_day", "many", "from 1 to 100"),
    ("days", "91", "from 1 to 90"),
    ("days", "0", "from 1 to 90"),
    ("why", " ", "Say why it is needed"),
)


async def test_a_field_that_cannot_be_used_is_asked_for_again(office: Office) -> None:
    form = await office.ask(MORAG, "watch flood")

    for field, value, told in UNUSABLE:
        with pytest.raises(FormProblem, match=told) as problem:
            await office.sends_in(MORAG, form, {**VALUES, field: value})
        assert problem.value.field == ("terms" if field == "without" else field)


async def test_where_nothing_can_be_searched_that_is_said_and_help_leaves_it_out(open_office: Callable[..., Office]) -> None:
    office = open_office()

    assert "No account here can search" in await office.says(MORAG, "watch flood")
    assert "No account here can search" in await office.says(PRIYA, "watch")
    assert not VERBS["watch"].is_listed(office.desk.house)
    assert searches_somewhere(open_office(accounts=CAN).desk.house)


async def test_of_several_accounts_one_or_more_are_chosen(open_office: Callable[..., Office]) -> None:
    office = open_office(
        accounts={**CAN, "sky": account("sky", speaks_as="@us on Sky", abilities=Abilities(searches=COSTS))}
    )
    form = await office.ask(MORAG, "watch flood")

    with pytest.raises(FormProblem, match="Choose one or more"):
        await office.sends_in(MORAG, form, {**VALUES, "accounts": "website"})
    await office.sends_in(MORAG, form, {**VALUES, "accounts": "sky"})

    assert prefilled(form)["accounts"] == "x,sky"
    assert (await office.database.read(watches.find, 1)).accounts == ("sky",)


async def test_what_was_changed_since_the_form_was_opened_is_not_overwritten(office: Office) -> None:
    await makes(office)
    form = await office.ask(MORAG, "watch change W-1", Way.PRESSED)
    await office.sends_in(MORAG, form, {**VALUES, "terms": "snow"})

    again = await office.sends_in(MORAG, form, {**VALUES, "terms": "ice"})

    assert isinstance(again, Answer)
    assert "changed this watch meanwhile" in again.plain
    assert (await office.database.read(watches.find, 1)).words == ("snow",)


async def test_its_owner_stops_a_watch_without_being_a_lead_any_more_and_always_with_a_reason(office: Office) -> None:
    await makes(office)
    await office.database.write(
        watches.hand_on, MORAG.id, PRIYA.id, MORAG.id, house=office.desk.house, now=office.clock.now()
    )
    form = await office.ask(PRIYA, "watch stop W-1", Way.PRESSED)
    with pytest.raises(FormProblem, match="Say why"):
        await office.sends_in(PRIYA, form, {"why": ""})

    done = await office.sends_in(PRIYA, form, {"why": "it is dry"})

    assert isinstance(done, Answer)
    assert "W-1 is stopped" in done.plain
    assert "has ended" in await office.says(MORAG, "watch change W-1")


async def test_a_form_extends_a_watch_and_where_no_form_can_open_words_do(office: Office) -> None:
    await makes(office)
    form = await office.ask(MORAG, "watch extend W-1", Way.PRESSED)
    await office.sends_in(MORAG, form, {"days": "60", "why": "rain"})
    until = (await office.database.read(watches.find, 1)).until

    assert until - office.clock.now() == timedelta(days=60)
    assert "Open It" in str((await office.ask(MORAG, "watch change W-1", Way.SAID)).buttons)
    assert "Open It" in str((await office.ask(MORAG, "watch snow", Way.SAID)).buttons)
    assert "Say why" in await office.says(MORAG, "watch extend W-1", Way.SAID)
    assert "Say why" in await office.says(MORAG, "watch stop W-1", Way.SAID)


UNKNOWN = (
    ("watch stop", "Say which watch"),
    ("watch W-9", "There are: W-1"),
    ("watch extend W-1 400 why", "from 1 to 90"),
    ("watch stop W-9 why", "There are: W-1"),
    (f"watch extend W-1 {'9' * 5000} why", "from 1 to 90"),
    (f"watch extend W-1 {'why ' * 100}", "300 characters at most"),
    (f"watch stop W-1 {'why ' * 100}", "300 characters at most"),
    ("watch extend W-1 30 days", "W-1"),
    ("watch extend W-1 ² x", "W-1"),
    ("watch @harrowmere", "comes in by itself"),
    ("watch flood -flood", "left out again"),
)


async def test_what_names_no_watch_says_which_there_are(office: Office) -> None:
    await makes(office)

    for line, told in UNKNOWN:
        assert told in await office.says(MORAG, line)


async def test_a_number_of_days_is_no_reason_to_extend_a_watch(office: Office) -> None:
    await makes(office)

    form = await office.ask(MORAG, "watch extend W-1 40 days")
    await office.ask(MORAG, "watch extend W-1 2nd flood warning")

    assert prefilled(form)["days"] == "40"
    assert (await office.desk.events("watch:W-1"))[-1]["note"] == "2nd flood warning"


async def test_words_that_begin_like_a_deed_are_words_all_the_same(office: Office) -> None:
    assert prefilled(await office.ask(MORAG, "watch stop and search"))["terms"] == "stop and search"


async def test_a_hit_belongs_to_its_watchs_channel_for_reading_and_for_handovers(office: Office) -> None:
    office.chat.members["floods"] = frozenset({MORAG.id, TAM.id})
    await makes(office, channel="floods")
    (at,) = await office.database.read(watch_pages_due, office)
    await office.database.write(take, at, office)

    assert "#floods" in await office.says(MORAG, "watch W-1")
    assert "M-1" in await office.says(TAM, "claim 1")
    assert "belongs to the channel floods" in await office.says(PRIYA, "claim 1")
    assert "1 open" not in await office.says(PRIYA, "handover #mentions")


def watch_pages_due(conn: Connection, office: Office) -> list[Due]:
    """What is to be read."""
    return watch_pages.due(conn, "x", office.clock.now())


def take(conn: Connection, at: Due, office: Office) -> Hits:
    """One hit."""
    page = Page((Incoming("h1", "A flood", Author("a1", "Lou"), office.clock.now()),), "c")
    every = timedelta(minutes=5)
    return watch_pages.take_page(conn, page, at, every=every, house=office.desk.house, now=office.clock.now())
