"""Words that must not go out, that speak as another account, that suit another audience, or that take sides."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.house import BY_HAND
from bot.reply import Audience
from bot.replying.findings import Check, PreElection
from tests.bot.council import account
from tests.bot.replying.drafts import excerpts, found, rules

COUNCIL = account("c", label="Harrowmere Council", speaks_as="@harrowmere on X")
LIBRARIES = account("l", label="Harrowmere Council Libraries", speaks_as="@HarrowmereLibs")
POLICE = account("p", label="Orrendale Police", speaks_as="Orrendale Police")
STAFF_BROUGHT_IN = account(BY_HAND, label="added by staff", speaks_as="Harrowmere Museum")


@pytest.mark.parametrize(
    ("word", "text", "what"),
    [
        ("idiot", "What an IDIOT!", "IDIOT"),
        ("idiot", "What an ìdïót!", "ìdïót"),
        ("idiot", "What an ｉｄｉｏｔ!", "ｉｄｉｏｔ"),
        ("idiot", "What an id\u200biot!", "id\u200biot"),
        ("straße", "Auf der STRASSE", "STRASSE"),
        ("no  comment", "No\ncomment.", "No\ncomment"),
        ("moan*", "They are Moaners.", "Moaners"),
        ("it’s your fault", "It's your fault", "It's your fault"),
        ("twp", "_twp_", "twp"),
    ],
)
def test_a_blocked_word_is_found_however_it_is_spelled(word: str, text: str, what: str) -> None:
    assert excerpts(Check.BLOCKED_WORDS, text, rules(blocked_words=(word,))) == [what]


@pytest.mark.parametrize(
    ("word", "text"), [("ass", "Pass the class"), ("moan", "Moaners"), ("*", "Anything"), ("", "At all")]
)
def test_a_word_is_a_whole_word(word: str, text: str) -> None:
    assert excerpts(Check.BLOCKED_WORDS, text, rules(blocked_words=(word,))) == []


# --- another account ---------------------------------------------------------------------------------------------


def spoken(text: str, **other: Any) -> list[str]:
    """As whom a reply of the council's speaks, besides itself."""
    return excerpts(Check.ACCOUNT, text, **{"account": COUNCIL, "others": (LIBRARIES, POLICE, STAFF_BROUGHT_IN), **other})


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Thanks for contacting Orrendale Police.", "Orrendale Police"),
        ("Hello, this is ORRENDALE POLICE. How can we help?", "ORRENDALE POLICE"),
        ("Here at Harrowmere Council Libraries we love books", "Harrowmere Council Libraries"),
        ("Orrendale Police here!", "Orrendale Police"),
        ("Sorry about that.\nOrrendale Police ^PK", "Orrendale Police"),
        ("Sorry about that – Orrendale Police team", "Orrendale Police"),
        ("Love from all at @harrowmerelibs", "@harrowmerelibs"),
        ("We are @harrowmerelibs", "@harrowmerelibs"),
    ],
)
def test_speaking_as_another_account_is_noticed(text: str, name: str) -> None:
    assert spoken(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for contacting Harrowmere Council.",
        "Please contact Orrendale Police",
        "Try contacting @HarrowmereLibs, they run it.",
        "That is Orrendale Police's to answer. Ask them at @orrendalepolice",
        "This is Harrowmere Museum",
    ],
)
def test_sending_people_to_another_account_is_fine(text: str) -> None:
    assert spoken(text) == []


def test_a_name_within_the_accounts_own_name_is_its_own() -> None:
    text = "This is Harrowmere Council Libraries. Harrowmere Council Libraries here."

    assert spoken(text, account=LIBRARIES, others=(COUNCIL,)) == []


def test_both_accounts_are_named_so_that_nobody_has_to_guess() -> None:
    (finding,) = found(Check.ACCOUNT, "Orrendale Police here!", account=COUNCIL, others=(POLICE,))

    assert finding.reason == "This speaks as Orrendale Police, and it goes out as @harrowmere on X."


# --- another audience --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Hi. As you told us privately, the roof leaks.", "As you told us privately"),
        ("As you said in your email, it was late.", "As you said in your email"),
        ("Your case has been passed on.", "Your case has"),
        ("Your account number ends in 67.", "Your account number"),
        ("What’s your date of birth?", "What’s your date of birth"),
        ("Please reply with your full name and address.", "reply with your full name"),
        ("You are in arrears.", "You are in arrears"),
        ("Thanks for your DM about your neighbour.", "Thanks for your DM about your"),
        ("We saw that you missed your appointment on Tuesday.", "you missed your appointment"),
    ],
)
def test_what_sounds_private_is_noticed_in_public(text: str, what: str) -> None:
    assert excerpts(Check.AUDIENCE, text) == [what]
    assert excerpts(Check.AUDIENCE, text, private=True) == []
    assert excerpts(Check.AUDIENCE, text, audience=Audience.AUTHOR) == []


@pytest.mark.parametrize(
    "text",
    [
        "Please send us a private message with your account number.",
        "Can you DM us your address, please?",
        "Please don't post your address here.",
        "You can see your account online.",
        "Thanks for your email, we have answered it.",
        "You can change your appointment is the NHS App.",
        "Hi, your GP surgery can tell you about your test results. We can't see them here.",
        "If you missed your appointment, your clinic will know.",
        "Thanks for your email about the bins.",
    ],
)
def test_leading_people_to_somewhere_private_is_what_one_should_do(text: str) -> None:
    assert excerpts(Check.AUDIENCE, text) == []


def test_what_is_said_to_many_is_noticed_in_private() -> None:
    text = "Morning all! Please share this. Send us a private message."

    assert excerpts(Check.AUDIENCE, text, private=True) == ["Morning all", "Please share", "Send us a private message"]
    assert excerpts(Check.AUDIENCE, text) == []


# --- before an election ------------------------------------------------------------------------------------------

BEFORE = PreElection(date(2027, 3, 23), date(2027, 5, 6), ("Ana Hargreave", "#VoteHargreave"), "Ask the monitoring officer.")
DURING = datetime(2027, 4, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Thanks to ANA HARGREAVE for coming", "ANA HARGREAVE"),
        ("Great day #votehargreave", "votehargreave"),
        ("This administration has fixed it", "This administration has"),
        ("Under the leadership of the mayor", "Under the leadership"),
    ],
)
def test_what_takes_sides_is_noticed_while_the_period_lasts(text: str, what: str) -> None:
    (finding,) = found(Check.PRE_ELECTION, text, rules(pre_election=(BEFORE,)), at=DURING)

    assert finding.excerpt == what
    assert finding.reason == "There is a pre-election period until 6 May. Ask the monitoring officer."


def test_service_news_takes_no_sides() -> None:
    text = "The council has emptied 4,417 bins. Vote on Thursday 6 May, and bring photo ID."

    assert excerpts(Check.PRE_ELECTION, text, rules(pre_election=(BEFORE,)), at=DURING) == []


def test_its_days_are_those_of_the_organisation() -> None:
    by = rules(pre_election=(PreElection(date(2027, 4, 2), date(2027, 4, 2), ("Ana Hargreave",)),))
    local_midnight = datetime(2027, 4, 1, 23, tzinfo=UTC)

    assert excerpts(Check.PRE_ELECTION, "Ana Hargreave", by, at=local_midnight) == ["Ana Hargreave"]
    assert excerpts(Check.PRE_ELECTION, "Ana Hargreave", by, at=datetime(2027, 4, 1, 22, 59, tzinfo=UTC)) == []
    assert excerpts(Check.PRE_ELECTION, "Ana Hargreave", by, at=datetime(2027, 4, 2, 23, tzinfo=UTC)) == []
