"""The organisation's rules, as the core knows them, from the settings."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.duty.contact import Contact
from bot.duty.escalation import Policy
from bot.duty.escalation_read import read_policies
from bot.duty.rota import DutyRole, Plan
from bot.duty.rota_read import plan_from
from bot.duty.shifts import Times
from bot.errors import SettingsError
from bot.house import BY_HAND, CANARY, CANARY_NETWORK, Account, House, gone_account
from bot.housing_replies import replying_of
from bot.housing_rights import rights_of
from bot.ports import Chat, Network, Way
from bot.register import Kept, Register
from bot.retention.classes import RetentionClass
from bot.settings import AccountSettings, CoreSettings
from bot.settings.duty import PersonSettings
from bot.settings.file import Loaded
from bot.settings.register import ListedAccount
from bot.settings.retention import RetentionSettings
from bot.settings.ways import ways_of
from bot.times.promises import closed_days, targets_of
from bot.triage import Rule, read_rules
from bot.watching.watch import WatchRules


def channels_of(loaded: Loaded) -> tuple[str, ...]:
    """Every channel the settings name."""
    core = loaded.core
    named = [core.by_hand_channel, core.record.seal_channel, core.reports.weekly_channel, core.canary.channel]
    named += [channel for account in loaded.accounts for channel in (account.channel, account.private_channel)]
    return tuple(dict.fromkeys(channel for channel in named if channel))


def account_of(settings: AccountSettings, network: Network, sign_off: str = "none") -> Account:
    """An account as the core knows it."""
    return Account(
        name=settings.name,
        network=settings.network,
        channel=settings.channel,
        private_channel=settings.private_channel,
        label=settings.label or settings.name,
        respond_within=settings.respond_within,
        speaks_as=network.speaks_as,
        by_hand=network.by_hand,
        limits=network.limits,
        abilities=network.abilities,
        picture_url=settings.picture_url or "",
        signs=(settings.sign_off or sign_off) == "initials",
        languages=settings.languages,
        translate_within=settings.translate_within,
        per_hour=settings.replies_per_hour,
        page_name=settings.page_name,
    )


def register_of(loaded: Loaded) -> Register:
    """Every account with who looks after it: those that are read, then those that are only listed."""
    read = [kept(one, place=one.page_name or one.network) for one in loaded.accounts]
    return (*read, *(kept(one, place=one.place, url=one.url or "", is_listed=True) for one in loaded.listed))


def kept(account: AccountSettings | ListedAccount, **where: Any) -> Kept:
    """One row of the register."""
    return Kept(
        name=account.name,
        label=account.label or account.name,
        custodian=account.custodian,
        deputy=account.deputy,
        kept_in=account.credential_kept_in,
        last_verified=account.last_verified,
        **where,
    )


def named_in(loaded: Loaded, policies: Sequence[Policy]) -> Mapping[str, tuple[str, ...]]:
    """The settings that name people, and whom."""
    core = loaded.core
    roles = {f"roles.{role}": tuple(ids) for role, ids in core.roles.model_dump().items()}
    turns = {f"rota {rotation.name}": rotation.people for rotation in core.rota}
    people = {"duty.officers": core.duty.officers, "staff.may_reply": core.staff.may_reply}
    steps = {f"escalation {policy.name}": policy.people for policy in policies}
    return {
        **roles,
        **people,
        **turns,
        **steps,
        "people": tuple(person.id for person in core.people),
        "rights.owners": tuple(core.rights.owners.values()),
    }


def contact_of(person: PersonSettings) -> Contact:
    """A person's other ways."""
    own = (person.phone, person.email, person.calendar_url)
    phone, email, calendar = (one.get_secret_value() if one else "" for one in own)
    return Contact(person.id, phone, email, calendar, initials=person.initials)


def triage_rules(setting: str) -> tuple[Rule, ...]:
    """The word list in force: the one that ships, a file of your own, or none. Raises SettingsError."""
    if setting == "none":
        return ()
    try:
        return read_rules(Path(setting)) if setting else read_rules()
    except ValueError as error:
        raise SettingsError(f"triage_words: {error}") from error


def rota_of(core: CoreSettings) -> tuple[Plan, str]:
    """The rota as the settings have it, and why it cannot be used: then only those who are always on duty are in it."""
    standing = {DutyRole.DUTY: core.duty.officers, DutyRole.LEAD: named_leads(core)}
    zone = ZoneInfo(core.zone)
    try:
        return plan_from([row.model_dump() for row in core.rota], standing, zone), ""
    except ValueError as error:
        return plan_from([], standing, zone), str(error)


def named_leads(core: CoreSettings) -> tuple[str, ...]:
    """Leads who can be told things: people, not groups."""
    return tuple(i for i in dict.fromkeys((*core.roles.lead, *core.roles.admin)) if not i.startswith("S"))


def accounts_of(loaded: Loaded, networks: Mapping[str, Network]) -> dict[str, Account]:
    """Every account that mentions can come in by: those of networks, what staff bring in, and our own trial."""
    core = loaded.core
    signs = core.replies.sign_off
    accounts = {settings.name: account_of(settings, networks[settings.name], signs) for settings in loaded.accounts}
    channel = core.by_hand_channel or next((settings.channel for settings in loaded.accounts), "")
    if channel:
        brought_in = gone_account(BY_HAND, BY_HAND)
        accounts[BY_HAND] = replace(brought_in, channel=channel, label="added by staff", speaks_as=core.organisation or "us")
    if core.canary.channel:
        trial = gone_account(CANARY, CANARY_NETWORK)
        accounts[CANARY] = replace(trial, channel=core.canary.channel, speaks_as="a test of Tolbooth by itself")
    return accounts


def suited_to(house: House, chats: Sequence[Chat]) -> dict[str, Any]:
    """What the chats that are set up change: how commands are spelled, whom they tell late, and what they hear late."""
    quick = [chat for chat in chats if not chat.manner.reads_each]
    late = [person for person in house.contacts if not any(chat.manner.reaches(person) for chat in quick)]
    own = chats[0].manner.commands if chats else {}
    each = {chat.name: chat.manner.reads_each for chat in chats if chat.manner.reads_each}
    return {"commands": own or house.commands, "told_late": frozenset(late if chats else ()), "read_each": each}


def watching_of(core: CoreSettings) -> WatchRules:
    """How much watches may do."""
    own = core.watches
    return WatchRules(own.per_day, own.most_per_day, timedelta(days=own.days), timedelta(days=own.longest_days), own.most)


def classes_of(retention: RetentionSettings) -> tuple[RetentionClass, ...]:
    """The classes of retention."""
    return tuple(RetentionClass(one.name, one.topics, timedelta(days=one.days)) for one in retention.classes)


def retaining_of(core: CoreSettings) -> dict[str, Any]:
    """How long words are kept, and which rights have a clock."""
    own = core.retention
    kept = {"erase_after": timedelta(days=own.personal_text_days), "classes": classes_of(own), "keeps": frozenset(own.keep)}
    return {**kept, "rights": rights_of(core.rights)}


def house_of(loaded: Loaded, networks: Mapping[str, Network]) -> House:
    """The organisation's rules."""
    core = loaded.core
    accounts = accounts_of(loaded, networks)
    plan, rota_fault = rota_of(core)
    try:
        policies = read_policies(core.escalation, accounts)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    return House(
        accounts=accounts,
        plan=plan,
        policies=policies,
        rota_fault=rota_fault,
        zone=ZoneInfo(core.zone),
        hours=replace(core.hours, closed=closed_days(core.holidays)),
        chats=tuple(loaded.chats),
        officers=core.duty.officers,
        leads=named_leads(core),
        lead_groups=any(i.startswith("S") for i in (*core.roles.lead, *core.roles.admin)),
        acknowledge_within=core.duty.acknowledge_within,
        hold=core.replies.hold,
        **replying_of(core),
        organisation=core.organisation,
        triage=triage_rules(core.triage_words),
        targets=targets_of(core.targets, accounts),
        commands=core.commands.model_dump(),
        shifts=Times(core.shifts.draft_before, core.shifts.ready_before, core.shifts.late_after),
        user_group=core.shifts.user_group,
        public_url=core.shifts.public_url or "",
        contacts={person.id: contact_of(person) for person in core.people},
        test_weekly=core.fallback.test_weekly,
        ways=ways_of(loaded.messengers, {Way.TEXT: core.fallback.text_after, Way.EMAIL: core.fallback.email_after}),
        register=register_of(loaded),
        named_in=named_in(loaded, policies),
        **retaining_of(core),
        watching=watching_of(core),
    )
