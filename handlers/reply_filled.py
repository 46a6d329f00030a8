"""What was filled in on the reply form, as it is kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from unicodedata import category

from bot.command import Command
from bot.desk import Desk
from bot.errors import FormProblem, NotAllowed, OutsideError
from bot.mention import Mention
from bot.reply import Attachment, Audience, MediaRules, Reply, ReplyState, Written
from bot.replying.checks.characters import MOST_MARKS
from bot.replying.pictures import kind_of
from bot.store.replying import media
from bot.story import Story
from bot.words import replying as words
from bot.words.replying import YES
from handlers.reply_boxes import boxed

LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
SURROGATES = re.compile("[\ud800-\udfff]")
OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
LEFT_OPEN = "after"
"""How many replies of the person were no drafts when the form was opened: what is typed in an older form is not kept."""


def spoken(text: str) -> str:
    """The words without what controls, turns around or piles up on others: what is sent is what was seen."""
    return shown(text).strip()


def taken_out(text: str) -> int:
    """How many characters ``spoken`` takes out of a text, but for its blank ends and line ends of another kind."""
    return len(LINE_ENDS.sub("\n", text)) - len(shown(text))


def shown(text: str) -> str:
    """The text as far as it shows, its ends as they are."""
    kept, marks = [], 0
    for one in SURROGATES.sub("\ufffd", LINE_ENDS.sub("\n", text)):
        marks = marks + 1 if category(one) in ("Mn", "Me") else 0
        if marks <= MOST_MARKS and one not in OVERRIDES and (one in "\n\t" or category(one) != "Cc"):
            kept.append(one)
    return "".join(kept)


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in. ``pictures`` are the chat's ids of new ones; ``alts`` None where there was no such field."""

    written: Written
    pictures: tuple[str, ...] = ()
    alts: tuple[str, ...] | None = None
    without_pictures: bool = False
    taken_out: int = 0


def filled_in(values: Mapping[str, str], before: Written) -> Filled:
    """What stands in the form; a field that is not on it stays as it was before."""
    text = spoken(boxed(values, "text", before.text))
    second = spoken(boxed(values, "second", before.second))
    written = replace(
        before,
        text=text,
        second=second,
        audience=Audience(values["audience"]) if values.get("audience") in set(Audience) else before.audience,
        split=values["split"] == YES if "split" in values else before.split,
        one_language=values.get("one_language", YES * before.one_language) == YES and not (text and second),
        promise_by=before.promise_by if (text, second) == (before.text, before.second) else None,
        drawn_from=before.drawn_from if text or second else "",
    )
    return Filled(
        written,
        pictures=tuple(one for one in values.get("pictures", "").split(",") if one),
        alts=described(values["alts"]) if "alts" in values else None,
        without_pictures=values.get("without_pictures") == YES,
        taken_out=taken_out(boxed(values, "text", "")) + taken_out(boxed(values, "second", "")),
    )


def described(text: str) -> tuple[str, ...]:
    """A description for each picture: an empty line stands for a picture without one."""
    lines = text.rstrip().split("\n")
    return tuple(spoken(line) for line in lines) if any(lines) else ()


def replies_begun(story: Story, by: str) -> str:
    """See ``LEFT_OPEN``: those of one person."""
    return str(sum(1 for one in story.replies if one.by == by and one.state is not ReplyState.DRAFT and one.part == 1))


def as_written(draft: Reply | None) -> Written:
    """What a draft holds; nothing where there is none."""
    return draft.as_written if draft else Written("")


async def kept(command: Command, desk: Desk, mention: Mention, filled: Filled) -> None:
    """Keep all of it as the person's draft: the words first, so that no picture that fails costs them.

    Raises FormProblem for pictures that cannot go, or lines that fit none of them.
    """
    draft = await desk.keep_draft(mention, command.by.id, filled.written)
    rules = desk.house.account_of(mention).abilities.media
    attachments = await fetched(command, desk, rules, filled.pictures) if rules else None
    alts = filled.alts
    if filled.without_pictures and not attachments:
        attachments, alts = (), None
    if attachments is None and alts is None:
        return
    there = len(attachments if attachments is not None else await desk.db.read(media.listed, draft))
    if alts and len(alts) > there:
        raise FormProblem("alts", words.more_lines_than_pictures(len(alts), there))
    await desk.db.write(
        media.keep_with_draft,
        mention,
        command.by.id,
        written=filled.written,
        attachments=attachments,
        alts=alts,
        now=desk.now(),
    )


async def fetched(command: Command, desk: Desk, rules: MediaRules, ids: tuple[str, ...]) -> tuple[Attachment, ...] | None:
    """New pictures from the chat, each looked at; None when none were chosen. Raises FormProblem."""
    if not ids:
        return None
    chat = desk.chats.get(command.at.chat)
    if chat is None:
        raise NotAllowed(words.picture_not_there("this chat cannot hand over files"))
    if len(ids) > rules.most:
        raise FormProblem("pictures", words.too_many_pictures(rules.most))
    found = []
    for one in ids:
        try:
            file = await chat.file(one, rules.largest)
        except OutsideError as error:
            raise FormProblem("pictures", words.picture_not_there(str(error))) from error
        kind = kind_of(file.content)
        if kind not in rules.media_types:
            raise FormProblem("pictures", words.picture_not_taken(file.name, rules.media_types))
        found.append(Attachment("", file.name[:200], kind, len(file.content), content=file.content))
    return tuple(found)
