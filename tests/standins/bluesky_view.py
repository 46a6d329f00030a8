"""The records of everybody, and how they are shown to one account: lists, searches, what is hidden."""

import json
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from bot.clock import MovableClock

POST, LIKE, GATE = "app.bsky.feed.post", "app.bsky.feed.like", "app.bsky.feed.threadgate"


def stamp(at: datetime) -> str:
    """As records have it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(frozen=True)
class Kept:
    """One record; ``place`` is whose, of what kind, and its name."""

    uri: str
    cid: str
    place: tuple[str, str, str]
    value: Mapping[str, Any]


class View:
    """Everything there is."""

    def __init__(self, clock: MovableClock) -> None:
        self.clock = clock
        self.posts: dict[str, Kept] = {}
        self.handles: dict[str, str] = {}
        self.blocks: set[str] = set()
        """Who blocks the account, by id: what they wrote is not shown to it."""
        self.gated: set[str] = set()
        self.labels: dict[str, list[str]] = {}

    def person(self, handle: str) -> str:
        """The id of whoever has a handle."""
        handle = handle if "." in handle else f"{handle}.test"
        did = "did:plc:" + b32encode(sha256(handle.encode()).digest()).decode().lower()[:24]
        self.handles[did] = handle
        return did

    def uri(self, did: str, collection: str, rkey: str) -> str:
        """Where a record is."""
        return f"at://{did}/{collection}/{rkey}"

    def write(self, did: str, collection: str, rkey: str, value: Mapping[str, Any]) -> str:
        """Keep a record, also in the place of another."""
        digest = sha256(json.dumps(value, sort_keys=True).encode()).digest()
        cid = "bafyrei" + b32encode(digest).decode().lower().rstrip("=")
        uri = self.uri(did, collection, rkey)
        self.posts[uri] = Kept(uri, cid, (did, collection, rkey), value)
        return uri

    def shows(self, uri: str) -> bool:
        """Whether the account is shown it."""
        return uri in self.posts and self.posts[uri].place[0] not in self.blocks

    def sorted_at(self, kept: Kept) -> str:
        """What lists are in the order of: the time it claims, never later than now."""
        return min(str(kept.value["createdAt"]), stamp(self.clock.now()))

    def shown(self, uri: str, me: str) -> Mapping[str, Any]:
        """One post as it is shown to the account."""
        kept = self.posts[uri]
        likes = [
            one.uri for one in self.posts.values() if one.place[:2] == (me, LIKE) and one.value["subject"]["uri"] == uri
        ]
        viewer: dict[str, Any] = {"bookmarked": False, "threadMuted": False}
        viewer |= {"like": likes[0]} if likes else {}
        viewer |= {"replyDisabled": True} if uri in self.gated else {}
        return {**self.line(kept), "viewer": viewer, "replyCount": 0}

    def line(self, kept: Kept) -> dict[str, Any]:
        """What a post is in every list."""
        did = kept.place[0]
        author = {"did": did, "handle": self.handles[did], "displayName": self.handles[did].split(".")[0].title()}
        labels = [{"src": "did:plc:labeler", "uri": kept.uri, "val": value} for value in self.labels.get(kept.uri, ())]
        return {
            "uri": kept.uri,
            "cid": kept.cid,
            "author": {**author, "viewer": {"muted": False, "blockedBy": did in self.blocks}, "labels": []},
            "record": kept.value,
            "indexedAt": self.sorted_at(kept),
            "labels": labels,
        }

    def reason(self, kept: Kept, me: str) -> str:
        """Why the account is told of a post; empty when it is not."""
        did, collection, _ = kept.place
        if collection != POST or did == me or did in self.blocks:
            return ""
        reply = kept.value.get("reply") or {}
        if any(reply.get(one, {}).get("uri", "").startswith(f"at://{me}/") for one in ("parent", "root")):
            return "reply"
        if str((kept.value.get("embed") or {}).get("record", {}).get("uri", "")).startswith(f"at://{me}/"):
            return "quote"
        features = (one for facet in kept.value.get("facets", ()) for one in facet["features"])
        return "mention" if any(one.get("did") == me for one in features) else ""

    def hidden(self, me: str) -> set[str]:
        """What the account hid below its own posts."""
        gates = (one.value for one in self.posts.values() if one.place[:2] == (me, GATE))
        return {uri for gate in gates for uri in gate.get("hiddenReplies", ())}

    def notifications(self, asked: Mapping[str, Any], me: str) -> Mapping[str, Any]:
        """A page, newest first by the time that posts claim; its cursor is the time of its last."""
        hidden = self.hidden(me)
        told = ((one, self.reason(one, me)) for one in self.posts.values() if one.uri not in hidden)
        rows = [{**self.line(one), "reason": reason, "isRead": False} for one, reason in told if reason]
        rows = [one for one in rows if one["reason"] in asked.get("reasons", [one["reason"]])]
        before = asked.get("cursor")
        rows = sorted(
            (one for one in rows if not before or one["indexedAt"] < before), key=lambda one: (one["indexedAt"], one["cid"])
        )
        rows = rows[::-1][: int(asked.get("limit", 50))]
        return {"notifications": rows, "priority": False} | ({"cursor": rows[-1]["indexedAt"]} if rows else {})

    def found(self, asked: Mapping[str, Any], me: str) -> list[Mapping[str, Any]]:
        """Posts with all the words, newest first."""
        wanted = asked["q"].replace('"', "").lower()
        rows = [one for one in self.posts.values() if one.place[1] == POST and wanted in one.value["text"].lower()]
        rows = [one for one in rows if self.sorted_at(one) >= asked.get("since", "")]
        rows.sort(key=self.sorted_at, reverse=True)
        return [self.shown(one.uri, me) for one in rows if self.shows(one.uri)][: int(asked.get("limit", 25))]
