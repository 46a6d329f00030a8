"""One mention as part of a page: what was said, what was answered, what was noted, and what was done when. Pure."""

from html import escape
from zoneinfo import ZoneInfo

from bot.evidence.decisions import decision
from bot.evidence.matter import Matter, Names, language, why_erased
from bot.evidence.page import both, listed, named, quoted, table, words_of
from bot.mention import SYSTEM, Action
from bot.portray import whose
from bot.reply import Audience, Reply, ReplyState
from bot.words import excerpt

TIMELINE = ("Event", "Local time", "UTC", "Who", "What", "Why")
STANDS = {
    ReplyState.WAITING: "waits for approval",
    ReplyState.HELD: "is about to go out",
    ReplyState.SENDING: "is going out",
    ReplyState.SENT: "sent",
    ReplyState.BY_HAND: "answered outside Tolbooth",
    ReplyState.FAILED: "did not go out",
    ReplyState.WITHDRAWN: "was stopped, and did not go out",
    ReplyState.UNSURE: "nobody knows yet whether it went out",
    ReplyState.DELETED: "was public, and was taken down",
}
"""Where a reply stands, to somebody who was not there."""
SHOWN = 90
"""Letters of a post in the contents."""


def article(found: Matter, names: Names, zone: ZoneInfo, up: str = "") -> str:
    """The whole of one mention; ``up`` leads from the page to the folder of the bundle."""
    mention = found.story.mention
    parts = [said(found), added(found, zone), before(found, zone), context(found)]
    written = (one for one in found.story.replies if one.state is not ReplyState.DRAFT)
    parts += [reply(one, names, zone, private=mention.private) for one in written]
    parts += [notes(found, names, zone), timeline(found, names, zone), attached(found, up)]
    heading = (
        f'<h2 id="{mention.ref}">{mention.ref}: {named(mention.author.name or "somebody")} on {escape(mention.network)}</h2>'
    )
    facts = about(found, names, zone)
    return f'<article aria-labelledby="{mention.ref}">\n{heading}\n{facts}{"".join(parts)}</article>\n'


def about(found: Matter, names: Names, zone: ZoneInfo) -> str:
    """The facts."""
    m = found.story.mention
    called = (m.author.name, m.author.handle, f"(id {m.author.id})" if m.author.id else "")
    author = " ".join(dict.fromkeys(part for part in called if part))
    return listed(
        (
            ("Author", named(author)),
            ("To", words_of(f"{m.account} on {m.network}{', in private' if m.private else ''}")),
            ("Posted", both(m.posted_at, zone)),
            ("Came in", both(m.received_at, zone)),
            ("First looked at", with_who(both(m.seen_at, zone), m.seen_by, names)),
            ("Edited by its author", both(m.edited_at, zone)),
            ("Deleted by its author", both(m.gone_at, zone)),
            ("Erased", escape(why_erased(found.events)) if m.erased_at else ""),
            ("State", escape(m.state)),
            ("Owner", words_of(names.get(m.owner, m.owner)) if m.owner else ""),
            ("Closed because", words_of(m.close_reason)),
            ("Priority", escape(m.priority)),
            ("Topic", words_of(m.topic)),
            ("Marked", words_of(", ".join(m.flags))),
            ("Address", words_of(m.url)),
        )
    )


def with_who(when: str, staff: str | None, names: Names) -> str:
    """A time and a person."""
    return f"{when} by {words_of(names.get(staff, staff))}" if when and staff and staff != SYSTEM else when


def why_empty(found: Matter, *, deleted: bool = False) -> str:
    """What stands where there are no words."""
    if deleted or found.story.mention.gone_at:
        return "Its author deleted it, and its words were erased."
    return f"{why_erased(found.events)}." if found.story.mention.erased_at else "(no words)"


def said(found: Matter) -> str:
    """The post."""
    m = found.story.mention
    media = "".join(
        f"<li>{escape(one.kind)}, not loaded: {words_of(one.alt or 'no description')} {words_of(one.url)}</li>\n"
        for one in m.media
    )
    pictures = f"<p>It came with:</p>\n<ul>\n{media}</ul>\n" if media else ""
    return f"<h3>What was said</h3>\n{quoted(m.text, language(m.language), why_empty(found))}{pictures}"


def added(found: Matter, zone: ZoneInfo) -> str:
    """What the author added."""
    parts = [
        f"<p>{both(one.posted_at, zone)}</p>\n{quoted(one.text, empty=why_empty(found, deleted=bool(one.gone_at)))}"
        for one in found.story.additions
    ]
    return f"<h3>What the author added</h3>\n{''.join(parts)}" if parts else ""


def before(found: Matter, zone: ZoneInfo) -> str:
    """Earlier versions."""
    parts = [f"<p>Until {both(one.until, zone)}</p>\n{quoted(one.text, empty=why_empty(found))}" for one in found.earlier]
    return f"<h3>Earlier versions</h3>\n{''.join(parts)}" if parts else ""


def context(found: Matter) -> str:
    """What it answers."""
    parts = [f"<p>{named(whose(one))}</p>\n{quoted(one.text)}" for one in found.story.context.values()]
    return f"<h3>What it answers</h3>\n{''.join(parts)}" if parts else ""


def reply(one: Reply, names: Names, zone: ZoneInfo, *, private: bool) -> str:
    """One reply: who wrote it, who approved it, when it went out, and its words."""
    part = f", part {one.part} of {one.parts}" if one.parts > 1 else ""
    facts = listed(
        (
            ("Written by", words_of(names.get(one.by, one.by) if one.by != SYSTEM else "somebody outside Tolbooth")),
            ("Approved by", words_of(names.get(one.approved_by, one.approved_by)) if one.approved_by else ""),
            ("Begun", both(one.created_at, zone)),
            ("Sent", both(one.sent_at, zone)),
            ("Seen on its network", both(one.confirmed_at, zone)),
            ("Corrected", both(one.edited_at, zone)),
            ("Taken down", both(one.deleted_at, zone)),
            ("For", "its author only" if private or one.audience is Audience.AUTHOR else "everyone to read"),
            ("Address", words_of(one.url or "")),
        )
    )
    words = one.public_text or one.text
    first = f"<p>As it was written, before it was changed or signed:</p>\n{quoted(one.written)}" if one.written else ""
    gone = "Its words were erased."
    heading = f"<h3>Reply{part}: {STANDS.get(one.state, one.state)}</h3>"
    second = quoted(one.second) if one.second and not one.posts else ""
    return f'<section class="ours">\n{heading}\n{facts}{quoted(words, empty=gone)}{second}{first}</section>\n'


def notes(found: Matter, names: Names, zone: ZoneInfo) -> str:
    """What staff said to one another."""
    parts = [
        f"<p>{both(one['at'], zone)}, {words_of(names.get(one['actor'], one['actor']))}</p>\n"
        f"{quoted(one['note'] or '', empty='Its words were erased.')}"
        for one in found.events
        if one["action"] == Action.NOTE
    ]
    return f"<h3>Notes of staff, never published</h3>\n{''.join(parts)}" if parts else ""


def timeline(found: Matter, names: Names, zone: ZoneInfo) -> str:
    """All that happened, in order."""
    lines = [decision(event["seq"], event, names, zone).cells[:-1] for event in found.events]
    return f"<h3>What happened</h3>\n{table(f'Timeline of {found.story.mention.ref}', TIMELINE, lines)}"


def attached(found: Matter, up: str) -> str:
    """The files of it in this bundle."""
    links = "".join(
        f'<li><a href="{escape(up + one.name)}">{escape(one.name)}</a>: {one.what}, {len(one.content):,} bytes</li>\n'
        for one in found.held
    )
    return f"<h3>Files</h3>\n<ul>\n{links}</ul>\n" if links else ""


def entry(found: Matter, zone: ZoneInfo, page: str) -> str:
    """The line of a mention in the contents; ``page`` is the file it stands in, empty for this one."""
    m = found.story.mention
    cells = (both(m.received_at, zone), escape(m.network), named(m.author.name), escape(m.state))
    what = words_of(excerpt(m.text, SHOWN)) if m.text else escape(why_empty(found))
    middle = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr><th scope="row"><a href="{page}#{m.ref}">{m.ref}</a></th>{middle}<td dir="auto">{what}</td></tr>\n'
