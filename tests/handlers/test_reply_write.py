"""The form a reply is written in: what is answered, as whom, to whom, and what stands in its way."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from bot.card import Picture, Quote, plain
from bot.command import Way
from bot.errors import FormProblem
from bot.exchange import Edited
from bot.form import Form
from bot.mention import Action
from bot.reply import Abilities, Audience, ReplyState, TextLimits
from bot.store.intake import accounts
from tests.handlers.drawn import drawn
from tests.handlers.office import FARAH, LIMITS, MORAG, PRIYA, Office, account

pytestmark = pytest.mark.slow  # an office each

Opens = Callable[..., Office]
PRIVATE = Abilities(private=TextLimits(10_000, "characters", len))
WELSH = {"languages": ("cy", "en")}


def on(**changes: object) -> Mapping[str, object]:
    """The website's account, changed."""
    return {"website": account("website", **changes)}


async def form_of(office: Office, asked: str = "reply 1", who: object = PRIYA, way: Way = Way.TYPED) -> Form:
    """The form somebody is answered with."""
    form = await office.ask(who, asked, way)  # type: ignore[arg-type]
    assert isinstance(form, Form), form
    return form


def field(form: Form, name: str) -> object:
    """One field; None when it is not asked for."""
    return next((one for one in form.fields if one.name == name), None)


# --- what is shown ------------------------------------------------------------------------------------------------


async def test_a_lone_post_is_quoted_without_ado(office: Office) -> None:
    await office.hears("Is my school shut?")

    form = await form_of(office)

    assert form.body == (
        ("Goes out as ", form.body[0][1], ", in public. It answers:"),  # type: ignore[index]
        Quote("Is my school shut?"),
    )


async def test_the_conversation_so_far_is_shown_in_order_theirs_and_ours(office: Office) -> None:
    await office.hears("Is my school shut?", native_id="p1", conversation="p1")
    await office.replies(PRIYA, 1, "It is open.")
    office.clock.advance(minutes=1)
    await office.system("M-1", Action.SENT)
    office.clock.advance(minutes=1)
    await office.hears("And the bus?", in_reply_to="p1", conversation="p1")

    shown = drawn(await form_of(office))

    said = [line for line in shown.split("\n") if line.startswith(("> ", "Lou, ", "Harrowmere web chat, by "))]
    assert [line for line in said if line.startswith("> ")] == ["> Is my school shut?", "> It is open.", "> And the bus?"]
    assert said[2].startswith("Harrowmere web chat, by Priya Shah, 17 Nov at ")


async def test_a_long_conversation_shows_its_beginning_and_its_end_and_says_what_it_leaves_out(office: Office) -> None:
    await office.hears("The first", native_id="p1", conversation="p1")
    for number in range(20):
        office.clock.advance(seconds=1)
        await office.hears(f"More {number} " + "x" * 400, in_reply_to="p1", conversation="p1")

    form = await form_of(office)

    quotes = [piece.text for piece in form.body if isinstance(piece, Quote)]
    assert quotes[0] == "The first"
    assert quotes[-1].startswith("More 19 ")
    assert (len(quotes), max(map(len, quotes))) == (8, 300)
    assert "(13 posts between are not shown here)" in drawn(form)


async def test_an_account_with_a_picture_shows_it_where_it_is_written_and_where_it_is_sent(open_office: Opens) -> None:
    office = open_office(accounts=on(picture_url="https://img.example/harrowmere.png"))
    await office.hears("Is my school shut?")

    forms = [await form_of(office), await form_of(office, "reply 1 It is open.")]

    for form in forms:
        shown = next(piece for piece in form.body if isinstance(piece, Picture))
        assert (shown.url, shown.alt) == ("https://img.example/harrowmere.png", "Harrowmere web chat")
        assert "Harrowmere web chat" in plain(shown)


async def test_a_stop_is_shown_on_each_form_of_a_reply(office: Office) -> None:
    await office.hears("Is my school shut?")
    await office.ask(MORAG, "stop wrong figures")

    forms = [await form_of(office), await form_of(office, "reply 1 It is open.")]

    for form in forms:
        assert "Publishing is stopped by Morag Muir." in drawn(form).split("\n")[1]


async def test_an_account_that_does_not_work_says_so_and_whom_to_tell(office: Office) -> None:
    await office.hears("Is my school shut?")
    why, now = "The token is not accepted any more.", office.clock.now()
    await office.database.write(accounts.in_trouble, "website", why, house=office.desk.house, now=now)
    await office.desk.meet(MORAG)

    shown = drawn(await form_of(office))

    assert "needs attention: The token is not accepted any more. Tell Morag Muir; what you write is kept" in shown


async def test_a_mention_its_author_deleted_says_so_and_how_to_close_it(office: Office) -> None:
    await office.hears("Is my school shut?", native_id="p1")
    await office.ask(PRIYA, "claim 1")
    await form_of(office, "reply 1 It is open.")
    await office.loses("p1")

    form = await form_of(office, "reply M-1 draft", way=Way.PRESSED)

    assert "Its author deleted this on 17 Nov at 09:00" in drawn(form)
    assert "/mention close 1 deleted by its author" in drawn(form)
    assert "It is open." in drawn(form)


# --- two languages ------------------------------------------------------------------------------------------------


async def test_where_two_languages_are_owed_both_are_asked_for_by_name(open_office: Opens) -> None:
    office = open_office(accounts=on(**WELSH))
    await office.hears("Is my school shut?")

    form = await form_of(office)

    assert [one.name for one in form.fields] == ["text", "second", "one_language"]
    assert "Welsh" in form.fields[0].label
    assert "English" in form.fields[1].label


@pytest.mark.parametrize(
    ("given", "missing"),
    [({"text": "Ydy.", "second": ""}, ("second", "English")), ({"text": "", "second": "It is."}, ("text", "Welsh"))],
)
async def test_one_language_without_the_other_goes_back_to_its_field(
    open_office: Opens, given: dict[str, str], missing: tuple[str, str]
) -> None:
    office = open_office(accounts=on(**WELSH))
    await office.hears("Is my school shut?")

    with pytest.raises(FormProblem, match=f"Write it in {missing[1]} too") as refused:
        await office.sends_in(PRIYA, await form_of(office), {**given, "one_language": ""})

    assert refused.value.field == missing[0]


async def test_both_languages_are_shown_before_they_go(open_office: Opens) -> None:
    office = open_office(accounts=on(**WELSH))
    await office.hears("Is my school shut?")

    both = {"text": "Mae’r ysgol ar agor.", "second": "The school is open.", "one_language": "yes"}
    shown = await office.sends_in(PRIYA, await form_of(office), both)

    assert "Mae’r ysgol ar agor." in drawn(shown)
    assert "The school is open." in drawn(shown)
    assert isinstance(shown, Form)
    assert field(shown, "why") is None


async def test_in_an_emergency_one_language_goes_with_a_reason_which_is_recorded(open_office: Opens) -> None:
    office = open_office(accounts=on(**WELSH))
    await office.hears("Is my school shut?")
    now = {"text": "", "second": "Keep away from the river.", "one_language": "yes"}
    shown = await office.sends_in(PRIYA, await form_of(office), now)

    again = await office.sends_in(PRIYA, shown)
    await office.sends_in(PRIYA, again, {"why": "danger to life, nobody to translate"})

    assert "Say why it should go all the same (both languages)" in drawn(again)
    sent = next(one for one in await office.desk.events("M-1") if one["action"] == "reply")
    assert sent["note"] == "danger to life, nobody to translate"
    assert sent["changes"]["overrode"] == "both_languages"  # type: ignore[index]
    live = (await office.desk.story("M-1")).live_reply
    assert live
    assert live.one_language


# --- who reads it -------------------------------------------------------------------------------------------------


async def test_a_private_reply_is_offered_only_where_there_is_such_a_thing(open_office: Opens) -> None:
    office = open_office(accounts=on(abilities=PRIVATE))
    plain_office = open_office(accounts=on())
    for one in (office, plain_office):
        await one.hears("Is my school shut?")

    assert field(await form_of(office), "audience")
    assert field(await form_of(plain_office), "audience") is None


async def test_a_private_reply_says_so_on_the_button_and_is_sent_so(open_office: Opens) -> None:
    office = open_office(accounts=on(abilities=PRIVATE))
    await office.hears("Is my school shut?")
    given = {"text": "Your case is with us.", "audience": Audience.AUTHOR.value}

    shown = await office.sends_in(PRIYA, await form_of(office), given)
    await office.sends_in(PRIYA, shown)

    assert isinstance(shown, Form)
    assert shown.buttons[0].label == "Reply Privately as Harrowmere web chat"
    assert "privately to its author" in drawn(shown)
    live = (await office.desk.story("M-1")).live_reply
    assert live
    assert live.audience is Audience.AUTHOR


async def test_what_was_to_be_private_never_becomes_public_by_itself(open_office: Opens) -> None:
    office = open_office(accounts=on(abilities=PRIVATE))
    await office.hears("Is my school shut?")
    given = {"text": "Your case is with us.", "audience": Audience.AUTHOR.value}
    shown = await office.sends_in(PRIYA, await form_of(office), given)
    office.desk.house = replace(office.desk.house, accounts=on())

    again = await office.sends_in(PRIYA, shown)

    assert isinstance(again, Form)
    assert "cannot write to its author alone now" in drawn(again)
    assert [one.state for one in (await office.desk.story("M-1")).replies] == [ReplyState.DRAFT]


# --- bad input ----------------------------------------------------------------------------------------------------


async def test_characters_that_do_not_show_are_taken_out_and_it_says_so(office: Office) -> None:
    await office.hears("Is my school shut?")

    shown = await office.sends_in(PRIYA, await form_of(office), {"text": "It is \u202eopen\u2066.\x07"})

    assert "3 characters that do not show were taken out" in drawn(shown)
    assert (await office.desk.story("M-1")).replies[0].text == "It is open."


async def test_ten_thousand_emoji_typed_are_given_back_whole_and_nothing_is_published(office: Office) -> None:
    await office.hears("Is my school shut?")

    told = await office.says(PRIYA, "reply 1 " + "🚮" * 10_000)

    assert told.startswith("17000 too many: it is 20000 of 3000 characters.")
    assert told.endswith("🚮" * 10_000)
    assert (await office.desk.story("M-1")).replies == ()


@pytest.mark.parametrize("text", ["", "   ", "\u202e\u2069"])
async def test_nothing_at_all_is_asked_for_again(office: Office, text: str) -> None:
    await office.hears("Is my school shut?")

    with pytest.raises(FormProblem, match="Write something first"):
        await office.sends_in(PRIYA, await form_of(office), {"text": text})


async def test_one_who_claimed_it_meanwhile_is_named_and_the_words_stay_as_a_draft(office: Office) -> None:
    await office.hears("Is my school shut?")
    form = await form_of(office)
    await office.ask(PRIYA, "reply 1 It is open.")
    await office.ask(FARAH, "claim 1")

    told = await office.sends_in(PRIYA, form, {"text": "It is open."})

    assert "Farah Ali has M-1" in drawn(told)
    assert (await office.desk.story("M-1")).draft_by(PRIYA.id)


async def test_too_long_is_offered_as_several_posts_where_posts_can_answer_one_another(open_office: Opens) -> None:
    office = open_office(accounts=on(abilities=Abilities(threads=True)))
    await office.hears("Is my school shut?")
    long = "The school is open today, and the bus runs as ever. " * 10

    form = await office.sends_in(PRIYA, await form_of(office), {"text": long})
    shown = await office.sends_in(PRIYA, form, {"text": long, "split": "yes"})
    await office.sends_in(PRIYA, shown)

    assert isinstance(form, Form)
    assert "too many: it is" in drawn(form)
    assert list(field(form, "split").choices.values()) == ["Send it as 2 posts, each answering the one before"]  # type: ignore[attr-defined]
    assert "Post 1 of 2:" in drawn(shown)
    live = (await office.desk.story("M-1")).live_reply
    assert live
    assert len(live.posts) == 2
    assert all(len(post.text) <= LIMITS.limit for post in live.posts)


async def test_words_changed_by_their_author_are_shown_before_anything_goes(office: Office) -> None:
    await office.hears("Is my school shut?", native_id="p1")
    shown = await form_of(office, "reply 1 It is open.")
    await office.desk.take_in([Edited("p1", "Is my library shut?", office.clock.now())], "website")

    again = await office.sends_in(PRIYA, shown)

    assert "Something changed since you looked (what it answers). Look again:" in drawn(again)
    assert "Is my library shut?" in drawn(again)


async def test_the_button_back_to_the_words_opens_them_as_they_are(office: Office) -> None:
    await office.hears("Is my school shut?")
    shown = await form_of(office, "reply 1 It is open.")

    form = await form_of(office, f"reply M-1 {shown.buttons[1].argument}", way=Way.PRESSED)

    assert shown.buttons[1].label == "Change the Words"
    assert form.fields[0].value == "It is open."


@pytest.mark.parametrize("word", ["draft", "write", "send:0123"])
async def test_what_is_typed_behind_the_command_is_always_words(office: Office, word: str) -> None:
    await office.hears("Is my school shut?")

    shown = await form_of(office, f"reply 1 {word}")

    assert f"> {word}" in drawn(shown)
