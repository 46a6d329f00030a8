"""Makes plain values of Viva Engage's JSON. What cannot be read is left out, logged without its words, and hides no other.

https://learn.microsoft.com/rest/api/yammer/messagesjson
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import structlog

from bot.clean import clean
from integrations.viva_engage.parse import A_GUEST, POLL, Community, Feed, Message, User

log = structlog.get_logger()

HIGHEST_ID = 2**63
LONGEST_TEXT = 20_000
"""Twice what Viva Engage takes."""
LONGEST_NAME = 200
LONGEST_POLL = timedelta(hours=1)
MANY_FILES = 20
NOBODY: Mapping[int, frozenset[int]] = MappingProxyType({})
READERS: tuple[Callable[[str], datetime], ...] = (
    lambda said: datetime.strptime(said, "%Y/%m/%d %H:%M:%S %z"),
    datetime.fromisoformat,
)


def feed(body: object, now: datetime) -> Feed | None:
    """A page of messages, oldest first, each once; None for what is none."""
    page = mapping(body)
    wild = page.get("messages")
    if not isinstance(wild, list):
        return None
    references = [mapping(one) for one in listed(page.get("references"))]
    between = conversations(references)
    found = {one.id: one for one in (message(each, now, between) for each in wild) if one}
    unread = sum(1 for each in wild if message_id(each) not in found)
    if unread:
        log.warning("viva_engage_messages_not_read", count=unread)
    meta = mapping(page.get("meta"))
    return Feed(
        messages=tuple(found[each] for each in sorted(found)),
        people={one.id: one for one in map(user, of_type(references, "user")) if one},
        starters={**starters(references), **{one.id: one.sender for one in found.values() if one.id == one.thread}},
        older=meta.get("older_available") is True,
        me=ident(meta.get("current_user_id")),
        poll_each=poll_each(meta.get("requested_poll_interval")),
        oldest=min(filter(None, map(message_id, wild)), default=0),
        unread=unread,
    )


def message(wild: object, now: datetime, between: Mapping[int, frozenset[int]] = NOBODY) -> Message | None:
    """One message; None when it cannot be read. ``between``: who is in which private conversation."""
    given = mapping(wild)
    own, sender, words = ident(given.get("id")), ident(given.get("sender_id")), mapping(given.get("body"))
    replied_to = ident(given.get("replied_to_id")) or None
    plain, parsed = text(words.get("plain")), text(words.get("parsed"))
    attachments = tuple(names_of(given.get("attachments")))
    if not own or not sender or (plain is None and parsed is None and not attachments):
        return None
    thread = ident(given.get("thread_id")) or replied_to or own
    return Message(
        id=own,
        sender=sender,
        thread=thread,
        group=ident(given.get("group_id")) or None,
        at=moment(given.get("created_at"), now),
        plain=plain or parsed or "",
        parsed=parsed or plain or "",
        replied_to=replied_to,
        attachments=attachments,
        is_direct=given.get("direct_message") is True,
        between=between.get(ident(given.get("conversation_id")) or thread, frozenset()),
        is_system=given.get("system_message") is True or given.get("sender_type", "user") != "user",
        url=address(given.get("web_url")),
    )


def user(wild: object) -> User | None:
    """Somebody; None when it cannot be read."""
    given = mapping(wild)
    if not (own := ident(given.get("id"))):
        return None
    is_guest = given.get("guest") is True or given.get("aad_guest") not in (None, False, 0)
    return User(
        id=own,
        name=name(given.get("full_name")) or name(given.get("name")),
        email=email_of(given),
        is_active=given.get("state") == "active",
        network=A_GUEST if is_guest else ident(given.get("network_id")),
    )


def one_by_email(body: object, email: str) -> User | None:
    """Whoever has this address, of those that are given for it; nobody where several who are active have it."""
    wild = body if isinstance(body, list) else [body]
    found = [one for one in map(user, wild) if one and one.email == email.strip().lower()]
    active = [one for one in found if one.is_active]
    if len({one.id for one in active}) > 1:
        log.warning("viva_engage_email_of_two", users=sorted(one.id for one in active))
        return None
    return next(iter(active or found), None)


def members(body: object) -> tuple[frozenset[int], bool] | None:
    """The ids on a page of people, and whether there is another page; None for what is none."""
    wild = body if isinstance(body, list) else mapping(body).get("users")
    if not isinstance(wild, list):
        return None
    ids = frozenset(filter(None, (ident(mapping(one).get("id")) for one in wild)))
    return ids, mapping(body).get("more_available") is True


def community(wild: object) -> Community | None:
    """A community; None when it cannot be read, or is one no more."""
    given = mapping(wild)
    own = ident(given.get("id"))
    called = name(given.get("full_name")) or name(given.get("name"))
    return Community(own, called, given.get("privacy") == "private") if own else None


# --- the pieces


def mapping(wild: object) -> Mapping[str, Any]:
    """An object; empty for anything else."""
    return wild if isinstance(wild, dict) else {}


def listed(wild: object) -> list[Any]:
    """A list; empty for anything else."""
    return wild if isinstance(wild, list) else []


def ident(wild: object) -> int:
    """An id, also one that is written as text; 0 for anything else."""
    if isinstance(wild, str) and wild.isascii() and wild.isdigit() and len(wild) < 20:
        wild = int(wild)
    return wild if isinstance(wild, int) and not isinstance(wild, bool) and 0 < wild < HIGHEST_ID else 0


def message_id(wild: object) -> int:
    """The id of what may be a message; 0 without."""
    return ident(mapping(wild).get("id"))


def text(wild: object) -> str | None:
    """Words that can be kept and shown; None for anything else."""
    return clean(wild[:LONGEST_TEXT]).strip() if isinstance(wild, str) else None


def name(wild: object) -> str:
    """A name in one line; empty for anything else."""
    return " ".join((text(wild) or "").split())[:LONGEST_NAME]


def moment(wild: object, now: datetime) -> datetime:
    """When it was said, as ``2013/06/25 18:14:45 +0000`` or in ISO 8601; now at the latest, and where it does not say."""
    said = wild if isinstance(wild, str) else ""
    for read in READERS:
        try:
            at = read(said)
            return min(at.astimezone(UTC), now) if at.tzinfo else now
        except (ValueError, OverflowError):
            continue
    return now


def poll_each(wild: object) -> timedelta:
    """How often a feed asks to be read; never more often than once a minute."""
    if not isinstance(wild, int | float) or isinstance(wild, bool) or not 0 < wild <= LONGEST_POLL.total_seconds():
        return POLL
    return max(timedelta(seconds=wild), POLL)


def email_of(given: Mapping[str, Any]) -> str:
    """An e-mail address in small letters; that of the contact where the person has none directly."""
    contact = [mapping(one) for one in listed(mapping(given.get("contact")).get("email_addresses"))]
    for wild in (given.get("email"), *(one.get("address") for one in contact if one.get("type") == "primary")):
        if isinstance(wild, str) and "@" in wild and len(wild) < LONGEST_NAME:
            return clean(wild).strip().lower()
    return ""


def names_of(wild: object) -> Iterator[str]:
    """The names of what is attached."""
    for one in map(mapping, listed(wild)[:MANY_FILES]):
        said = (name(one.get(key)) for key in ("original_name", "full_name", "name", "title", "type"))
        if found := next(filter(None, said), ""):
            yield found


def address(wild: object) -> str:
    """An address of the web; empty for anything else."""
    return wild if isinstance(wild, str) and wild.startswith(("https://", "http://")) and len(wild) < 2000 else ""


def of_type(references: list[Mapping[str, Any]], kind: str) -> list[Mapping[str, Any]]:
    """The references of a kind."""
    return [one for one in references if one.get("type") == kind]


def starters(references: list[Mapping[str, Any]]) -> dict[int, int]:
    """Who began which thread, of the messages that are referred to."""
    threads = {ident(one.get("thread_starter_id")): ident(one.get("id")) for one in of_type(references, "thread")}
    said = {message_id(one): ident(one.get("sender_id")) for one in of_type(references, "message")}
    return {thread: said[first] for first, thread in threads.items() if first and thread and said.get(first)}


def conversations(references: list[Mapping[str, Any]]) -> dict[int, frozenset[int]]:
    """Who is in which private conversation; none of one of whom somebody cannot be read."""
    found: dict[int, frozenset[int]] = {}
    for one in of_type(references, "conversation"):
        people = [ident(mapping(each).get("id")) for each in listed(one.get("participating_names"))]
        if people and all(people):
            found[ident(one.get("id"))] = frozenset(people)
    return found
