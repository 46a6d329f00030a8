"""A feed's entries → what the core knows. Wild fields end here."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import structlog

from bot.mention import Author, Media
from bot.ports import Incoming
from integrations.feed.dates import moment
from integrations.feed.reader import Feed, Field
from integrations.plain_text import text_of

log = structlog.get_logger()

LONGEST_TEXT = 4_000
LONGEST_TITLE = 500
LONGEST_NAME = 200
LONGEST_ID = 400
Fields = Mapping[str, tuple[Field, ...]]
LIKE_HTML = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>|<!--|&#?[a-z0-9]{2,31};", re.IGNORECASE)
NAME_IN_BRACKETS = re.compile(r"\(([^()]+)\)\s*$")
LANGUAGE = re.compile(r"[a-z]{2,3}")
GOOGLE = re.compile(r"(?:www\.)?google\.[a-z.]{2,6}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry, read. ``posted_at`` is None when it has no date that means anything; ``changed_at`` likewise.

    ``shared``: the id it gives, where others have the same: then its address and title name it.
    """

    native_id: str
    title: str
    text: str
    url: str
    posted_at: datetime | None
    changed_at: datetime | None
    author: str
    media: tuple[Media, ...] = ()
    shared: str = ""

    @property
    def words(self) -> str:
        """The title and what is said, as plain text."""
        told = f"{self.title}\n\n{self.text}" if self.title and not self.text.startswith(self.title) else self.text
        told = told.strip()
        return told if len(told) <= LONGEST_TEXT else f"{told[:LONGEST_TEXT].rstrip()} …"

    @property
    def digest(self) -> str:
        """Changes when its words do."""
        return sha256(self.words.encode(errors="replace")).hexdigest()[:12]


def entries(feed: Feed, where: str, is_shared: Callable[[str], bool] = lambda _: False) -> list[Entry]:
    """What a feed read at the address ``where`` holds, each once, in the order it stands there.

    Some feeds give many of their entries one id. Such an id names none of them, also once it stands there alone again:
    ``is_shared`` says of which ids that is known from before.
    """
    said = list(readable(feed, where))
    names: dict[str, set[tuple[str, str]]] = {}
    for entry in said:
        names.setdefault(entry.native_id, set()).add((entry.url, entry.title))
    found: dict[str, Entry] = {}
    for entry in said:
        own = entry
        if len(names[entry.native_id]) > 1 or is_shared(entry.native_id):
            own = replace(entry, native_id=digest(f"{entry.native_id} {entry.url} {entry.title}"), shared=entry.native_id)
        found.setdefault(own.native_id, own)
    return list(found.values())


def readable(feed: Feed, where: str) -> Iterator[Entry]:
    """The entries that say anything."""
    for fields in feed.entries:
        try:
            entry = read(fields, where)
        except (ValueError, OverflowError) as error:
            log.warning("feed_entry_left_out", reason=type(error).__name__)
            continue
        if not entry.words and not entry.url:
            log.warning("feed_entry_left_out", reason="says nothing")
            continue
        yield entry


def read(fields: Fields, where: str) -> Entry:
    """One entry."""
    url = link(fields, where)
    title = said(first(fields, "title", "dc:title"), LONGEST_TITLE)
    summary = said(first(fields, "summary", "description", "content:encoded", "content", "dc:description"))
    given = first(fields, "id", "guid").text
    return Entry(
        native_id=given if 0 < len(given) <= LONGEST_ID and given.isprintable() else digest(given or f"{url}{title}"),
        title=" ".join(title.split())[:LONGEST_TITLE],
        text=summary,
        url=url,
        posted_at=when(fields, "published", "issued", "pubdate", "dc:date", "updated", "modified"),
        changed_at=when(fields, "updated", "modified"),
        author=author(fields),
        media=tuple(pictures(fields)),
    )


def first(fields: Fields, *names: str) -> Field:
    """The first field of these names that says anything."""
    return next((one for name in names for one in fields.get(name, ()) if one.text), Field())


def said(one: Field, enough: int = LONGEST_TEXT) -> str:
    """What a field says, as plain text: HTML where it says so, or looks like it and says nothing.

    Of HTML at least so many characters are read; seldom all of it.
    """
    if one.kind in ("text", "text/plain") or (not one.kind and not LIKE_HTML.search(one.text)):
        return one.text
    return text_of(one.text, enough)


def when(fields: Fields, *names: str) -> datetime | None:
    """The first of these dates that means something."""
    found = (moment(one.text) for name in names for one in fields.get(name, ()))
    return next((one for one in found if one), None)


def author(fields: Fields) -> str:
    """Who wrote it, by name; an address of theirs is not kept."""
    for one in (*fields.get("dc:creator", ()), *fields.get("author", ())):
        inner, closed, _ = one.text.partition("<name>")[2].partition("</name>")
        text = text_of(inner if closed else "" if one.text.startswith("<") else one.text, LONGEST_NAME)
        if "@" in text:
            bracketed = NAME_IN_BRACKETS.search(text)
            text = bracketed.group(1) if bracketed else ""
        if name := " ".join(text.split()):
            return name[:LONGEST_NAME]
    return ""


def link(fields: Fields, where: str) -> str:
    """Where people read it: a web address or nothing."""
    alternates = [one for one in fields.get("link", ()) if one.attributes.get("rel", "alternate") == "alternate"]
    given = [one.attributes.get("href") or one.text for one in alternates]
    given += [one.text for one in fields.get("guid", ()) if one.attributes.get("ispermalink", "").lower() != "false"]
    given += [one.text for one in fields.get("id", ())]
    for number, address in enumerate(given):
        is_relative = "://" not in address and number < len(alternates)
        if found := of_the_web(urljoin(where, address) if is_relative and address else address):
            return unwrapped(found)
    return ""


def of_the_web(address: str) -> str:
    """The address, if it is a web page's."""
    address = address.strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    usable = parts.scheme in ("http", "https") and parts.netloc and len(address) <= 2000 and address.isprintable()
    return address if usable and " " not in address else ""


def unwrapped(address: str) -> str:
    """Where a link of Google Alerts leads: theirs goes by ``google.com/url?…&url=``."""
    parts = urlsplit(address)
    if not GOOGLE.fullmatch(parts.netloc.lower()) or parts.path != "/url":
        return address
    asked = parse_qs(parts.query)
    return of_the_web((asked.get("url") or asked.get("q") or [""])[0]) or address


def pictures(fields: Fields) -> Iterator[Media]:
    """What came with it; at most four."""
    for one in fields.get("enclosure", ())[:4]:
        kind, _, _ = one.kind.partition("/")
        if address := of_the_web(one.attributes.get("url", "")):
            yield Media(kind if kind in ("image", "audio", "video") else "file", address)


def digest(text: str) -> str:
    """A short name for something long."""
    return sha256(text.encode(errors="replace")).hexdigest()


def name_of(feed: Feed) -> str:
    """What the feed calls itself."""
    return " ".join(text_of(feed.title, LONGEST_NAME).split())[:LONGEST_NAME]


def incoming(entry: Entry, *, of: str, language: str, kind: str, now: datetime) -> Incoming:
    """The entry as a post of whoever wrote it, else of the feed called ``of``. One dated later than now is of now."""
    host = urlsplit(entry.url).hostname or ""
    name = entry.author or of or host
    page = urldefrag(entry.url).url if kind == "comment" else entry.url
    language = language.lower().partition("-")[0]
    return Incoming(
        native_id=entry.native_id,
        text=entry.words or entry.url,
        author=Author(id=f"{host}/{name}", name=name),
        posted_at=min(entry.posted_at or now, now),
        conversation=page or entry.native_id,
        url=entry.url,
        language=language if LANGUAGE.fullmatch(language) else "",
        kind=kind,
        media=entry.media,
    )


def matches(text: str, words: Iterable[str]) -> bool:
    """Whether a text has any of the words, each whole, in any case; always where there are none."""
    words = tuple(words)
    return not words or any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in words)
