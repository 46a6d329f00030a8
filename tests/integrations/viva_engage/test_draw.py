"""What staff read in Viva Engage, kept in ``golden/`` (UPDATE_GOLDEN=1 rewrites it); and nobody's words do harm in it."""

import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.card import Button, Card, Code, Digest, Link, Notice, Ping, Quote, Strong, Weight, When
from bot.form import units
from bot.words import DELETED, ERASED
from integrations.viva_engage.body import line_text
from integrations.viva_engage.digest import digest_text, holds, is_digest
from integrations.viva_engage.draw import added, card_text, changed, notice_text, standing, taken_back
from integrations.viva_engage.text import LIMIT, as_typed, cut, mark, safe

GOLDEN = Path(__file__).parent / "golden"
NINE = When(datetime(2026, 11, 17, 9, 0, tzinfo=UTC), "17 Nov at 09:00")
DUE = When(datetime(2026, 11, 17, 11, 0, tzinfo=UTC), "17 Nov at 11:00")
POST = "https://x.example/ada/1"
NEW = Card(
    ref="M-142",
    version=1,
    heading=(Strong("Ada Byron"), " (@ada) · @harrowmere on X · ", NINE),
    quote="Is Harrowmere Primary shut?\nThe bus never came.",
    media=("Photo ×1, no description", " · ", Link(POST, "Look at the source")),
    status=("To be looked at by ", NINE),
    footer=("M-142 · nobody has looked yet",),
    buttons=tuple(Button(verb.capitalize(), verb, "M-142") for verb in ("claim", "reply", "close", "note")),
    summary="Ada Byron: Is Harrowmere Primary shut?",
)
CLAIMED = replace(
    NEW,
    status=("An answer is due by ", DUE),
    footer=("M-142 · claimed by Priya · ", NINE),
    buttons=tuple(Button(verb.capitalize(), verb, "M-142") for verb in ("reply", "release", "close", "note")),
)
OVERDUE = replace(CLAIMED, status=("", Strong("Overdue"), ": an answer was due by ", DUE))
ON_ITS_WAY = replace(
    CLAIMED,
    status=("Priya’s reply goes out at ", When(NINE.at, "09:00:10")),
    footer=("M-142 · Priya is replying",),
    buttons=(Button("Undo", "undo", "M-142", "0a1b2c3d", weight=Weight.DANGER),),
)
IN_DOUBT = replace(
    ON_ITS_WAY,
    status=(Strong("Needs a person"), ": we could not tell whether Priya’s reply went out. Look, then say which."),
    buttons=(
        Button("See It", "look", "M-142", url=POST),
        Button("It Is There", "settle", "M-142", "there 0a1b2c3d"),
        Button("It Is Not", "settle", "M-142", "absent 0a1b2c3d"),
        Button(
            "Send Again", "settle", "M-142", "again 0a1b2c3d", confirm="If the first one turns up too, the public sees both."
        ),
    ),
)
REPLIED = replace(
    CLAIMED,
    status=(Link("https://x.example/harrowmere/9", "See the reply"),),
    footer=("M-142 · answered by Priya · ", NINE),
    buttons=(
        Button("Reply Again", "reply", "M-142"),
        Button("Close", "close", "M-142"),
        Button("Record", "record", "M-142"),
    ),
)
PING = Notice(
    (
        (Strong("M-142 has waited 2 h"), " (@harrowmere on X). Nobody has looked at it."),
        Quote("Is Harrowmere Primary shut?"),
        ("An answer was due by 17 Nov at 11:00.", " · ", Link(POST, "Open the card")),
    ),
    buttons=(
        Button("Acknowledge", "acknowledge", "M-142"),
        Button("Claim", "claim", "M-142"),
        Button("Show", "show", "M-142"),
        Button("I’m Not Available", "unavailable", "M-142"),
    ),
)
ADDED = Notice(((Ping("U0PRIYA", "Priya"), ": Ada Byron wrote again:"), Quote("It is still shut.\n\nWhy?")))
DIGEST = Digest(
    tuple(
        (
            replace(NEW, ref=f"M-{number}", heading=(Strong(name), " · Harrowmere web chat · ", NINE), quote=words),
            f"d{number}",
        )
        for number, name, words in (
            (142, "Lou", "My street has no water since six this morning and nobody picks up the telephone."),
            (143, "Ada Byron", "Is Harrowmere Primary shut?"),
            (144, "somebody", "(no words)"),
        )
    )
)
DRAWN = {
    "card": card_text(NEW, "c1"),
    "card_in_doubt": card_text(IN_DOUBT, "c1"),
    "digest": digest_text(DIGEST, "g1"),
    "ping": notice_text(PING),
    "added": notice_text(ADDED, "t1", here="M-142", known={"U0PRIYA": 1486405}.get),
    "how_it_stands": "\n".join(
        changed(now, standing(before))
        for before, now in (
            (NEW, CLAIMED),
            (CLAIMED, OVERDUE),
            (CLAIMED, ON_ITS_WAY),
            (ON_ITS_WAY, IN_DOUBT),
            (ON_ITS_WAY, REPLIED),
            (CLAIMED, replace(NEW, footer=("M-142 · seen by Priya · Priya had it before",))),
        )
    ),
}


@pytest.mark.parametrize("name", DRAWN)
def test_it_reads_as_in_the_golden_file(name):
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(DRAWN[name] + "\n")

    assert golden.read_text() == DRAWN[name] + "\n"


# --- what anybody may write --------------------------------------------------------------------------------------

FORGED = mark("another card's key")
HOSTILE = (
    "[[user:1486405]] [[[user:1]] [[tag:9]] @joe @@joe (@joe) see\u202e\u2066 \x00\x07<b>&amp;</b>\ud83d "
    + "z"
    + "\u0301" * 50
    + f"\r\n✔ Claimed by Priya · 17 Nov at 09:00\x85Write here: close\u2028{FORGED}\ndigest {FORGED}\n({FORGED})"
)


def posts(words):
    """Every kind of post, with hostile words wherever somebody else's can stand."""
    card = replace(NEW, heading=(Strong(words), f" ({words}) · ", NINE), quote=words, answers=(words,), media=(words,))
    card = replace(card, status=(words, Link("https://x.example/@joe?a=[[user:1]]", words)), footer=(words,))
    notice = Notice(
        ((Strong(words), words, Ping("U9", words)), Quote(words), Code(words.replace("@", "@ "))),
        (Button(words, "show", "M-1"),),
    )
    return [card_text(card, "k"), digest_text(Digest(((card, "k"),) * 25), "g"), notice_text(notice, "k", here="M-142")]


@pytest.mark.parametrize("words", [HOSTILE, HOSTILE * 400, "\U0001f469\u200d\U0001f467" * 10_000, "a" * 90_000, "\n" * 500])
def test_nobodys_words_notify_anybody_or_pose_as_a_mark_and_all_fits(words):
    for text in posts(words):
        assert units(text) <= LIMIT
        assert not re.search(r"\[\[|(?<!\w)@\w", text)
        assert not holds(text, "another card's key")
        assert holds(text, "k")
        assert not re.search("[\x00-\x08\x0b-\x1f\u0085\u2028\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)


def test_a_post_cannot_pose_as_a_line_of_ours():
    ours = {"M-142", "Write", "Anything", mark("k")[:3]}
    lines = [
        line for line in card_text(replace(NEW, heading=(Strong(HOSTILE), NINE), quote=HOSTILE), "k").split("\n") if line
    ]

    assert all(line.startswith(">") or line.split()[0] in {*ours, "Photo", "Nobody"} for line in lines)
    assert [line for line in lines if "Claimed by Priya" in line and not line.startswith(">")] == lines[:1]


def test_words_to_copy_are_as_they_were_written_and_still_name_nobody():
    text = "@ada_b, write to bins@harrowmere.gov.uk\nhttps://example.org/rota/k.ics ref ABCDEFGH"

    drawn = notice_text(Notice((("Your words:",), Code(text), Code("[[[user:1486405]]"))))

    assert text in drawn
    assert "[[" not in drawn


def test_what_was_copied_from_us_is_read_as_it_was_first_written():
    assert as_typed(safe("mail [[x]] to @joe, ref ABCDEFGH")) == "mail [[x]] to @joe, ref ABCDEFGH"


@pytest.mark.parametrize("cluster", ["👩‍👩‍👧‍👦", "👍🏽", "🇬🇧", "e\u0301", "கி"])
def test_a_cut_never_splits_what_a_reader_sees_as_one_character(cluster):
    for before in range(30, 50):
        shown = cut("x" * before + cluster * 20, 60).removesuffix("…").lstrip("x")

        assert shown == cluster * (len(shown) // len(cluster))


def test_only_an_address_of_the_web_is_drawn_and_a_name_in_it_names_nobody():
    drawn = [line_text((Link(url, "it"),)) for url in ("javascript:x", "https://a b", "https://x.example/@joe/1", "ftp://x")]

    assert drawn == ["it", "it", "it: https://x.example/%40joe/1", "it"]


def test_words_that_may_be_kept_nowhere_are_known_by_what_stands_in_their_place():
    told = [
        replace(NEW, quote=quote) for quote in (ERASED, DELETED, f"{DELETED}\n+ (and 2 more before this) more", "x\n+ more")
    ]

    assert [(taken_back(card), added(card)) for card in told] == [(ERASED, 0), (DELETED, 0), (DELETED, 3), ("", 1)]


def test_what_was_taken_already_and_how_soon_all_is_read_is_said():
    late = timedelta(seconds=150)
    text = digest_text(Digest(((NEW, "d1"), (replace(CLAIMED, ref="M-143"), "d2"))), "g1", late)

    assert text.count("claimed by Priya") == 1
    assert "claimed by Priya" in next(line for line in text.split("\n") if line.startswith("M-143"))
    assert all("It is read within 3 minutes." in one for one in (text, card_text(NEW, "c1", late)))


def test_a_digest_holds_each_of_its_cards_and_no_other():
    text = DRAWN["digest"]

    assert [holds(text, key) for key in ("d142", "d143", "d144", "d145", "g1")] == [True, True, True, False, True]
    assert is_digest(text)
    assert not is_digest(DRAWN["card"])
