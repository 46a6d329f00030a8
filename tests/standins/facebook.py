"""A Facebook Page on the stand-in Graph API: its posts, what people say below them and to it, and what it answers."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.standins.graph import APP, GONE, PAGE, Problem, StandInGraph, paged, written

OURS = {"id": PAGE, "name": "Harrowmere Council"}
POST = f"{PAGE}_9001"
FIELDS = ("feed", "mention", "ratings", "messages", "message_echoes", "message_edits")
SCOPES = (
    "pages_show_list",
    "pages_manage_metadata",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
    "pages_messaging",
)
LONGEST, LONGEST_MESSAGE = 8_000, 2_000
DAY = timedelta(days=1)


@dataclass
class StandInPage(StandInGraph):
    """One Page with one post of its own."""

    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    tagged: list[dict[str, Any]] = field(default_factory=list)
    reviews: list[dict[str, Any]] = field(default_factory=list)
    private: dict[str, str] = field(default_factory=dict)
    """Comments that had their private answer, each with the person's number."""
    human_agent: bool = False
    messages_shown: int = 1_000

    def __post_init__(self) -> None:
        self.scopes = set(SCOPES)
        self.installed = [{"id": APP, "subscribed_fields": list(FIELDS)}]
        self.subscriptions = [{"object": "page", "active": True, "fields": [{"name": one} for one in FIELDS]}]
        at = self.clock.now() - DAY
        self.posts[POST] = {"id": POST, "message": "Snow: which schools are shut.", "from": OURS, "at": at}

    # --- the public

    def says(self, text: str, by: str = "ann", *, at: datetime | None = None, below: str = "", told: bool = True) -> str:
        """Somebody comments on the Page's post, or on a comment or post of anybody's; its number."""
        at, author = at or self.clock.now(), person(by)
        above = self.comments.get(below, {})
        post = above.get("post") or (below if below in self.posts else POST)
        native_id = f"{post.partition('_')[2]}_{self.number()}"
        parent = above.get("parent") or (below if above else "")
        self.comments[native_id] = {
            "id": native_id,
            "message": text,
            "from": author,
            "at": at,
            "post": post,
            "parent": parent,
        }
        if told:
            self.tell(native_id, "add")
        return native_id

    def visits(self, text: str, by: str = "ann", *, at: datetime | None = None) -> str:
        """Somebody posts on the Page's timeline."""
        native_id = f"{PAGE}_{self.number()}"
        self.posts[native_id] = {"id": native_id, "message": text, "from": person(by), "at": at or self.clock.now()}
        return native_id

    def writes(self, text: str, by: str = "ann", *, at: datetime | None = None) -> str:
        """Somebody sends a message, or the Page does (``by`` empty)."""
        at, mid = at or self.clock.now(), f"m_{self.number()}"
        author = person(by)
        self.messages[mid] = {"id": mid, "message": text, "from": author, "at": at, "with": author["id"], "to": OURS}
        value = {"sender": {"id": author["id"]}, "recipient": {"id": PAGE}, "timestamp": int(at.timestamp() * 1000)}
        self.events.append((PAGE, {"messaging": [{**value, "message": {"mid": mid, "text": text}}]}))
        return mid

    def edits(self, native_id: str, text: str) -> None:
        """A comment has other words."""
        self.comments[native_id]["message"] = text
        self.tell(native_id, "edited", edited_time=int(self.clock.now().timestamp()))

    def deletes(self, native_id: str) -> None:
        """A comment is taken back."""
        self.tell(native_id, "remove")
        del self.comments[native_id]

    def answers(self, native_id: str, text: str) -> str:
        """A colleague answers on Facebook itself."""
        return self.says(text, "", below=native_id)

    def tell(self, native_id: str, verb: str, **more: Any) -> None:
        """The webhook about a comment."""
        node = self.comments[native_id]
        value = {"from": node["from"], "item": "comment", "comment_id": native_id, "post_id": node["post"], "verb": verb}
        value |= {"parent_id": node["parent"] or node["post"], "created_time": int(node["at"].timestamp())}
        value |= {} if verb == "remove" else {"message": node["message"]}
        self.events.append((PAGE, {"changes": [{"field": "feed", "value": value | more}]}))

    def shown(self) -> list[dict[str, Any]]:
        """What the Page said in public."""
        return [node for node in self.comments.values() if node["from"] == OURS]

    # --- the API

    def own(self, method: str, path: str, said: Mapping[str, str]) -> Any:
        """The Page's lists, and what stands at a number."""
        thing, _, edge = path.partition("/")
        lists = {"feed": self._feed, "tagged": self._tagged, "ratings": self._ratings, "conversations": self._conversations}
        if thing == PAGE and edge in lists:
            return lists[edge](said)
        if thing == PAGE and edge == "messages" and method == "POST":
            return self._send(said)
        if thing in self.messages or thing.startswith("t_"):
            who = thing.removeprefix("t_")
            if edge == "messages":
                return self._said(who, int(said.get("limit", 25)), said.get("after", ""))
            return self._thread(who) if thing.startswith("t_") else {"id": thing}
        if thing not in self.posts and thing not in self.comments:
            raise Problem(*GONE)
        return self._edge(method, thing, edge, said) if edge else self._node(method, thing, said)

    def _feed(self, said: Mapping[str, str]) -> dict[str, Any]:
        posts = sorted(self.posts.values(), key=lambda one: one["at"], reverse=True)
        nodes = [self.as_node(one) | {"comments": self._below(one["id"], 50, "")} for one in posts]
        return paged(nodes, int(said["limit"]), said.get("after", ""))

    def _tagged(self, said: Mapping[str, str]) -> dict[str, Any]:
        return paged(self.tagged, int(said["limit"]), said.get("after", ""))

    def _ratings(self, said: Mapping[str, str]) -> dict[str, Any]:
        return paged(self.reviews, int(said["limit"]), said.get("after", ""))

    def _conversations(self, said: Mapping[str, str]) -> dict[str, Any]:
        people = dict.fromkeys(one["with"] for one in self.messages.values())
        if "user_id" in said:
            people = {who: None for who in people if who == said["user_id"]}
        threads = sorted((self._thread(who) for who in people), key=lambda one: str(one["updated_time"]), reverse=True)
        return paged(threads, int(said.get("limit", 25)), said.get("after", ""))

    def _thread(self, who: str) -> dict[str, Any]:
        newest = max((written(one["at"]) for one in self.messages.values() if one["with"] == who), default="")
        people = {"data": [{"id": who}, OURS]}
        return {"id": f"t_{who}", "updated_time": newest, "participants": people, "messages": self._said(who, 25, "")}

    def _said(self, who: str, limit: int, after: str) -> dict[str, Any]:
        """The messages with a person, newest first; what all but the newest say Meta may keep to itself."""
        nodes = [self.as_node(one) | {"to": {"data": [one["to"]]}} for one in self.messages.values() if one["with"] == who]
        nodes.reverse()
        bare = [{"id": one["id"], "created_time": one["created_time"]} for one in nodes[self.messages_shown :]]
        return paged(nodes[: self.messages_shown] + bare, limit, after)

    def _below(self, native_id: str, limit: int, after: str) -> dict[str, Any]:
        """Everything below a post, or the answers to a comment; newest first."""
        of_post = [one for one in self.comments.values() if one["post"] == native_id]
        found = of_post or [one for one in self.comments.values() if one["parent"] == native_id]
        newest = sorted(found, key=lambda one: (one["at"], one["id"]), reverse=True)
        page = paged(newest, limit, after)
        return page | {"data": [self.as_node(one) for one in page["data"]]}

    def as_node(self, one: Mapping[str, Any]) -> dict[str, Any]:
        """A post, comment or message as it is listed."""
        node = {"id": one["id"], "message": one["message"], "from": one["from"], "created_time": written(one["at"])}
        if "post" in one:
            node |= {"can_comment": not one.get("closed", False), "is_hidden": one.get("hidden", False)}
            node |= {"can_reply_privately": one["id"] not in self.private}
            if one["id"] in self.private:
                node["private_reply_conversation"] = {"id": f"t_{self.private[one['id']]}"}
            if one["parent"] in self.comments:
                above = self.comments[one["parent"]]
                node["parent"] = {"id": above["id"], "message": above["message"], "from": above["from"]}
        return node

    def _edge(self, method: str, thing: str, edge: str, said: Mapping[str, str]) -> Any:
        if edge == "comments" and method == "GET":
            return self._below(thing, int(said.get("limit", 25)), said.get("after", ""))
        if edge == "comments":
            if len(said["message"]) > LONGEST:
                raise Problem(100, 0, "Param message must be at most 8000 characters")
            return {"id": self.says(said["message"], "", below=thing)}
        self.comments[thing]["liked"] = method == "POST"
        return {"success": True}

    def _node(self, method: str, thing: str, said: Mapping[str, str]) -> Any:
        if method == "DELETE":
            self.deletes(thing)
            return {"success": True}
        if method == "POST":
            changed = {"hidden": said["is_hidden"] == "true"} if "is_hidden" in said else {"message": said["message"]}
            self.comments[thing] |= changed
            return {"success": True}
        one = self.comments.get(thing) or self.posts[thing]
        unknown = {"can_comment", "parent"} & set(re.split(r"[,{}]", said.get("fields", "")))
        if thing in self.posts and unknown:
            raise Problem(100, 0, f"Tried accessing nonexisting field ({unknown.pop()}) on node type (Post)")
        return self.as_node(one)

    def _send(self, said: Mapping[str, str]) -> dict[str, Any]:
        """A message, where Meta's windows let it through."""
        to, message, now = json.loads(said["recipient"]), json.loads(said["message"]), self.clock.now()
        if len(message["text"]) > LONGEST_MESSAGE:
            raise Problem(100, 2018109, "Length of param message[text] must be less than or equal to 2000")
        if comment := to.get("comment_id"):
            who = self._privately(comment, now)
        else:
            who = to["id"]
            theirs = [one["at"] for one in self.messages.values() if one["with"] == who and one["from"] != OURS]
            if not theirs:
                raise Problem(100, 2018001, "No matching user found")
            tagged = said.get("tag") == "HUMAN_AGENT" and self.human_agent
            if now - max(theirs) > (7 * DAY if tagged else DAY):
                raise Problem(10, 2018278, "This message is sent outside of allowed window")
        mid = f"m_{self.number()}"
        self.messages[mid] = {"id": mid, "message": message["text"], "from": OURS, "at": now, "with": who, "to": {"id": who}}
        echo = {"is_echo": True, "app_id": int(APP), "mid": mid, **message}
        value = {"sender": {"id": PAGE}, "recipient": {"id": who}, "timestamp": int(now.timestamp() * 1000), "message": echo}
        self.events.append((PAGE, {"messaging": [value]}))
        return {"recipient_id": who, "message_id": mid}

    def _privately(self, comment: str, now: datetime) -> str:
        if comment not in self.comments:
            raise Problem(100, 2018292, "Invalid comment_id parameter")
        if comment in self.private:
            raise Problem(10900, 0, "Activity already replied to")
        if now - self.comments[comment]["at"] > 7 * DAY:
            raise Problem(10903, 0, "This user cant reply to this activity")
        self.private[comment] = str(self.comments[comment]["from"]["id"])
        return self.private[comment]


def person(by: str) -> dict[str, str]:
    """Somebody; the Page itself when nobody is named."""
    return {"id": f"24000{sum(by.encode())}", "name": by.title()} if by else OURS
