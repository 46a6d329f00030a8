"""Stands for all that a person was shown before a reply: what differs is shown again, and nothing else goes."""

import hashlib

from bot.story import Story
from handlers.reply_looked import Looked

MARK = 16
"""Hexadecimal digits that stand for each thing shown: nobody finds other words with the same."""
SEND = "send:"
"""How the argument of the button begins that lets a reply go; the marks of all that was shown follow."""
CHANGED = {
    "account": "the account it speaks as",
    "audience": "who can read it",
    "posts": "your words",
    "pictures": "the pictures",
    "asked": "what it answers",
    "approval": "whether a colleague looks at it first",
}
"""What the marks of ``SEND`` stand for, in their order, as staff are told of it."""


def marks(looked: Looked) -> dict[str, str]:
    """Stands for all that a person was shown, part by part: see ``CHANGED``."""
    mention = looked.story.mention
    posts = [f"{post.language}\x1f{post.answers}\x1f{post.text}" for post in looked.composed.posts]
    alts = [one.alt for one in looked.pictures]
    parts = {
        "account": (looked.account.name, looked.account.network, looked.account.speaks_as),
        "audience": (str(mention.private), looked.written.audience.value),
        "posts": (looked.by.id, *posts),
        "pictures": (*looked.digests, *alts),
        "asked": (asked(looked.story), target(looked.story), str(mention.gone_at)),
        "approval": (str(looked.asks),),
    }
    return {
        name: hashlib.sha256("\x00".join(part).encode(errors="replace")).hexdigest()[:MARK] for name, part in parts.items()
    }


def differences(looked: Looked, pressed: str) -> tuple[str, ...] | None:
    """What is not as it was when the button was drawn; None when all is."""
    now = list(marks(looked).values())
    before = pressed.removeprefix(SEND).split(".")
    if before == now:
        return None
    if len(before) != len(now):
        return ()
    return tuple(what for what, old, new in zip(CHANGED.values(), before, now, strict=True) if old != new)


def asked(story: Story) -> str:
    """What is being answered: all that the author said."""
    return "\n".join(text for text in (story.mention.text, *(a.text for a in story.additions)) if text) or "(no words)"


def target(story: Story) -> str:
    """The network's id of the author's newest words."""
    held = [addition.native_id for addition in story.additions if addition.text]
    return held[-1] if held else story.mention.native_id
