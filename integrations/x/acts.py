"""What else an account does on X: hide and show replies in its own conversations, delete its posts, like.

Each may be done twice: X answers as the first time, and what is gone is taken for deleted.
"""

from collections.abc import Mapping
from typing import Any

from bot.errors import NotThere, Refused
from bot.reply import Act
from integrations.x import parse
from integrations.x.client import Body, Me, XClient, body_of
from integrations.x.messages import PREFIX
from integrations.x.meter import Meter
from integrations.x.settings import XAccount

ALWAYS = frozenset({Act.HIDE, Act.UNHIDE, Act.DELETE_OWN})
LIKES = frozenset({Act.LIKE, Act.UNLIKE})
SAYS: Mapping[Act, tuple[str, bool]] = {
    Act.HIDE: ("hidden", True),
    Act.UNHIDE: ("hidden", False),
    Act.DELETE_OWN: ("deleted", True),
    Act.LIKE: ("liked", True),
    Act.UNLIKE: ("liked", False),
}
"""What X's answer says when it is done."""
NOT_OURS = "X lets an account hide only what others wrote in conversations that the account began"


def acts_of(account: XAccount) -> frozenset[Act]:
    """What the settings leave to staff."""
    return ALWAYS | LIKES if account.likes else ALWAYS


class Acts:
    """What one account may do with a post."""

    def __init__(self, account: XAccount, client: XClient, meter: Meter) -> None:
        self._allowed = acts_of(account)
        self._client = client
        self._meter = meter

    async def carry_out(self, act: Act, post_id: str, me: Me) -> None:
        """Have X do it. Raises Refused, TryLater or SignInAgain; it is certainly done when nothing is raised."""
        if post_id.startswith(PREFIX):
            raise Refused("A direct message stays with the person who has it: it cannot be changed or taken back.")
        if act not in self._allowed:
            raise Refused(f"X offers no way to {act} here.")
        self._meter.count("deleted" if act is Act.DELETE_OWN else "managed")
        try:
            answer = await self._call(act, post_id, me)
        except NotThere:
            if act is Act.DELETE_OWN:
                return
            raise
        except Refused as error:
            reason = f"{error}. {NOT_OURS}" if act in {Act.HIDE, Act.UNHIDE} else str(error)
            raise Refused(reason) from error
        self._judge(act, answer)

    async def _call(self, act: Act, post_id: str, me: Me) -> Body:
        """The call of tweepy's, or of ours where tweepy would ask once more whose keys these are."""
        client, signed = self._client, self._client.signed
        match act:
            case Act.HIDE:
                return await body_of(client.hide_reply(post_id, user_auth=signed))
            case Act.UNHIDE:
                return await body_of(client.unhide_reply(post_id, user_auth=signed))
            case Act.DELETE_OWN:
                return await body_of(client.delete_tweet(post_id, user_auth=signed))
            case Act.LIKE:
                asked: dict[str, Any] = {"json": {"tweet_id": post_id}, "user_auth": signed}
                return (await client.request("POST", f"/2/users/{me.id}/likes", **asked)).body
            case _:
                return (await client.request("DELETE", f"/2/users/{me.id}/likes/{post_id}", user_auth=signed)).body

    def _judge(self, act: Act, answer: Body) -> None:
        """Raises Refused when X answered well without having done it."""
        name, wanted = SAYS[act]
        if parse.mapping(answer.get("data")).get(name) is wanted:
            return
        gone = any(kind.endswith(parse.DELETED) for _, kind in parse.problems(answer))
        if gone and act is Act.DELETE_OWN:
            return
        raise NotThere("X has no such post any more") if gone else Refused(f"X answered, but did not {act}")
