"""The organisation's rules, as the core knows them, from the settings."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.errors import SettingsError
from bot.house import BY_HAND, Account, House, gone_account
from bot.ports import Network
from bot.settings import AccountSettings
from bot.settings_file import Loaded
from bot.triage import Rule, read_rules


def channels_of(loaded: Loaded) -> tuple[str, ...]:
    """Every channel the settings name."""
    named = [loaded.core.by_hand_channel, loaded.core.record.seal_channel]
    named += [channel for account in loaded.accounts for channel in (account.channel, account.private_channel)]
    return tuple(dict.fromkeys(channel for channel in named if channel))


def account_of(settings: AccountSettings, network: Network) -> Account:
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
    )


def triage_rules(setting: str) -> tuple[Rule, ...]:
    """The word list in force: the one that ships, a file of your own, or none. Raises SettingsError."""
    if setting == "none":
        return ()
    try:
        return read_rules(Path(setting)) if setting else read_rules()
    except ValueError as error:
        raise SettingsError(f"triage_words: {error}") from error


def house_of(loaded: Loaded, networks: Mapping[str, Network]) -> House:
    """The organisation's rules."""
    core = loaded.core
    accounts = {settings.name: account_of(settings, networks[settings.name]) for settings in loaded.accounts}
    channel = core.by_hand_channel or next((settings.channel for settings in loaded.accounts), "")
    if channel:
        brought_in = gone_account(BY_HAND, BY_HAND)
        accounts[BY_HAND] = replace(brought_in, channel=channel, label="added by staff", speaks_as=core.organisation or "us")
    return House(
        accounts=accounts,
        zone=ZoneInfo(core.zone),
        hours=core.hours,
        chats=tuple(loaded.chats),
        officers=core.duty.officers,
        leads=tuple(i for i in dict.fromkeys((*core.roles.lead, *core.roles.admin)) if not i.startswith("S")),
        lead_groups=any(i.startswith("S") for i in (*core.roles.lead, *core.roles.admin)),
        acknowledge_within=core.duty.acknowledge_within,
        hold=core.replies.hold,
        organisation=core.organisation,
        triage=triage_rules(core.triage_words),
        commands=core.commands.model_dump(),
    )
