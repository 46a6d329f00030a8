"""What an app hears of a form while it is open, and when it is closed."""

import asyncio

from integrations.sandbox import slack_form, slack_payloads
from integrations.sandbox.slack_courier import Ack
from integrations.sandbox.slack_members import Member
from integrations.sandbox.slack_stage import Stage
from integrations.sandbox.slack_words import Json
from integrations.sandbox.slack_world import View


async def typed(stage: Stage, member: Member, view: View, name: str) -> Ack:
    """Tell the app of letters, if the field says so. https://docs.slack.dev/reference/block-kit/blocks/input-block"""
    block = slack_form.field(view, name)
    if not is_dispatched(block):
        return Ack()
    payload = slack_payloads.typed_in(stage.world, member, view, block) | {"trigger_id": stage.world.trigger(member.id).id}
    return await stage.courier.send("interactive", payload)


def is_dispatched(block: Json) -> bool:
    """Whether the app wants to hear of each letter."""
    when = (block["element"].get("dispatch_action_config") or {}).get("trigger_actions_on", ())
    return bool(block.get("dispatch_action")) and "on_character_entered" in when


def tell_of_closing(stage: Stage, member: Member, view: View) -> None:
    """Tell the app that a modal was closed; nobody waits for that."""
    telling = asyncio.ensure_future(stage.courier.send("interactive", slack_payloads.closed(stage.world, member, view)))
    stage.telling.add(telling)
    telling.add_done_callback(stage.telling.discard)
