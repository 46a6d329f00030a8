"""The network's JSON → what the core knows. Wild data ends here."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.mention import Author
from bot.ports import Answered, Edited, Incoming, Parent
from integrations.bluesky import richtext
from integrations.bluesky.embeds import embed_media, embed_words, quoted_uri
from integrations.bluesky.wild import mapping, mappings, written

log = structlog.get_logger()

DID = r"did:[a-z]+:[A-Za-z0-9._:%-]{1,240}"
URI = re.compile(rf"at://({DID})/([A-Za-z0-9.-]{{1,300}})/([A-Za-z0-9._~:-]{{1,512}})")
POST = "app.bsky.feed.post"
CID = re.compile(r"[A-Za-z0-9+=]{8,256}")
TOLD = {"mention": "mention", "reply": "reply", "quote": "quote"}
SHOWN_LABELS = {
    "porn": "adult content",
    "sexual": "sexual content",
    "nudity": "nudity",
    "graphic-media": "graphic pictures",
    "gore": "graphic pictures",
    "self-harm": "self-harm",
    "intolerant": "intolerance",
    "threat": "threats",
    "rude": "rudeness",
    "sensitive": "a sensitive subject",
    "spam": "spam",
    "scam": "a scam",
    "!warn": "marked by moderators",
    "!hide": "hidden by moderators",
}
"""Labels of content, in words. Those that are about an account, or about signing in, say nothing of what is seen."""
LARGEST = 200_000
"""Characters of a record that are read; a post is a fiftieth of it, and who writes more into one means no good."""
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
HANDLE_UNKNOWN = "handle.invalid"


@dataclass(frozen=True, slots=True)
class Seen:
    """One post as the network gave it, read: where it is, which version, whose, and what it says."""

    uri: str
    cid: str
    author: Author
    record: Mapping[str, Any]
    sorted_at: datetime
    """Where the network puts it in its lists: what its author claims, but never later than it came."""
    reason: str = ""
    labels: tuple[str, ...] = ()
    view: Mapping[str, Any] = field(default_factory=dict)
    """The whole of it, as given."""

    @property
    def did(self) -> str:
        """Whose it is."""
        return owner(self.uri)

    @property
    def parent(self) -> str:
        """The post it answers; empty when it is none."""
        return self.referred("parent")

    @property
    def root(self) -> str:
        """The first post of its conversation."""
        return self.referred("root") or self.parent or self.uri

    @property
    def quoted(self) -> str:
        """The post it quotes; empty when it quotes none."""
        uri = quoted_uri(self.record)
        return uri if is_post(uri) else ""

    @property
    def text(self) -> str:
        """What staff read: links in full, what it warns of at its head, what is linked below it."""
        said = richtext.read(written(self.record.get("text")), self.record.get("facets"))
        warned = ", ".join(dict.fromkeys(SHOWN_LABELS[label] for label in self.labels if label in SHOWN_LABELS))
        parts = (f"Content warning: {warned}" if warned else "", said.strip(), embed_words(self.record, said))
        return "\n\n".join(filter(None, parts))

    def referred(self, which: str) -> str:
        """The ``root`` or ``parent`` of a reply; empty when it is none, or names no post."""
        uri = str(mapping(mapping(self.record.get("reply")).get(which)).get("uri") or "")
        return uri if is_post(uri) else ""

    def names(self, did: str) -> bool:
        """Whether its text names an account as the network counts it."""
        return did in richtext.named(self.record.get("facets"))


def seen(page: Mapping[str, Any], key: str, now: datetime) -> tuple[Seen, ...]:
    """The posts under ``key``. What cannot be read is left out, said in the log without its words; the rest is read."""
    found, left_out = [], 0
    wild = page.get(key)
    for one in wild if isinstance(wild, list) else ():
        try:
            read = one_seen(mapping(one), now)
        except (ValueError, TypeError, OverflowError, AttributeError, RecursionError):
            read = None
        if read is None:
            left_out += 1
        else:
            found.append(read)
    if left_out:
        log.warning("bluesky_posts_unreadable", left_out=left_out, of=len(found) + left_out)
    return tuple(found)


def one_seen(view: Mapping[str, Any], now: datetime) -> Seen | None:
    """One notification or post view; None when it is no post, or lacks what a post has."""
    uri, cid, record = str(view.get("uri")), str(view.get("cid")), view.get("record")
    if not is_post(uri) or not CID.fullmatch(cid) or not isinstance(record, dict):
        return None
    if record.get("$type", POST) != POST or not isinstance(record.get("text"), str) or len(json.dumps(record)) > LARGEST:
        return None
    sorted_at = moment(view.get("indexedAt"), moment(record.get("createdAt"), now))
    labels = (*labels_of(view.get("labels")), *labels_of(mapping(record.get("labels")).get("values")))
    reason, author = str(view.get("reason")), author_of(view.get("author"), uri)
    return Seen(uri, cid, author, record, min(sorted_at, now), reason=reason, labels=labels, view=view)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads posts for the account ``me``, at one moment; ``web_url`` begins the links."""

    me: str
    web_url: str
    now: datetime

    def posts(self, page: Mapping[str, Any], key: str = "posts") -> tuple[Seen, ...]:
        """The posts under a key of an answer."""
        return seen(page, key, self.now)

    def incoming(self, post: Seen, other: Seen | None = None, *, kind: str = "") -> Incoming:
        """One post of the public. ``other``: what it answers or quotes, where that could be read."""
        answers = post.parent or post.quoted
        return Incoming(
            native_id=post.uri,
            text=post.text,
            author=post.author,
            posted_at=max(min(moment(post.record.get("createdAt"), post.sorted_at), self.now), EARLIEST),
            conversation=post.root,
            url=self.link_to(post.uri),
            in_reply_to=answers,
            language=language_of(post.record),
            kind=kind or TOLD.get(post.reason, "mention"),
            media=embed_media(post.view, self.link_to(post.uri)),
            raw=raw_of(post),
            parent=self.parent(other) if other and other.uri == answers else None,
        )

    def parent(self, post: Seen) -> Parent:
        """The post that another answers or quotes."""
        return Parent(post.uri, post.author, post.text, self.link_to(post.uri), ours=post.did == self.me)

    def edited(self, post: Seen, native_id: str = "") -> Edited:
        """The words a post has now. ``native_id``: what it is called here, where that is not its address."""
        return Edited(native_id or post.uri, post.text, self.now, raw_of(post))

    def answered(self, records: Mapping[str, Any]) -> Iterator[Answered]:
        """Our own replies to others, out of a list of our own records."""
        whole = [
            {"uri": one.get("uri"), "cid": one.get("cid"), "record": one.get("value")}
            for one in mappings(records.get("records"))
        ]
        for post in self.posts({"own": whole}, "own"):
            if post.did == self.me and post.parent and owner(post.parent) != self.me:
                yield Answered(post.uri, post.parent, post.text, post.sorted_at, self.link_to(post.uri))

    def link_to(self, uri: str) -> str:
        """Where people read a post. By its author's id, as handles change."""
        return link_to(self.web_url, uri)


def raw_of(post: Seen) -> bytes:
    """What is kept of a post as it came: the post, and of its author no more than the card shows."""
    author = {"did": post.did, "handle": post.author.handle}
    whole = {"uri": post.uri, "cid": post.cid, "reason": post.reason, "author": author, "record": post.record}
    return json.dumps(whole).encode("utf-8", "replace")


def is_post(uri: str) -> bool:
    """Whether it is the address of a post, with the account's own id in it."""
    found = URI.fullmatch(uri)
    return found is not None and found[2] == POST


def owner(uri: str) -> str:
    """Whose a record is; empty when it is no address of one."""
    found = URI.fullmatch(uri)
    return found[1] if found else ""


def rkey(uri: str) -> str:
    """The last part of a record's address."""
    return uri.rpartition("/")[2]


def link_to(web_url: str, uri: str) -> str:
    """Where people read a post."""
    return f"{web_url}/profile/{owner(uri)}/post/{rkey(uri)}"


def author_of(wild: object, uri: str) -> Author:
    """Who wrote a post: by what its address says, whatever stands beside it."""
    given = mapping(wild)
    handle = written(given.get("handle"))[:253]
    handle = "" if handle == HANDLE_UNKNOWN else handle
    return Author(owner(uri), written(given.get("displayName"))[:640].strip() or handle, handle)


def labels_of(wild: object) -> Iterator[str]:
    """The labels that are put on something and not taken off again."""
    given = mappings(wild)[:50]
    negated = {str(one.get("val")) for one in given if one.get("neg") is True}
    return (value for one in given if (value := str(one.get("val"))) not in negated)


def language_of(record: Mapping[str, Any]) -> str:
    """The first language its author says it is in."""
    given = record.get("langs")
    return written(given[0])[:35] if isinstance(given, list) and given else ""


def moment(wild: object, otherwise: datetime) -> datetime:
    """A time as it is written there; ``otherwise`` when it is none."""
    try:
        said = datetime.fromisoformat(str(wild))
        return said.astimezone(UTC) if said.tzinfo else said.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return otherwise


def uris(posts: Iterable[Seen]) -> Iterator[str]:
    """Where posts and what they answer or quote can be looked at, each once."""
    return iter(dict.fromkeys(uri for post in posts for uri in (post.uri, post.parent or post.quoted) if uri))
