"""Small print: a context block's elements, which are plain words and moments in the reader's own zone."""

from collections.abc import Iterable

from bot.card import Line, When, plain
from integrations.slack.rich_text import DATE_FORMAT, MOMENT, Json
from integrations.slack.text import cut, escape, one_line

CONTEXT_ELEMENTS = 10
WORDS = 3000


def context_elements(line: Line, room: int = CONTEXT_ELEMENTS, most: int = WORDS) -> Iterable[Json]:
    """Words that touch are one element, at most ``most`` long; moments beyond ``room`` elements are written out."""
    text = ""
    for part in line:
        if isinstance(part, When) and room >= (4 if text.strip() else 3):
            if text.strip():
                yield small(text, most)
            yield {"type": "mrkdwn", "text": date_token(part), "verbatim": True}
            room, text = room - (2 if text.strip() else 1), ""
            continue
        text += one_line(plain(part))
    if text.strip():
        yield small(text, most)


def small(text: str, most: int) -> Json:
    """Words as plain text: never parsed."""
    return {"type": "plain_text", "text": cut(text.strip(), most), "emoji": False}


def date_token(when: When) -> str:
    """Our own markup for a moment: the only markup we ever write."""
    local = escape("".join(letter for letter in cut(one_line(when.local), MOMENT) if letter not in "<>|^"))
    return f"<!date^{int(when.at.timestamp())}^{DATE_FORMAT}|{local or 'then'}>"
