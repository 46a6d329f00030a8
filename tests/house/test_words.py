"""What may not be said, and where: products in the core, promises nobody can keep, places of one machine."""

import re
from collections.abc import Mapping

from tests.house.tree import modules, ours, text

PRODUCTS = re.compile(
    r"(?:\b|_)(?:slack|yammer|viva|entra|mattermost|zulip|discord|twitter|tweets?|mastodon|bluesky|facebook|instagram"
    r"|whatsapp|telegram|tiktok|youtube|linkedin|reddit|nextdoor|trustpilot|tweepy)(?:\b|_)",
    re.IGNORECASE,
)
CAPITAL_TEAMS = re.compile(r"\bTeams\b")
"""With a small letter it is a word of its own."""

MAY_NAME: Mapping[str, str] = {
    "bot/wiring.py": "it puts the named parts together",
    "bot/cli": "its options and its demonstration name what they start",
}

NEVER = {
    re.compile("exactly[ -]" + "once", re.IGNORECASE): "nobody can promise it: say what is deduplicated, and what is unsure",
    re.compile(r"(?<![\w.])/(?:" + "work|farm|root|Users" + r")/[\w.-]+"): "a place on one machine",
    re.compile(r"(?<![\w.])/home/" + r"\w+/"): "a place on one machine",
    re.compile(
        r"\b(?:pypi|pythonhosted|npmjs|crates|debian|ubuntu)\." + r"(?:org|io|com)\b"
    ): "a registry's host: mirrors must serve",
    re.compile(
        r"\b(?:index|extra-index|trusted)-" + r"(?:url|host)\b"
    ): "where packages come from is the installer's choice",
}


def test_a_product_is_known_inside_a_name_too() -> None:
    assert all(PRODUCTS.search(words) for words in ("viva_engage.token", "Viva Engage", "all:slack", "my_yammer", "Entra"))
    assert not any(PRODUCTS.search(words) for words in ("central", "slackens", "entrance", "vivacious"))


def test_the_core_names_no_product() -> None:
    found = [
        f"{path}:{line_of(match)}: {match.group(0)}"
        for path in modules("bot", "handlers")
        if not str(path).startswith(tuple(MAY_NAME))
        for match in [*PRODUCTS.finditer(text(path)), *CAPITAL_TEAMS.finditer(text(path))]
    ]

    assert not found, "\n".join(found)


def test_no_file_says_what_it_should_not() -> None:
    found = [
        f"{path}:{line_of(match)}: {match.group(0)!r}: {why}"
        for path in ours()
        for pattern, why in NEVER.items()
        for match in pattern.finditer(text(path))
    ]

    assert not found, "\n".join(found)


def line_of(match: re.Match[str]) -> int:
    """The number of the line on which it begins."""
    return match.string.count("\n", 0, match.start()) + 1
