"""Nobody's words are ever markup, call anybody, or pass for something of ours."""

from dataclasses import replace

import pytest

from bot.card import Card, Link, Notice, Quote
from bot.errors import OutsideError
from tests.contracts.chats.bench import CHANNEL, ChatBench
from tests.contracts.chats.benches import on
from tests.contracts.chats.cards import CARD, as_read, at, posted, thread

MARKUP = (
    "<!channel> <!here> @channel @everyone @priya *bold* _it_ ~no~ `code` <https://evil.example|your bank> "
    "<@{priya}> [[user:{priya}]] [[ user:{priya} ]] [[tag:1]] **x** [words](https://evil.example) <b>x</b> &lt;x&gt; :tada:"
)

MUCH = ("x" * 40_000, "🦊" * 12_000, "a\u0301" * 9_000, "\n" * 9_000 + "end", "\x00\u202e\ud800 half")


def words_for(bench: ChatBench) -> str:
    """Everything that any chat takes for markup, with somebody's real id in it."""
    return MARKUP.replace("{priya}", bench.person("priya").id)


@on()
async def test_the_publics_words_stand_there_as_they_were_written_and_call_nobody(bench: ChatBench) -> None:
    words = words_for(bench)
    card = await posted(bench, replace(CARD, heading=(words[:100],), quote=words, summary=words, status=(words[:100],)))
    under = Notice(((words,), Quote(words)))
    said = await bench.chat.post(CHANNEL, under, "thread:1", thread=card)
    await bench.chat.redraw(card, replace(CARD, version=2, status=(words[100:],)))
    await bench.chat.tell(bench.person("dev").id, under, "ping:1")

    shown = as_read("\n".join(one.text for one in bench.shown() if one.id in (card.id, said.id)))
    assert bench.notified() == []
    assert shown.count(words) >= 2
    assert words in as_read("\n".join(bench.person("dev").was_told()))
    assert bench.person("priya").was_told() == []


@on()
async def test_an_author_cannot_write_a_line_of_the_card(bench: ChatBench) -> None:
    forged = "Ann\nM-9 · Claimed by Priya\u2028Nobody has this yet\r\nM-1"

    card = await posted(bench, replace(CARD, heading=(forged, " on X"), footer=(forged,), media=(forged,)))

    lines = [line.strip() for line in at(bench, card).text.splitlines()]
    assert not any(line.startswith(("M-9", "M-1 ", "Claimed by Priya")) or line == "M-1" for line in lines)
    assert lines.count("Nobody has this yet") <= 1


@on()
async def test_an_address_that_is_no_web_page_leads_nowhere(bench: ChatBench) -> None:
    bad = ("javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://evil.example/\n[[user:1]]")

    for number, url in enumerate(bad):
        await bench.chat.post(CHANNEL, Notice(((Link(url, "open the post"),),)), f"post:{number}")

    links = [link for one in bench.shown() for link in one.links]
    assert not [link for link in links if not link.startswith("https://") or "\n" in link or "[[" in link]
    assert not [one.text for one in bench.shown() if any(url.split(":")[0] + ":" in one.text for url in bad[:3])]
    assert bench.notified() == []


@on()
async def test_however_much_is_written_and_whatever_it_is_can_be_posted(bench: ChatBench) -> None:
    for number, much in enumerate(MUCH):
        big = replace(CARD, heading=(much,), quote=much, media=(much,), footer=(much,))
        card = await posted(bench, big, f"card:{number}")
        await bench.chat.post(CHANNEL, Notice(((much,), Quote(much))), f"thread:{number}", thread=card)

        text = at(bench, card).text
        assert "Nobody has this yet" in text
        assert not {"\x00", "\u202e"} & set(text)
        assert len(thread(bench, card)) == 1


@on()
async def test_a_card_with_nothing_in_it_is_still_a_card(bench: ChatBench) -> None:
    try:
        card = await posted(bench, Card(ref="M-7", version=1, heading=("M-7",), quote=""), "card:7")
    except OutsideError as error:
        pytest.fail(f"refused: {error}")

    assert "M-7" in at(bench, card).text
