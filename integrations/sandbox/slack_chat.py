"""The Web API about messages: post, change, delete, read."""

from integrations.sandbox.slack_call import Call
from integrations.sandbox.slack_gate import SlackError
from integrations.sandbox.slack_payloads import message_json
from integrations.sandbox.slack_words import Json
from integrations.sandbox.slack_world import Channel, Message


def post_message(call: Call) -> Json:
    """``chat.postMessage``."""
    channel = call.channel(to_post=True)
    return answer(call.world.add(written(call, channel)))


def post_ephemeral(call: Call) -> Json:
    """``chat.postEphemeral``: seen by one member, never in any list of messages."""
    channel = call.channel(to_post=True)
    user = call.text("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    message = written(call, channel)
    message.ephemeral, message.seen_by = True, user
    return {"message_ts": call.world.add(message).ts}


def written(call: Call, channel: Channel) -> Message:
    """The message the arguments describe."""
    world = call.world
    blocks, text = call.blocks() or [], call.text("text")[:40_000]
    if not (blocks or text):
        raise SlackError("no_text")
    thread_ts = call.text("thread_ts")
    if thread_ts:
        parent = channel.find(thread_ts)
        if parent is None:
            raise SlackError("cannot_reply_to_message")
        thread_ts = parent.thread_ts or parent.ts
    message = Message(world, channel.id, channel.next_ts(world.clock.now()), world.bot_user, blocks=blocks, raw_text=text)
    message.thread_ts, message.metadata = thread_ts, call.metadata() or None
    message.broadcast = call.on("reply_broadcast")
    return message


def update(call: Call) -> Json:
    """``chat.update``. Blocks and metadata stay when not given."""
    message = own_message(call, "cant_update_message")
    blocks, metadata, text = call.blocks(), call.metadata(), call.text("text")
    if len(text) > 4000:
        raise SlackError("msg_too_long")
    if not (text or blocks or message.blocks):
        raise SlackError("no_text")
    message.blocks = message.blocks if blocks is None else blocks
    message.raw_text = text or message.raw_text
    message.metadata = message.metadata if metadata is None else metadata or None
    message.edited = True
    call.world.changed(by_app=True)
    return answer(message) | {"text": message.raw_text}


def delete(call: Call) -> Json:
    """``chat.delete``."""
    message = own_message(call, "cant_delete_message")
    message.deleted = True
    call.world.changed(by_app=True)
    return {"channel": message.channel, "ts": message.ts}


def own_message(call: Call, otherwise: str) -> Message:
    """The bot's own message at ``channel`` and ``ts``; an ephemeral one or another's is refused."""
    channel, ts = call.channel(), call.text("ts")
    message = channel.find(ts)
    if any(one.ts == ts and one.channel == channel.id for one in call.world.ephemerals):
        raise SlackError(otherwise)
    if message is None:
        raise SlackError("message_not_found")
    if message.user != call.world.bot_user:
        raise SlackError(otherwise)
    return message


def permalink(call: Call) -> Json:
    """``chat.getPermalink``."""
    channel = call.channel()
    message = channel.find(call.text("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    link = f"https://{call.world.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    under = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.thread_ts else ""
    return {"channel": channel.id, "permalink": link + under}


def history(call: Call) -> Json:
    """``conversations.history``: newest first, without what was only said in threads."""
    channel = call.channel(what="history")
    seen = [message for message in channel.messages if not message.thread_ts or message.broadcast]
    return read(call, channel, list(reversed(seen)))


def replies(call: Call) -> Json:
    """``conversations.replies``: the parent, then what is under it, oldest first."""
    channel = call.channel(what="history")
    parent = channel.find(call.text("ts"))
    if parent is None:
        raise SlackError("thread_not_found")
    return read(call, channel, [parent, *[message for message in parent.thread if not message.deleted]])


def read(call: Call, channel: Channel, messages: list[Message]) -> Json:
    """A page of messages between ``oldest`` and ``latest``; metadata only when asked for."""
    if call.world.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    oldest, latest, inclusive = call.text("oldest"), call.text("latest"), call.on("inclusive")
    after, before = moment(oldest or "0"), moment(latest or "9999999999")
    wanted = [one for one in messages if after < moment(one.ts) < before or (inclusive and one.ts in (oldest, latest))]
    page = call.page("messages", wanted, 999)
    hidden = set() if call.on("include_all_metadata") else {"metadata"}
    page["messages"] = [{k: v for k, v in message_json(one).items() if k not in hidden} for one in page["messages"]]
    return page


def moment(ts: str) -> int:
    """A ``ts`` in microseconds."""
    whole, _, part = ts.partition(".")
    try:
        return int(whole) * 1_000_000 + int(part.ljust(6, "0")[:6])
    except ValueError:
        raise SlackError("invalid_ts_latest") from None


def answer(message: Message) -> Json:
    """What the app is told of its message."""
    return {"channel": message.channel, "ts": message.ts, "message": message_json(message)}
