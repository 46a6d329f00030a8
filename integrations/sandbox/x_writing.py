"""A stand-in for X: what an account may write, change and take back through the API."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from aiohttp import web

from integrations.sandbox.x_length import LONGEST, weight
from integrations.sandbox.x_messages import Messages
from integrations.sandbox.x_pictures import MOST_PICTURES, Pictures
from integrations.sandbox.x_posts import StandInPost
from integrations.sandbox.x_problems import (
    DELETED,
    DUPLICATE,
    NOT_PERMITTED,
    NOT_SUMMONED,
    TOO_LONG,
    forbidden,
    invalid,
    not_in_plan,
    not_there,
)
from integrations.sandbox.x_wall import XWall

SAME_TEXT_FOR = timedelta(hours=24)


class Writing:
    """The routes that change something."""

    def __init__(self, wall: XWall) -> None:
        self._wall = wall
        self._pictures = Pictures(wall)
        self._messages = Messages(wall)

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Answer at X's addresses."""
        router.add_post("/2/tweets", self._post)
        router.add_delete("/2/tweets/{id}", self._delete)
        router.add_put("/2/tweets/{id}/hidden", self._hide)
        router.add_post("/2/users/{me}/likes", self._like)
        router.add_delete("/2/users/{me}/likes/{id}", self._unlike)
        self._pictures.add_to(router)
        self._messages.add_to(router)

    async def _post(self, request: web.Request) -> web.Response:
        body = await request.json()
        text, target = str(body.get("text", "")), str(body.get("reply", {}).get("in_reply_to_tweet_id", ""))
        pictures = [str(one) for one in body.get("media", {}).get("media_ids", [])]
        source = self._wall.find(target)
        if source is None or not self._wall.is_seen(source):
            return forbidden(DELETED)
        if refused := self._refused(text, source, pictures):
            return refused
        alts = [self._wall.pictures[one].alt for one in pictures]
        me = self._wall.me.handle
        more: dict[str, Any] = {"media_alt": alts} if alts else {}
        post_id = self._wall.says(text, me, in_reply_to=target, mentions_us=False, addressed=source.author, **more)
        return web.json_response({"data": {"id": post_id, "text": text, "edit_history_tweet_ids": [post_id]}}, status=201)

    def _refused(self, text: str, source: StandInPost, pictures: Sequence[str]) -> web.Response | None:
        """Why a reply is not taken."""
        me = self._wall.me.handle
        if len(pictures) > MOST_PICTURES or not all(one in self._wall.pictures for one in pictures):
            return invalid("Your media IDs are invalid.")
        if not text and not pictures:
            return invalid("One of text or media is required")
        if weight(text) > LONGEST:
            return forbidden(TOO_LONG)
        if not source.mentions_us and source.author != me:
            return forbidden(NOT_SUMMONED)
        recent = self._wall.now() - SAME_TEXT_FOR
        ours = (post for post in self._wall.seen() if post.author == me and post.at > recent)
        if any((post.text, post.addressed) == (text, source.author) for post in ours):
            return forbidden(DUPLICATE)
        return None

    async def _delete(self, request: web.Request) -> web.Response:
        post = self._there(request)
        if post is None:
            return not_there(request.match_info["id"])
        if post.author != self._wall.me.handle:
            return forbidden("You are not authorized to delete this Tweet.")
        self._wall.delete(post.first_id)
        self._wall.looks_other(post.first_id)
        return web.json_response({"data": {"deleted": True}})

    async def _hide(self, request: web.Request) -> web.Response:
        """Only in a conversation that the account began, and not a post of its own."""
        post, wanted = self._there(request), (await request.json()).get("hidden")
        if not isinstance(wanted, bool):
            return invalid("$.hidden: is missing but it is required")
        if post is None:
            return not_there(request.match_info["id"])
        began = self._wall.find(post.conversation)
        if began is None or began.author != self._wall.me.handle or post.author == began.author:
            return forbidden(NOT_PERMITTED)
        post.hidden = wanted
        self._wall.looks_other(post.first_id)
        return web.json_response({"data": {"hidden": wanted}})

    async def _like(self, request: web.Request) -> web.Response:
        return self._liked(request, str((await request.json()).get("tweet_id", "")), wanted=True)

    async def _unlike(self, request: web.Request) -> web.Response:
        return self._liked(request, request.match_info["id"], wanted=False)

    def _liked(self, request: web.Request, post_id: str, *, wanted: bool) -> web.Response:
        if not self._wall.plan_has_likes:
            return not_in_plan()
        post = self._wall.find(post_id)
        if request.match_info["me"] != self._wall.me.id:
            return forbidden(NOT_PERMITTED)
        if post is None or not self._wall.is_seen(post):
            return not_there(post_id)
        change = self._wall.liked.add if wanted else self._wall.liked.discard
        change(post.first_id)
        self._wall.looks_other(post.first_id)
        return web.json_response({"data": {"liked": wanted}})

    def _there(self, request: web.Request) -> StandInPost | None:
        post = self._wall.find(request.match_info["id"])
        return post if post and self._wall.is_seen(post) else None
