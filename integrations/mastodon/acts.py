"""What else an account does: like, take down its own posts, correct them. Each may be done twice."""

from bot.errors import NotThere, Refused
from bot.reply import Act
from integrations.mastodon.client import Client
from integrations.mastodon.failures import Call
from integrations.mastodon.replies import STATUSES, Replies, checked

OFFERED = frozenset({Act.LIKE, Act.UNLIKE, Act.DELETE_OWN, Act.EDIT_OWN})
"""Mastodon has no hiding of what others wrote."""


async def carry_out(act: Act, native_id: str, text: str, *, client: Client, replies: Replies) -> None:
    """Have the server do it. Raises Refused, TryLater or SignInAgain; it is certainly done when nothing is raised."""
    if act not in OFFERED:
        raise Refused(f"Mastodon offers no way to {act}.")
    await client.me()
    post = f"{STATUSES}/{checked(native_id)}"
    match act:
        case Act.LIKE:
            await client.call("POST", f"{post}/favourite", call=Call.ASIDE)
        case Act.UNLIKE:
            await client.call("POST", f"{post}/unfavourite", call=Call.ASIDE)
        case Act.EDIT_OWN:
            await replies.edit(native_id, text)
        case _:
            await delete(post, client)


async def delete(post: str, client: Client) -> None:
    """What is gone is deleted. The server lets an account delete only its own."""
    try:
        await client.call("DELETE", post, call=Call.ASIDE)
    except NotThere:
        return
