"""The same words a second time in one conversation. Pure."""

import re
from collections.abc import Iterator

from bot.reply import Reply, ReplyState
from bot.replying.checks.folded import fold
from bot.replying.draft import Draft
from bot.replying.findings import Check, Finding, Rules

PUBLIC = frozenset({ReplyState.SENT, ReplyState.BY_HAND})
AROUND = re.compile(r"(?<!\w)@[\w@.-]+|\^[a-z]{1,3}\b")
"""Whom it is said to, and who signed it."""
MARKS = re.compile(r"[\W_]+")
SHORTEST = 12
"""Letters. "Thank you!" may be said as often as one likes."""


def repeated(draft: Draft, rules: Rules) -> Iterator[Finding]:
    """A post that says what a reply to this mention says already."""
    sent = {spoken: reply for reply in draft.story.replies if reply.state in PUBLIC for spoken in versions(reply)}
    for text in draft.posts:
        reply = sent.get(bare(text))
        if reply and len(bare(text)) >= SHORTEST:
            when = (reply.sent_at or reply.updated_at).astimezone(draft.zone)
            yield rules.found(
                Check.REPEATED,
                f"{draft.story.name(reply.by)} said this here already ({when.day} {when:%B, %H:%M}).",
                "Say what is new since then, or that nothing is yet and when you will look again.",
                excerpt=text.strip(),
            )


def versions(reply: Reply) -> Iterator[str]:
    """A reply as it was written, and as the public reads it."""
    yield from (bare(text) for text in (reply.text, reply.second, *(post.text for post in reply.posts)) if text)


def bare(text: str) -> str:
    """The words alone, so that a sign-off, an @name, capitals or another full stop make no difference."""
    return MARKS.sub("", AROUND.sub("", fold(text).text))
