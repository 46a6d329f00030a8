"""Answers, forms and cards as text, as a person reads them, for the golden files (UPDATE_GOLDEN=1 rewrites those)."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.card import Answer, Button, Card, Notice, plain
from bot.form import Form

GOLDEN = Path(__file__).parents[1] / "golden"


def drawn(what: Answer | Form | Notice | Card) -> str:
    """All of it, a line each."""
    return "\n".join(line.rstrip() for line in lines(what))


def lines(what: Answer | Form | Notice | Card) -> Iterator[str]:
    """What is read from top to bottom, then what can be pressed."""
    match what:
        case Card():
            yield from card_lines(what)
        case Form():
            yield f"( {what.title} )"
            yield from (plain(piece) for piece in what.body)
            yield from (f"{field.label}: ____{f'  ({field.hint})' if field.hint else ''}" for field in what.fields)
            yield from pressed([*what.buttons, *([Button(what.submit, what.verb)] if what.submit else [])])
        case _:
            yield from (plain(piece) for piece in what.body)
            if isinstance(what, Answer) and what.card:
                yield from card_lines(what.card)
            yield from pressed(what.buttons)


def card_lines(card: Card) -> Iterator[str]:
    """A card."""
    yield plain(card.heading)
    if card.answers:
        yield plain(card.answers)
    yield from (f"> {line}" for line in card.quote.split("\n"))
    yield from (plain(line) for line in (card.media, card.status, card.footer) if line)
    yield from pressed(card.buttons)


def pressed(buttons: Iterable[Button]) -> Iterator[str]:
    """The buttons, if any."""
    if labels := [f"[{button.label}]" for button in buttons]:
        yield " ".join(labels)


def assert_golden(name: str, text: str) -> None:
    """Compare with the file of that name, or write it when asked to."""
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n", encoding="utf-8")
    assert text + "\n" == file.read_text(encoding="utf-8")
