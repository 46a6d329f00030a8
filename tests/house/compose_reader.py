"""Reads the YAML our compose files are written in: maps, lists, words, folded words, anchors and merges. Nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Line = tuple[int, str]
KEY = re.compile(r'^([^\s"\'#][^\s:]*|<<):(?:\s+(.*))?$')


class Unreadable(ValueError):
    """A line that is not of the YAML we write."""


class Reader:
    """One file, from top to bottom."""

    def __init__(self, text: str) -> None:
        self.lines = list(meant(text))
        self.at = 0
        self.anchors: dict[str, Any] = {}

    def value(self, indent: int) -> Any:
        """The map or list whose lines stand at ``indent``."""
        return self.sequence(indent) if self.lines[self.at][1].startswith("- ") else self.mapping(indent)

    def sequence(self, indent: int) -> list[Any]:
        """Lines that begin with a dash."""
        found = []
        while self.at < len(self.lines) and self.lines[self.at][0] == indent and self.lines[self.at][1].startswith("- "):
            words = self.lines[self.at][1][2:].strip()
            self.at += 1
            found.append(self.folded(indent) if words == ">-" else scalar(words))
        return found

    def mapping(self, indent: int) -> dict[str, Any]:
        """Lines of ``key: value``; what is merged in gives way to what is written."""
        merged: dict[str, Any] = {}
        found: dict[str, Any] = {}
        while self.at < len(self.lines) and self.lines[self.at][0] == indent:
            match = KEY.match(self.lines[self.at][1])
            if match is None:
                raise Unreadable(self.lines[self.at][1])
            key, words = match.group(1), (match.group(2) or "").strip()
            self.at += 1
            if key in found:
                raise Unreadable(f"{key} twice")
            if key == "<<":
                merged |= self.anchors[words.removeprefix("*")]
            else:
                found[key] = self.under(words, indent)
        return merged | found

    def under(self, words: str, indent: int) -> Any:
        """What stands after a key, or below it."""
        name = words.removeprefix("&") if words.startswith("&") else ""
        if words == ">-":
            return self.folded(indent)
        if words and not name:
            return scalar(words)
        deeper = self.lines[self.at][0] if self.at < len(self.lines) else -1
        value = self.value(deeper) if deeper > indent else None
        if name:
            self.anchors[name] = value
        return value

    def folded(self, indent: int) -> str:
        """Deeper lines, as one."""
        words = []
        while self.at < len(self.lines) and self.lines[self.at][0] > indent:
            words.append(self.lines[self.at][1])
            self.at += 1
        return " ".join(words)


def meant(text: str) -> Iterator[Line]:
    """Each line that says something, with its indent."""
    for line in text.splitlines():
        if "\t" in line:
            raise Unreadable("a tab")
        if line.strip() and not line.lstrip().startswith("#"):
            yield len(line) - len(line.lstrip()), line.strip()


def scalar(words: str) -> Any:
    """A word or number, true or false."""
    if words[:1] in ('"', "'"):
        if words[-1] != words[0] or len(words) < 2:
            raise Unreadable(words)
        return words[1:-1]
    if words[:1] in ("[", "{", "&", "*", "|", ">") or " #" in words or ": " in words:
        raise Unreadable(words)
    return {"true": True, "false": False}.get(words, int(words) if words.isdigit() else words)


def read(path: Path) -> dict[str, Any]:
    """A compose file. Raises Unreadable."""
    reader = Reader(path.read_text())
    found = reader.mapping(0)
    if reader.at != len(reader.lines):
        raise Unreadable(reader.lines[reader.at][1])
    return found
