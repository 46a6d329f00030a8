"""What Meta's webhooks tell of a Page: comments, posts, mentions, reviews and messages, new, edited or gone.

https://developers.facebook.com/docs/graph-api/webhooks/reference/page; reactions, likes, shares and what the Page itself
posts are left out.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.ports import Answered, Edited, Gone, Incoming, Item
from integrations.facebook.parse import (
    DIRECT,
    MENTION,
    NO_WORDS,
    PLACE,
    POST,
    Reader,
    direct,
    raw,
    words_of,
)
from integrations.graph.client import Body, mapping
from integrations.graph.hooks import MESSAGE, Update
from integrations.graph.reading import moment, number, person, text, word

POSTS = frozenset({"post", "status", "photo", "video", "link", "note", "album"})
REVIEWS = frozenset({"", "rating", "recommendation"})
NEW = frozenset({"add"})
CHANGED = frozenset({"edited", "edit", "update"})
REMOVED = frozenset({"remove", "delete"})
NAMED = "The Page was named on Facebook; Meta did not send the words. The link leads to them."
NOTHING: tuple[Item, ...] = ()
Items = tuple[Item, ...] | None


class Hooks:
    """Understands updates of a Page."""

    def __init__(self, web_url: str) -> None:
        self._web_url = web_url

    def read(self, update: Update) -> Items:
        """What an update tells; nothing for what is left out, None for what cannot be read."""
        reader = Reader(update.owner, self._web_url)
        known: Mapping[str, Callable[[Reader, Body, datetime], Items]] = {
            "feed": on_feed,
            "mention": on_mention,
            "ratings": on_review,
            MESSAGE: on_message,
        }
        if update.field not in known:
            return NOTHING
        if not number(update.owner) or not update.value:
            return None
        return known[update.field](reader, update.value, update.at)


def on_feed(reader: Reader, value: Body, at: datetime) -> Items:
    """Something on the Page's timeline."""
    item = text(value.get("item"))
    if item == "comment":
        return on_comment(reader, value, at)
    if item in POSTS:
        return on_post(reader, value, at)
    return NOTHING


def on_comment(reader: Reader, value: Body, at: datetime) -> Items:
    """A comment below one of the Page's posts."""
    native_id, verb = number(value.get("comment_id")), text(value.get("verb"))
    if not native_id:
        return None
    node, when = as_node(value, native_id), time_of(value, verb, at)
    if verb not in NEW:
        return NOTHING if reader.is_ours(person(node.get("from"), PLACE)) else told(native_id, verb, value, when)
    found = reader.comment({**node, "parent": {"id": parent_of(value)}}, {"id": value.get("post_id")}, when)
    if found is None:
        return None
    return (replace(found, parent=None) if isinstance(found, Incoming) else found,)


def on_post(reader: Reader, value: Body, at: datetime) -> Items:
    """A post by a visitor."""
    native_id, verb = number(value.get("post_id")), text(value.get("verb"))
    if not native_id:
        return None
    node, when = as_node(value, native_id), time_of(value, verb, at)
    if reader.is_ours(person(node.get("from"), PLACE)):
        return NOTHING
    return told(native_id, verb, value, when) or only_new(verb, reader.post(node, when))


def on_mention(reader: Reader, value: Body, at: datetime) -> Items:
    """The Page is named on somebody's post; who did so Meta may not say."""
    post_id, verb = number(value.get("post_id")), text(value.get("verb"))
    native_id = number(value.get("comment_id")) or post_id
    if not native_id:
        return None
    node, when = as_node(value, native_id), time_of(value, verb, at)
    found = reader.post(node, when, "mention")
    if found is None or reader.is_ours(found.author):
        return NOTHING
    if post_id and post_id != native_id:
        place = POST if post_id.startswith(f"{reader.page_id}_") else MENTION
        found = replace(found, conversation=place + post_id, url=reader.url_of(native_id, post_id))
    if found.text == NO_WORDS:
        found = replace(found, text=NAMED)
    return told(native_id, verb, value, when) or only_new(verb, found)


def on_review(reader: Reader, value: Body, at: datetime) -> Items:
    """Somebody recommends the Page, or does not."""
    verb = text(value.get("verb"))
    found = reader.review_told(value, at)
    if found is None or text(value.get("item")) not in REVIEWS:
        return None if found is None else NOTHING
    if verb in REMOVED:
        return (Gone(found.native_id, time_of(value, verb, at)),)
    if verb in CHANGED and found.text == NO_WORDS:
        return NOTHING
    if verb in CHANGED:
        return (Edited(found.native_id, found.text, time_of(value, verb, at), found.raw),)
    return only_new(verb, found)


def on_message(reader: Reader, value: Body, at: datetime) -> Items:
    """A message to the Page, or from it."""
    sender, receiver = (word(mapping(value.get(side)).get("id")) for side in ("sender", "recipient"))
    when = moment(value.get("timestamp"), at)
    if edit := mapping(value.get("message_edit")):
        mid = word(edit.get("mid"))
        is_theirs = mid and sender != reader.page_id and words_of(edit) != NO_WORDS
        return (Edited(mid, words_of(edit), when, raw(value)),) if is_theirs else NOTHING
    message = mapping(value.get("message"))
    if not message:
        return NOTHING
    mid = word(message.get("mid"))
    if not mid or not sender:
        return None
    answers = word(mapping(message.get("reply_to")).get("mid"))
    if message.get("is_echo") is True or sender == reader.page_id:
        return (Answered(mid, answers or DIRECT + receiver, words_of(message), when),) if receiver else None
    if message.get("is_deleted") is True:
        return (Gone(mid, when),)
    return (direct(mid, message, person({"id": sender}, PLACE), when, answers=answers),)


def told(native_id: str, verb: str, value: Body, at: datetime) -> tuple[Item, ...]:
    """What became of a post that was there before. Meta may leave out its words: then the next look finds them."""
    if verb in REMOVED:
        return (Gone(native_id, at),)
    if verb in CHANGED and words_of(value) != NO_WORDS:
        return (Edited(native_id, words_of(value), at, raw(value)),)
    return NOTHING


def only_new(verb: str, found: Item | None) -> Items:
    """The post, if the webhook is about a new one."""
    if found is None:
        return None
    return (found,) if verb in NEW else NOTHING


def as_node(value: Body, native_id: str) -> Body:
    """A webhook's value in the shape that lists have."""
    sender = value.get("from") or {"id": value.get("sender_id"), "name": value.get("sender_name")}
    where = mapping(value.get("post")).get("permalink_url") if "comment_id" not in value else None
    return {**value, "id": native_id, "from": sender, "permalink_url": where}


def parent_of(value: Body) -> str:
    """The comment that a comment answers; empty when it answers the post."""
    parent = number(value.get("parent_id"))
    return "" if parent == number(value.get("post_id")) else parent


def time_of(value: Body, verb: str, at: datetime) -> datetime:
    """When it happened, as far as the webhook says."""
    if verb in NEW:
        return moment(value.get("created_time"), at)
    return moment(value.get("edited_time"), at) if verb in CHANGED else at
