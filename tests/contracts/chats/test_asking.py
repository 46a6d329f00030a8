"""What staff ask is heard once, as theirs, and answered to them in words that help."""

from structlog.testing import capture_logs

from bot.card import Button
from bot.command import SAID_THERE, Role, Way
from bot.errors import Busy, NeedsMore, NotYours
from tests.contracts.chats.bench import ChatBench, ChatOffers, On, Trouble
from tests.contracts.chats.benches import offering, on
from tests.contracts.chats.cards import places, posted
from tests.contracts.chats.desk import said

ASKED = frozenset({Way.TYPED, Way.SAID})


@on(always=True)
async def test_what_is_asked_in_the_channel_arrives_whole_and_is_answered_to_whoever_asked(bench: ChatBench) -> None:
    bench.desk.on("queue", said("2 wait: M-142 and M-145."))
    morag = bench.person("morag")

    seen = await morag.asks("queue bins <b> & *more*")

    (asked,) = bench.desk.asked
    assert (asked.verb, asked.text, asked.step) == ("queue", "bins <b> & *more*", "")
    assert asked.way in ASKED
    assert (asked.by.id, asked.by.roles) == (morag.id, frozenset({Role.LEAD}))
    assert asked.at.chat == bench.chat.name
    assert asked.at.channel
    assert not asked.at.ref
    assert asked.key.startswith(f"{bench.chat.name}:")
    assert "2 wait: M-142 and M-145." in seen
    assert not any("2 wait" in one.text for one in bench.shown())
    assert not any("2 wait" in one for one in bench.person("dev").was_told())


@on()
async def test_a_command_with_its_number_says_which_mention_it_is_about(bench: ChatBench) -> None:
    seen = await bench.person("priya").asks("close 142 the street has this")

    (asked,) = bench.desk.asked
    assert asked.ref_and_rest() == ("M-142", "the street has this")
    assert "did close" in seen


@on()
async def test_a_command_under_a_card_says_under_which(bench: ChatBench) -> None:
    card = await posted(bench)

    seen = await bench.person("priya").asks("close one street has this", under=card)

    (asked,) = bench.desk.asked
    assert (asked.verb, asked.text) == ("close", "one street has this")
    assert (asked.at.channel, asked.at.thread) == (card.channel, card.id)
    assert "did close" in seen


@on()
async def test_what_is_asked_in_private_is_answered_there(bench: ChatBench) -> None:
    priya = bench.person("priya")

    seen = await priya.asks("queue", privately=True)

    assert bench.desk.verbs == ["queue"]
    assert "did queue" in seen
    assert any("did queue" in one for one in priya.was_told())
    assert bench.shown() == []


@on()
async def test_two_who_ask_are_each_answered_their_own(bench: ChatBench) -> None:
    priya, dev = bench.person("priya"), bench.person("dev")

    first, second = await priya.asks("show 142"), await dev.asks("show 143")

    assert [one.by.id for one in bench.desk.asked] == [priya.id, dev.id]
    assert len({one.key for one in bench.desk.asked}) == 2
    assert "142" in first
    assert "143" not in first
    assert "143" in second


@on()
async def test_the_same_words_said_twice_are_asked_twice(bench: ChatBench) -> None:
    priya = bench.person("priya")

    await priya.asks("queue")
    await priya.asks("queue")

    assert len({one.key for one in bench.desk.asked}) == 2


@on()
async def test_what_is_delivered_again_and_in_another_order_is_known_by_its_key(bench: ChatBench) -> None:
    card, priya = await posted(bench), bench.person("priya")
    await priya.asks("note first", under=card)
    await bench.person("dev").asks("note second", under=card)
    before = {one.key: (one.verb, one.text, one.by.id) for one in bench.desk.asked}

    await bench.delivers_again()

    assert [text for _, text, _ in before.values()] == ["first", "second"]
    assert {one.key: (one.verb, one.text, one.by.id) for one in bench.desk.asked} == before


@on()
async def test_what_is_said_while_we_are_away_is_heard_once_we_are_back(bench: ChatBench) -> None:
    card, priya = await posted(bench), bench.person("priya")
    await priya.asks("note before", under=card)
    await bench.chat.stop()
    await priya.asks("note meanwhile", under=card)

    await bench.restarts()
    await bench.heard()
    await priya.asks("note after", under=card)

    texts = {one.key: one.text for one in bench.desk.asked}
    assert list(texts.values()) == ["before", "meanwhile", "after"]


@on(offering(ChatOffers.READS))
async def test_however_the_reading_goes_wrong_all_that_is_said_is_heard(bench: ChatBench) -> None:
    card, priya = await posted(bench), bench.person("priya")

    for number, trouble in enumerate((Trouble.BROKEN, Trouble.GARBAGE, Trouble.UNHEARD, Trouble.HALF, Trouble.WAIT)):
        bench.goes_wrong(trouble, On.LOOK)
        await priya.asks(f"note number {number}", under=card)
        await bench.heard()

    assert [one.text for one in bench.desk.asked] == [f"number {number}" for number in range(5)]


@on(offering(ChatOffers.READS))
async def test_an_answer_that_could_not_be_said_comes_later_and_one_in_doubt_not_twice(bench: ChatBench) -> None:
    bench.desk.on("queue", said("2 wait."))
    priya = bench.person("priya")

    for trouble in (Trouble.WAIT, Trouble.LOST):
        bench.goes_wrong(trouble, On.POST)
        await priya.asks("queue", privately=True)
        await bench.heard()

    assert bench.desk.verbs == ["queue", "queue"]
    assert len([one for one in priya.was_told() if "2 wait." in one]) == 2


@on(always=True)
async def test_strangers_are_refused_and_told_whom_to_ask(bench: ChatBench) -> None:
    card = await posted(bench)

    for who in ("gus", "zoe"):
        told = await bench.person(who).asks("claim 142")
        await bench.person(who).asks("claim", under=card)
        assert "ask Morag" in told

    assert bench.desk.asked == []


@on()
async def test_what_cannot_be_done_is_answered_in_the_words_of_the_refusal(bench: ChatBench) -> None:
    priya = bench.person("priya")
    bench.desk.on("close", NeedsMore("Why is no reply needed? Write the reason behind the number."))
    bench.desk.on("claim", NotYours("Dev has M-142. You can help in its thread."))

    assert "Why is no reply needed? Write the reason behind the number." in await priya.asks("close 142")
    assert "Dev has M-142. You can help in its thread." in await priya.asks("claim 142")


@on(always=True)
async def test_a_fault_of_ours_is_answered_with_a_reference_that_finds_its_trace(bench: ChatBench) -> None:
    bench.desk.on("claim", ZeroDivisionError("oops"))

    with capture_logs() as lines:
        seen = await bench.person("priya").asks("claim 142")

    (line,) = (one for one in lines if one["log_level"] == "error")
    assert line["exc_info"]
    assert f"ref {line['ref']}" in seen
    assert "oops" not in seen
    bench.desk.on("claim", said("You have it."))
    assert "You have it." in await bench.person("priya").asks("claim 142")


@on()
async def test_what_could_not_be_stored_is_asked_again_under_the_same_key(bench: ChatBench) -> None:
    priya = bench.person("priya")
    bench.desk.on("queue", Busy())
    await priya.asks("queue", privately=True)
    bench.desk.on("queue", said("2 wait."))

    await bench.heard()

    assert len(bench.desk.asked) >= 2
    assert len({one.key for one in bench.desk.asked}) == 1
    assert "2 wait." in priya.was_told()[-1]


@on(offering(ChatOffers.OVERHEARS))
async def test_words_among_colleagues_under_a_card_are_a_note_and_never_more(bench: ChatBench) -> None:
    card = await posted(bench)
    words = (
        "sent it already",
        "Claiming it is too early",
        "close to the station nobody knew",
        "Give it a minute",
        "send",
        "ok",
    )

    for line in words:
        await bench.person("dev").says(line, under=card)
    await bench.heard()

    assert [(one.verb, one.way) for one in bench.desk.asked] == [("note", Way.SAID)] * len(words)
    assert [one.ref_and_rest() for one in bench.desk.asked] == [("M-142", line) for line in words]
    assert all(SAID_THERE in one.context for one in bench.desk.asked)


@on()
async def test_what_colleagues_say_to_one_another_is_nothing_of_ours(bench: ChatBench) -> None:
    card, dev = await posted(bench), bench.person("dev")
    bench.desk.on("note", said("Noted.", card_says_it=True))

    for line in ("Lunch at one?", "reply to all of you: thanks", "next week then", "I claimed 142 pounds", "done"):
        await dev.says(line)
    await dev.says("I will telephone the school.", under=card)
    await bench.heard()

    assert {(one.verb, one.at.thread) for one in bench.desk.asked} <= {("note", card.id)}
    assert list(places(bench)) == [card.id]
    assert dev.was_told() == []


@on(always=True)
async def test_a_button_runs_its_verb_with_what_it_carries(bench: ChatBench) -> None:
    bench.desk.on("show", said("Going out in 10 seconds.", (Button("Undo", "undo", "M-142", "r1"),)))
    priya = bench.person("priya")
    await priya.asks("show 142")

    seen = await priya.presses("Undo")

    asked = bench.desk.asked[-1]
    assert (asked.verb, asked.text, asked.way, asked.by.id) == ("undo", "M-142 r1", Way.PRESSED, priya.id)
    assert asked.key not in {one.key for one in bench.desk.asked[:-1]}
    assert "did undo" in seen


@on()
async def test_a_button_on_a_card_is_about_that_mention(bench: ChatBench) -> None:
    bench.desk.on("claim", said("You have M-142.", card_says_it=True))
    card, priya = await posted(bench), bench.person("priya")

    await priya.presses("Claim", on=card)

    (asked,) = bench.desk.asked
    assert (asked.verb, asked.by.id, asked.at.thread, asked.at.ref) == ("claim", priya.id, card.id, "M-142")
    assert asked.ref_and_rest() == ("M-142", "")
