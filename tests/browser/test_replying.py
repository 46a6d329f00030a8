"""Replying with confidence, in a browser: nothing typed is lost, the button names the account, a colleague looks first."""

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import pytest_asyncio

from integrations.sandbox.page.server import Page
from integrations.sandbox.page.visit import Visit
from tests.browser.access import findings
from tests.browser.chromium import expect
from tests.browser.demo import Demo
from tests.browser.window import Window
from tests.demo_town import opened_town

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator

WORDS = "It is, from ten to four. You are very welcome."
PICTURE = Path(__file__).parents[2] / "deploy" / "pictures" / "demo-narrow.png"
MOST_CLICKS = 3


async def writing(window: Window, ref: str) -> "Locator":
    """The box for the words, once Reply was pressed on the card."""
    await window.button("Reply", window.message(f"{ref} ·")).click()
    field = window.modal.get_by_role("textbox", name="Your reply, as the public will read it")
    await field.wait_for()
    return field


async def looked_over(window: Window, ref: str, words: str = WORDS) -> None:
    """The words written, and the preview opened."""
    field = await writing(window, ref)
    await field.fill(words)
    await window.button("Look It Over", window.modal).click()
    await window.modal.get_by_text("This goes out as").first.wait_for()


async def test_a_routine_reply_takes_three_clicks_beside_typing(demo: Demo, report: Callable[[str], None]) -> None:
    ref = await demo.mention()
    window = await demo.window()
    clicks: list[str] = []

    async def click(button: "Locator") -> None:
        clicks.append(await button.inner_text())
        await button.click()

    began = monotonic()
    await click(window.button("Reply", window.message(f"{ref} ·")))
    field = window.modal.get_by_role("textbox", name="Your reply, as the public will read it")
    await field.fill(WORDS)
    await click(window.button("Look It Over", window.modal))
    await click(window.button("Reply as @harrowmere on X", window.modal))
    await window.modal.get_by_text("On its way").wait_for()
    took = monotonic() - began

    report(f"from opening the form to Send: {len(clicks)} clicks beside typing ({', '.join(clicks)}), {took:.1f} s")
    assert len(clicks) <= MOST_CLICKS


async def test_what_is_typed_survives_a_form_that_is_closed(demo: Demo) -> None:
    ref = await demo.mention()
    window = await demo.window()
    field = await writing(window, ref)
    await field.press_sequentially("It is, from ten", delay=15)

    await window.page.keyboard.press("Escape")
    await window.modal.wait_for(state="hidden")
    field = await writing(window, ref)

    await expect(field).to_have_value("It is, from ten")
    assert await window.post("It is, from ten").count() == 0


async def test_the_account_is_seen_by_name_and_picture_before_anything_goes(demo: Demo) -> None:
    ref = await demo.mention()
    window = await demo.window()

    await looked_over(window, ref)

    crest = window.modal.locator("img")
    await crest.wait_for()
    assert await crest.get_attribute("alt") == "@harrowmere on X"
    assert await crest.evaluate("(it) => it.naturalWidth") > 0
    assert await window.button("Reply as @harrowmere on X", window.modal).count() == 1
    assert await findings(window) == ""


async def test_pictures_are_put_in_described_and_can_be_taken_out_again(demo: Demo) -> None:
    ref = await demo.mention()
    window = await demo.window()
    field = await writing(window, ref)
    chooser = window.modal.locator("input[type=file]")

    await chooser.set_input_files([PICTURE])
    await window.modal.get_by_text(PICTURE.name).wait_for()
    await window.button(f"Remove {PICTURE.name}", window.modal).click()
    await window.modal.get_by_text(PICTURE.name).wait_for(state="detached")
    await chooser.set_input_files([PICTURE])
    await window.modal.get_by_text(PICTURE.name).wait_for()
    assert await findings(window) == ""
    await field.fill(WORDS)
    await window.modal.get_by_role("textbox", name=re.compile("picture shows")).fill("The demo on a narrow screen")
    await window.button("Look It Over", window.modal).click()

    await window.modal.get_by_text("The demo on a narrow screen").wait_for()


async def asked_to_send(tam: Window, ref: str, words: str) -> None:
    """The trainee's words written, looked over, and put before Farah."""
    await looked_over(tam, ref, words)
    await tam.button("Ask to Send as @harrowmere on X", tam.modal).click()
    await tam.modal.get_by_text("Farah Ali").first.wait_for()
    await tam.page.keyboard.press("Escape")
    await tam.modal.wait_for(state="hidden")


async def test_a_trainee_drafts_an_approver_edits_undo_stops_it_and_then_it_is_sent(demo: Demo) -> None:
    ref = await demo.mention()
    tam, farah = await demo.window("tam"), await demo.window("farah", place="dm")
    await tam.button("Claim", tam.message(f"{ref} ·")).click()
    await asked_to_send(tam, ref, "It is, from ten to for. You are very welcome.")

    await farah.button(re.compile("^Change"), farah.message(ref, "from ten to for.")).click()
    await farah.modal.get_by_role("textbox").first.fill(WORDS)
    await farah.button("Look It Over", farah.modal).click()
    assert await findings(farah) == ""
    await farah.button(re.compile("^(Approve|Reply)"), farah.modal).click()
    await demo.until(lambda: "Undo" in demo.card(ref).buttons)
    await farah.page.keyboard.press("Escape")
    await tam.button("Undo", tam.message(f"{ref} ·")).first.click()
    await demo.until(lambda: "Undo" not in demo.card(ref).buttons)
    await demo.town.passes(seconds=11)
    assert not ours(demo)

    await asked_to_send(tam, ref, WORDS)
    await farah.button(re.compile("^Approve"), farah.message(ref, "from ten to four.")).last.click()
    await demo.until(lambda: "Undo" in demo.card(ref).buttons)
    await demo.town.passes(seconds=11)

    await tam.post(WORDS).wait_for()
    await demo.town.passes(minutes=1)
    await demo.until(lambda: any(one.text.startswith("✓ Tam Doig") for one in demo.card(ref).thread))
    assert ours(demo) == [f"{WORDS} ^TD"]


async def test_a_stop_is_said_on_the_open_form_and_nothing_goes(demo: Demo) -> None:
    ref = await demo.mention()
    window = await demo.window()
    await looked_over(window, ref)
    await demo.town.slack.user("morag").command("/mention stop a wrong post went out", channel="mentions")

    await window.button("Reply as @harrowmere on X", window.modal).click()

    await window.modal.get_by_text("Publishing is stopped by Morag Muir").first.wait_for()
    await demo.town.passes(seconds=11)
    assert not ours(demo)


async def test_a_lead_may_answer_what_a_colleague_has_and_the_record_says_so(demo: Demo) -> None:
    ref = await demo.mention()
    await demo.town.slack.user("priya").command(f"/claim {ref[2:]}", channel="mentions")
    window = await demo.window("morag")
    await window.says(f"/reply {ref[2:]} {WORDS}")
    await window.button("Reply as @harrowmere on X", window.modal).click()
    await window.modal.get_by_text("On its way").wait_for()
    await window.page.keyboard.press("Escape")

    await demo.town.passes(seconds=11)
    await window.post("from ten to four").wait_for()
    await window.says(f"/mention record {ref[2:]}")

    record = window.message("Only visible to you", "The record of", "Morag Muir")
    await record.wait_for()
    assert "Priya Shah" in await record.inner_text()


def in_two_languages(settings: str) -> str:
    """The town's settings, with replies on the board owed in Welsh and English."""
    return settings.replace('name = "board"\n', 'name = "board"\nlanguages = ["cy", "en"]\n')


@pytest_asyncio.fixture(loop_scope="session")
async def bilingual(browser: "Browser", tmp_path: Path) -> AsyncIterator[Demo]:
    """The demo, where the board is answered in two languages."""
    async with opened_town(tmp_path, in_two_languages) as town:
        page = Page(town, Visit(town))
        demo = Demo(town, page, await page.start(port=0), browser)
        yield demo
        await demo.close()
        await page.stop()
    assert not demo.trouble()


async def test_both_languages_are_asked_for_and_sent_together(bilingual: Demo) -> None:
    await bilingual.town.post("board", "Bob Example", "Ydy'r llyfrgell ar agor?")
    await bilingual.until(bilingual.refs)
    window = await bilingual.window()
    await window.button("Reply", window.message("Ydy'r llyfrgell")).click()
    boxes = window.modal.get_by_role("textbox")
    await boxes.first.fill("Ydy, o ddeg tan bedwar.")
    await window.button("Look It Over", window.modal).click()
    await window.modal.locator("[id$=-error]").first.wait_for()
    assert await findings(window) == ""
    await boxes.nth(1).fill("It is, from ten to four.")
    await window.button("Look It Over", window.modal).click()
    await window.button(re.compile("^Reply as "), window.modal).click()
    await window.modal.get_by_text("On its way").wait_for()

    await bilingual.town.passes(seconds=11)

    await window.post("Ydy, o ddeg tan bedwar.", "It is, from ten to four.").first.wait_for()


def ours(demo: Demo) -> list[str]:
    """What we have said in public on X."""
    return [post.text for thread in demo.town.x.threads() for post in thread.posts if post.ours]
