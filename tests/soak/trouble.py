"""A bad day made to order: calls that fail now and then, and what staff did arriving more than once."""

from collections import Counter
from random import Random

from integrations.sandbox.slack_chaos import CALM, Chaos, Trouble
from integrations.sandbox.slack_courier import Ack, Courier
from integrations.sandbox.slack_server import StandInSlack
from integrations.sandbox.slack_words import Json

KINDS = {
    "500": Trouble(status=500),
    "429": Trouble(status=429, retry_after=7),
    "lost before it was done": Trouble(drop=True),
    "done, answer lost": Trouble(drop=True, done=True),
    "done, answered 500": Trouble(status=500, done=True),
}
SAID_ALL_THE_SAME = ("done, answer lost", "done, answered 500")


class Weather(Chaos):
    """Of the calls of the Web API one in a hundred fails, as dice with a fixed seed have it."""

    def __init__(self, courier: Courier, dice: Random, rate: float) -> None:
        super().__init__(courier)
        self.dice, self.rate = dice, rate
        self.calls = 0
        self.failed: Counter[str] = Counter()
        self.said_unheard = 0
        """Messages that were posted though the bot was not told."""

    def take(self, method: str) -> Trouble:
        """What goes wrong with this call."""
        self.calls += 1
        if self.dice.random() >= self.rate:
            return CALM
        kind = self.dice.choice(list(KINDS))
        self.failed[kind] += 1
        self.said_unheard += method == "chat.postMessage" and kind in SAID_ALL_THE_SAME
        return KINDS[kind]


class Twice(Courier):
    """Delivers, and now and then keeps a copy to deliver again: the same payload in another envelope."""

    def __init__(self, like: Courier, dice: Random, rate: float) -> None:
        super().__init__(like.clock, like.signing_secret, like.app_id, ack_within=like.ack_within)
        self.dice, self.rate = dice, rate
        self.copies: list[tuple[str, Json]] = []
        self.repeated = 0

    async def send(self, kind: str, payload: Json, attempt: int = 0, reason: str = "") -> Ack:
        """Deliver once."""
        if self.dice.random() < self.rate:
            self.copies.append((kind, payload))
        return await super().send(kind, payload, attempt, reason)

    async def repeat(self) -> None:
        """Deliver the copies, whatever comes of it."""
        copies, self.copies = self.copies, []
        for kind, payload in copies:
            self.repeated += not (await super().send(kind, payload)).failure


def make_it_rough(slack: StandInSlack, seed: int, *, failing: float, twice: float) -> tuple[Weather, Twice]:
    """Before it is started: have this stand-in deliver some things twice and fail some calls."""
    courier = Twice(slack.courier, Random(f"{seed} twice"), twice)
    weather = Weather(courier, Random(f"{seed} faults"), failing)
    slack.courier = slack.stage.courier = courier
    slack.chaos = weather
    return weather, courier
