"""The desk: several people at once, private answers, forms, what is being typed, and a line that breaks."""

import re

from integrations.sandbox.answering import sends
from integrations.sandbox.page.server import Page
from integrations.sandbox.page.visit import Visit
from integrations.sandbox.x_server import Trouble
from tests.browser.chromium import expect
from tests.browser.demo import Demo


async def test_of_two_who_claim_at_once_one_wins_and_the_other_is_told(demo: Demo) -> None:
    ref = await demo.mention()
    priya, farah = await demo.window("priya"), await demo.window("farah")
    for window in (priya, farah):
        await window.composer.fill(f"/claim {ref[2:]}")

    await priya.composer.press("Enter")
    await farah.composer.press("Enter")

    await priya.message("Only visible to you", f"{ref} is yours").wait_for()
    await farah.message("Only visible to you", f"Priya Shah has {ref}").wait_for()
    for window in (priya, farah):
        await window.message(f"{ref} · claimed by Priya Shah").wait_for()
        assert await window.button("Claim", window.message(f"{ref} ·")).count() == 0


async def test_a_private_answer_is_seen_by_one_only_until_put_away(demo: Demo) -> None:
    priya, farah = await demo.window("priya"), await demo.window("farah")

    await priya.says("/mention queue")
    await farah.says("hello all")

    answer = priya.message("Only visible to you", "Oldest unseen")
    await answer.wait_for()
    await priya.message("hello all").wait_for()
    assert await farah.message("Only visible to you").count() == 0
    await priya.button("Dismiss", answer).click()
    await answer.wait_for(state="detached")


async def test_a_form_says_what_is_wrong_under_the_field_and_takes_the_second_try(demo: Demo) -> None:
    ref = await demo.mention()
    window = await demo.window()
    await window.button("Reply", window.message(f"{ref} ·")).click()
    field = window.modal.get_by_role("textbox", name="Your reply, as the public will read it")
    await field.fill("   ")

    await field.press("Control+Enter")
    error = window.modal.locator("[id$=-error]")
    await error.wait_for()
    described = await field.get_attribute("aria-describedby")
    assert await field.get_attribute("aria-invalid") == "true"
    assert await error.get_attribute("id") in str(described).split()
    assert await window.has_focus(field)

    await field.fill("Sorry. They come on Thursday. ^PS")
    await field.press("Control+Enter")
    await window.button(re.compile("^Reply as "), window.modal).click()
    await window.modal.get_by_text("On its way").wait_for()
    await window.button("Undo", window.modal).wait_for()


async def test_an_empty_form_is_not_sent(demo: Demo) -> None:
    ref = await demo.mention()
    window = await demo.window()
    await window.button("Note", window.message(f"{ref} ·")).click()
    field = window.modal.get_by_role("textbox").first

    await field.press("Control+Enter")

    await window.modal.locator("[id$=-error]").first.wait_for()
    assert await window.button("1 reply", window.message(f"{ref} ·")).count() == 0


async def test_news_neither_takes_the_words_nor_the_focus_from_who_types(demo: Demo) -> None:
    window = await demo.window()
    await window.composer.click()
    await window.page.keyboard.type("I am in the mid")

    ref = await demo.mention()
    await window.message(f"{ref} ·").wait_for()
    await window.page.keyboard.type("dle of this")

    await expect(window.composer).to_have_value("I am in the middle of this")
    assert await window.has_focus(window.composer)


async def test_news_leaves_a_form_as_it_is(demo: Demo) -> None:
    ref = await demo.mention()
    window = await demo.window()
    await window.button("Reply", window.message(f"{ref} ·")).click()
    field = window.modal.get_by_role("textbox").first
    await field.click()
    await window.page.keyboard.type("Half a sen")

    other = await demo.mention("@harrowmere and the lamp post on Elm Row is out too", author="Sam Poole")
    await window.message(f"{other} ·").wait_for()
    await window.page.keyboard.type("tence")

    await expect(field).to_have_value("Half a sentence")
    assert await window.has_focus(field)


async def test_unsent_words_wait_in_the_conversation_they_belong_to(demo: Demo) -> None:
    window = await demo.window()
    await window.composer.fill("for mentions")

    await window.button("webchat").click()
    await window.page.get_by_role("textbox", name="Message #webchat").wait_for()
    await expect(window.composer).to_have_value("")
    await window.button(re.compile("^mentions(?! )")).first.click()
    await window.page.get_by_role("textbox", name="Message #mentions").wait_for()

    await expect(window.composer).to_have_value("for mentions")
    assert await window.message("for mentions").count() == 0


async def test_a_slash_offers_the_commands_there_are(demo: Demo) -> None:
    ref = await demo.mention()
    window = await demo.window()
    await window.composer.click()
    await window.page.keyboard.type("/")
    offered = window.page.get_by_role("listbox", name="Commands").get_by_role("option")
    await offered.first.wait_for()
    assert await offered.count() > 3

    await window.page.keyboard.type("cl")
    await window.page.keyboard.press("Tab")
    await expect(window.composer).to_have_value("/claim ")
    await window.page.keyboard.type(f"{ref[2:]}\n")

    await window.message(f"{ref} · claimed by Priya Shah").wait_for()


async def test_a_command_there_is_not_is_explained_and_its_words_are_kept(demo: Demo) -> None:
    window = await demo.window()

    await window.says("/foo 1")

    await window.page.get_by_text("/foo is not a command here.").first.wait_for()
    await expect(window.composer).to_have_value("/foo 1")
    assert await window.message("/foo 1").count() == 0


async def test_what_is_confirmed_happens_and_what_is_not_does_not(demo: Demo) -> None:
    ref = await demo.mention()
    await leave_in_doubt(demo, ref)
    window = await demo.window()
    card = window.message(f"{ref} ·", "Needs a person")

    await window.button("It Is Not", card).click()
    await expect(window.modal).to_contain_text("The reply becomes a draft again.")
    await window.page.keyboard.press("Escape")
    await window.modal.wait_for(state="hidden")
    await window.button("It Is There", card).wait_for()
    await window.button("It Is Not", card).click()
    await window.button("It Is Not", window.modal).click()

    await card.wait_for(state="detached")
    await window.message(f"{ref} · claimed by Priya Shah").wait_for()
    assert await window.button("Reply", window.message(f"{ref} ·")).count() == 1


async def leave_in_doubt(demo: Demo, ref: str) -> None:
    """A reply of which nobody can tell whether it went out: the line broke, and X cannot be read since."""
    town, priya = demo.town, demo.town.slack.user("priya")
    await priya.command(f"/reply {ref[2:]}", channel="mentions")
    await priya.submit({"text": "Sorry. They come on Thursday. ^PS"})
    await sends(priya)
    priya.cancel()
    town.x.chaos.append(Trouble(drop=True, method="POST"))
    await town.passes(seconds=11)
    await demo.until(lambda: any(method == "POST" for method, _, _ in town.x.calls))
    town.x.chaos.extend(Trouble(status=503, method="GET") for _ in range(1000))
    for _ in range(6):
        await town.passes(minutes=1)
    await demo.until(lambda: "Needs a person" in demo.card(ref).status)


async def test_a_thread_opens_takes_an_answer_and_closes_by_escape(demo: Demo) -> None:
    ref = await demo.mention()
    window = await demo.window()
    card = window.message(f"{ref} ·")
    await card.hover()
    await window.button("More actions", card).click()
    await window.page.get_by_role("menuitem", name="Reply in Thread").click()
    answer = window.page.get_by_role("textbox", name="Reply in the thread")
    await answer.wait_for()

    await answer.fill("I rang the depot")
    await answer.press("Enter")
    await window.page.get_by_role("region", name="Replies").get_by_text("I rang the depot").wait_for()
    await answer.fill("/claim 1")
    await answer.press("Enter")
    await window.page.get_by_text("/claim does not work in threads").first.wait_for()
    await answer.fill("")
    await answer.press("Escape")

    await answer.wait_for(state="detached")
    await window.button("1 reply", card).wait_for()
    assert "claimed" not in await card.inner_text()


async def test_home_shows_what_needs_me(demo: Demo) -> None:
    ref = await demo.mention()
    window = await demo.window("dev", place="dm")

    await window.page.get_by_role("tab", name="Home").click()

    home = window.page.get_by_role("tabpanel", name="Home")
    await home.get_by_text(ref).first.wait_for()
    assert await home.is_visible()


async def test_unread_and_ping_marks_show_and_go(demo: Demo) -> None:
    await demo.mention()
    window = await demo.window("farah", place="webchat")
    await demo.town.passes(minutes=61)

    direct = window.button(re.compile(r"unread, you are named"))
    await direct.first.wait_for()
    await window.button(re.compile("^Tolbooth")).click()

    await window.message("has waited").wait_for()
    await direct.first.wait_for(state="detached")
    assert await direct.count() == 0


async def test_the_page_carries_on_when_the_demo_is_back(demo: Demo) -> None:
    window = await demo.window()
    port = int(demo.url.rstrip("/").rpartition(":")[2])
    await window.composer.fill("still here")
    await demo.page.stop()
    await window.page.get_by_text("The demo has stopped").first.wait_for()

    demo.page = Page(demo.town, Visit(demo.town))
    await demo.page.start(port=port)
    await demo.town.slack.user("farah").says("back again", channel="mentions")

    await window.message("back again").wait_for()
    await expect(window.composer).to_have_value("still here")
    await window.page.locator(".banner").wait_for(state="detached")
    assert await window.message("back again").count() == 1
