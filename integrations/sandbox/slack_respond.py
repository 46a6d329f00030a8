"""What an app answers to an interaction, in its ack or through a response URL, put before the person."""

from integrations.sandbox.slack_blocks import problems_in, with_ids
from integrations.sandbox.slack_gate import SlackError
from integrations.sandbox.slack_words import Json
from integrations.sandbox.slack_world import RESPONSE_USES, Message, ResponseUrl, Workspace


def respond(world: Workspace, leave: ResponseUrl, body: Json) -> None:
    """Say, replace or delete. Only what was pressed can be replaced: a typed command has no original.

    Raises SlackError. https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
    """
    original = leave.message
    if original and body.get("delete_original"):
        original.deleted = True
        world.changed(by_app=True)
        return
    blocks, text = body.get("blocks") or [], str(body.get("text") or "")
    if problems := problems_in(blocks, "message"):
        raise SlackError("invalid_blocks", response_metadata={"messages": problems})
    if not (blocks or text):
        raise SlackError("no_text")
    if original and body.get("replace_original"):
        original.blocks, original.raw_text, original.edited = with_ids(blocks), text, True
        world.show(leave.user, original, leave.interaction)
        world.changed(by_app=True)
        return
    channel = world.channels[leave.channel]
    message = Message(
        world, channel.id, channel.next_ts(world.clock.now()), world.bot_user, blocks=with_ids(blocks), raw_text=text
    )
    message.thread_ts = str(body.get("thread_ts") or "")
    message.ephemeral = body.get("response_type") != "in_channel"
    message.seen_by = leave.user if message.ephemeral else ""
    world.add(message, interaction=leave.interaction)


def spend(world: Workspace, id: str) -> ResponseUrl:
    """One use of a response URL. Raises SlackError when it is unknown, used up or older than 30 minutes."""
    leave = world.response_urls.get(id)
    if leave is None or world.clock.now() > leave.until:
        raise SlackError("expired_url")
    if leave.uses >= RESPONSE_USES:
        raise SlackError("used_url")
    leave.uses += 1
    return leave
