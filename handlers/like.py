"""``like 142`` - show the public that an account of ours likes a post; only where its network lets us."""

from bot.authority import Deed, Subject
from bot.card import Answer
from bot.command import Command
from bot.desk import Desk
from bot.errors import NotAllowed
from bot.house import House
from bot.mention import Action, Move
from bot.reply import Act
from bot.words import hiding as words


def likes_somewhere(house: House) -> bool:
    """Whether help shows it: where some account can."""
    return can_somewhere(house, Act.LIKE)


def can_somewhere(house: House, act: Act) -> bool:
    """Whether some account's network has that act."""
    return any(act in account.abilities.acts for account in house.accounts.values())


async def like(command: Command, desk: Desk) -> Answer:
    """A like speaks for the organisation, so it is for those who may publish without a second pair of eyes."""
    ref, _ = command.ref_and_rest()
    story = await desk.admitted(command, ref)
    account = desk.house.account_of(story.mention)
    if Act.LIKE not in account.abilities.acts:
        raise NotAllowed(words.not_there(ref, Act.LIKE, account.label))
    desk.require(command.by, Deed.PUBLISH, Subject(ref, is_restricted=desk.restricted))
    await desk.make(Move(ref, Action.LIKE, by=command.by.id, key=command.key))
    return Answer(((words.liking(ref, account.speaks_as),),))
