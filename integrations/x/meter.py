"""What reading and replying cost today, by X's price list, and how much of the day's read budget is left.

An estimate: X has no figure to ask for. A post read again on the same UTC day is counted once, as X charges it once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal, Self

import structlog

from bot.ports import Clock
from integrations.x.settings import XAccount
from integrations.x.snowflake import made_at
from integrations.x.weighted import has_link

log = structlog.get_logger()

NEARLY = Decimal("0.8")
"""From this part of the budget on, reading is slower."""
FOR_SEARCHES = Decimal("0.5")
"""Searches may use this part of the budget: a broad one must not silence the mentions."""

Read = Literal["mentions", "own", "searched", "looked_at"]
Deed = Literal["messages", "messages_read", "deleted", "managed"]


@dataclass(frozen=True, slots=True)
class Tally:
    """What was done on one UTC day: posts read in each way (``own``: our own), replies posted, direct messages sent and
    read, posts deleted, and ``managed``: posts hidden or shown again, pictures described.
    """

    day: str = ""
    mentions: int = 0
    own: int = 0
    searched: int = 0
    looked_at: int = 0
    replies: int = 0
    replies_with_link: int = 0
    messages: int = 0
    messages_read: int = 0
    deleted: int = 0
    managed: int = 0

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """The tally in a stored cursor. Raises TypeError or ValueError for what is none."""
        numbers = {one.name: int(stored.get(one.name, 0)) for one in fields(cls) if one.name != "day"}
        return cls(str(stored.get("day", "")), **numbers)

    @property
    def reads(self) -> int:
        """Posts read, in whichever way."""
        return self.mentions + self.own + self.searched + self.looked_at

    def at_least(self, other: Self) -> Self:
        """The higher of two counts of the same day."""
        mine, theirs = asdict(self), asdict(other)
        return replace(self, **{name: max(mine[name], theirs[name]) for name in mine})


class Meter:
    """Counts for one account in this copy of the bot; the cursor carries the count through a restart."""

    def __init__(self, account: XAccount, clock: Clock) -> None:
        self._account = account
        self._clock = clock
        self._tally = Tally()
        self._seen: set[str] = set()
        self._told = ""

    @property
    def today(self) -> Tally:
        """What was counted so far today."""
        day = self._clock.now().date().isoformat()
        if self._tally.day != day:
            self._tally, self._seen = Tally(day), set()
        return self._tally

    def resume(self, stored: Tally, watched: Iterable[str]) -> None:
        """Carry on from a cursor: its count, and the posts that were read when they were made."""
        today = self.today
        if stored.day == today.day:
            self._tally = today.at_least(stored)
        self._seen.update(post_id for post_id in watched if made_at(post_id).date().isoformat() == today.day)

    def count_read(self, how: Read, post_ids: Iterable[str]) -> None:
        """These posts were read."""
        today = self.today
        new = set(post_ids) - self._seen
        self._seen |= new
        self._tally = replace(today, **{how: getattr(today, how) + len(new)})
        if new and self.is_nearly_used and self._told != today.day:
            self._told = today.day
            log.warning("x_read_budget_nearly_used", account=self._account.name, read=self.today.reads, of=self.budget)

    def count_reply(self, text: str) -> None:
        """A reply was posted, or may have been."""
        how = "replies_with_link" if has_link(text) else "replies"
        today = self.today
        self._tally = replace(today, **{how: getattr(today, how) + 1})

    def count(self, what: Deed, times: int = 1) -> None:
        """Something else that costs was done, or may have been."""
        today = self.today
        self._tally = replace(today, **{what: getattr(today, what) + times})

    @property
    def budget(self) -> int:
        """Posts that may be read on one UTC day; 0: as many as there are."""
        return self._account.read_budget_per_day

    @property
    def is_nearly_used(self) -> bool:
        """Whether it is time to go easy."""
        return bool(self.budget) and self.today.reads >= self.budget * NEARLY

    @property
    def is_used_up(self) -> bool:
        """Whether nothing more may be read today."""
        return bool(self.budget) and self.today.reads >= self.budget

    def left_for_searches(self, most: int) -> int:
        """How many posts searches may still bring, at most ``most``."""
        if not self.budget:
            return most
        share = int(self.budget * FOR_SEARCHES) - self.today.searched
        return max(0, min(most, share, self.budget - self.today.reads))

    @property
    def dollars(self) -> Decimal:
        """What today cost."""
        prices, today = self._account, self.today
        each = (
            (today.mentions + today.own, prices.cost_mention_read),
            (today.searched + today.looked_at, prices.cost_post_read),
            (today.replies, prices.cost_reply),
            (today.replies_with_link, prices.cost_reply_with_link),
            (today.messages, prices.cost_direct_message),
            (today.messages_read, prices.cost_direct_message_read),
            (today.deleted, prices.cost_delete),
            (today.managed, prices.cost_manage),
        )
        return sum((count * price for count, price in each), Decimal(0))

    def read_out(self) -> Mapping[str, object]:
        """Everything the meter knows, for people."""
        counts = asdict(self.today)
        return counts | {"reads": self.today.reads, "read_budget_per_day": self.budget, "dollars": f"{self.dollars:.3f}"}


def next_day(now: datetime) -> datetime:
    """When the UTC day ends."""
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
