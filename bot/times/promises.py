"""The organisation's response targets and closed days, from the settings. Raises SettingsError naming the setting."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from bot.errors import SettingsError
from bot.house import Account
from bot.settings.duty import HolidaySettings, TargetSettings
from bot.times.closed_days import Days, bank_holidays, read_day, read_file
from bot.times.targets import Length, Target, Targets, read_length

Read = TypeVar("Read")


def closed_days(settings: HolidaySettings) -> Days:
    """The bank holidays of the nations named and the organisation's own closed days, without those it works all the same."""
    days = read("holidays.nations", bank_holidays, settings.nations)
    if settings.file:
        days |= read("holidays.file", read_file, Path(settings.file))
    days |= {read("holidays.closed", read_day, one): "closed" for one in settings.closed}
    worked = {read("holidays.open", read_day, one) for one in settings.open}
    return {day: name for day, name in days.items() if day not in worked}


def targets_of(rows: Iterable[TargetSettings], accounts: Mapping[str, Account]) -> Targets:
    """The response targets, in the order in which they were written."""
    return Targets(tuple(target_of(row, accounts, f"targets {number}") for number, row in enumerate(rows, 1)))


def target_of(row: TargetSettings, accounts: Mapping[str, Account], where: str) -> Target:
    """One target."""
    if row.account and row.account not in accounts:
        raise SettingsError(f"{where}.account: {row.account!r} is not one of {', '.join(accounts)}")
    if not (row.see or row.respond):
        raise SettingsError(f"{where}: says neither how soon to see nor how soon to respond")
    return Target(
        account=row.account,
        priority=row.priority,
        kind=row.kind,
        private=row.private,
        see=length_of(row.see, f"{where}.see"),
        respond=length_of(row.respond, f"{where}.respond"),
    )


def length_of(text: str, where: str) -> Length | None:
    """A length, or none where nothing was written."""
    return read(where, read_length, text) if text else None


def read(where: str, reader: Callable[..., Read], written: object) -> Read:
    """What was written, as ``reader`` reads it."""
    try:
        return reader(written)
    except ValueError as error:
        raise SettingsError(f"{where}: {error}") from error
