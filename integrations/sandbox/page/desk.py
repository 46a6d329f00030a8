"""The left half of the page, one person's Slack, as JSON. What it costs depends on what is shown, not on what there is."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from integrations.sandbox.page.unread import Unread
from integrations.sandbox.slack_words import Json, words
from integrations.sandbox.slack_world import Channel, Message, View, Workspace

ZONE = ZoneInfo("Europe/London")
NEWEST = 60
NEWEST_REPLIES = 100


def own_channels(world: Workspace, user: str) -> list[Channel]:
    """The conversations somebody is in: channels, then theirs with the bot."""
    channels = [one for one in world.channels.values() if user in one.members and not one.with_user and not one.archived]
    return [*channels, world.direct(user)]


def found_channel(world: Workspace, user: str, id: str) -> Channel:
    """A conversation somebody is in. Raises LookupError."""
    for channel in own_channels(world, user):
        if channel.id == id:
            return channel
    raise LookupError("You are not in that conversation.")


def found_message(world: Workspace, id: str) -> Message:
    """The message with that id on the page. Raises LookupError when it is gone."""
    number = id.removeprefix("m")
    message = world.shelf.numbered.get(int(number)) if number.isascii() and number.isdigit() and len(number) < 18 else None
    if message is None:
        raise LookupError("That message is not there any more.")
    return message


def conversations(world: Workspace, user: str, unread: Unread) -> list[Json]:
    """The list at the side."""
    return [
        {
            **named(channel),
            "private": channel.private,
            "unread": unread.count(user, channel.id),
            "pinged": unread.is_pinged(user, channel.id),
        }
        for channel in own_channels(world, user)
    ]


def named(channel: Channel) -> Json:
    """A conversation's id, name and kind."""
    direct = bool(channel.with_user)
    return {"id": channel.id, "name": "Tolbooth" if direct else channel.name, "kind": "direct" if direct else "channel"}


def names(world: Workspace, user: str) -> dict[str, str]:
    """What ids are shown as, to somebody: a private channel they are not in has no name."""
    seen = [one.id for one in world.channels.values() if not one.with_user and (not one.private or user in one.members)]
    return {id: world.shown_name(id) for id in (*world.members, *world.groups, *seen)}


def open_conversation(world: Workspace, user: str, channel: Channel) -> Json:
    """What stands in the middle."""
    return named(channel) | messages_before(world, user, channel)


def messages_before(world: Workspace, user: str, channel: Channel, before: int = 0) -> Json:
    """The newest messages, or the newest before that number, and how many are older still."""
    piles = (world.shelf.top(channel.id), world.shelf.private(user, channel.id))
    shown, earlier = newest(piles, NEWEST, before)
    return {"earlier": earlier, "messages": [message_json(message) for message in shown]}


def newest(piles: Sequence[list[Message]], most: int, before: int = 0) -> tuple[list[Message], int]:
    """The last of several piles taken together, oldest first; and how many come before those."""
    found: list[Message] = []
    below = 0
    for pile in piles:
        end = bisect_left(pile, before, key=lambda message: message.order) if before else len(pile)
        found += pile[max(0, end - most) : end]
        below += end
    shown = sorted(found, key=lambda message: message.order)[-most:]
    return shown, below - len(shown)


def open_thread(world: Workspace, user: str, channel: Channel, ts: str) -> Json | None:
    """A message and the replies under it; None without such a message."""
    parent = found_at(world, channel, ts)
    if parent is None:
        return None
    piles = (world.shelf.under(channel.id, ts), world.shelf.private(user, channel.id, ts))
    shown, _ = newest(piles, NEWEST_REPLIES)
    return {"parent": message_json(parent), "messages": [message_json(one) for one in shown]}


def found_at(world: Workspace, channel: Channel, ts: str) -> Message | None:
    """The message in the conversation itself with that ``ts``."""
    pile = world.shelf.top(channel.id)
    at = bisect_left(pile, padded(ts), key=lambda message: padded(message.ts))
    return pile[at] if at < len(pile) and pile[at].ts == ts else None


def padded(ts: str) -> str:
    """A ``ts`` that sorts as text."""
    return ts.rjust(24, "0")


def message_json(message: Message) -> Json:
    """A message as it is drawn."""
    world = message.world
    at = local(datetime.fromtimestamp(float(message.ts), ZONE))
    author = world.members.get(message.user)
    return {
        "id": f"m{message.order}",
        "ts": message.ts,
        "channel": message.channel,
        "user": {"id": message.user, "name": author.name if author else message.user, "bot": bool(author and author.bot)},
        "at": f"{at:%H:%M}",
        "day": day(at),
        "blocks": message.blocks,
        "text": message.raw_text,
        "private": message.ephemeral,
        "edited": message.edited,
        "replies": 0 if message.ephemeral else len(world.shelf.under(message.channel, message.ts)),
        "thread_ts": message.thread_ts,
    }


def local(at: datetime) -> datetime:
    """The same moment as the town's clocks show it."""
    return at.astimezone(ZONE)


def day(at: datetime) -> str:
    """``Sat 21 Nov``."""
    return f"{at:%a} {at.day} {at:%b}"


def modal(world: Workspace, user: str) -> Json | None:
    """The form on top of somebody's stack, with what is filled in."""
    stack = world.modals.get(user)
    if not stack:
        return None
    view = stack[-1]
    about = {"id": view.id, "hash": view.hash, "title": view.title, "submit": view.submit, "close": close_label(view)}
    return about | {"depth": len(stack), "blocks": view.blocks, "values": view.typed}


def close_label(view: View) -> str:
    """What the button says that leaves a form."""
    return words(view.body.get("close"), view.world.shown_name) or "Close"


def home(world: Workspace, user: str) -> Json | None:
    """The app's Home, once it was opened."""
    view = world.homes.get(user)
    return {"id": view.id, "blocks": view.blocks} if view else None
