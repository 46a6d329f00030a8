"""The organisation's own rules, read once from the settings, as the core needs them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.duty.contact import Contact
from bot.duty.escalation import Policy
from bot.duty.rota import Plan
from bot.duty.shifts import Times
from bot.mention import Mention
from bot.ports import Way
from bot.register import Register
from bot.reply import Abilities, TextLimits
from bot.replying.findings import Rules
from bot.replying.policy import Approval, HouseRule
from bot.retention.classes import RetentionClass
from bot.rights.kinds import RightRules
from bot.saving.saved import SavingRules
from bot.times.targets import Due, Targets, first
from bot.times.working_time import OfficeHours
from bot.triage import Rule
from bot.watching.terms import folded
from bot.watching.watch import WatchRules


@dataclass(frozen=True, slots=True)
class Account:
    """One profile of the organisation on a network."""

    name: str
    network: str
    channel: str
    private_channel: str
    label: str
    respond_within: timedelta
    speaks_as: str
    by_hand: bool
    limits: TextLimits
    abilities: Abilities = field(default_factory=Abilities)
    picture_url: str = ""
    signs: bool = False
    """Whether its replies end with the initials of whoever wrote them."""
    languages: tuple[str, ...] = ()
    """The two languages every reply is owed in, the one that comes first first; empty: one is enough."""
    translate_within: timedelta = timedelta(hours=4)
    per_hour: int = 0
    """The most replies that leave in an hour; 0: as many as are written."""
    page_name: str = ""
    """What staff call the place where a person posts its replies; empty: just the page."""

    def channel_for(self, private: bool) -> str:
        """Where a mention's card goes; empty when it must be held."""
        return self.private_channel if private else self.channel


BY_HAND = "by hand"
"""The account of mentions that staff brought in themselves."""
CANARY, CANARY_NETWORK = "canary test", "canary"
"""The account and the network of the mentions by which Tolbooth tries itself: nobody's words, and in no figure."""


@dataclass(frozen=True, slots=True)
class House:
    """Who is pinged, how long things may take, and where cards go."""

    accounts: Mapping[str, Account]
    zone: ZoneInfo
    hours: OfficeHours
    chats: tuple[str, ...]
    officers: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    """Leads by name: these can be told things. A group of leads cannot, but its members have the role."""
    lead_groups: bool = False
    acknowledge_within: timedelta = timedelta(minutes=10)
    hold: timedelta = timedelta(seconds=10)
    organisation: str = ""
    triage: tuple[Rule, ...] = ()
    targets: Targets = field(default_factory=Targets)
    commands: Mapping[str, str] = field(default_factory=dict)
    plan: Plan = field(default_factory=Plan)
    """The rota as the settings have it: the first one, until staff change it in the chat."""
    rota_fault: str = ""
    """Why the rota of the settings cannot be used, in a sentence; ``plan`` has no rotations then."""
    policies: tuple[Policy, ...] = ()
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    register: Register = ()
    """Every account with who looks after it, those where nothing is read too; see ``register.is_in_use``."""
    named_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The settings that name people, and whom: what a leaver has to be taken out of."""
    erase_after: timedelta = timedelta(0)
    """How long after its end a mention of no class keeps the words of the public; 0: for ever."""
    classes: tuple[RetentionClass, ...] = ()
    """What is kept for another time, by its topic."""
    keeps: frozenset[str] = frozenset()
    """References of mentions whose words are kept all the same."""
    shifts: Times = field(default_factory=Times)
    """What is due how long before and after a change of shift."""
    public_url: str = ""
    """Where people outside reach this bot, for the addresses of calendars; empty where nobody can."""
    user_group: str = ""
    """A user group of the chat that always holds who is on duty; empty where none is set."""
    ways: Mapping[Way, timedelta] = field(default_factory=dict)
    """The ways besides the chat that are set up, and how long after the chat each is tried."""
    rules: Rules = field(default_factory=Rules)
    """What is looked for in a reply before it goes."""
    approval: Approval = field(default_factory=Approval)
    approvers: tuple[str, ...] = ()
    """Approvers by name: these can be told things. A group cannot, but its members have the role."""
    approver_groups: bool = False
    house_rules: tuple[HouseRule, ...] = ()
    review_within: timedelta = timedelta(days=1)
    hide_for: timedelta = timedelta(days=30)
    """How long a post stays hidden unless a colleague renews it."""
    told_late: frozenset[str] = frozenset()
    """Those whom only a chat reaches that is read now and then: a ping takes their other ways at once."""
    read_each: Mapping[str, timedelta] = field(default_factory=dict)
    """How long what is written may lie in a chat that is read now and then; chats that hear at once are not in it."""
    test_weekly: bool = False
    """Whether each person on duty gets a test ping once a week."""
    watching: WatchRules = field(default_factory=WatchRules)
    rights: RightRules = field(default_factory=RightRules)
    saving: SavingRules = field(default_factory=SavingRules)

    def account_of(self, mention: Mention) -> Account:
        """The mention's account; one that left the settings keeps the name and can only be answered by hand."""
        if known := self.accounts.get(mention.account):
            return known
        return gone_account(mention.account, mention.network)

    def hold_in(self, chat: str) -> timedelta:
        """How long a reply let go in a chat is held: there an undo may lie for as long as the answer that offered it did."""
        return max(self.hold, 2 * self.read_each.get(chat, timedelta(0))) if self.hold else self.hold

    @property
    def erases(self) -> bool:
        """Whether any words are erased by age."""
        return bool(self.erase_after) or any(one.kept_for for one in self.classes)

    @property
    def has_leads(self) -> bool:
        """Whether anybody at all is a lead."""
        return bool(self.leads) or self.lead_groups

    @property
    def has_two_leads(self) -> bool:
        """Whether there may be a second lead to agree with the first."""
        return len(self.leads) > 1 or self.lead_groups

    def ways_to(self, person: str) -> tuple[Way, ...]:
        """How a person can be reached besides the chat, in the order in which it is tried."""
        known = self.contacts.get(person)
        have = [way for way in self.ways if known and known.address(way)]
        return tuple(sorted(have, key=lambda way: self.ways[way]))

    def to_see(self, mention: Mention, start: datetime) -> Due:
        """By when somebody must look at a mention, and why, counted from ``start``."""
        found = self.targets.to_see(mention, has_rota=bool(self.plan.rotations))
        return first(found, start, self.hours, self.account_of(mention).label)

    def to_answer(self, mention: Mention, start: datetime) -> Due:
        """By when a mention must be answered, and why, counted from ``start``."""
        account = self.account_of(mention)
        return first(self.targets.to_answer(mention, account.respond_within), start, self.hours, account.label)

    def see_by(self, mention: Mention, start: datetime) -> datetime:
        """By when somebody must look at what waits since ``start``."""
        return self.to_see(mention, start).at

    def respond_by(self, mention: Mention, start: datetime) -> datetime:
        """When silence becomes rude for what waits since ``start``."""
        return self.to_answer(mention, start).at

    def wants_by(self, mention: Mention) -> datetime:
        """When silence is next rude: while nobody has looked, by when somebody must; else when an answer is due."""
        due = mention.respond_by or mention.received_at
        return min(due, mention.see_by) if mention.see_by and not mention.seen_at else due

    @property
    def own_names(self) -> frozenset[str]:
        """What we and our accounts are called."""
        called = (name for one in self.accounts.values() for name in (one.name, one.label, one.speaks_as))
        return frozenset(folded(name) for name in (self.organisation, *called) if name)

    @property
    def own_handles(self) -> frozenset[str]:
        """The handles of our accounts, without @."""
        return frozenset(handle for one in self.accounts.values() for handle in handles_in(one.speaks_as))

    def handles_on(self, network: str) -> frozenset[str]:
        """Those of one network."""
        here = (one.speaks_as for one in self.accounts.values() if one.network == network)
        return frozenset(handle for name in here for handle in handles_in(name))

    def is_closed(self, day: date) -> bool:
        """Whether the organisation is closed on a day: a bank holiday it keeps, or a day of its own."""
        return day in self.hours.closed

    def channel_of(self, mention: Mention) -> str:
        """The channel a mention belongs to; empty for a private message that is held."""
        if mention.channel and not mention.private:
            return mention.channel
        return self.account_of(mention).channel_for(mention.private)

    def is_held(self, mention: Mention) -> bool:
        """A private message that no channel may show: only leads may look."""
        return mention.private and not self.channel_of(mention)


HANDLE = re.compile(r"@([\w.-]+(?:@[\w.-]+)?)")


def handles_in(speaks_as: str) -> list[str]:
    """The handles in what the public knows an account by."""
    return [folded(handle).rstrip(".") for handle in HANDLE.findall(speaks_as)]


def gone_account(name: str, network: str) -> Account:
    """An account that is no longer, or never was, in the settings."""
    return Account(
        name=name,
        network=network,
        channel="",
        private_channel="",
        label=name,
        respond_within=timedelta(hours=1),
        speaks_as=name,
        by_hand=True,
        limits=TextLimits(10_000, "characters", len),
    )
