"""A network on which everything can be done besides answering, and an office that uses it."""

from dataclasses import dataclass, field

from bot.mention import Action
from bot.reply import Abilities, Act
from bot.replying.policy import HouseRule
from bot.store import schema
from tests.bot.council import Bench, account, house
from tests.bot.engine.fakes import Letterbox, Office

RULE = HouseRule("3.2", "No naming of members of staff", "https://harrowmere.example/rules")
ABLE = Abilities(acts=frozenset(Act))
WHY = "names Megan and her shifts"


@dataclass
class Square(Letterbox):
    """A network where everything can be done. ``acts_answers`` are given first, one each."""

    acts_answers: list[Exception] = field(default_factory=list)
    acts: list[tuple[Act, str, str]] = field(default_factory=list)

    abilities: Abilities = ABLE

    async def act(self, act: Act, native_id: str, text: str = "") -> None:
        """As told, else it is done."""
        if self.acts_answers:
            raise self.acts_answers.pop(0)
        self.acts.append((act, native_id, text))


class Town(Office):
    """An office whose network can do everything, with a house rule."""

    def __init__(self, bench: Bench) -> None:
        bench.desk.house = house(
            account(abilities=ABLE), house_rules=(RULE,), approvers=("U0ANGELA",), officers=("U0DEV", "U0FARAH")
        )
        super().__init__(bench)
        self.square = Square()
        bench.desk.networks["website"] = self.square
        self.b = bench

    async def hides(self, by: str = "U0PRIYA") -> None:
        """Somebody hides the post of M-1, and the network takes it."""
        await self.b.does(Action.HIDE, by, note=WHY, detail={"rule": "3.2"})
        await self.delivers()

    async def replies(self, text: str = "The bins go on Friday.") -> None:
        """Priya answers M-1, and it is public."""
        await self.b.does(Action.CLAIM)
        await self.b.does(Action.REPLY, text=text)
        await self.passes(seconds=12)

    async def hidden(self) -> dict[str, object]:
        """The row of what was hidden."""
        return await self.b.one(schema.hiding)

    async def replied(self) -> dict[str, object]:
        """The row of the reply."""
        return await self.b.one(schema.reply)

    def heard(self, what: str) -> str:
        """All that was said in the chat, to find words in."""
        said = [notice.plain for _, notice in self.wall.told]
        said += [put.plain for _, put, _ in self.wall.posts if hasattr(put, "plain")]
        return "\n".join(one for one in said if what in one)
