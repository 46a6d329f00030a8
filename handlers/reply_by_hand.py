"""Answering on the network's own page: the words as they should be pasted, once they were looked over."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from bot.card import Body, Button, Code, Line, Picture, Quote, Strong, Weight
from bot.desk import Desk
from bot.form import Form
from bot.reply import Post
from bot.words import replying as words
from handlers.reply_look import asked_for, shown
from handlers.reply_looked import Looked

MARKED, PROMISED = "draft:", "promise:"


def by_hand(looked: Looked, desk: Desk, *, why: str = "", notes: Body = ()) -> Form:
    """What to copy. Words that need a reason are handed out once there is one, as they would be sent."""
    if looked.to_justify and not why:
        return justify(looked, desk, notes)
    mention, posts = looked.story.mention, looked.composed.posts
    page = page_of(looked, desk)
    opens_what = looked.account.page_name or "the page"
    where = f"Open {opens_what}, check the account, paste the words and post them" if page else "Answer where it was asked"
    steps = f"{where}. Then choose Done, so that it is on the record."
    first = (f"{words.approved_first(looked.approvers)} Show them these words before you post them.",)
    body: list[Line | Quote | Code | Picture] = [*notes, *((first,) if looked.asks else ()), (steps,)]
    for number, post in enumerate(posts):
        if heading := words.heading(number, posts):
            body.append((heading,))
        body.append(Code(post.text))
    label = f"Open {looked.account.page_name or 'the Page'}"
    opens = (Button(label, "look", mention.ref, url=page, weight=Weight.PRIMARY),) if page else ()
    mark = draft_mark(posts)
    tracks = [Button("Done, and Track the Promise", "done", mention.ref, tracked(mark, due)) for due in looked.promises[:1]]
    reason = {"why": why, "overrode": ",".join(looked.to_justify)} if looked.to_justify else {}
    return Form(
        "reply",
        "by_hand",
        f"Reply to {mention.ref}",
        body=(*body, *words.found(looked.findings)),
        buttons=(*opens, Button("Done", "done", mention.ref, mark), *tracks),
        context={"ref": mention.ref, **reason},
    )


def justify(looked: Looked, desk: Desk, notes: Body) -> Form:
    """The words, what was found, and a field for why they should go all the same."""
    ref = looked.story.mention.ref
    body = (*notes, *shown(looked), (Strong(words.BY_HAND_NEEDS_REASON),))
    fields = tuple(one for one in asked_for(looked, desk, {}) if one.name == "why")
    buttons = (Button("Change the Words", "reply", ref, "write"),)
    context = {"ref": ref}
    return Form("reply", "by_hand", f"Reply to {ref}", "Show Me the Words", body, fields, buttons, context, only_shows=True)


def page_of(looked: Looked, desk: Desk) -> str:
    """Where it can be posted; empty where nobody knows."""
    mention = looked.story.mention
    network = desk.networks.get(mention.account)
    text = looked.composed.posts[0].text
    return (network.reply_page(mention.native_id, text) if network else "") or mention.url


def tracked(mark: str, due: datetime) -> str:
    """The argument of Done for words that promise something; see ``promised``."""
    return f"{mark} {PROMISED}{due.isoformat()}"


def promised(said: str) -> datetime | None:
    """When a promise in the words that were pasted is due, where the button pressed said so."""
    found = next((word.removeprefix(PROMISED) for word in said.split() if word.startswith(PROMISED)), "")
    try:
        due = datetime.fromisoformat(found)
    except ValueError:
        return None
    return due if due.tzinfo else None


def draft_mark(posts: Iterable[Post]) -> str:
    """Stands for the words that were copied, so that Done records those and no earlier ones."""
    whole = "\x00".join(post.text for post in posts)
    return MARKED + hashlib.sha256(whole.encode(errors="replace")).hexdigest()[:16]
