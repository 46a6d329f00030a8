"""Links, names and tags in a text, which stand beside it by the bytes they cover.

https://docs.bsky.app/docs/advanced-guides/post-richtext: from ``byteStart`` up to but not including ``byteEnd``, in UTF-8.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from integrations.bluesky.wild import mapping, mappings, written

FACET = "app.bsky.richtext.facet"
LONGEST_LINK = 2_000
MOST = 100
WEB = re.compile(r"https?://\S+", re.IGNORECASE)
LINK = re.compile(r"(?<![\w@/.])https?://[^\s<>\"“”]*[^\s<>\"“”.,:;!?)\]}'’…]", re.IGNORECASE)
HANDLE = re.compile(
    r"(?<![\w@/.])@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9])(?![\w@-])"
)
TAG = re.compile(r"(?<![\w&/#])#(?!\d+(?![\w]))(\w(?:[\w-]{0,62}\w)?)(?![\w#])")
"""A tag of digits alone is none."""
MOST_NAMES = 10


@dataclass(frozen=True, slots=True)
class Span:
    """What lies between two bytes of a text."""

    start: int
    end: int
    value: str


def read(text: str, facets: object) -> str:
    """The text with every link in full: a shortened one is written out, and one behind other words stands after them."""
    whole, done, parts = text.encode(), 0, []
    for span in links(facets, len(whole)):
        shown = cut(whole, span)
        if span.start < done or shown is None:
            continue
        parts += [whole[done : span.start].decode("utf-8", "replace"), with_link(shown, span.value)]
        done = span.end
    return "".join([*parts, whole[done:].decode("utf-8", "replace")])


def links(facets: object, length: int) -> list[Span]:
    """The links beside a text of so many bytes, in order; what makes no sense is left out."""
    found = []
    for facet in mappings(facets)[:MOST]:
        index = mapping(facet.get("index"))
        start, end = index.get("byteStart"), index.get("byteEnd")
        if not (type(start) is int and type(end) is int and 0 <= start < end <= length):
            continue
        for feature in mappings(facet.get("features")):
            uri = written(feature.get("uri"))
            if feature.get("$type") == f"{FACET}#link" and WEB.fullmatch(uri) and len(uri) <= LONGEST_LINK:
                found.append(Span(start, end, uri))
                break
    return sorted(found, key=lambda span: (span.start, -span.end))


def cut(whole: bytes, span: Span) -> str | None:
    """What a link is shown as; None when it begins or ends inside a character."""
    try:
        return whole[span.start : span.end].decode()
    except UnicodeDecodeError:
        return None


def with_link(shown: str, uri: str) -> str:
    """A link as staff read it, so that nothing can hide behind its words."""
    bare, whole = shown.strip().rstrip("….").rstrip("/").lower(), uri.lower()
    if bare and (whole.startswith(bare) or without_scheme(whole).startswith(bare.removeprefix("www."))):
        return uri
    return f"{shown} ({uri})"


def without_scheme(uri: str) -> str:
    """A link as sites shorten it."""
    return re.sub(r"^https?://(?:www\.)?", "", uri)


def named(facets: object) -> set[str]:
    """The ids of the accounts that a text names, as the network counts it: ``@name`` without a facet names nobody."""
    features = (one for facet in mappings(facets)[:MOST] for one in mappings(facet.get("features")))
    return {str(one.get("did")) for one in features if one.get("$type") == f"{FACET}#mention"}


def handles(text: str) -> list[str]:
    """The handles a text of ours names, each once."""
    return list(dict.fromkeys(found[1].lower() for found in HANDLE.finditer(text)))[:MOST_NAMES]


def facets_of(text: str, dids: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """What stands beside a text of ours. ``dids``: the ids of the handles in it that there are."""
    return [
        {"index": {"byteStart": span.start, "byteEnd": span.end}, "features": [feature]}
        for span, feature in sorted(spans(text, dids), key=lambda one: one[0].start)
    ]


def spans(text: str, dids: Mapping[str, str]) -> Iterator[tuple[Span, Mapping[str, Any]]]:
    """The links, names and tags in a text; nothing inside a link is a name or a tag."""
    taken: list[tuple[int, int]] = []
    for match in LINK.finditer(text):
        taken.append(match.span())
        yield span_of(text, match), {"$type": f"{FACET}#link", "uri": match.group()}
    for pattern, kind in ((HANDLE, "mention"), (TAG, "tag")):
        for match in pattern.finditer(text):
            if any(start <= match.start() < end for start, end in taken):
                continue
            if kind == "tag":
                yield span_of(text, match), {"$type": f"{FACET}#tag", "tag": match[1]}
            elif did := dids.get(match[1].lower()):
                yield span_of(text, match), {"$type": f"{FACET}#mention", "did": did}


def span_of(text: str, match: re.Match[str]) -> Span:
    """Where a match stands, in bytes."""
    start = len(text[: match.start()].encode("utf-8", "replace"))
    return Span(start, start + len(match.group().encode("utf-8", "replace")), match.group())
