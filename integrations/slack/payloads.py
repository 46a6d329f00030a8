"""What Slack sends when somebody asks something, read into the core's words. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.command import Command, Place, Staff, Way
from integrations.slack.draw_form import filled_in, read_metadata, said_at

NAME = "slack"
MENU = "menu"

Json = Mapping[str, Any]

MARKED = re.compile(r"<([^<>\s|]+)(?:\|([^<>]*))?>")
CARD_BLOCK = re.compile(r"^card:(?P<ref>[^:]+):\d+:")
WRITTEN = ("", "file_share", "thread_broadcast")
"""The kinds of message a person writes: plain, with a file, and out of a thread."""
FORM = re.compile(r"^form:(?P<verb>[^:]+):(?P<step>.*)$")


ODD_SHAPE = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What reading runs into when a payload is not shaped as Slack says."""


class Unreadable(Exception):
    """A payload that is not of our making, or from an older version of what we drew."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked, and what it takes to answer it."""

    user: str
    verb: str
    text: str
    at: Place
    key: str
    way: Way
    step: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    context: Mapping[str, str] = field(default_factory=dict)
    trigger: str = ""
    response_url: str = ""
    view: str = ""
    """The modal a button was pressed in, or that was sent in."""
    drawn: str = ""
    """Slack's mark of what stood in that modal: another each time we draw it anew."""
    on_card: bool = False
    """The button is on a card in a channel, which everybody sees change."""
    on_home: bool = False
    """The button is on the app's Home."""
    is_stranger: bool = False
    """The payload is another workspace's, or another app's: whoever it names is not asked about, but refused."""
    thread: str = ""
    """The thread the person is looking at."""

    def by(self, staff: Staff) -> Command:
        """The command, now that it is known who asks."""
        return Command(
            self.verb,
            self.text,
            staff,
            self.at,
            self.key,
            self.way,
            step=self.step,
            values=self.values,
            context=self.context,
        )


def typed(body: Json, verbs: Mapping[str, str]) -> Asked:
    """A slash command. ``verbs`` gives the verb of those that have only one. Raises Unreadable for any other command."""
    name = str(body.get("command"))
    if name not in verbs:
        raise Unreadable(name)
    text = as_typed(str(body.get("text") or ""))
    verb, text = (verbs[name], text) if verbs[name] else verb_and_rest(text)
    return Asked(
        user=str(body.get("user_id")),
        verb=verb,
        text=text,
        at=Place(NAME, str(body.get("channel_id"))),
        key=f"{NAME}:{body.get('trigger_id')}",
        way=Way.TYPED,
        trigger=str(body.get("trigger_id")),
        response_url=str(body.get("response_url") or ""),
    )


def pressed(body: Json) -> Asked:
    """A button. Raises Unreadable when it carries nothing of ours."""
    action = (body.get("actions") or [{}])[0]
    try:
        value = json.loads(action.get("value") or "")
        verb, ref, argument = str(value["verb"]), str(value.get("ref") or ""), str(value.get("argument") or "")
    except (ValueError, TypeError, KeyError) as error:
        raise Unreadable(str(action.get("action_id"))) from error
    view = body.get("view") or {}
    on_home = view.get("type") == "home"
    context, at = read_metadata(str(view.get("private_metadata") or ""), NAME)
    at = Place(NAME, "", ref=ref) if on_home else at if view else place_of(body, ref)
    return Asked(
        user=str((body.get("user") or {}).get("id")),
        verb=verb,
        text=f"{ref} {argument}".strip(),
        at=at,
        key=f"{NAME}:{body.get('trigger_id')}:{action.get('action_ts')}",
        way=Way.PRESSED,
        values=filled_in(view.get("state") or {}),
        context=context,
        trigger=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
        view="" if on_home else str(view.get("id") or ""),
        drawn=str(view.get("hash") or ""),
        on_home=on_home,
        on_card=bool(card_of(body)) and not (body.get("container") or {}).get("is_ephemeral"),
        thread=thread_of(body),
    )


def place_of(body: Json, ref: str) -> Place:
    """Where the message is whose button was pressed. A card is the head of its thread.

    What only this person sees is no message that anybody can look for later: see ``Desk.require_known``.
    """
    container, message = body.get("container") or {}, body.get("message") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
    ts = str(container.get("message_ts") or message.get("ts") or "")
    kept = "" if container.get("is_ephemeral") else ts
    here = Place(NAME, str(channel), thread=thread_of(body) or ts, ref=ref or card_of(body))
    return replace(here, message=kept, said_at=said_at(kept))


def thread_of(body: Json) -> str:
    """The thread the pressed message stands in; empty for one that stands in the channel itself."""
    container, message = body.get("container") or {}, body.get("message") or {}
    thread = str(message.get("thread_ts") or container.get("thread_ts") or "")
    return "" if thread == str(container.get("message_ts") or message.get("ts") or "") else thread


def card_of(body: Json) -> str:
    """The reference of the card whose button was pressed; empty when the message is no card."""
    found = CARD_BLOCK.match(str((body.get("actions") or [{}])[0].get("block_id") or ""))
    return found.group("ref") if found else ""


def sent_in(body: Json) -> Asked:
    """A form. Raises Unreadable when it is not one of ours."""
    view = body.get("view") or {}
    named = FORM.match(str(view.get("callback_id") or ""))
    if not named:
        raise Unreadable(str(view.get("callback_id")))
    context, at = read_metadata(str(view.get("private_metadata") or ""), NAME)
    return Asked(
        user=str((body.get("user") or {}).get("id")),
        verb=named.group("verb"),
        text=at.ref,
        at=at,
        key=f"{NAME}:{view.get('id')}:{view.get('hash')}",
        way=Way.SENT_IN,
        step=named.group("step"),
        values=filled_in(view.get("state") or {}),
        context=context,
        view=str(view.get("id") or ""),
        drawn=str(view.get("hash") or ""),
    )


def said(body: Json, bot: str) -> Asked:
    """A message to the bot: a mention of it in a channel, or words in its direct messages."""
    event = body.get("event") or {}
    words = re.sub(rf"<@{re.escape(bot)}(\|[^>]*)?>[:,]?", " ", str(event.get("text") or ""), count=1)
    verb, text = verb_and_rest(as_typed(words))
    thread = str(event.get("thread_ts") or "")
    return Asked(
        user=str(event.get("user") or ""),
        verb=verb,
        text=text,
        at=Place(NAME, str(event.get("channel") or ""), thread=thread),
        key=f"{NAME}:{body.get('event_id')}",
        way=Way.SAID,
        thread=thread,
    )


def raised(body: Json) -> Asked:
    """The shortcut on a message: what it says becomes a mention. The same message raised again is the same mention."""
    message, channel = body.get("message") or {}, str((body.get("channel") or {}).get("id") or "")
    return Asked(
        user=str((body.get("user") or {}).get("id")),
        verb="add",
        text=as_typed(str(message.get("text") or "")).strip(),
        at=Place(NAME, channel),
        key=f"{NAME}:raised:{channel}:{message.get('ts')}",
        way=Way.PRESSED,
        trigger=str(body.get("trigger_id") or ""),
        response_url=str(body.get("response_url") or ""),
        thread=str(message.get("thread_ts") or ""),
    )


def queue_wanted(body: Json) -> Asked:
    """The shortcut that shows what waits. It is used nowhere in particular, so the answer needs a window of its own."""
    return Asked(
        user=str((body.get("user") or {}).get("id")),
        verb="queue",
        text="",
        at=Place(NAME, ""),
        key=f"{NAME}:{body.get('trigger_id')}",
        way=Way.PRESSED,
        trigger=str(body.get("trigger_id") or ""),
    )


def home_opened(body: Json) -> Asked:
    """Somebody looks at Home."""
    user = str((body.get("event") or {}).get("user") or "")
    return Asked(user, "home", "", Place(NAME, ""), f"{NAME}:{body.get('event_id')}", Way.PRESSED)


def is_for_us(event: Json) -> bool:
    """Whether a message was written, just now, by a person: no edit, no bot, no notice of Slack's own."""
    if event.get("subtype", "") not in WRITTEN:
        return False
    return bool(event.get("user")) and not any(event.get(no) for no in ("bot_id", "edited", "hidden"))


def verb_and_rest(text: str) -> tuple[str, str]:
    """The first word, lower case, and the rest; without a word, the menu."""
    verb, *rest = text.split(None, 1) or [MENU]
    return verb.lower(), "".join(rest).strip()


def as_typed(text: str) -> str:
    """The words as the person typed them: Slack escapes three characters and marks links, people and channels.

    People stay ``<@U123>``, because names are not unique. https://docs.slack.dev/messaging/formatting-message-text
    """
    return MARKED.sub(unmarked, text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def unmarked(found: re.Match[str]) -> str:
    """One thing Slack marked, as typed."""
    target, shown = found.group(1), found.group(2)
    if target.startswith("@"):
        return f"<{target}>"
    if target.startswith("#"):
        return f"#{shown}" if shown else f"<{target}>"
    if target.startswith(("mailto:", "tel:")):
        return shown or target.partition(":")[2]
    return target if target.startswith(("http://", "https://")) else found.group(0)
