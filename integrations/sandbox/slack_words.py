"""What a person would read: the visible words, buttons and pings in Slack's text objects and blocks."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Names = Callable[[str], str]
"""From an id to what is shown for it: ``@Priya``, ``#mentions``, ``@duty``."""

TOKEN = re.compile(r"<([^<>\n]+)>")
MARKS = re.compile(r"(?<![\w*_~`])([*_~`])(?=\S)([^\n]*?\S)\1(?![\w*_~`])")
BARE_PING = re.compile(r"(?<!\w)@(here|channel|everyone)\b")
CHOOSERS = ("overflow", "static_select", "radio_buttons", "checkboxes")


def escape(text: str) -> str:
    """Typed words as Slack hands them on. https://docs.slack.dev/messaging/formatting-message-text#escaping"""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The opposite of ``escape``."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mrkdwn(text: str, names: Names) -> str:
    """Slack's markup as it reads: names for ids, labels for links, fallbacks for dates, no marks."""
    lines = [re.sub(r"^(?:&gt;|>)\s?", "", line) for line in text.split("\n")]
    return unescape(TOKEN.sub(lambda found: token(found.group(1), names), MARKS.sub(r"\2", "\n".join(lines))))


def token(inside: str, names: Names) -> str:
    """What stands for one ``<…>``."""
    target, _, label = inside.partition("|")
    if target.startswith(("@", "#")):
        return names(target[1:])
    if target.startswith("!date^"):
        return label
    if target.startswith("!subteam^"):
        return names(target.removeprefix("!subteam^"))
    if target.startswith("!"):
        return "@" + target[1:]
    return label or target


def words(thing: Json | None, names: Names) -> str:
    """A text object as it reads."""
    if not thing:
        return ""
    text = str(thing.get("text", ""))
    return mrkdwn(text, names) if thing.get("type") == "mrkdwn" else text


def block_words(block: Json, names: Names) -> str:
    """One block as it reads, without its buttons."""
    match block.get("type"):
        case "section":
            return joined([words(one, names) for one in (block.get("text"), *block.get("fields", ()))])
        case "context":
            parts = (one.get("alt_text", "") if one["type"] == "image" else words(one, names) for one in block["elements"])
            return joined(list(parts), " ")
        case "input":
            return joined([words(block.get("label"), names), words(block.get("hint"), names)])
        case "image":
            return joined([words(block.get("title"), names), block.get("alt_text", "")])
        case "rich_text":
            return joined([rich(one, names) for one in block["elements"]])
        case "table":
            return joined([" | ".join(block_words(cell, names) for cell in row) for row in block["rows"]])
        case "markdown" | "raw_text":
            return str(block.get("text", ""))
        case _:
            return words(block["text"], names) if isinstance(block.get("text"), dict) else ""


def rich(element: Json, names: Names) -> str:
    """One element of a rich_text block as it reads."""
    match element.get("type"):
        case "text":
            return str(element["text"])
        case "link":
            return str(element.get("text") or element["url"])
        case "user" | "usergroup" | "channel":
            return names(element[f"{element['type']}_id"])
        case "date":
            return str(element.get("fallback") or element.get("format", ""))
        case "broadcast":
            return f"@{element['range']}"
        case "emoji":
            return f":{element['name']}:"
        case kind:
            return ("\n" if kind == "rich_text_list" else "").join(rich(one, names) for one in element.get("elements", ()))


def joined(parts: list[str], by: str = "\n") -> str:
    """The parts that say something."""
    return by.join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Press:
    """Something that can be pressed: a button, or one option of a menu."""

    label: str
    block: Json
    element: Json
    option: Json | None = None

    def is_named(self, block_id: str, action_id: str, value: str | None) -> bool:
        """Whether these ids name it; ``value`` says which option of a menu."""
        chosen = self.option is None or self.option["value"] == value
        return chosen and (self.block["block_id"], self.element["action_id"]) == (block_id, action_id)


def presses(blocks: list[Json], names: Names) -> Iterator[Press]:
    """All that can be pressed, top to bottom. Fields of a form are not among them."""
    for block in blocks:
        for element in [*block.get("elements", ()), block.get("accessory")]:
            if not element or block["type"] in ("context", "rich_text"):
                continue
            if element["type"] == "button":
                yield Press(words(element["text"], names), block, element)
            elif element["type"] in CHOOSERS:
                for option in element.get("options", ()):
                    yield Press(words(option["text"], names), block, element, option)


def confirm_words(element: Json, names: Names) -> dict[str, str] | None:
    """The words of a button's confirmation dialogue: ``title``, ``text``, ``confirm``, ``deny``."""
    asked = element.get("confirm")
    return {key: words(text, names) for key, text in asked.items() if isinstance(text, dict)} if asked else None


def pings(blocks: list[Json], text: str) -> set[str]:
    """The ids of people and groups these words would notify, and ``here``, ``channel``, ``everyone``."""
    found = set(markup_pings(text))
    for thing in walk(blocks):
        match thing.get("type"):
            case "mrkdwn":
                found.update(markup_pings(thing.get("text", "")))
                if not thing.get("verbatim"):
                    found.update(BARE_PING.findall(thing.get("text", "")))
            case "user" | "usergroup":
                found.add(thing[f"{thing['type']}_id"])
            case "broadcast":
                found.add(thing["range"])
    return found


def markup_pings(text: str) -> Iterator[str]:
    """Those named by ``<@U…>``, ``<!subteam^S…>`` and ``<!here>``."""
    for inside in TOKEN.findall(text):
        target = inside.partition("|")[0]
        if target.startswith(("@", "!")) and not target.startswith("!date^"):
            yield target[1:].removeprefix("subteam^")


def walk(thing: Any) -> Iterator[Json]:
    """Every JSON object inside, outermost first."""
    if isinstance(thing, dict):
        yield thing
        thing = list(thing.values())
    if isinstance(thing, list):
        for one in thing:
            yield from walk(one)
