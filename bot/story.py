"""A mention with all that belongs to it: what a card, a form or a report is made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.exchange import Parent
from bot.mention import SYSTEM, Mention
from bot.reply import LIVE, Reply, ReplyState
from bot.rights.right import Right
from bot.task import Promised
from bot.watching.terms import Terms


@dataclass(frozen=True, slots=True)
class Addition:
    """What the same author added in the same conversation."""

    native_id: str
    text: str
    posted_at: datetime
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A mention with all that a card, a form or a report shows of it. ``names`` maps staff ids to names."""

    mention: Mention
    additions: tuple[Addition, ...] = ()
    replies: tuple[Reply, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    again: bool = False
    """The reply that is held is sent for a second time: the first may be public."""
    needs_human: str = ""
    """The id of a delivery nobody but a person can settle."""
    earlier_texts: int = 0
    closed_by: str = ""
    asked: tuple[str, ...] = ()
    """Who was asked to approve the reply that waits, the newest last, by id."""
    unapproved: bool = False
    """Answered by hand by one whose replies need approval: nobody gave it."""
    context: Mapping[str, Parent] = field(default_factory=dict)
    """What its posts answer, by their ids, where that is not in the story itself."""
    sought: Terms | None = None
    """What the watch that found it looks for."""
    promises: tuple[Promised, ...] = ()
    """What its author was promised, on this mention or before it."""
    rights: tuple[Right, ...] = ()
    """The rights it claims, also those that are over."""

    def name(self, staff: str | None) -> str:
        """What to call a member of staff, or the bot itself."""
        if not staff or staff == SYSTEM:
            return "Tolbooth"
        return self.names.get(staff, staff)

    @property
    def running_rights(self) -> list[Right]:
        """Those whose clocks run, what is due first at the front."""
        return sorted((one for one in self.rights if not one.ended_at), key=lambda one: one.due_on)

    @property
    def live_reply(self) -> Reply | None:
        """The reply on its way, if any."""
        return next((reply for reply in self.replies if reply.state in LIVE), None)

    @property
    def waiting_reply(self) -> Reply | None:
        """The reply that is before an approver, if any."""
        return next((reply for reply in self.replies if reply.state is ReplyState.WAITING), None)

    def draft_by(self, staff: str) -> Reply | None:
        """What this person has begun to write."""
        return next((r for r in self.replies if r.by == staff and r.state is ReplyState.DRAFT), None)

    @property
    def answers(self) -> Parent | None:
        """What the newest of the author's words that answer something answer."""
        held = [addition.native_id for addition in self.additions if addition.text]
        found = (self.context.get(native_id) for native_id in (*reversed(held), self.mention.native_id))
        return next((parent for parent in found if parent), None)

    @property
    def last_sent(self) -> Reply | None:
        """The newest reply the public can see."""
        sent = [r for r in self.replies if r.state in (ReplyState.SENT, ReplyState.BY_HAND)]
        return max(sent, key=lambda r: r.updated_at, default=None)
