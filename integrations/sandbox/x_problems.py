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
TOO_LONG = "Your Tweet text is too long. For more information on how Twitter determines text length see the documentation."
NOT_PERMITTED = "You are not permitted to perform this action."
NO_MESSAGES = "You do not have permission to DM one or more participants."
NO_MESSAGE_RIGHT = (
    "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint. "
    "It needs permission for Read and write and Direct message."
)
NOT_IN_PLAN = "When authenticating requests you must use keys and tokens from an App in a plan with access to this endpoint."


def problem(status: int, title: str, detail: str, *, headers: Mapping[str, str] | None = None) -> web.Response:
    """A refusal in the shape X gives it."""
    body = {"title": title, "detail": detail, "status": status, "type": "about:blank"}
    return web.json_response(body, status=status, headers=headers)


def forbidden(detail: str) -> web.Response:
    """A 403 with nothing but words to tell it from others."""
    return problem(403, "Forbidden", detail)


def not_in_plan() -> web.Response:
    """A route that the app's plan does not have."""
    body = {"client_id": "1", "detail": NOT_IN_PLAN, "reason": "client-not-enrolled", "status": 403}
    return web.json_response(body | {"title": "Client Forbidden", "type": PROBLEMS + "client-forbidden"}, status=403)


def not_there(post_id: str) -> web.Response:
    """No such thing."""
    body = {"title": "Not Found Error", "detail": f"Could not find [{post_id}].", "resource_id": post_id, "status": 404}
    return web.json_response(body | {"type": PROBLEMS + "resource-not-found"}, status=404)


def invalid(message: str) -> web.Response:
    """A request X cannot read."""
    detail = "One or more parameters to your request was invalid."
    body = {"errors": [{"parameters": {}, "message": message}], "title": "Invalid Request", "detail": detail}
    return web.json_response(body | {"type": PROBLEMS + "invalid-request"}, status=400)
