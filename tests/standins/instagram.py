"""An Instagram account on the stand-in Graph API: its posts, comments in threads of one level, and where it is named."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from tests.standins.graph import APP, GONE, Problem, StandInGraph, paged, written

ACCOUNT, NAME = "17841400000000001", "harrowmere"
MEDIA = "18000000000000001"
OURS = {"id": ACCOUNT, "username": NAME}
SCOPES = (
    "instagram_basic",
    "instagram_manage_comments",
    "pages_show_list",
    "pages_read_engagement",
    "pages_manage_metadata",
)
LONGEST = 300
MENTIONED = re.compile(r"mentioned_(media|comment)\.\w+_id\((\d+)\)")


@dataclass
class StandInAccount(StandInGraph):
    """One account with one picture of its own."""

    about: ClassVar[str] = "instagram"
    media: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: dict[str, dict[str, Any]] = field(default_factory=dict)
    elsewhere: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Where the account is named, below other people's pictures."""
    tags: list[dict[str, Any]] = field(default_factory=list)
    answered: list[dict[str, str]] = field(default_factory=list)
    """What the account said there."""

    def __post_init__(self) -> None:
        self.scopes = set(SCOPES)
        self.installed = [{"id": APP, "subscribed_fields": ["feed"]}]
        self.subscriptions = [{"object": "instagram", "active": True, "fields": ["comments", "mentions"]}]
        at = written(self.clock.now() - timedelta(days=1))
        where = f"https://www.instagram.com/p/{MEDIA}/"
        self.media[MEDIA] = {"id": MEDIA, "caption": "Snow on the moor.", "permalink": where, "timestamp": at}

    def says(self, text: str, by: str = "ann", *, at: datetime | None = None, below: str = "") -> str:
        """Somebody comments on the account's picture, or in a thread below it; its number."""
        native_id = f"179{self.number()}"
        author = {"id": f"560{sum(by.encode())}", "username": by} if by else OURS
        above = self.comments.get(below, {})
        parent = above.get("parent") or (below if above else "")
        at = at or self.clock.now()
        self.comments[native_id] = {"id": native_id, "text": text, "from": author, "at": at, "parent": parent}
        value = {"from": author, "media": {"id": MEDIA, "media_product_type": "FEED"}, "id": native_id, "text": text}
        value |= {"parent_id": parent} if parent else {}
        self.events.append((ACCOUNT, {"changes": [{"field": "comments", "value": value}]}))
        return native_id

    def names(self, text: str, by: str = "ann", *, in_a_comment: bool = True) -> str:
        """Somebody names the account below, or as the words of, another's picture."""
        media_id, native_id = f"180{self.number()}", f"179{self.number()}"
        native_id = native_id if in_a_comment else media_id
        words = {"text" if in_a_comment else "caption": text}
        self.elsewhere[native_id] = {"id": native_id, "username": by, "timestamp": written(self.clock.now()), **words}
        value = {"media_id": media_id} | ({"comment_id": native_id} if in_a_comment else {})
        self.events.append((ACCOUNT, {"changes": [{"field": "mentions", "value": value}]}))
        return native_id

    def deletes(self, native_id: str) -> None:
        """A comment is taken back; no webhook tells of it."""
        del self.comments[native_id]

    def shown(self) -> list[dict[str, Any]]:
        """What the account said below its own pictures."""
        return [one for one in self.comments.values() if one["from"] == OURS]

    def own(self, method: str, path: str, said: Mapping[str, str]) -> Any:
        """The account's lists, and what stands at a number."""
        thing, _, edge = path.partition("/")
        if thing == ACCOUNT:
            return self._account(method, edge, said)
        if thing in self.media:
            return self._below(int(said.get("limit", 50)), said.get("after", "")) if edge else self.media[thing]
        if thing not in self.comments:
            raise Problem(*GONE)
        if edge == "replies" and method == "POST":
            return self._answer(thing, said["message"])
        if edge == "replies":
            nodes = [self.as_node(one) for one in self.comments.values() if one["parent"] == thing]
            return paged(nodes, int(said.get("limit", 25)), said.get("after", ""))
        return self._node(method, thing, said)

    def _account(self, method: str, edge: str, said: Mapping[str, str]) -> Any:
        if edge == "media":
            media = [one | {"comments": self._below(50, "")} for one in self.media.values()]
            return paged(media, int(said["limit"]), said.get("after", ""))
        if edge == "tags":
            return paged(self.tags, int(said["limit"]), said.get("after", ""))
        if edge == "mentions" and method == "POST":
            self.answered.append({name: said[name] for name in ("media_id", "comment_id", "message") if name in said})
            return {"id": f"179{self.number()}"}
        asked = MENTIONED.search(said.get("fields", ""))
        if asked and asked[2] in self.elsewhere:
            return {f"mentioned_{asked[1]}": self.elsewhere[asked[2]], "id": ACCOUNT}
        raise Problem(*GONE)

    def _below(self, limit: int, after: str) -> dict[str, Any]:
        """The threads below the picture, newest first."""
        first = [one for one in self.comments.values() if not one["parent"]]
        newest = sorted(first, key=lambda one: (one["at"], one["id"]), reverse=True)
        page = paged(newest, limit, after)
        return page | {"data": [self.as_node(one, whole=True) for one in page["data"]]}

    def as_node(self, one: Mapping[str, Any], *, whole: bool = False) -> dict[str, Any]:
        """A comment as it is listed, with the answers to it."""
        node = {"id": one["id"], "text": one["text"], "from": one["from"], "username": one["from"]["username"]}
        node |= {"timestamp": written(one["at"]), "hidden": one.get("hidden", False)}
        node |= {"parent_id": one["parent"]} if one["parent"] else {}
        answers = [self.as_node(other) for other in self.comments.values() if other["parent"] == one["id"]]
        return node | ({"replies": paged(answers, 50)} if whole and answers else {})

    def _answer(self, thing: str, message: str) -> dict[str, str]:
        if self.comments[thing].get("hidden"):
            raise Problem(100, 0, "You cannot reply to a hidden comment")
        if len(message) > LONGEST:
            raise Problem(100, 0, "The comment is too long")
        return {"id": self.says(message, "", below=thing)}

    def _node(self, method: str, thing: str, said: Mapping[str, str]) -> Any:
        if method == "DELETE":
            self.deletes(thing)
            return {"success": True}
        if method == "POST":
            self.comments[thing]["hidden"] = said["hide"] == "true"
            return {"success": True}
        return self.as_node(self.comments[thing])
