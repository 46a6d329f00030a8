"""``hide 142`` - hide a post of the public by a published house rule; a colleague looks again, and it ends by itself."""

from collections.abc import Mapping

from bot import words as said
from bot.authority import Deed, Subject
from bot.card import Answer, Body, Line, Quote, Strong
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import FormProblem, NeedsMore, NotAllowed
from bot.form import Field, Form
from bot.house import House
from bot.mention import Action, Move
from bot.reply import Act
from bot.replying.hidden import Hiding
from bot.store.columns import from_ms
from bot.store.replying import hiding, tasks
from bot.story import Story
from bot.task import Kind
from bot.words import hiding as words
from handlers.like import can_somewhere
from handlers.take_down import held

WAYS = (
    ("142", "choose the house rule and say why; the evidence is kept"),
    ("142 keep", "after a look: it stays hidden until its time is over"),
    ("142 renew", "after a look: it stays hidden for as long again"),
    ("142 show [why]", "show it to the public again"),
    ("142 evidence", "what was kept of it"),
)


def hides_somewhere(house: House) -> bool:
    """Whether help shows it: where some account can."""
    return can_somewhere(house, Act.HIDE)


async def hide(command: Command, desk: Desk) -> Answer | Form:
    """Nothing is deleted, and the author is told nothing unless somebody replies."""
    ref, rest = (command.context["ref"], "") if command.step else command.ref_and_rest()
    story = await desk.admitted(command, ref)
    word, _, more = rest.partition(" ")
    if word in LOOKS:
        return await LOOKS[word](command, desk, story, more.strip())
    refuse_early(story, desk)
    await require(command, desk, ref, is_threat="threat" in story.mention.flags)
    if command.step:
        given = command.values
        return await hidden_by(command, desk, story, rule=given.get("rule", ""), why=given.get("why", ""))
    if hiding.rule_called(desk.house, word) and more.strip():
        return await hidden_by(command, desk, story, rule=word, why=more.strip())
    return await asked_first(command, desk, story, rest)


async def asked_first(command: Command, desk: Desk, story: Story, rest: str) -> Form:
    """The form, with what was typed in it. Raises NeedsMore where none can open."""
    ref, (rule, why, first) = story.mention.ref, typed_words(desk.house, rest)
    if command.way is Way.SAID:
        example = f"{rule or desk.house.house_rules[0].code} {why or 'it names a member of staff'}"
        raise NeedsMore(" ".join([*first, words.needs_why("hide", ref, example)]))
    await desk.make(Move(ref, Action.SEE, by=command.by.id))
    stopped = await held(desk, words.HIDES_ON)
    return form(story, desk.house, rule=rule, why=why, first=(*[(line,) for line in first], *stopped))


def typed_words(house: House, rest: str) -> tuple[str, str, tuple[str, ...]]:
    """The rule and the reason typed behind the command, and what to say of a rule that there is not."""
    word, _, more = rest.partition(" ")
    if not word or hiding.rule_called(house, word):
        return word, more.strip(), ()
    is_code = any(character.isdigit() for character in word)
    unknown = words.no_such_rule_as(word, [rule.code for rule in house.house_rules])
    return "", more.strip() if is_code else rest.strip(), (unknown,)


async def require(command: Command, desk: Desk, ref: str, *, is_threat: bool = False) -> None:
    """Raise NotYours for one who may not hide. A threat is evidence before it is anything else: only leads hide one."""
    deed = Deed.HIDE_THREAT if is_threat else Deed.HIDE
    desk.require(command.by, deed, Subject(ref, is_on_duty=await desk.is_on_duty(command.by)))


def refuse_early(story: Story, desk: Desk) -> None:
    """Say before a form is filled in that nothing can come of it."""
    account = desk.house.account_of(story.mention)
    if Act.HIDE not in account.abilities.acts:
        raise NotAllowed(words.not_there(story.mention.ref, Act.HIDE, account.label))
    if not desk.house.house_rules:
        raise NotAllowed(words.NO_RULES)


def form(story: Story, house: House, *, rule: str = "", why: str = "", first: Body = ()) -> Form:
    """The rule, the reason, and which post where there are several; ``first`` stands above them."""
    mention = story.mention
    rules = {rule.code: said.excerpt(f"{rule.code} {rule.text}", 70) for rule in house.house_rules}
    fields = [
        Field("rule", "Which house rule does it break?", rule, choices=rules),
        Field("why", "Why?", why[:300], hint="Kept in the record; never published.", max_length=300),
    ]
    if posts := posts_of(story):
        fields.insert(0, Field("post", "Which post?", mention.native_id, choices=posts))
    until = f"{house.hide_for.days} days"
    body = [*first, *([(Strong(words.PRESERVE),)] if "threat" in mention.flags else [])]
    body += [
        Quote(said.excerpt(mention.text, 300)),
        (f"It is not deleted. It is kept as evidence, a colleague looks again, and it shows again after {until}.",),
    ]
    return Form("hide", "why", f"Hide {mention.ref}", "Hide", tuple(body), tuple(fields), context={"ref": mention.ref})


def posts_of(story: Story) -> Mapping[str, str]:
    """The posts there are to choose from; none where there is only one."""
    added = {one.native_id: said.excerpt(one.text, 70) for one in story.additions if one.text}
    return {story.mention.native_id: said.excerpt(story.mention.text, 70) or "(no words)", **added} if added else {}


async def hidden_by(command: Command, desk: Desk, story: Story, *, rule: str, why: str) -> Answer:
    """Asked of the network, with the evidence kept in the same breath."""
    ref, detail = story.mention.ref, {"rule": rule}
    if not why.strip():
        raise FormProblem("why", words.WHY)
    if post := command.values.get("post", ""):
        detail["post"] = post
    await desk.make(Move(ref, Action.HIDE, by=command.by.id, note=why.strip(), detail=detail, key=command.key))
    number = story.mention.number
    one = await desk.db.read(hiding.meant, number)
    looks = await desk.db.read(tasks.find_open, tasks.of_mention(number, Kind.REVIEW))
    to = looks[-1].to if looks else ""
    name = (await desk.names({to}))[to] if to else ""
    until = said.when(one.until if one else desk.now(), desk.house.zone)
    danger: list[Line] = [(Strong(words.PRESERVE),)] if "threat" in story.mention.flags else []
    return Answer((words.hiding(ref, rule, until, name), *danger))


# --- the second look ---------------------------------------------------------------------------------------------


async def found(desk: Desk, story: Story, mark: str) -> Hiding:
    """What was hidden. Raises NotAllowed where nothing was."""
    one: Hiding | None = await desk.db.read(hiding.meant, story.mention.number, mark)
    if one is None:
        raise NotAllowed(words.not_hidden(story.mention.ref))
    return one


async def keep(command: Command, desk: Desk, story: Story, mark: str, *, renew: bool = False) -> Answer:
    """A colleague has looked: it stays hidden."""
    one = await found(desk, story, mark)
    ref = story.mention.ref
    desk.require(command.by, Deed.REVIEW, Subject(ref, writer=one.by))
    detail = {"mark": one.mark, **({"renew": "yes"} if renew else {})}
    await desk.make(Move(ref, Action.REVIEW, by=command.by.id, detail=detail, key=command.key))
    after = await found(desk, story, one.mark)
    return Answer((words.kept_hidden(ref, said.when(after.until, desk.house.zone)),))


async def renewed(command: Command, desk: Desk, story: Story, mark: str) -> Answer:
    """The same, for as long again."""
    return await keep(command, desk, story, mark, renew=True)


async def show_again(command: Command, desk: Desk, story: Story, rest: str) -> Answer:
    """Anybody who may hide may show again, also what they hid themselves."""
    first, _, why = rest.partition(" ")
    is_mark = first.startswith("h") and any(one.mark == first for one in await all_of(desk, story))
    one = await found(desk, story, first if is_mark else "")
    ref = story.mention.ref
    await require(command, desk, ref)
    note = why.strip() if is_mark else rest
    detail = {"mark": one.mark}
    await desk.make(Move(ref, Action.SHOW_AGAIN, by=command.by.id, note=note, detail=detail, key=command.key))
    return Answer(((words.showing(ref),),))


async def all_of(desk: Desk, story: Story) -> list[Hiding]:
    """Everything of it that was ever hidden."""
    hidings: list[Hiding] = await desk.db.read(hiding.of_mention, story.mention.number)
    return hidings


async def evidence(command: Command, desk: Desk, story: Story, mark: str) -> Answer:
    """What was kept, for those who may hide or look again."""
    one = await found(desk, story, mark)
    await require(command, desk, story.mention.ref)
    kept = one.evidence
    if not kept:
        raise NotAllowed(said.ERASED)
    author = kept["author"]
    zone = desk.house.zone
    posted, captured = (words.moment(from_ms(int(kept[name])), zone) for name in ("posted_at", "captured_at"))
    return Answer(
        (
            (Strong(f"Kept of {one.ref}"), f", hidden by rule {one.rule}"),
            Quote(kept["text"]),
            *[Quote(f"Before it was edited: {text}") for text in kept["earlier"]],
            (f"By {author['name']} {author['handle']} (id {author['id'] or 'unknown'}) on {kept['network']}.",),
            (f"{kept['url'] or 'No link'}. Posted on ", posted, ", kept on ", captured, "."),
            (f"SHA-256 of what the network sent: {kept['raw_sha256']}",),
        )
    )


LOOKS = {"keep": keep, "renew": renewed, "show": show_again, "evidence": evidence}
