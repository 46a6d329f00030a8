"""``unsay 142 why`` - delete our own last reply to a mention, once its words were shown, on the record."""

from collections.abc import Sequence

from bot.authority import Deed, Subject
from bot.card import Answer, Body, Button, Quote, Strong, Weight
from bot.command import Command, Way
from bot.desk import Desk
from bot.errors import FormProblem, NotAllowed
from bot.form import Field, Form
from bot.house import House
from bot.mention import Action, Move
from bot.reply import Act, Audience, Reply
from bot.store.replying import acts
from bot.story import Story
from bot.words import hiding as words
from handlers.like import can_somewhere
from handlers.reply_filled import spoken


def takes_down_somewhere(house: House) -> bool:
    """Whether help shows it: where some account can."""
    return can_somewhere(house, Act.DELETE_OWN)


async def ours(desk: Desk, story: Story) -> Sequence[Reply]:
    """The posts of our last reply that are public. Raises NotAllowed where there are none."""
    posts: Sequence[Reply] = await desk.db.read(acts.last_public, story.mention.number)
    if posts:
        return posts
    ref = story.mention.ref
    if story.waiting_reply:
        raise NotAllowed(words.waits_still(ref))
    raise NotAllowed(words.on_its_way(ref) if story.live_reply else words.nothing_of_ours(ref))


async def held(desk: Desk, says: str) -> Body:
    """What a stop of publishing means for what is asked, as a line; nothing while there is none."""
    stop = await desk.stopped()
    if stop is None:
        return ()
    return ((Strong(f"Publishing is stopped by {(await desk.names({stop.by}))[stop.by]}."), f" {says}"),)


async def unsay(command: Command, desk: Desk) -> Answer | Form:
    """Every post of the reply goes, once somebody has seen which; once it is down the mention wants an answer again."""
    ref, why = (command.context["ref"], command.values.get("why", "")) if command.step else command.ref_and_rest()
    story = await desk.admitted(command, ref)
    posts = await ours(desk, story)
    account = desk.house.account_of(story.mention)
    if Act.DELETE_OWN not in account.abilities.acts:
        raise NotAllowed(words.not_there(ref, Act.DELETE_OWN, account.label))
    desk.require(command.by, Deed.TAKE_DOWN, Subject(ref, writer=posts[0].by))
    why = spoken(why)[:300]
    if command.step and not why:
        raise FormProblem("why", words.WHY_TAKEN_DOWN)
    stopped = await held(desk, words.GOES_ON)
    if not command.step or command.context.get("shown") != shown(posts):
        return asked_first(command, story, posts, why=why, body=(*stopped, *what_goes(desk, story, posts)))
    await desk.make(Move(ref, Action.TAKE_DOWN, by=command.by.id, note=why, key=command.key))
    return Answer(((words.taking_down(ref, len(posts)),),))


def shown(posts: Sequence[Reply]) -> str:
    """Stands for the posts that a form shows: another reply is another question."""
    return ".".join(post.id[:12] for post in posts)


def what_goes(desk: Desk, story: Story, posts: Sequence[Reply]) -> Body:
    """The words, and as whom and to whom they stand."""
    is_private = story.mention.private or posts[0].audience is Audience.AUTHOR
    where = "to its author only" if is_private else "in public"
    head = (words.whose(story.name(posts[0].by)), Strong(desk.house.account_of(story.mention).speaks_as), f", {where}:")
    return (head, *[Quote(post.public_text) for post in posts], (words.DOWN,))


def asked_first(command: Command, story: Story, posts: Sequence[Reply], *, why: str, body: Body) -> Answer | Form:
    """The words that go, and why. Under a card no form can open: a button there opens it, with the reason in it."""
    ref = story.mention.ref
    if command.way is Way.SAID:
        return Answer(body, (Button("Take It Down", "unsay", ref, why, weight=Weight.DANGER),))
    field = Field("why", "Why is it taken down?", why, hint="Kept in the record; never published.", max_length=300)
    context = {"ref": ref, "shown": shown(posts)}
    return Form("unsay", "why", f"Take down {ref}", "Take It Down", body, (field,), context=context)
