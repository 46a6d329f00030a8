"""A stand-in for X: its refusals, in the shapes X gives them."""

from collections.abc import Mapping

from aiohttp import web

PROBLEMS = "https://api.twitter.com/2/problems/"
NOT_SUMMONED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged "
    "by the author of the post you are replying to."
)
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
DELETED = "You attempted to reply to a Tweet that is deleted or not visible to you."


def problem(status: int, title: str, detail: str, *, headers: Mapping[str, str] | None = None) -> web.Response:
    """A refusal in the shape X gives it."""
    body = {"title": title, "detail": detail, "status": status, "type": "about:blank"}
    return web.json_response(body, status=status, headers=headers)


def invalid(message: str) -> web.Response:
    """A request X cannot read."""
    detail = "One or more parameters to your request was invalid."
    body = {"errors": [{"parameters": {}, "message": message}], "title": "Invalid Request", "detail": detail}
    return web.json_response(body | {"type": PROBLEMS + "invalid-request"}, status=400)
