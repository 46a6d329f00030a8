"""Comments on Flickr: read once an hour at most, answered with a name at the head, and never taken for what they are not."""

import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.errors import NotThere, Refused, SignInAgain, Unsure
from bot.ports import Answered, Found, Gone, Held, Incoming, NotFound, Verdict
from bot.reply import Act
from integrations.flickr import parse
from integrations.flickr.failures import by_code
from tests.standins.flickr import SECRET, TOKEN, TOKEN_SECRET, Trouble

SAMPLES = Path(__file__).parents[3].parent / "shared/data/payloads/flickr"
NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
READER = parse.Reader("35009797@N01", "https://www.flickr.com", NOW)


async def test_flickr_is_asked_at_most_once_an_hour_also_after_a_restart(flickr, network, clock):
    page = await network().fetch(None)
    clock.advance(minutes=20)

    early = await network().fetch(page.cursor)
    clock.advance(minutes=40)
    await network().fetch(early.cursor)

    assert early.items == ()
    assert early.wait == timedelta(minutes=40)
    assert [later - earlier for earlier, later in zip(flickr.activity_at, flickr.activity_at[1:], strict=False)] == [
        timedelta(hours=1)
    ]


async def test_comments_on_every_photo_come_in_oldest_first(flickr, network, clock):
    second = flickr.says("Second", "bob", at=clock.now() - timedelta(minutes=5), photo="777")
    first = flickr.says("First", "ann", at=clock.now() - timedelta(minutes=9))
    flickr.says("Long ago", "ann", at=clock.now() - timedelta(days=3))

    page = await network().fetch(None)

    assert [one.native_id for one in page.items] == [first, second]
    assert [one.conversation for one in page.items] == ["10289", "777"]
    assert page.items[0].url.startswith("https://www.flickr.com/photos/harrowmere/10289/#comment7215")


async def test_after_an_outage_it_goes_back_as_far_as_it_was_away(flickr, network, clock):
    page = await network().fetch(None)
    clock.advance(days=6)
    missed = flickr.says("Anybody there?", at=clock.now() - timedelta(days=5))

    later = await network().fetch(page.cursor)

    assert [one.native_id for one in later.items] == [missed]
    assert [given["timeframe"] for name, given in flickr.calls if name.endswith("userPhotos")] == ["26h", "7d"]


async def test_more_photos_than_fit_on_a_page_are_all_read_in_parts(flickr, network):
    said = [flickr.says(f"No {number}", photo=str(1000 + number)) for number in range(60)]

    first = await network().fetch(None)
    second = await network().fetch(first.cursor)

    assert (first.more, second.more) == (True, False)
    assert sorted(one.native_id for one in (*first.items, *second.items)) == sorted(said)
    assert len(flickr.activity_at) == 1


async def test_a_photo_that_is_gone_does_not_hide_the_others(flickr, network):
    flickr.says("On a photo that goes", photo="1")
    kept = flickr.says("On one that stays", photo="2")
    flickr.photos_gone.add("1")

    assert [one.native_id for one in (await network().fetch(None)).items] == [kept]


async def test_markup_in_a_comment_is_plain_text(flickr):
    (one,) = READER.comments(
        {
            "comments": {
                "comment": [{"id": "1-2-3", "_content": "See <a href='https://a.example/x'>this</a> &amp; <b>that</b>"}]
            }
        }
    )

    assert one.text == "See this (https://a.example/x) & that"


async def test_a_comment_of_ours_answers_whom_it_names(flickr, network):
    ann, _ = flickr.says("When?", "ann"), flickr.says("Where?", "bob")
    flickr.says("@Ann: At nine.", "")

    page = await network().fetch(None)

    assert [(one.in_reply_to, one.text) for one in page.items if isinstance(one, Answered)] == [(ann, "At nine.")]


async def test_a_comment_of_ours_that_could_be_for_either_marks_neither(flickr, network):
    flickr.says("When?", "ann")
    flickr.says("Where?", "bob")
    flickr.says("Thank you all!", "")

    page = await network().fetch(None)

    assert all(isinstance(one, Incoming) for one in page.items)
    assert len(page.items) == 2


@pytest.mark.parametrize(
    ("settings", "begins"),
    [({}, "@Ann: It opens"), ({"addressed_by": "link"}, "[https://www.flickr.com/photos/3173@N07/] It opens")],
)
async def test_a_reply_begins_with_whom_it_is_for_and_is_known_again(flickr, network, reply, settings, begins):
    asked = flickr.says("When?", "ann")
    photos = network(**settings)

    receipt = await photos.publish(reply(asked))

    (ours,) = [one for one in flickr.said.values() if not one.by]
    assert ours.text.startswith(begins)
    found = await photos.find_sent(reply(asked))
    assert isinstance(found, Found)
    assert found.receipt.native_id == receipt.native_id
    assert receipt.url.startswith("https://www.flickr.com/photos/")
    told = [one for one in (await photos.fetch(None)).items if isinstance(one, Answered)]
    assert [(one.in_reply_to, one.text) for one in told] == [(asked, "It opens at nine.")]


async def test_a_link_in_a_reply_does_not_hide_it_from_the_look_for_it(flickr, network, reply):
    asked = flickr.says("Where?", "ann")
    mine = reply(asked, "See https://harrowmere.example/tips/ or  come by")
    await network().publish(mine)

    assert isinstance(await network().find_sent(mine), Found)


async def test_the_same_words_to_somebody_else_are_not_this_reply(flickr, network, reply, clock):
    ann, bob = flickr.says("When?", "ann"), flickr.says("When?", "bob")
    photos, mine = network(), reply(bob)
    await photos.publish(reply(ann))

    assert await photos.find_sent(mine) is NotFound.CANNOT_TELL
    clock.advance(minutes=3)
    assert await photos.find_sent(mine) is NotFound.ABSENT


async def test_a_reply_to_what_is_gone_is_not_sent(flickr, network, reply):
    asked = flickr.says("When?", "ann")
    del flickr.said[asked]

    found = await network().preflight(reply(asked))
    with pytest.raises(NotThere):
        await network().publish(reply(asked))

    assert (found.verdict, type(found.items[0])) == (Verdict.GONE, Gone)
    assert not flickr.said


async def test_a_write_that_flickr_says_failed_may_have_arrived(flickr, network, reply):
    asked = flickr.says("When?", "ann")
    flickr.chaos.append(Trouble("write", 200, b'{"stat":"fail","code":106,"message":"Write operation failed"}'))

    with pytest.raises(Unsure):
        await network().publish(reply(asked))


async def test_other_words_keep_the_name_at_their_head(flickr, network, reply):
    asked = flickr.says("When?", "ann")
    photos = network()
    receipt = await photos.publish(reply(asked))

    await photos.act(Act.EDIT_OWN, receipt.native_id, "At ten.")

    assert flickr.said[receipt.native_id].text == "@Ann: At ten."
    with pytest.raises(SignInAgain):
        await photos.act(Act.DELETE_OWN, asked)
    with pytest.raises(Refused):
        await photos.act(Act.HIDE, asked)


async def test_posts_we_hold_are_looked_at_photo_by_photo(flickr, network, clock):
    said = [flickr.says(f"No {number}", photo=str(1 + number % 2)) for number in range(6)]
    del flickr.said[said[0]]
    flickr.photos_gone.add("2")

    items = await network().look_up([Held(one, "", clock.now()) for one in [*said, "no id of Flickr's"]])

    assert {one.native_id for one in items if isinstance(one, Gone)} == {said[0], said[1], said[3], said[5]}
    assert len(flickr.calls) == 2


async def test_the_check_names_wrong_keys_another_account_and_a_missing_right_but_no_secret(flickr, network):
    (fault,) = await network(api_secret="wrong" * 4).check()
    assert "four keys" in fault
    assert not any(secret in fault for secret in (SECRET, TOKEN_SECRET, "wrong"))

    (fault,) = await network(user_id="1@N01").check()
    assert "mend user_id" in fault

    flickr.perms = "read"
    (fault,) = await network().check()
    assert "permission to write" in fault


async def test_no_key_is_logged_however_much_is_asked_for(flickr, network, reply, caplog):
    caplog.set_level(logging.DEBUG)
    photos = network()

    await photos.fetch(None)
    await photos.publish(reply(flickr.says("When?")))

    assert not any(secret in caplog.text for secret in (SECRET, TOKEN, TOKEN_SECRET))


@pytest.mark.parametrize(
    "wrong", [{"poll_every": 1800}, {"poll_every": 100_000}, {"user_id": "harrowmere"}, {"addressed_by": "x"}]
)
def test_settings_that_flickr_does_not_allow_are_refused(account, wrong):
    assert account(poll_every=7200).poll_every == timedelta(hours=2)
    with pytest.raises(ValueError):
        account(**wrong)


@pytest.mark.parametrize(
    "wild",
    [
        {},
        {"comments": None},
        {"comments": {"comment": "x"}},
        {"comments": {"comment": [None, 7, {"id": 5}, {"id": "1-2"}]}},
        {"comments": {"comment": [{"id": "1-2-" + "9" * 900}]}},
    ],
)
def test_what_is_no_comment_is_left_out(wild):
    assert READER.comments(wild) == []


@pytest.mark.parametrize("when", ["9999999999999", "-1", "tomorrow", None, True, [], 10**30, "４５"])
def test_a_comment_without_a_time_that_means_anything_is_of_now(when):
    (one,) = READER.comments({"comments": {"comment": [{"id": "1-2-3", "author": "a b", "datecreate": when}]}})

    assert one.at == NOW


def test_a_link_that_is_not_flickrs_own_is_left_out():
    for link in ("javascript:x()", "https://evil.example/photos/1", "http://[", "https://www.flickr.com.evil.example/"):
        (one,) = READER.comments({"comments": {"comment": {"id": "1-2-3", "permalink": link}}})
        assert one.url == ""


def sample(name):
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    return json.loads(path.read_text())["body"]


def test_a_list_of_comments_as_flickr_gives_it_is_read():
    (one,) = READER.comments(sample("photos_comments_getList_json.json"))

    assert (one.photo, one.author.name, one.ours) == ("109722179", "Rev Dan Catt", False)
    assert one.at == datetime(2006, 3, 8, 18, 11, 10, tzinfo=UTC)
    assert one.text == "Umm, I'm not sure, can I get back to you on that one?"
    assert one.url == "https://www.flickr.com/photos/straup/109722179/#comment72057594077818641"


def as_json(element):
    """XML as Flickr turns it into JSON: text becomes ``_content``, children lists under their name."""
    told = dict(element.attrib) | ({"_content": element.text} if (element.text or "").strip() else {})
    for child in element:
        if child.tag == "title" or child.tag == "activity":
            told[child.tag] = as_json(child)
        else:
            told.setdefault(child.tag, []).append(as_json(child))
    return told


def test_activity_as_flickr_gives_it_names_the_photos_with_comments_since():
    page = {"items": as_json(ElementTree.fromstring(sample("activity_userComments_xml.json")))}

    assert READER.photos(page, datetime(2005, 12, 1, tzinfo=UTC)) == ["10289"]
    assert READER.photos(page, datetime(2006, 1, 1, tzinfo=UTC)) == []


def test_a_list_of_comments_is_read_alike_from_either_form():
    page = {"comments": as_json(ElementTree.fromstring(sample("photos_comments_getList_xml.json")))}

    assert READER.comments(page) == READER.comments(sample("photos_comments_getList_json.json"))


def test_every_code_flickr_lists_has_a_sentence():
    for code in map(int, sample("addComment_errors.json")):
        assert f"code {code}" not in str(by_code(code, creating=True))


async def test_a_photo_with_more_comments_than_can_be_taken_in_hides_no_other(flickr, network, clock):
    page = await network().fetch(None)
    clock.advance(hours=2)
    for _ in range(50):
        flickr.says("x" * 100_000, by="mal", photo="666")
    trapped = flickr.says("I am trapped in the snow", photo="777")

    later = await network().fetch(page.cursor)
    clock.advance(hours=1)
    after = await network().fetch(later.cursor)

    assert [one.native_id for one in later.items] == [trapped]
    assert len(flickr.activity_at) == 3
    assert (later.more, after.more) == (False, False)


async def test_a_photo_that_cannot_be_read_is_asked_for_again_with_the_next(flickr, network, clock):
    page = await network().fetch(None)
    clock.advance(hours=2)
    lost = flickr.says("Is it open?", photo="1")
    heard = flickr.says("Is it shut?", photo="2")
    flickr.chaos.append(Trouble("comments", 503))

    first = await network().fetch(page.cursor)
    clock.advance(hours=9)
    second = await network().fetch(first.cursor)

    assert [one.native_id for one in first.items] == [heard]
    assert lost in [one.native_id for one in second.items]


async def test_a_reply_stays_findable_when_its_addressee_takes_another_name(flickr, network, clock, reply):
    asked = flickr.says("When do you open?", by="ann")
    lost = reply(asked)
    await network().publish(lost)
    flickr.said[asked].by = "ann2"
    clock.advance(minutes=5)

    assert await network().find_sent(lost) is NotFound.CANNOT_TELL


async def test_the_same_words_to_somebody_else_on_the_photo_are_not_this_reply(flickr, network, clock, reply):
    asked, other = flickr.says("When do you open?", by="ann"), flickr.says("And when do you?", by="bob")
    mine = reply(asked)
    await network().publish(reply(other))
    clock.advance(minutes=5)

    assert await network().find_sent(mine) is NotFound.ABSENT


@pytest.mark.parametrize("name", ["Vote Smith: http://x.example", "\u202eevil", "n" * 41])
def test_a_name_that_says_something_is_not_said_again(name):
    asked = READER.comment({"id": "1-10-2", "author": "9@N01", "authorname": name, "_content": "Hi", "datecreate": "1"})

    said = parse.addressed(asked, "At nine.", by="name", web_url="https://www.flickr.com")

    assert said == "[https://www.flickr.com/photos/9@N01/] At nine."


async def test_what_was_said_in_private_is_never_answered_on_flickr(flickr, network, reply):
    asked = flickr.says("When do you open?")

    with pytest.raises(Refused):
        await network().publish(reply(asked, private=True))

    assert len(flickr.said) == 1


async def test_the_same_words_of_a_minute_before_may_be_another_reply(flickr, network, clock, reply):
    asked = flickr.says("When do you open?", by="ann")
    await network().publish(reply(asked))
    clock.advance(minutes=1)
    lost = reply(asked, key="r2")
    clock.advance(minutes=5)

    assert await network().find_sent(lost) is NotFound.CANNOT_TELL
