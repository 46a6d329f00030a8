"""A stand-in for Viva Engage: the JSON it sends, in the shapes of its REST API."""

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aiohttp import web

from integrations.sandbox.engage_world import HOME, NAMED, Colleague, Community, EngageWorld, Message, Thread

Json = dict[str, Any]
SITE = "https://www.yammer.com"
TIME = "%Y/%m/%d %H:%M:%S +0000"


class Wrong(Exception):
    """A refusal: its status, and what the body says."""

    def __init__(self, status: int, message: str, code: int = 0) -> None:
        super().__init__(message)
        self.status, self.code = status, code


def refusal(status: int, message: str, code: int, headers: Mapping[str, str] | None = None) -> web.Response:
    """A refusal in the shape of the sample of a 401; 422 has one of its own."""
    body: Json = {"response": {"message": message, "code": code, "stat": "fail"}}
    if status == 422:
        body = {"errors": {"body": [message]}}
    return web.json_response(body, status=status, headers=headers)


def page(world: EngageWorld, shown: Sequence[Message], extended: Iterable[Message] = (), **meta: Any) -> Json:
    """Messages with whom and what they name; ``extended``: the newest of each thread; ``meta`` is laid over what it has."""
    newest: dict[str, list[Json]] = {}
    for one in extended:
        newest.setdefault(str(one.thread_id), []).append(message(one))
    return {
        "messages": [message(one) for one in shown],
        "references": references(world, [*shown, *extended]),
        "threaded_extended": newest,
        "meta": {
            "older_available": False,
            "requested_poll_interval": 60,
            "realtime": {
                "uri": "https://1-037.rt.yammer.com/cometd/",
                "authentication_token": "stand-in",
                "channel_id": "MTo3NjU0Ojc2NTQ",
            },
            "last_seen_message_id": None,
            "current_user_id": 0,
            "followed_references": [],
            "ymodules": [],
            "feed_name": "Company Feed",
            "feed_desc": "",
            "direct_from_body": False,
        }
        | meta,
    }


def message(one: Message) -> Json:
    """One message."""
    community = one.world.communities.get(one.group or 0)
    is_private = bool(one.between) or bool(community and community.private)
    return {
        "id": one.id,
        "sender_id": one.sender,
        "replied_to_id": one.replied_to,
        "created_at": one.at.strftime(TIME),
        "network_id": HOME,
        "message_type": "system" if one.is_system else "update",
        "sender_type": "user",
        "url": f"{SITE}/api/v1/messages/{one.id}",
        "web_url": f"{SITE}/{one.world.domain}/messages/{one.id}",
        "group_id": one.group,
        "body": {"parsed": one.body, "plain": one.text, "rich": rich(one)},
        "thread_id": one.thread_id,
        "client_type": "Tolbooth" if one.by_app else "Web",
        "client_url": f"{SITE}/",
        "system_message": one.is_system,
        "direct_message": bool(one.between),
        "chat_client_sequence": None,
        "language": "en",
        "notified_user_ids": sorted(one.names),
        "privacy": "private" if is_private else "public",
        "attachments": [attachment(one, place, name) for place, name in enumerate(one.attachments)],
        "liked_by": {"count": len(one.likes), "names": [liking(one.world.people[id]) for id in one.likes]},
        "content_excerpt": one.text[:200],
        "group_created_id": one.group,
        **({"conversation_id": one.thread_id} if one.between else {}),
    }


def rich(one: Message) -> str:
    """The words with their formatting: what came by the API has none."""
    if one.html or one.by_app:
        return one.html or one.text
    named = NAMED.sub(
        lambda found: f"<strong>{html.escape(one.world.name_of(int(found.group(1))))}</strong>", html.escape(one.body)
    )
    return f"<p>{named.replace(chr(10), '<br>')}</p>"


def attachment(one: Message, place: int, name: str) -> Json:
    """A file that hangs on a message."""
    id = one.id % 1_000_000_000 + place
    web_url = f"{SITE}/{one.world.domain}/uploaded_files/{id}"
    return {"id": id, "type": "file", "name": name, "original_name": name, "web_url": web_url, "size": 20_480}


def liking(who: Colleague) -> Json:
    """Somebody who likes a message."""
    return {"full_name": who.name, "permalink": who.handle, "user_id": who.id}


def references(world: EngageWorld, shown: Iterable[Message]) -> list[Json]:
    """The people, threads, communities and conversations that some messages name."""
    people: set[int] = set()
    threads: dict[int, Thread] = {}
    groups: set[int] = set()
    for one in shown:
        people |= {one.sender, *one.names, *one.likes}
        threads[one.thread_id] = one.thread
        groups |= {one.group} if one.group else set()
    return [
        *(named(world, world.people[id]) for id in sorted(people)),
        *(thread(one) for one in threads.values()),
        *({"type": "group", "id": id, "full_name": world.communities[id].name} for id in sorted(groups)),
        *(conversation(world, one) for one in threads.values() if one.starter.between),
    ]


def named(world: EngageWorld, who: Colleague) -> Json:
    """Somebody, as a page of messages names them: less than their own entry says."""
    return {
        "type": "user",
        "id": who.id,
        "state": who.state,
        "full_name": who.name,
        "name": who.handle,
        "email": who.email,
        "web_url": f"{SITE}/{world.domain}/users/{who.handle}",
    }


def thread(one: Thread) -> Json:
    """A thread, as a page of messages names it."""
    stats = {"updates": len(one.messages), "latest_reply_id": one.newest}
    return {"type": "thread", "id": one.id, "thread_starter_id": one.id, "stats": stats}


def conversation(world: EngageWorld, one: Thread) -> Json:
    """A private conversation, as a page of messages names it."""
    names = [named(world, world.people[id]) for id in sorted(one.starter.between)]
    return {"type": "conversation", "id": one.id, "participating_names": names}


def user(world: EngageWorld, who: Colleague) -> Json:
    """Somebody's own entry."""
    return named(world, who) | {
        "network_id": who.network,
        "network_name": world.domain if who.network == HOME else "Next Door",
        "url": f"{SITE}/api/v1/users/{who.id}",
        "mugshot_url": f"{SITE}/mugshot/48x48/{who.id}",
        "admin": "false",
        "job_title": None,
        "contact": {"email_addresses": [{"type": "primary", "address": who.email}], "phone_numbers": [], "im": {}},
    }


def community(world: EngageWorld, one: Community) -> Json:
    """A community's own entry."""
    said = [message for message in world.live() if message.group == one.id]
    return {
        "type": "group",
        "id": one.id,
        "full_name": one.name,
        "network_id": HOME,
        "name": one.name.lower().replace(" ", ""),
        "description": None,
        "privacy": "private" if one.private else "public",
        "url": f"{SITE}/api/v1/groups/{one.id}",
        "web_url": f"{SITE}/{world.domain}/groups/{one.id}",
        "state": "active",
        "stats": {
            "members": len(one.members),
            "updates": len(said),
            "last_message_id": said[-1].id if said else None,
            "last_message_at": said[-1].at.strftime(TIME) if said else None,
        },
    }
