"""The bytes of a feed → its entries: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0. One pass, in time that grows with the length.

Nothing that a document names is fetched, and no entity it declares is expanded: one that declares any is refused.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.entities import html5
from typing import Any
from xml.parsers import expat  # entities are refused, depth, entries and lengths are bounded

import structlog

log = structlog.get_logger()

MOST_ENTRIES = 500
DEEPEST = 100
LONGEST = 50_000
"""Characters of one field; the rest of it is left out."""
OF_FEEDS = {
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/atom/ns#": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/dc/elements/1.1/": "dc:",
}
ROOTS = frozenset({"rss", "feed", "rdf"})
ENTRIES = frozenset({"item", "entry"})
WORDS = {"title", "link", "description", "summary", "content", "content:encoded", "guid", "id", "enclosure"}
FIELDS = WORDS | {
    "author",
    "dc:creator",
    "pubdate",
    "published",
    "issued",
    "updated",
    "modified",
    "dc:date",
    "dc:title",
    "dc:description",
}
OF_THE_WHOLE = frozenset({"title", "ttl", "language"})
ATTRIBUTES = frozenset({"type", "href", "rel", "url", "ispermalink"})
ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._-]{2,20})""")
KNOWN_ENCODINGS = re.compile(
    r"utf-?8|utf-?16(le|be)?|us-ascii|ascii|latin-?1|iso-?8859-\d{1,2}|windows-\d{3,4}|cp\d{3,4}|koi8-[ru]|gb2312|gbk|gb18030"
    r"|big5|euc-(jp|kr)|shift[_-]jis|macintosh",
    re.IGNORECASE,
)
"""Others are no encodings of text, or slow."""
MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)([A-Za-z][A-Za-z0-9]{1,31};)?")


class NotAFeed(ValueError):
    """It cannot be read as a feed; says why."""


class Enough(Exception):  # no error: the rest is not wanted
    """As many entries were read as are taken from one feed."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing an entry says. ``kind`` is Atom's ``type``; ``attributes`` are those of its element."""

    text: str = ""
    kind: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Feed:
    """What a document holds: each entry as its fields, by their plain names, in the order they stand in."""

    title: str
    language: str
    ttl: str
    entries: tuple[Mapping[str, tuple[Field, ...]], ...]
    is_whole: bool = True
    """Whether it could be read to its end."""


def read(body: bytes, charset: str = "") -> Feed:
    """The feed in a document; ``charset`` is what its Content-Type says. Raises NotAFeed."""
    text = decoded(body, charset).lstrip("\ufeff \t\r\n\x00")
    if not text:
        raise NotAFeed("it is empty")
    first, broken = parsed(text)
    if not broken:
        return first
    second, still_broken = parsed(repaired(text))
    found = second if len(second.entries) >= len(first.entries) else first
    if still_broken and not found.entries:
        raise NotAFeed(what_it_is(text))
    return Feed(found.title, found.language, found.ttl, found.entries, is_whole=not still_broken)


def parsed(text: str) -> tuple[Feed, bool]:
    """What could be read, and whether the document broke off or is no well-formed XML. Raises NotAFeed."""
    reader = Reader()
    try:
        reader.parser.Parse(text, True)
    except Enough:
        return reader.feed(), False
    except expat.ExpatError:
        return reader.feed(), not reader.is_over
    return reader.feed(), False


def what_it_is(text: str) -> str:
    """Why it is no feed, as far as its beginning says."""
    if re.search(r"<!doctype html|<html[\s>]", text[:2000], re.IGNORECASE):
        return "it is a web page, not a feed: look in the page for its RSS or Atom address"
    return "it is no well-formed RSS or Atom" if text.startswith("<") else "it is not XML"


def decoded(body: bytes, charset: str) -> str:
    """The document's text: by its mark, as UTF-8 where it is that, as it says itself, as its server says."""
    for mark, encoding in MARKS:
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    said = ENCODING.search(body[:300])
    for given in ("utf-8", said.group(1).decode("ascii") if said else "", charset):
        if KNOWN_ENCODINGS.fullmatch(given):
            try:
                return body.decode("windows-1252" if re.fullmatch(r"(?i)iso-?8859-1|latin-?1", given) else given)
            except (UnicodeDecodeError, LookupError):
                continue
    return body.decode("utf-8" if looks_like_utf8(body) else "windows-1252", "replace")


def looks_like_utf8(body: bytes) -> bool:
    """Whether few of the bytes that are not ASCII are wrong as UTF-8: one bad byte does not spoil the rest."""
    wrong = body.decode("utf-8", "replace").count("\ufffd")
    return wrong * 10 < sum(byte > 0x7F for byte in body[:200_000]) if wrong else True


def repaired(text: str) -> str:
    """With what XML does not allow but feeds hold put right: bare ``&``, HTML's entities, control characters."""
    return AMPERSAND.sub(named, NOT_XML.sub("", text))


def named(match: re.Match[str]) -> str:
    """The character an HTML entity stands for, or the ampersand as XML writes it."""
    known = html5.get(match.group(1) or "")
    return html.escape(known) if known else f"&amp;{match.group(1) or ''}"


class Reader:
    """Collects entries as the parser comes upon them."""

    def __init__(self) -> None:
        self.parser: Any = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.begin
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.take
        self.parser.EntityDeclHandler = self.refuse_entity
        self.is_over = False
        self._path: list[str] = []
        self._prefixes = {"content": "content:", "dc": "dc:"}
        self._entries: list[dict[str, list[Field]]] = []
        self._entry: dict[str, list[Field]] | None = None
        self._entry_depth = 0
        self._name = ""
        self._attributes: Mapping[str, str] = {}
        self._depth = 0
        self._pieces: list[str] = []
        self._length = 0
        self._whole: dict[str, str] = {}

    def feed(self) -> Feed:
        """What was read so far; an entry that was not closed is not in it."""
        entries = tuple({name: tuple(fields) for name, fields in entry.items()} for entry in self._entries)
        return Feed(self._whole.get("title", ""), self._whole.get("language", ""), self._whole.get("ttl", ""), entries)

    def refuse_entity(self, *_: object) -> None:
        """Entities can grow without end, or stand for what is not ours to read. Raises NotAFeed."""
        raise NotAFeed("it declares XML entities, which are never expanded")

    def plain(self, tag: str) -> str:
        """The name of an element without the prefix its document happens to use."""
        prefix, parted, local = tag.rpartition(":")
        if not parted:
            return tag.lower()
        return self._prefixes.get(prefix, f"{prefix}:".lower()) + local.lower()

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        """An element opens. Raises NotAFeed, Enough."""
        for name, value in attributes.items():
            if name.startswith("xmlns:"):
                self._prefixes[name[6:]] = OF_FEEDS.get(value.strip().lower(), f"{name[6:]}:".lower())
        name = self.plain(tag)
        if not self._path and name not in ROOTS:
            raise NotAFeed(what_it_is("<html>" if name == "html" else "<"))
        if len(self._path) >= DEEPEST:
            raise NotAFeed("it is nested too deeply")
        self._path.append(name)
        if self._name:
            self._add(f"<{name}>")
        elif self._entry is None and name in ENTRIES:
            if len(self._entries) >= MOST_ENTRIES:
                log.warning("feed_rest_left_out", read=MOST_ENTRIES)
                raise Enough
            self._entry, self._entry_depth = {}, len(self._path)
        elif self._is_wanted(name):
            self._name, self._attributes, self._depth = name, attributes, len(self._path)
            self._pieces, self._length = [], 0

    def _is_wanted(self, name: str) -> bool:
        if self._entry is not None:
            return name in FIELDS and len(self._path) == self._entry_depth + 1
        return name in OF_THE_WHOLE and name not in self._whole and self._path[-2] in ("channel", "feed")

    def take(self, text: str) -> None:
        """Characters, wherever they stand."""
        if self._name:
            self._add(html.escape(text, quote=False) if len(self._path) > self._depth else text)

    def _add(self, text: str) -> None:
        if self._length < LONGEST:
            self._pieces.append(text[: LONGEST - self._length])
            self._length += len(text)

    def end(self, _tag: str) -> None:
        """An element closes."""
        name = self._path.pop()
        if self._name and len(self._path) >= self._depth:
            self._add(f"</{name}>")
        elif self._name:
            self._keep("".join(self._pieces).strip())
            self._name = ""
        elif self._entry is not None and len(self._path) < self._entry_depth:
            self._entries.append(self._entry)
            self._entry = None
        self.is_over = not self._path

    def _keep(self, text: str) -> None:
        """Put away what an element held."""
        if self._entry is None:
            self._whole[self._name] = text
            return
        fields = self._entry.setdefault(self._name, [])
        if len(fields) < 10:
            kept = {name.lower(): value[:2000] for name, value in self._attributes.items() if name.lower() in ATTRIBUTES}
            fields.append(Field(text, kept.get("type", "").lower(), kept))
