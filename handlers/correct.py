"""``correct 142`` - correct our own last reply: looked over, shown as it will read, and sent by the account's own button."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.approvals import approvers_for, may_correct_alone
from bot.authority import Deed, Subject
from bot.card import Answer, Body, Button, Line, Quote, Strong, Weight
from bot.command import Command, Staff, Way
from bot.desk import Desk
from bot.errors import FormProblem, NotYours
from bot.form import Field, Form, fits
from bot.house import Account, House
from bot.mention import Action, Move
from bot.reply import Act, Audience, Reply, TextLimits
from bot.replying.findings import Finding, Says
from bot.replying.look_over import Draft, look_over
from bot.story import Story
from bot.words import excerpt, too_long
from bot.words import hiding as words
from bot.words import replying as said
from handlers.like import can_somewhere
from handlers.reply_filled import spoken
from handlers.reply_marks import SEND, asked
from handlers.take_down import held, ours


def corrects_somewhere(house: House) -> bool:
    """Whether help shows it: where some account can."""
    return can_somewhere(house, Act.EDIT_OWN)


@dataclass(frozen=True, slots=True)
class Corrected:
    """What was filled in, by the parts of the reply, and what was found in what changed."""

    story: Story
    account: Account
    posts: Sequence[Reply]
    texts: Mapping[int, str]
    why: str
    reason: str
    """Why it goes all the same, where something was found that asks for one."""
    findings: Sequence[Finding] = ()

    @property
    def changed(self) -> dict[Reply, str]:
        """The posts that are to read otherwise."""
        return {post: self.texts[post.part] for post in self.posts if self.texts[post.part] != post.public_text}

    @property
    def to_justify(self) -> tuple[str, ...]:
        """What it goes with a reason only for, as the record names it."""
        return tuple(sorted({one.check.value for one in self.findings if one.says is Says.BLOCK}))

    @property
    def is_private(self) -> bool:
        """Whether only its author reads it."""
        return self.story.mention.private or self.posts[0].audience is Audience.AUTHOR

    @property
    def mark(self) -> str:
        """Stands for all that a person was shown: as whom, to whom, the words, and those they take the place of."""
        shown = [self.account.name, self.account.speaks_as, str(self.is_private), *self.to_justify]
        shown += [part for post, text in self.changed.items() for part in (post.id, post.public_text, text)]
        return hashlib.sha256("\x00".join(shown).encode(errors="replace")).hexdigest()[:24]


async def correct(command: Command, desk: Desk) -> Answer | Form:
    """Looked over first; only the press on the button that names the account has it done."""
    ref, rest = (command.context["ref"], "") if command.step else command.ref_and_rest()
    story = await desk.admitted(command, ref)
    desk.require_publisher(command.by, ref)
    posts, account = await ours(desk, story), desk.house.account_of(story.mention)
    if Act.EDIT_OWN not in account.abilities.acts:
        return instead(ref, account)
    await require(command.by, desk, story, posts)
    if not all(fits(text) for text in (rest, *(post.public_text for post in posts))):
        return instead(ref, account, words.too_long_to_correct(ref))
    if command.way is Way.SAID:
        return Answer(((words.correct_in_form(ref),),), (Button("Correct the Reply", "correct", ref),))
    pressed = rest if command.way is Way.PRESSED and rest.startswith(SEND) else ""
    if pressed or command.step:
        return await looked(command, desk, filled_in(command, desk, story, posts), pressed)
    await desk.would(Move(ref, Action.CORRECT, by=command.by.id))
    typed = {"text_1": rest} if rest and len(posts) == 1 else {}
    return form(Corrected(story, account, posts, texts_of(posts, typed), "", ""), await held(desk, words.WAITS), ())


async def require(staff: Staff, desk: Desk, story: Story, posts: Sequence[Reply]) -> None:
    """Raise NotYours for one who may not, which names who can.

    Where replies are approved, an approver or lead who did not write it is the second pair of eyes, and corrects it.
    """
    writer, ref = posts[0].by, story.mention.ref
    if not await may_correct_alone(desk, staff, story, writer):
        names = await desk.names(set(await approvers_for(desk, staff, writer)))
        raise NotYours(words.approved_first(ref, sorted(names.values())))
    desk.require(staff, Deed.CORRECT, Subject(ref, writer=writer, is_trusted=True))


def instead(ref: str, account: Account, why_not: str = "") -> Answer:
    """What can be done where nothing can be corrected."""
    down = (Button("Take It Down", "unsay", ref),) if Act.DELETE_OWN in account.abilities.acts else ()
    told = why_not or words.not_there(ref, Act.EDIT_OWN, account.label)
    return Answer(((told,), (words.INSTEAD if down else words.ADD_TO_IT,)), (*down, Button("Reply Again", "reply", ref)))


# --- what was filled in ------------------------------------------------------------------------------------------


def texts_of(posts: Sequence[Reply], values: Mapping[str, str]) -> dict[int, str]:
    """The words of each part; one that was not filled in stays as it is."""
    given = {post: spoken(values.get(f"text_{post.part}", post.public_text)) for post in posts}
    return {post.part: post.public_text if text == spoken(post.public_text) else text for post, text in given.items()}


def filled_in(command: Command, desk: Desk, story: Story, posts: Sequence[Reply]) -> Corrected:
    """What stands in the form, looked over as a reply is."""
    account, values = desk.house.account_of(story.mention), command.values
    texts = texts_of(posts, values)
    others = tuple(one for one in desk.house.accounts.values() if one.name != account.name)
    found = [
        finding
        for post in posts
        if texts[post.part] and texts[post.part] != post.public_text
        for finding in look_over(
            Draft(texts[post.part], story, account, desk.now(), desk.house.zone, audience=post.audience, others=others),
            desk.house.rules,
        )
    ]
    why, reason = (spoken(values.get(name, "")) for name in ("why", "all_the_same"))
    return Corrected(story, account, posts, texts, why[:300], reason[:300], tuple(dict.fromkeys(found)))


def problem_of(filled: Corrected) -> tuple[str, str]:
    """The field that has to be changed first, and why; two empty words when there is none."""
    for post, text in filled.changed.items():
        limits = limits_of(filled.account, post)
        used = limits.count(text)
        if not text:
            return f"text_{post.part}", words.EMPTIED
        if used > limits.limit:
            return f"text_{post.part}", too_long(used, limits.limit, limits.unit)
    if not filled.changed:
        return f"text_{filled.posts[0].part}", words.NOTHING_CHANGED
    return ("", "") if filled.why else ("why", words.WHY_CORRECTED)


def limits_of(account: Account, post: Reply) -> TextLimits:
    """How long it may be, by who can read it."""
    private = account.abilities.private if post.audience is Audience.AUTHOR else None
    return private or account.limits


async def looked(command: Command, desk: Desk, filled: Corrected, pressed: str) -> Answer | Form:
    """Shown as it will read; once that was confirmed as it was shown, and has its reasons, it goes."""
    field, problem = problem_of(filled)
    if problem and not pressed:
        raise FormProblem(field, problem)
    waits = await held(desk, words.WAITS)
    if problem:
        return form(filled, waits, ((Strong(problem),),))
    if pressed.removeprefix(SEND) != filled.mark:
        return form(filled, waits, (), looked=True)
    if filled.to_justify and not filled.reason:
        return form(filled, waits, ((Strong(said.needs_reason(filled.to_justify)),),), looked=True)
    return await done(command, desk, filled, waits)


async def done(command: Command, desk: Desk, filled: Corrected, waits: Body) -> Answer:
    """Asked of the network, part by part, with what it goes past by name."""
    ref, detail = filled.story.mention.ref, {"overrode": ",".join(filled.to_justify)} if filled.to_justify else {}
    note = words.and_why(filled.why, filled.reason if filled.to_justify else "")
    for post, text in filled.changed.items():
        key, about = f"{command.key}:{post.part}", {"of": post.id, **detail}
        await desk.make(Move(ref, Action.CORRECT, by=command.by.id, note=note, text=text, detail=about, key=key))
    return Answer(((words.correcting(ref, is_private=filled.is_private),), *waits))


# --- what is shown -----------------------------------------------------------------------------------------------


def form(filled: Corrected, waits: Body, first: Body, *, looked: bool = False) -> Form:
    """Each post with its words; once looked over, beneath how they will read, with the button that sends them."""
    ref, account = filled.story.mention.ref, filled.account
    label = words.correct_label(account.speaks_as)
    send = (Button(label, "correct", ref, f"{SEND}{filled.mark}", weight=Weight.PRIMARY),) if looked else ()
    return Form(
        "correct",
        "write",
        f"Correct {ref}",
        "Check Again" if looked else "Look It Over",
        (*first, *waits, *shown(filled, looked=looked)),
        tuple(fields(filled, looked=looked)),
        buttons=send,
        context={"ref": ref},
        only_shows=True,
    )


def shown(filled: Corrected, *, looked: bool) -> Iterator[Line | Quote]:
    """As whom and to whom it speaks, what it answers, how it will read, and what was found."""
    where = "to its author only" if filled.is_private else "in public"
    yield (words.whose(filled.story.name(filled.posts[0].by)), Strong(filled.account.speaks_as), f", {where}. It answers:")
    yield Quote(excerpt(asked(filled.story), 600))
    if not looked:
        return
    yield ("It will read, as ", Strong(filled.account.speaks_as), f", {where}:")
    yield from (Quote(text) for text in filled.changed.values())
    yield from said.found(filled.findings)
    yield (words.NO_UNDO,)


def fields(filled: Corrected, *, looked: bool) -> Iterator[Field]:
    """The words of each post, why, and a second reason where something found asks for one."""
    only = words.READS_PRIVATE if filled.is_private else words.READS_PUBLIC
    for post in filled.posts:
        label = only if len(filled.posts) == 1 else f"Part {post.part} of {len(filled.posts)}"
        yield Field(f"text_{post.part}", label, filled.texts[post.part], lines=6)
    yield Field("why", "Why is it corrected?", filled.why, hint="For the record; never published.", max_length=300)
    if looked and filled.to_justify:
        hint = "It is recorded, and never published."
        yield Field("all_the_same", said.WHY_BLOCKED, filled.reason, hint=hint, optional=True, lines=2, max_length=300)
