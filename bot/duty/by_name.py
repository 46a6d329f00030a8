"""Whether somebody asks for a member of staff by name: the full name, or a first name that is no other word. Pure."""

import re

SHORTEST = 3
ALSO_WORDS = frozenset(
    {"amber", "angel", "april", "art", "august", "bill", "chase", "daisy", "dawn", "dean", "drew", "faith", "frank", "gene"}
    | {"grace", "grant", "guy", "heather", "hope", "ivy", "joy", "june", "mark", "may", "max", "miles", "nick", "olive"}
    | {"pat", "pearl", "penny", "ray", "rich", "rob", "robin", "rose", "ruby", "sandy", "sky", "summer", "sue", "violet"}
    | {"wade", "ward", "will"}
)
"""First names that begin sentences about other things: of these only the full name counts."""


def first_name(name: str) -> str:
    """The first name in what somebody is called; empty where that is too short to look for."""
    words = name.split()
    return words[0] if words and len(words[0]) >= SHORTEST and words[0][0].isalpha() else ""


def asks_for(text: str, name: str) -> bool:
    """Whether a text names them. A first name counts with its capital, and before no other surname than theirs."""
    first = first_name(name)
    if not first:
        return False
    if " " in name.strip() and re.search(rf"\b{spaced(name)}\b", text, re.IGNORECASE):
        return True
    if first.casefold() in ALSO_WORDS:
        return False
    others = re.finditer(rf"(?<![\w@]){re.escape(first)}(?!\w)(?: +([A-Z][a-z]+))?", text)
    return any(found.group(1) is None for found in others)


def spaced(name: str) -> str:
    """A name as a pattern, with any space between its words."""
    return r"\s+".join(re.escape(word) for word in name.split())
