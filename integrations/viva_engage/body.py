"""What is said to staff as lines of plain text, and what can be pressed as words to type."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from bot.card import Body, Button, Code, Line, Link, Part, Picture, Ping, Quote, plain
from bot.form import units
from integrations.viva_engage.text import cut, one_line, safe, to_copy, web

Known = Callable[[str], int | None]
"""The number of somebody here by their staff id, if it is known without asking."""
BARE: frozenset[str] = frozenset(
    {"claim", "release", "reply", "close", "note", "give", "accept", "decline", "snooze", "priority", "done", "undo"}
    | {"handover", "help", "queue", "next", "show", "record", "acknowledge", "unavailable"}
)
"""Verbs that are understood as the first word of a line; the others take a slash."""
TAKES = {"reply": "your words", "close": "why", "note": "your words"}
LABEL = 200
SENTENCE_THEN = ". · "
"""After it a link stands on a line of its own."""
REST = 80
"""Room for the words that say how much is left out."""
WHICH_REPLY = re.compile(r"\s*\b[0-9a-f]{8}$")
"""Tells an old button from a new one; what is typed speaks of what is so now."""
NOT_TYPED = re.compile(r"(?:^|(?<=\s))[0-9a-f]{16,64}(?=\s|$)")
"""Stands for all that was shown, or for one change of shift: more than anybody types."""


def nobody(_staff: str) -> int | None:
    """Nobody's number is known."""
    return None


def line_text(line: Line, known: Known = nobody) -> str:
    """A line as it reads; whoever is named in it is notified if their number is known."""
    runs = [""]
    for part in line:
        if isinstance(part, Ping) and (id := known(part.staff)):
            runs += [f"[[user:{id}]]", ""]
            continue
        if isinstance(part, Link) and runs[-1].endswith(SENTENCE_THEN):
            runs[-1] = runs[-1].removesuffix(SENTENCE_THEN) + ".\n"
        runs[-1] += part_text(part)
    return "".join(run if place % 2 else safe(run) for place, run in enumerate(runs))


def part_text(part: Part) -> str:
    """One part; a link as its label and its address."""
    if isinstance(part, Link) and (url := web(part.url)):
        label = cut(one_line(part.label), LABEL)
        return f"{label}: {url}" if label and label != url else url
    return plain(part)


def body_text(body: Body, room: int, known: Known = nobody) -> str:
    """The body, each piece on lines of its own; what does not fit is left out, and that is said."""
    lines: list[str] = []
    for drawn, is_whole in pieces(body, room, known):
        lines.append(drawn)
        if not is_whole:
            break
    return "\n".join(lines)


def pieces(body: Body, room: int, known: Known) -> Iterator[tuple[str, bool]]:
    """Each piece as it is drawn, and whether all of it fits into what room is left."""
    for piece in body:
        if room <= REST:
            yield "…", False
            return
        match piece:
            case Quote(text):
                whole = quoted(text)
            case Code(text):
                whole = to_copy(text)
            case Picture():
                whole = line_text(piece.beside, known)
            case _:
                whole = line_text(piece, known)
        shown = fitted(whole, room, is_quote=isinstance(piece, Quote))
        yield shown, shown is whole
        room -= units(shown) + 1


def fitted(text: str, room: int, *, is_quote: bool = False) -> str:
    """The text itself where there is room for it, else its beginning and how much more the record holds."""
    if units(text) <= room:
        return text
    shown = cut(text, room - REST, "")
    more = f"… ({len(text) - len(shown):,} more characters are in the record)"
    return f"{shown}\n{more}" if is_quote else shown + more


def quoted(text: str) -> str:
    """Somebody's words, every line of them set apart from ours."""
    return "\n".join(f"> {line}".rstrip() for line in safe(text).split("\n"))


# --- what can be typed -------------------------------------------------------------------------------------------


def buttons_text(buttons: Sequence[Button], here: str = "", words: Mapping[Button, str] = MappingProxyType({})) -> str:
    """What to type in the place of pressing; ``here`` is the mention whose thread this stands in. Empty without any.

    ``words`` that press a button stand for what nobody types.
    """
    each = [(spelled(button, here, words.get(button, "")), button) for button in buttons if not button.url]
    typed = [text + explained(button, text) for text, button in each if text]
    opened = [f"{one_line(button.label)}: {url}" for button in buttons if (url := web(button.url))]
    where = "Write here" if here else "Write"
    return "\n".join([*([f"{where}: {' · '.join(typed)}"] if typed else ()), *opened])


def spelled(button: Button, here: str = "", word: str = "") -> str:
    """A button as it is typed: ``claim`` in the mention's own thread, ``claim 142`` elsewhere; empty where it cannot be."""
    argument = NOT_TYPED.sub("", button.argument).strip()
    if argument != button.argument and (word or argument):
        return word
    verb = button.verb if button.verb in BARE else f"/{button.verb}"
    number = button.ref.removeprefix("M-") if button.ref != here else ""
    follows = one_line(WHICH_REPLY.sub("", argument)) or TAKES.get(button.verb, "")
    return " ".join(one for one in (verb, number, follows) if one)


def explained(button: Button, text: str) -> str:
    """What a button says of itself where its verb does not: its label, and what is asked before it counts."""
    label = "" if button.verb in button.label.casefold() or button.label.casefold() == text else one_line(button.label)
    said = ": ".join(part for part in (label, one_line(button.confirm)) if part)
    return f" ({said})" if said else ""
