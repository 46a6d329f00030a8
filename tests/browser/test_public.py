"""The public's side: residents post, change and delete; hostile words stay words; nothing leaves this machine."""

import re
from urllib.parse import urlsplit

import pytest

from tests.browser.demo import Demo

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><iframe srcdoc="<script>parent.alert(1)</script>">',
    "<a href='javascript:alert(1)'>click</a> {{7*7}} ${alert(1)}",
    "&lt;b&gt;bold&lt;/b&gt; <!channel> <@U0MORAG> <https://evil.invalid|harmless>",
    "abc \u202egnp.exe\u202c and \u2067more\u2069 לשלום العربية",
)
INJECTED = "main :is(script, iframe, object, embed, svg, [onerror], [onload], a[href^='javascript'], b)"


async def test_a_resident_posts_and_staff_see_the_card(demo: Demo) -> None:
    window = await demo.window()

    await window.posts("the bins at Kirk Wynd were missed", author="Ann Example", network="x", photo=True)

    await window.post("Ann Example", "the bins at Kirk Wynd were missed").get_by_role("img").wait_for()
    await window.message("Ann Example", "the bins at Kirk Wynd were missed").wait_for()
    assert await window.message("the bins at Kirk Wynd were missed").count() == 1


@pytest.mark.parametrize("network", ["x", "webchat", "board"])
async def test_a_post_is_answered_where_it_was_written(demo: Demo, network: str) -> None:
    channel = "webchat" if network == "webchat" else "mentions"
    window = await demo.window(place=channel)
    await window.posts("is the library open on Monday?", author="Ann Example", network=network)
    await window.button("Reply", window.message("is the library open on Monday?")).click()
    field = window.modal.get_by_role("textbox").first
    await field.fill("It is, from ten. ^PS")
    await field.press("Control+Enter")
    await window.button(re.compile("^Reply as "), window.modal).click()
    await window.modal.get_by_text("On its way").wait_for()
    await window.page.keyboard.press("Escape")

    await demo.town.passes(seconds=11)

    await window.post("Our answer", "It is, from ten. ^PS").wait_for()
    assert await window.post("Our answer").count() == 1


@pytest.mark.parametrize("network", ["board", "webchat"])
async def test_a_resident_changes_a_post_then_deletes_it(demo: Demo, network: str) -> None:
    window = await demo.window(place="webchat" if network == "webchat" else "mentions")
    await window.posts("my bin was mised", author="Ann Example", network=network)
    post = window.post("Ann Example")
    await post.wait_for()

    await post.get_by_role("button", name="Edit").click()
    await post.get_by_role("textbox").fill("my bin was missed")
    await window.button("Save", post).click()
    await window.post("my bin was missed", "edited").wait_for()
    await window.message("my bin was missed").wait_for()

    await post.get_by_role("button", name="Delete").click()
    await window.button("Keep It", window.modal).click()
    assert await window.post("my bin was missed").count() == 1
    await post.get_by_role("button", name="Delete").click()
    await window.button("Delete", window.modal).click()
    await window.post("Deleted by its author").wait_for()
    await window.message("my bin was missed").wait_for(state="detached")


async def test_what_is_added_to_a_post_joins_it(demo: Demo) -> None:
    window = await demo.window()
    await window.posts("the bins were missed", author="Ann Example", network="board")
    post = window.post("the bins were missed")
    await post.get_by_role("button", name="Add to this").click()

    await post.get_by_label("What to add").fill("and again today")
    await window.button("Add", post).click()

    await window.post("and again today").wait_for()
    assert await window.post("the bins were missed").count() == 1


async def test_hostile_words_are_words_on_both_sides(demo: Demo) -> None:
    window = await demo.window()
    for words in HOSTILE:
        await window.posts(words, author="Mal <b>lory</b>", network="board")
        await window.post(words).first.wait_for()
        await demo.until(lambda words=words: any(words.split()[0] in one.text for one in demo.messages()))

    await window.message("Mal <b>lory</b>").nth(len(HOSTILE) - 1).wait_for()
    assert await window.page.locator(INJECTED).count() == 0
    assert await window.message("Mal").locator(".ping").count() == 0
    for words in HOSTILE[:5]:
        assert await window.message(words).count() == 1, words


async def test_hostile_words_of_staff_are_words_too(demo: Demo) -> None:
    window = await demo.window()

    for words in HOSTILE[:5]:
        await window.says(words)
        await window.message(words).wait_for()

    assert await window.page.locator(INJECTED).count() == 0


async def test_words_that_run_the_other_way_do_not_turn_their_neighbours(demo: Demo) -> None:
    window = await demo.window()
    await window.posts("\u202eevil", author="\u202eMallory", network="board")
    post = window.post("evil").first
    await post.wait_for()

    ways = await post.evaluate(
        "(it) => [...it.querySelectorAll('.words, strong, bdi')].map((one) => getComputedStyle(one).unicodeBidi)"
    )

    assert ways
    assert set(ways) <= {"isolate", "plaintext", "isolate-override"}


async def test_nothing_is_asked_of_any_other_machine(demo: Demo) -> None:
    window = await demo.window()
    await window.posts("look: https://evil.invalid/x.png", author="Ann Example", network="x", photo=True)
    card = window.message("Ann Example", "evil.invalid")
    await card.wait_for()

    await card.get_by_role("link").first.click()
    await window.page.get_by_text("In Slack this would open").or_(window.post("Ann Example")).first.wait_for()

    assert {urlsplit(url).netloc for url in window.requests} == {urlsplit(demo.url).netloc}
    assert len(window.context.pages) == 1
