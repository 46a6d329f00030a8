"""Telling staff: every card arrives, and what no longer has a point is left unsaid."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.card import Card
from bot.delivery import LEASE, Kind, Rank
from bot.engine.escalate import Escalate
from bot.errors import Refused, SignInAgain, TryLater, Unsure
from bot.mention import Action
from bot.ports import MessageRef, NotFound
from bot.store import mentions, schema
from bot.store.duty import gone, rota
from bot.store.sending import outbox
from tests.bot.council import account, house, post
from tests.bot.engine.fakes import Office

SECRET = "My daughter Ailsa is at 4 Mill Road"


async def card_state(office: Office) -> str:
    """Where the card's delivery stands."""
    return str((await office.bench.one(schema.delivery, schema.delivery.c.kind == "card"))["state"])


async def test_a_mention_becomes_a_card_in_its_channel(office: Office) -> None:
    await office.bench.arrives()

    await office.delivers()

    ((channel, what, _),) = office.wall.posts
    assert channel == "mentions"
    assert isinstance(what, Card)
    assert (await office.bench.one(schema.card))["message"] == "m1"


async def test_a_card_whose_answer_was_lost_is_looked_for_half_a_minute_and_then_put_up_again_once(office: Office) -> None:
    office.wall.answers = ["lost"]
    await office.bench.arrives()
    await office.delivers()
    await office.passes(seconds=29)
    meanwhile = (len(office.wall.posts), office.wall.looked)

    await office.passes(minutes=5)

    assert meanwhile[0] == 1
    assert meanwhile[1] >= 2
    assert len(office.wall.posts) == 2
    assert await card_state(office) == "done"


async def test_a_card_whose_answer_was_lost_is_not_put_up_again_when_it_is_found(office: Office) -> None:
    office.wall.answers, office.wall.looks = ["lost"], [NotFound.CANNOT_TELL, MessageRef("C1", "m77")]
    await office.bench.arrives()

    await office.passes(minutes=5)

    assert len(office.wall.posts) == 1
    assert (await office.bench.one(schema.card))["message"] == "m77"


async def test_a_card_that_had_to_wait_first_is_looked_for_as_long(office: Office) -> None:
    office.wall.answers = [TryLater("slow down", timedelta(minutes=2)), "lost"]
    await office.bench.arrives()
    await office.passes(minutes=2)

    await office.passes(seconds=20)

    assert len(office.wall.posts) == 1


async def test_while_every_answer_is_lost_a_card_goes_up_at_most_twice_a_minute(office: Office) -> None:
    office.wall.answers = ["lost"] * 99
    await office.bench.arrives()

    await office.passes(minutes=5)

    assert 2 <= len(office.wall.posts) <= 10


@pytest.mark.parametrize("error", [Refused("not_in_channel"), SignInAgain("wall")])
async def test_a_refused_card_is_tried_every_five_minutes_and_the_leads_are_told_once(
    office: Office, error: Exception
) -> None:
    office.wall.answers = [error]
    await office.bench.arrives()
    await office.delivers()
    office.wall.answers = [error] if not office.wall.told else []
    refused = await office.bench.all(schema.account)

    await office.passes(minutes=11, every=60)

    leads = await office.bench.all(schema.delivery, schema.delivery.c.kind == "tell")
    assert [row["trouble"] for row in refused if row["trouble"]] == [str(error)]
    assert [row["target"] for row in leads] == ["U0MORAG"]
    assert await card_state(office) == "done"
    assert not any(row["trouble"] for row in await office.bench.all(schema.account))


async def test_a_redraw_that_is_refused_is_let_go(office: Office) -> None:
    await office.bench.arrives()
    await office.delivers()
    await office.bench.does(Action.NOTE, note="hm")
    office.wall.answers = [Refused("message_not_found"), Refused("message_not_found")]

    await office.passes(minutes=10, every=60)

    states = {row["kind"]: row["state"] for row in await office.bench.all(schema.delivery)}
    assert (states["redraw"], states["thread"]) == ("failed", "failed")


async def test_a_chat_that_asks_for_time_is_given_it(office: Office) -> None:
    office.wall.answers = [TryLater("slow down", timedelta(seconds=30))]
    await office.bench.arrives()
    await office.passes(seconds=29)
    early = len(office.wall.posts)

    await office.passes(seconds=6)

    assert (early, len(office.wall.posts)) == (0, 1)


async def test_a_card_is_drawn_from_what_is_so_when_it_leaves(office: Office) -> None:
    await office.bench.arrives()
    await office.bench.does(Action.CLAIM)
    await office.bench.does(Action.CLOSE, note="praise")

    await office.delivers()

    ((_, card, _), *_) = office.wall.posts
    assert isinstance(card, Card)
    assert "closed by" in str(card)


async def test_a_channel_gets_a_message_a_second_after_a_short_burst(office: Office) -> None:
    await office.bench.arrives(*(post(f"p{n}", by=f"author {n}") for n in range(8)))
    await office.delivers()
    burst = len(office.wall.posts)

    await office.passes(seconds=10, every=1)

    assert burst == 4
    assert len(office.wall.posts) == 8


async def test_a_ping_is_not_sent_once_somebody_has_claimed_the_mention(office: Office) -> None:
    await office.bench.arrives()
    office.bench.clock.advance(minutes=61)
    await Escalate(office.bench.desk).once()

    await office.bench.does(Action.CLAIM)
    await office.delivers()

    assert office.wall.told == []


async def test_a_ping_that_was_already_taken_says_nothing_once_somebody_has_claimed_the_mention(office: Office) -> None:
    await office.bench.arrives()
    await office.delivers()
    office.bench.clock.advance(minutes=61)
    await Escalate(office.bench.desk).once()
    taken = await office.bench.db.write(outbox.due, office.bench.clock.now(), "me", 9)
    (ping,) = [one for one in taken if one.kind == "ping"]
    await office.bench.does(Action.CLAIM)

    await office.deliver.say.something(ping)

    assert office.wall.told == []
    assert (await office.bench.one(schema.delivery, schema.delivery.c.kind == "ping"))["state"] == "done"


async def test_a_sender_that_slept_through_its_lease_says_nothing(office: Office) -> None:
    await office.bench.arrives()
    (sleeper,) = await office.bench.db.write(outbox.due, office.bench.clock.now(), "sleeper", 9)
    office.bench.clock.advance(LEASE)
    await office.bench.db.write(outbox.due, office.bench.clock.now(), "another", 9)
    before = await office.bench.at_rest()

    await office.deliver.say.something(sleeper)

    assert office.wall.posts == []
    assert await office.bench.at_rest() == before


async def test_a_ping_whose_answer_was_lost_is_said_again(office: Office) -> None:
    await office.bench.arrives()
    await office.delivers()
    office.bench.clock.advance(minutes=61)
    await Escalate(office.bench.desk).once()
    office.wall.answers = ["lost", "lost"]  # the card's redraw and the ping

    await office.passes(seconds=30)

    assert [who for who, _ in office.wall.told] == ["U0DEV", "U0DEV"]
    assert office.wall.looked == 0


async def test_pings_whose_answers_are_lost_come_less_and_less_often(office: Office) -> None:
    await office.bench.arrives()
    await office.delivers()
    office.bench.clock.advance(minutes=61)
    await Escalate(office.bench.desk).once()
    office.wall.answers = [Unsure("no answer")] * 99

    await office.passes(minutes=9)

    assert 80 < len(office.wall.answers) < 96


async def test_a_private_message_shows_its_words_to_nobody_outside_its_channel(office: Office) -> None:
    office.bench.desk.house = house(account(private_channel=""))
    await office.bench.arrives(post("p1", SECRET, private=True))
    await office.passes(hours=2, every=600)
    await Escalate(office.bench.desk).once()
    await office.delivers()

    assert {who for who, _ in office.wall.told} == {"U0MORAG"}
    assert len(office.wall.told) == 2
    assert office.wall.posts == []
    assert SECRET not in str(office.wall.told)


async def test_a_private_message_with_a_channel_is_pinged_about_without_its_words(office: Office) -> None:
    await office.bench.arrives(post("p1", SECRET, private=True))
    await office.delivers()
    office.bench.clock.advance(minutes=61)
    await Escalate(office.bench.desk).once()
    await office.delivers()

    assert [channel for channel, *_ in office.wall.posts] == ["private"]
    assert SECRET not in str(office.wall.told)


async def test_a_second_chat_has_a_card_of_its_own(office: Office) -> None:
    office.bench.desk.house = replace(office.bench.house, chats=("wall", "hall"))
    await office.bench.arrives()

    cards = await office.bench.all(schema.card)

    assert {card["chat"] for card in cards} == {"wall", "hall"}


async def told_in_vain(office: Office, *, for_days: float, left: bool = False) -> str:
    """Where a private word stands that the chat has refused for so long."""
    bench, start = office.bench, office.bench.clock.now()
    await bench.db.write(mentions.meet, "U0DEV", "Dev Rao")
    await bench.db.write(rota.tell, "k:1", "U0DEV", "On duty from nine.", house=bench.house, now=start)
    office.wall.answers = [Refused("that person's account is switched off")] * 9
    await office.delivers()
    if left:
        await bench.db.write(gone.mark, "U0DEV", start, is_wanted=True)
    bench.clock.advance(days=for_days)
    await office.delivers()
    return str((await bench.one(schema.delivery))["state"])


async def test_a_private_word_that_is_refused_is_tried_again(office: Office) -> None:
    assert await told_in_vain(office, for_days=0.01) == "pending"


async def test_what_was_refused_before_somebody_was_known_to_have_left_is_let_go(office: Office) -> None:
    assert await told_in_vain(office, for_days=0.01, left=True) == "cancelled"


async def test_a_refusal_that_comes_once_they_have_left_ends_it(office: Office) -> None:
    bench, now = office.bench, office.bench.clock.now()
    await bench.db.write(mentions.meet, "U0DEV", "Dev Rao")
    await bench.db.write(gone.mark, "U0DEV", now, is_wanted=True)
    wanted = outbox.Wanted("k:1", Kind.TELL, "k:1", Rank.ACTION, None, "U0DEV", {"text": "On duty from nine."})
    await bench.db.write(outbox.queue, wanted, now)
    office.wall.answers = [Refused("that person's account is switched off")]

    await office.delivers()

    assert (await bench.one(schema.delivery))["state"] == "failed"


async def test_a_private_word_that_is_refused_is_given_up_after_a_week(office: Office) -> None:
    assert await told_in_vain(office, for_days=7.01) == "failed"
