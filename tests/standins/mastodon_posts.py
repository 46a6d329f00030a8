"""What is posted on the stand-in of a Mastodon server, and who is told: its driver speaks for the public here."""

from typing import Any

from bot.clock import MovableClock
from tests.standins.mastodon_rules import NAME, TAG, Json, as_html, person, stamp

US, OURS = "1", "harrowmere"


class Posts:
    """People, their posts, and what our one account is told of. ``prefix`` makes ids that are no numbers."""

    def __init__(self, clock: MovableClock) -> None:
        self.clock = clock
        self.people: dict[str, Json] = {US: person(US, OURS) | {"bot": True}}
        self.posts: dict[str, Json] = {}
        self.notifications: list[Json] = []
        self.prefix, self.api_url = "", ""
        self._last = 114_000_000_000_000_000

    def new_id(self) -> str:
        """Rising, as a number or not."""
        self._last += 7
        return f"{self.prefix}{self._last}"

    def account(self, name: str) -> Json:
        """Somebody, made on first use; ``ann@other.example`` is of another server."""
        for one in self.people.values():
            if one["acct"] == name:
                return one
        made = person(str(len(self.people) + 1), name)
        self.people[made["id"]] = made
        return made

    def says(self, text: str, by: str = "ann", **more: Any) -> str:
        """Somebody posts; whoever is named and is us is told. ``more``: at, in_reply_to, visibility, spoiler_text …"""
        native_id = self.write(text, self.account(by), **more)
        if any(one["id"] == US for one in self.posts[native_id]["mentions"]):
            self.notify(native_id)
        return native_id

    def write(self, text: str, by: Json, **more: Any) -> str:
        """A post, without telling anybody."""
        source = self.posts.get(more.pop("in_reply_to", ""))
        at = more.pop("at", None) or self.clock.now()
        post_id = self.new_id()
        self.posts[post_id] = {
            "id": post_id,
            "created_at": stamp(at),
            "in_reply_to_id": source["id"] if source else None,
            "in_reply_to_account_id": source["account"]["id"] if source else None,
            "sensitive": False,
            "spoiler_text": "",
            "visibility": "public",
            "language": "en",
            "uri": f"{self.api_url}/users/{by['username']}/statuses/{post_id}",
            "url": f"{self.api_url}/@{by['acct']}/{post_id}",
            "edited_at": None,
            "reblog": None,
            "account": by,
            "media_attachments": [],
            "quote": None,
            **self.rendered(text),
            **more,
        }
        return post_id

    def rendered(self, text: str) -> Json:
        """Words as a server shows them: names and links as links."""
        people = [self.account(name) for name in self.names(text)]
        mentions = [{key: one[key] for key in ("id", "username", "acct", "url")} for one in people]
        tags = [{"name": tag.lower(), "url": f"{self.api_url}/tags/{tag}"} for tag in TAG.findall(text)]
        return {"content": as_html(text), "mentions": mentions, "tags": tags, "_text": text}

    def names(self, text: str) -> list[str]:
        """Everybody a text names, who is known here."""
        known = {one["acct"] for one in self.people.values()}
        found = [name + (f"@{host}" if host else "") for name, host in NAME.findall(text)]
        return [name for name in dict.fromkeys(found) if name in known]

    def notify(self, post_id: str, kind: str = "mention", *, number: str = "") -> str:
        """We are told of a post."""
        post = self.posts[post_id]
        told = {
            "id": number or self.new_id(),
            "type": kind,
            "created_at": stamp(self.clock.now()),
            "account": post["account"],
        }
        self.notifications.append({**told, "status": post})
        self.notifications.sort(key=lambda one: str(one["id"]))
        return str(told["id"])

    def edit(self, post_id: str, text: str) -> None:
        """Its author changes a post."""
        self.posts[post_id] |= {**self.rendered(text), "edited_at": stamp(self.clock.now())}

    def delete(self, post_id: str) -> None:
        """It is gone, and so is what told of it."""
        self.posts.pop(post_id, None)
        self.notifications = [one for one in self.notifications if one["status"]["id"] != post_id]

    def ours(self) -> list[Json]:
        """Our own posts, oldest first."""
        return [one for one in self.posts.values() if one["account"]["id"] == US]
