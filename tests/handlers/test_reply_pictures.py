"""Pictures that go with a reply: taken for what they are, described for who does not see them, kept with the draft."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bot.card import Answer
from bot.command import Way
from bot.errors import FormProblem
from bot.exchange import File
from bot.form import Form
from bot.reply import Abilities, MediaRules
from bot.replying.pictures import kind_of
from bot.store import schema
from bot.store.proof.verify import verify
from bot.store.replying import media
from tests.handlers.drawn import drawn
from tests.handlers.office import PRIYA, Office, account

pytestmark = pytest.mark.slow  # an office each

PNG = b"\x89PNG\r\n\x1a\n" + b"gate"
JPEG = b"\xff\xd8\xff\xe0" + b"ford"
RULES = MediaRules(2, 1000, frozenset({"image/png", "image/jpeg"}), 100)


@pytest.fixture
def office(open_office: Callable[..., Office]) -> Office:
    """The website takes two pictures, and the chat holds some files."""
    office = open_office(accounts={"website": account("website", abilities=Abilities(media=RULES))})
    files = {"F1": PNG, "F2": JPEG, "F3": b"%PDF-1.7", "F4": PNG + b"x" * 1000}
    names = {"F1": "gate.png", "F2": "ford.jpg", "F3": "gate.png", "F4": "big.png"}
    office.chat.files = {id: File(names[id], "image/png", content) for id, content in files.items()}
    return office


async def looked(office: Office, pictures: str = "F1,F2", alts: str = "A gate\nA ford", **more: str) -> Answer | Form:
    """The preview of words with pictures."""
    values = {"text": "It looks like this.", "pictures": pictures, "alts": alts, **more}
    return await office.sends_in(PRIYA, await office.ask(PRIYA, "reply 1"), values)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (b"GIF89a..", "image/gif"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x10\x00\x00\x00WAVEfmt ", ""),
        (b"<svg onload=alert(1)>", ""),
        (b"", ""),
    ],
)
def test_a_picture_is_told_by_its_bytes(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind


async def test_pictures_are_shown_with_their_words_and_go_with_the_reply(office: Office) -> None:
    await office.hears("Is the ford open?")
    shown = await looked(office)

    await office.sends_in(PRIYA, shown)

    live = (await office.desk.story("M-1")).live_reply
    assert live
    assert "Picture 1, gate.png: “A gate”" in drawn(shown)
    assert "Picture 2, ford.jpg: “A ford”" in drawn(shown)
    kept = await office.database.read(media.of, live.id)
    assert [(one.media_type, one.alt, one.content) for one in kept] == [
        ("image/png", "A gate", PNG),
        ("image/jpeg", "A ford", JPEG),
    ]
    assert (await office.database.read(verify)).line.startswith("ok: ")


async def test_an_empty_line_is_a_picture_without_words_and_shifts_none(office: Office) -> None:
    await office.hears("Is the ford open?")

    shown = drawn(await looked(office, alts="\nA ford"))

    assert "Picture 1, gate.png: no description yet" in shown
    assert "Picture 2, ford.jpg: “A ford”" in shown


@pytest.mark.parametrize(
    ("given", "field", "told"),
    [
        ({"pictures": "F3"}, "pictures", "gate.png is not a picture this network takes. It takes JPEG or PNG."),
        ({"pictures": "F4"}, "pictures", "could not be fetched"),
        ({"pictures": "F404"}, "pictures", "could not be fetched"),
        ({"pictures": "F1,F2,F1"}, "pictures", "At most 2 pictures"),
        ({"alts": "x" * 101}, "alts", "The description of picture 1 is 1 characters too long"),
        ({"pictures": "F1", "alts": "A gate\nA ford"}, "alts", "2 descriptions for 1 picture"),
    ],
)
async def test_what_cannot_go_is_said_at_its_field_and_the_words_are_kept(
    office: Office, given: dict[str, str], field: str, told: str
) -> None:
    await office.hears("Is the ford open?")

    with pytest.raises(FormProblem, match=told) as refused:
        await looked(office, **given)

    draft = (await office.desk.story("M-1")).draft_by(PRIYA.id)
    assert refused.value.field == field
    assert draft
    assert draft.text == "It looks like this."


async def test_pictures_chosen_before_stay_until_others_or_none_are_chosen(office: Office) -> None:
    await office.hears("Is the ford open?")
    await looked(office)
    again = await office.ask(PRIYA, "reply 1")
    assert isinstance(again, Form)

    kept = await looked(office, pictures="", alts="A gate\nThe ford")
    without = await looked(office, pictures="", alts="", without_pictures="yes")

    assert "With it already: gate.png, ford.jpg" in drawn(again)
    assert [one.name for one in again.fields] == ["text", "pictures", "alts", "without_pictures"]
    assert "Picture 2, ford.jpg: “The ford”" in drawn(kept)
    assert "Picture" not in drawn(without)


async def test_another_picture_in_its_place_is_shown_again_before_it_goes(office: Office) -> None:
    await office.hears("Is the ford open?")
    shown = await looked(office, "F1", "A gate")
    await looked(office, "F2", "A gate")

    again = await office.sends_in(PRIYA, shown)

    assert "Something changed since you looked (the pictures). Look again:" in drawn(again)


async def test_what_the_network_has_is_not_kept_twice_but_what_it_was_is(office: Office) -> None:
    await office.hears("Is the ford open?")
    await looked(office)
    (draft,) = (await office.desk.story("M-1")).replies

    await office.database.write(media.spent, draft.id)

    kept = await office.database.read(media.of, draft.id)
    digests = await office.database.read(media.digests, draft.id)
    assert [(one.name, one.size, one.content) for one in kept] == [("gate.png", len(PNG), b""), ("ford.jpg", len(JPEG), b"")]
    assert all(len(digest) == 64 for digest in digests)


async def test_pictures_go_on_with_the_draft_that_a_reply_became_again(office: Office) -> None:
    await office.hears("Is the ford open?")
    await office.sends_in(PRIYA, await looked(office))
    await office.ask(PRIYA, "undo 1")
    again = await office.ask(PRIYA, "reply M-1 draft", Way.PRESSED)
    before = (await office.desk.story("M-1")).draft_by(PRIYA.id)
    assert before

    await office.database.write(media.hand_on, before.id, "another")
    await office.database.write(media.hand_on, "nothing", "another")

    owners = await office.database.read(lambda conn: set(conn.execute(select(schema.reply_media.c.reply)).scalars()))
    assert "Picture 2, ford.jpg: “A ford”" in drawn(again)
    assert owners == {"another"}
