"""``tolbooth demo``: the story in a few lines, kept when asked, and a prompt that takes the real commands."""

import pytest

from tests.commands.line import Line

STORY = ("practice", "relayed", "unseen", "claimed", "second", "reply", "held", "in public", "card", "record", "verify")


@pytest.mark.slow
async def test_the_story_is_told_in_few_lines_and_exits_0(line: Line) -> None:
    done = await line.tolbooth("demo", "--headless", "--once")

    lines = done.out.splitlines()
    assert (done.code, done.err) == (0, "")
    assert lines[0] == "Oldest unseen: M-1, under a minute"
    assert len(lines) <= 25
    for part in STORY:
        assert any(one.startswith(f"{part:<10} ") for one in lines), part
    assert lines[-1].startswith("verify     ok: ")
    assert list(line.folder.iterdir()) == []


@pytest.mark.slow
async def test_a_kept_demo_carries_on_where_it_was(line: Line) -> None:
    await line.tolbooth("demo", "--headless", "--once", "--keep", "kept.db")
    again = await line.tolbooth("demo", "--headless", "--once", "--keep", "kept.db")
    verified = await line.tolbooth("verify", TOLBOOTH_DATABASE_URL="sqlite:///kept.db")

    assert again.code == 0
    assert "→ #mentions, M-2" in again.out
    assert verified.out.startswith("ok: ")


@pytest.mark.slow
async def test_a_place_that_cannot_keep_it_is_named(line: Line) -> None:
    done = await line.tolbooth("demo", "--headless", "--once", "--keep", "nowhere/kept.db")

    assert done.code == 2
    assert len(done.lines) <= 6
    assert "unable to open database file" in done.err


@pytest.mark.slow
async def test_the_prompt_takes_the_real_commands(line: Line) -> None:
    typed = [
        "post my bins were missed",
        "cards",
        "/claim 2",
        "as farah",
        "/claim 2",
        "press Note 2",
        "asked the depot",
        "",
        "as priya",
        "/reply 2",
        "Sorry. They come on Thursday.",
        "y",
        "",
        "wait 1",
        "cards",
        "as nobody",
        "xyzzy",
        "press Nothing 2",
        "press Claim 99",
        "/mention record 2",
        "as farah",
        "post is the library open",
        "wait 65",
        "dms",
        "press Claim",
        "/handover",
    ]

    done = await line.tolbooth("demo", "--terminal", typed="\n".join(typed))

    assert done.code == 0
    for answer in (
        "Type what staff type:",
        "@harrowmere my bins were missed",
        "M-2 is yours. To answer it: /reply 2.",
        "Priya Shah has M-2 (just now).",
        "Sorry. They come on Thursday.",
        "M-2 · answered by Priya Shah",
        "There is nobody called 'nobody' here. There are: dev, farah, morag, priya, tam",
        "there is no 'Nothing' to press; there are ['Reply Again', 'Close', 'Record']",
        "there is no card for M-99",
        "Farah Ali noted: asked the depot",
        "M-3 has waited 1 h 5 m (@harrowmere on X). Nobody has looked at it.",
        "Farah Ali: M-3",
    ):
        assert answer in done.out, answer


@pytest.mark.slow
async def test_the_prompt_ends_with_its_input_in_the_midst_of_a_form(line: Line) -> None:
    done = await line.tolbooth("demo", "--terminal", typed="post hello\n/reply 2")

    assert done.code == 0
