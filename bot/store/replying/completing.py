"""The language that is still owed where a reply went in one though two are owed: what is written now may complete it."""

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.mention import Mention
from bot.reply import ReplyState, Written
from bot.store.replying import replies, tasks
from bot.task import Kind, Task

OUT = (ReplyState.SENT, ReplyState.DELETED)


def completed_by(conn: Connection, mention: Mention, written: Written, languages: Sequence[str]) -> list[Task]:
    """The translations owed for a mention that these words are; none where a language of theirs is missing still."""
    texts = (written.text, written.second)
    here = {code for code, text in zip(languages, texts, strict=False) if text.strip()}
    found = tasks.find_open(conn, tasks.of_mention(mention.number, Kind.TRANSLATION))
    owed = ((task, missing_from(conn, task, languages)) for task in found)
    return [task for task, missing in owed if missing and missing <= here]


def missing_from(conn: Connection, task: Task, languages: Sequence[str]) -> set[str]:
    """The languages that a task owes: those of the posts that did not go out, or the other one than what is public."""
    reply = replies.get(conn, task.reply) if task.reply else None
    if reply is None or not reply.posts:
        return set()
    posts = {post.language for post in reply.posts}
    return set(languages) - posts if reply.state in OUT else posts & set(languages)


def completes(conn: Connection, mention: Mention, written: Written, languages: Sequence[str]) -> bool:
    """Whether these words need no reason for going in one language: the other one is public already."""
    return bool(languages and completed_by(conn, mention, written, languages))
