"""A stand-in for Viva Engage: what each call of its REST API does and answers."""

import html
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from aiohttp import web

from integrations.sandbox import engage_shapes as shapes
from integrations.sandbox.engage_shapes import Json, Wrong
from integrations.sandbox.engage_world import TAG, Colleague, EngageWorld, Message

PAGE, LARGEST_PAGE, PEOPLE = 20, 100, 50
LONGEST = 10_000
ME = web.RequestKey("me", Colleague)
WHAT = r"{id:\d+}"
OF = {  # how a feed is called, and described, in its page
    "all": ("All", "All the conversations of the network."),
    "received": ("Received", "Messages to you."),
    "private": ("Private Messages", "Your private conversations."),
    "sent": ("Sent", "Messages from you."),
}


class EngageRoutes:
    """The calls. ``hides`` answers 404 in place of 403 for what somebody may not see.

    With ``counts_all_older`` a page says that older messages are to be had also where those are not newer than
    ``newer_than``; nobody tells which of the two it is.
    """

    def __init__(self, world: EngageWorld) -> None:
        self.world = world
        self.hides = False
        self.counts_all_older = False
        self.poll_interval = 60

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Every route, under ``/api/v1``."""
        for path, answer in {
            "/messages.json": self._all,
            "/messages/received.json": self._received,
            "/messages/private.json": self._private,
            "/messages/sent.json": self._sent,
            f"/messages/in_group/{WHAT}.json": self._in_group,
            f"/messages/in_thread/{WHAT}.json": self._in_thread,
            f"/messages/{WHAT}.json": self._one,
            "/users/current.json": self._current,
            "/users/by_email.json": self._by_email,
            f"/users/in_group/{WHAT}.json": self._members,
            f"/users/{WHAT}.json": self._user,
            f"/groups/{WHAT}.json": self._community,
        }.items():
            router.add_get(f"/api/v1{path}", answer)
        router.add_post("/api/v1/messages.json", self._post)
        for ending in ("", ".json"):
            router.add_delete(f"/api/v1/messages/{WHAT}{ending}", self._delete)
        router.add_post("/api/v1/messages/liked_by/current.json", self._like)
        router.add_delete("/api/v1/messages/liked_by/current.json", self._like)

    # --- feeds

    async def _all(self, request: web.Request) -> web.Response:
        return self._feed(request, OF["all"], self._newest(lambda one: not one.between))

    async def _received(self, request: web.Request) -> web.Response:
        me = request[ME].id
        kept = self._newest(lambda one: one.sender != me and (me in one.between or me in one.names))
        return self._feed(request, OF["received"], kept)

    async def _private(self, request: web.Request) -> web.Response:
        return self._feed(request, OF["private"], self._newest(lambda one: bool(one.between)))

    async def _sent(self, request: web.Request) -> web.Response:
        return self._feed(request, OF["sent"], self._newest(lambda one: one.sender == request[ME].id))

    async def _in_group(self, request: web.Request) -> web.Response:
        group = self._entered(request, int(request.match_info["id"]))
        name = self.world.communities[group].name
        return self._feed(request, (name, ""), self._newest(lambda one: one.group == group))

    async def _in_thread(self, request: web.Request) -> web.Response:
        thread = self.world.threads.get(int(request.match_info["id"]))
        if thread is None or thread.starter.deleted:
            raise Wrong(404, "Thread not found.", 20)
        self._seen(request, thread.starter)
        return self._feed(request, (thread.text[:40], ""), reversed(thread.everything))

    async def _one(self, request: web.Request) -> web.Response:
        return web.json_response(shapes.message(self._seen(request, self._found(request.match_info["id"]))))

    def _newest(self, keep: Callable[[Message], bool]) -> Iterable[Message]:
        return (one for one in reversed(self.world.messages.values()) if keep(one))

    def _feed(self, request: web.Request, what: tuple[str, str], kept: Iterable[Message]) -> web.Response:
        """A page, newest first: the newest of those newer than one id and older than another."""
        me, query = request[ME].id, request.query
        newer, older = self._number(query, "newer_than", 0), self._number(query, "older_than", 1 << 63)
        limit = min(max(1, self._number(query, "limit", PAGE)), LARGEST_PAGE)
        way = query.get("threaded", "")
        seen = (one for one in kept if self.world.may_see(me, one))
        ordered = by_thread(seen, is_extended=way == "extended") if way else ((one.id, one) for one in seen)
        shown: list[Message] = []
        is_more = False
        for place, one in ordered:
            if place <= newer and not (shown and self.counts_all_older):
                break
            if is_more := len(shown) == limit or place <= newer:
                break
            if place < older:
                shown.append(one)
        extended = [reply for one in shown for reply in one.thread.replies[:-3:-1]] if way == "extended" else []
        told: Json = {"feed_name": what[0], "feed_desc": what[1], "requested_poll_interval": self.poll_interval}
        told |= {"older_available": is_more, "current_user_id": me}
        return web.json_response(shapes.page(self.world, shown, extended, **told))

    # --- people and communities

    async def _current(self, request: web.Request) -> web.Response:
        return web.json_response(shapes.user(self.world, request[ME]))

    async def _user(self, request: web.Request) -> web.Response:
        who = self.world.people.get(int(request.match_info["id"]))
        if who is None:
            raise Wrong(404, "User not found.", 20)
        return web.json_response(shapes.user(self.world, who))

    async def _by_email(self, request: web.Request) -> web.Response:
        email = request.query.get("email", "").strip().lower()
        found = [one for one in self.world.people.values() if email and one.email.lower() == email]
        if not found:
            raise Wrong(404, "User not found.", 20)
        return web.json_response([shapes.user(self.world, one) for one in found])

    async def _members(self, request: web.Request) -> web.Response:
        group = self._entered(request, int(request.match_info["id"]))
        number = max(1, self._number(request.query, "page", 1))
        members = [self.world.people[id] for id in sorted(self.world.communities[group].members)]
        shown = members[(number - 1) * PEOPLE : number * PEOPLE]
        body = {"users": [shapes.user(self.world, one) for one in shown], "more_available": len(members) > number * PEOPLE}
        return web.json_response(body | {"total_count": len(members)})

    async def _community(self, request: web.Request) -> web.Response:
        group = self._entered(request, int(request.match_info["id"]))
        return web.json_response(shapes.community(self.world, self.world.communities[group]))

    # --- writing

    async def _post(self, request: web.Request) -> web.Response:
        """A new thread, a reply or a private message; a form, or JSON."""
        asked, me = await read(request), request[ME].id
        body, files = str(asked.get("body") or ""), [name for key, name in asked.items() if key.startswith("attachment")]
        if not body.strip() and not files:
            raise Wrong(422, "can't be blank")
        if len(body) > LONGEST:
            raise Wrong(422, f"is too long (maximum is {LONGEST} characters)")
        where: dict[str, Any] = {}
        if replied_to := self._number(asked, "replied_to_id", 0):
            where = {"under": self._seen(request, self._found(replied_to, "Replied to message not found."))}
        elif to := numbers(asked.get("direct_to_user_ids")):
            if not set(to) <= self.world.people.keys():
                raise Wrong(404, "User not found.", 20)
            where = {"between": frozenset({me, *to})}
        elif group := self._number(asked, "group_id", 0):
            where = {"group": self._entered(request, group)}
        if str(asked.get("is_rich_text", "")).lower() == "true":
            where, body = where | {"html": body}, html.unescape(TAG.sub("", body))
        made = self.world.say(me, body, by_app=True, attachments=tuple(map(str, files)), **where)
        return web.json_response(shapes.page(self.world, [made], current_user_id=me), status=201)

    async def _delete(self, request: web.Request) -> web.Response:
        message = self._seen(request, self._found(request.match_info["id"]))
        if message.sender != request[ME].id:
            raise Wrong(403, "You may not delete this message.", 19)
        self.world.delete(message)
        return web.Response(status=200)

    async def _like(self, request: web.Request) -> web.Response:
        asked = {**request.query, **await read(request)}
        message = self._seen(request, self._found(self._number(asked, "message_id", 0)))
        likes = request.method == "POST"
        self.world.like(message, request[ME].id, likes=likes)
        return web.Response(status=201 if likes else 200)

    # --- what they share

    def _number(self, asked: Mapping[str, Any], name: str, otherwise: int) -> int:
        given = asked.get(name)
        if given in (None, ""):
            return otherwise
        if not str(given).isascii() or not str(given).isdigit():
            raise Wrong(400, f"{name} is not a number.", 21)
        return int(str(given))

    def _found(self, id: object, otherwise: str = "Message not found.") -> Message:
        message = self.world.messages.get(int(str(id)))
        if message is None or message.deleted or message.thread.starter.deleted:
            raise Wrong(404, otherwise, 20)
        return message

    def _seen(self, request: web.Request, message: Message) -> Message:
        if not self.world.may_see(request[ME].id, message):
            raise Wrong(404 if self.hides else 403, "You may not see this message.", 19)
        return message

    def _entered(self, request: web.Request, group: int) -> int:
        community = self.world.communities.get(group)
        if community is None or community.deleted:
            raise Wrong(404, "Group not found.", 20)
        if not self.world.may_enter(request[ME].id, group):
            raise Wrong(404 if self.hides else 403, "You are not a member of this private group.", 19)
        return group


def by_thread(seen: Iterable[Message], *, is_extended: bool) -> Iterator[tuple[int, Message]]:
    """The first messages of threads, the newest first; or first the one with the newest reply, with that reply's id."""
    newest: dict[int, int] = {}
    starters = []
    for one in seen:
        newest.setdefault(one.thread_id, one.id)
        if one.is_starter:
            starters.append((newest[one.id] if is_extended else one.id, one))
    return iter(sorted(starters, key=lambda pair: pair[0], reverse=True))


async def read(request: web.Request) -> Json:
    """What a call says: a form or JSON."""
    if request.content_type == "application/json":
        said = await request.json()
        return said if isinstance(said, dict) else {}
    form = await request.post()
    several = [str(one) for key in ("direct_to_user_ids", "direct_to_user_ids[]") for one in form.getall(key, [])]
    return {**form, **({"direct_to_user_ids": several} if several else {})}


def numbers(given: object) -> list[int]:
    """Ids in a list, in one string with commas or brackets, or alone."""
    listed = given if isinstance(given, list) else str(given or "").strip("[]").split(",")
    return [int(str(one)) for one in listed if str(one).strip().isdigit()]
