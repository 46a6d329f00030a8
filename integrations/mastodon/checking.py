"""What is wrong with an account's settings and rights, as far as its server tells without a post."""

from collections.abc import Sequence

from bot.errors import OutsideError, Refused, SignInAgain, TryLater
from integrations.mastodon.client import Client
from integrations.mastodon.failures import Call
from integrations.mastodon.parse import mapping
from integrations.mastodon.settings import MastodonAccount

NOWHERE = "0"
"""An id that no post has: with the right to do something the server says that it is not there, without it 403."""
RIGHTS = (
    ("GET", "/api/v1/notifications?limit=1", "read:notifications", "mentions cannot be read"),
    ("GET", f"/api/v1/statuses/{NOWHERE}", "read:statuses", "no reply can be looked up"),
    ("DELETE", f"/api/v1/statuses/{NOWHERE}", "write:statuses", "nobody can be answered"),
    ("GET", f"/api/v1/media/{NOWHERE}", "write:media", "replies go without pictures"),
    ("POST", f"/api/v1/statuses/{NOWHERE}/unfavourite", "write:favourites", "nothing can be liked"),
)
SEARCH = ("GET", "/api/v2/search?q=tolbooth&type=statuses&limit=1", "read:search", "watches find no words")
POLICIES = ("for_not_following", "for_not_followers", "for_new_accounts", "for_private_mentions", "for_limited_accounts")
AFRESH = "Give the application that scope on its server (Preferences, Development) and copy its access token again"


async def faults(account: MastodonAccount, client: Client) -> Sequence[str]:
    """Each fault with its cure."""
    name = f"Account {account.name!r}"
    try:
        me = await client.whoever()
    except SignInAgain as error:
        cure = f"Make a token on {account.api_url} (Preferences, Development), signed in as @{account.username}"
        return [f"{name}: {error}. {cure}."]
    except OutsideError as error:
        return [f"{name}: {account.api_url} cannot be asked: {error}. Look at api_url."]
    found = []
    if me.username.lower() != account.username.lower():
        found.append(f"the access token belongs to @{me.username}, not to @{account.username}: mend handle or access_token.")
    if account.automated and not me.is_automated:
        found.append(
            "it is not marked as automated, which many servers ask of accounts that an app posts to: mark it there "
            "(Preferences, Public profile), or set automated = false."
        )
    found += await missing_rights(client, (*RIGHTS, SEARCH) if account.searches_words else RIGHTS)
    found += await wrong_limit(account, client)
    found += await dropped_mentions(client)
    return [f"{name}: {fault}" for fault in found]


async def missing_rights(client: Client, rights: Sequence[tuple[str, str, str, str]]) -> list[str]:
    """Scopes the token lacks."""
    found = []
    for method, path, scope, so in rights:
        try:
            await client.call(method, path, call=Call.ASIDE)
        except SignInAgain:
            found.append(f"the access token lacks {scope}, so {so}. {AFRESH}.")
        except Refused:
            continue
        except TryLater as error:
            found.append(f"its right {scope} could not be looked at: {error}.")
    return found


async def wrong_limit(account: MastodonAccount, client: Client) -> list[str]:
    """Another length of posts than the settings say."""
    limit = (await client.server()).limit
    if not limit or limit == account.limit:
        return []
    return [f"its server allows posts of {limit:,} characters, and limit says {account.limit:,}: set limit = {limit}."]


async def dropped_mentions(client: Client) -> list[str]:
    """Mentions that the account's own settings throw away: https://docs.joinmastodon.org/entities/NotificationPolicy/"""
    try:
        policy = mapping(await client.get("/api/v2/notifications/policy", call=Call.ASIDE))
    except OutsideError:
        return []
    dropped = [one.removeprefix("for_").replace("_", " ") for one in POLICIES if policy.get(one) == "drop"]
    if not dropped:
        return []
    return [
        f"it ignores mentions by some people ({', '.join(dropped)}), so nobody would see them: choose Accept or Filter for "
        "each (Preferences, Notifications, Manage notifications from)."
    ]
