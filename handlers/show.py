"""``show 142`` - read a mention, privately, and mark it seen."""

from bot import words
from bot.card import Answer, Button, Line, Quote, Strong
from bot.command import Command
from bot.desk import Desk
from bot.mention import SYSTEM, Action, Move
from bot.moving import HIDDEN
from bot.portray import card_of, whose
from bot.reply import Act, ReplyState
from bot.story import Story
from bot.words import promised
from handlers.promise_broken import apology
from handlers.rights_shown import shown, suggested
from handlers.saved_form import PUBLIC, save_button


async def show(command: Command, desk: Desk) -> Answer:
    """The card, all the author added, and what was answered."""
    ref, _ = command.ref_and_rest()
    await desk.admitted(command, ref)
    await desk.make(Move(ref, Action.SEE, by=command.by.id))
    story = await desk.story(ref)
    buttons = (*sorry(story, desk), *in_public(story, desk), *to_save(story))
    return Answer(tuple(details(story, desk)), buttons, card=card_of(story, desk.house, desk.now()))


def sorry(story: Story, desk: Desk) -> tuple[Button, ...]:
    """To begin a reply that says so, where its author was promised something that has not come in time."""
    late = promised.not_kept(story.promises, story.mention, desk.now())
    return (apology(late.task, story.mention.ref),) if late else ()


def to_save(story: Story) -> tuple[Button, ...]:
    """What was answered may be of use again."""
    is_answered = any(one.state in PUBLIC and one.text and one.by != SYSTEM for one in story.replies)
    return (save_button(story.mention.ref),) if is_answered else ()


def in_public(story: Story, desk: Desk) -> tuple[Button, ...]:
    """What else can be done in public, where the mention's account can."""
    mention, acts = story.mention, desk.house.account_of(story.mention).abilities.acts
    ref, is_public = mention.ref, not (mention.private or mention.gone_at or mention.erased_at)
    ours = any(reply.state is ReplyState.SENT and reply.native_id for reply in story.replies)
    offered = (
        (Act.HIDE in acts and is_public and HIDDEN not in mention.flags, Button("Hide", "hide", ref)),
        (HIDDEN in mention.flags, Button("Show Again", "hide", ref, "show")),
        (Act.LIKE in acts and is_public, Button("Like", "like", ref)),
        (Act.EDIT_OWN in acts and ours, Button("Correct the Reply", "correct", ref)),
        (Act.DELETE_OWN in acts and ours, Button("Take It Down", "unsay", ref)),
    )
    return tuple(button for is_offered, button in offered if is_offered)


def details(story: Story, desk: Desk) -> list[Line | Quote]:
    """What a card has no room for."""
    mention = story.mention
    body: list[Line | Quote] = [*suggested(story, desk), *(line for one in story.rights for line in shown(one, story, desk))]
    for parent in story.context.values():
        body += [(f"In answer to {whose(parent)}:",), Quote(parent.text)]
    if story.additions:
        body += [(Strong("In full"),), Quote(mention.text or "(no words)")]
        for added in story.additions:
            body += [
                ("Added ", words.when(added.posted_at, desk.house.zone)),
                Quote(added.text or words.DELETED),
            ]
    for reply in story.replies:
        if reply.sent_at:
            who = "Answered elsewhere " if reply.by == SYSTEM else f"{story.name(reply.by)} replied "
            body += [(who, words.when(reply.sent_at, desk.house.zone)), Quote(reply.text)]
    body += promised.lines(story.promises, desk.now(), desk.house.zone)
    if story.earlier_texts:
        body.append((f"The post has been edited; {story.earlier_texts} earlier text(s) are kept.",))
    return body
