"""The first page of a bundle: what it is, how to check it, and where everything is. Pure."""

from html import escape
from zoneinfo import ZoneInfo

from bot.evidence.matter import Asked
from bot.evidence.page import both, foot, head, listed, words_of

COLUMNS = ("Mention", "Came in", "Network", "Author", "State", "What was said")
HOW = (
    "Everything here can be checked, on any computer with Python 3.8 or later and without a network: unpack the bundle "
    "and run <code>python3 -I verify.py</code> in its folder. It says ok, or names the first thing that is wrong. "
    "README.txt says what that proves, and what only the SHA-256 of the whole file does."
)


def cover(asked: Asked, count: int, zone: ZoneInfo) -> str:
    """The page up to the first line of its contents."""
    facts = listed(
        (
            ("Holds", words_of(asked.said)),
            ("Mentions", f"{count:,}"),
            ("Made", both(asked.at, zone)),
            ("By", words_of(asked.by)),
            ("Because", words_of(asked.because)),
            ("Times", f"where the organisation is ({escape(zone.key)}), and UTC"),
            ("Staff", "their names were left out" if asked.redacted else ""),
            ("See also", beside(asked)),
        )
    )
    columns = "".join(f'<th scope="col">{name}</th>' for name in COLUMNS)
    return (
        f"{head(f'Evidence: {asked.said}', asked.organisation)}{facts}<p>{HOW}</p>\n"
        '<p><a href="decisions.html">The decision log</a>: who did what, when and why, numbered from 1.</p>\n'
        '<h2>Contents</h2>\n<div class="wide" role="region" tabindex="0" aria-label="Contents">\n<table>\n'
        f"<caption>Every mention in this bundle</caption>\n<thead><tr>{columns}</tr></thead>\n<tbody>\n"
    )


def beside(asked: Asked) -> str:
    """Mentions of others in which this person's words stand too."""
    return f"their words also stand beside {escape(', '.join(asked.beside))}, as what these answer" if asked.beside else ""


def end_of_contents() -> str:
    """After the last line of the contents."""
    return "</tbody>\n</table>\n</div>\n"


def part(articles: str, asked: Asked, number: int) -> str:
    """One page of several; they stand in a folder of their own."""
    title = f"Evidence: {asked.said}. Part {number}"
    return f'{head(title, asked.organisation)}<nav><a href="../index.html">Contents</a></nav>\n{articles}{foot()}'
