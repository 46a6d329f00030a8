"""``tolbooth config`` and ``tolbooth manifest``: what can be set, and what to paste into the chat's own settings."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from bot.errors import SettingsError
from bot.logs import REDACTOR
from bot.registry import found
from bot.settings import CoreSettings
from bot.settings.file import PREFIX
from bot.settings.register import LISTED, ListedAccount
from bot.wiring import REGISTERED, load_settings

HOW = """# Every setting, as it could stand in tolbooth.toml. Any may be set in the environment: its name stands beside it.
# Any secret x may be given as x_file, the path of a file that holds it. Durations are in the unit named."""


def lines(config: Path | None) -> Iterator[str]:
    """The settings page: core, chats, then what an account of each network takes."""
    loaded = load_settings(config)
    yield HOW
    yield f"# read from: {loaded.path or 'the environment only'}"
    yield ""
    yield from section("", CoreSettings, loaded.core)
    for name, entry in REGISTERED.chats.items():
        yield from section(name, entry.settings_class(), loaded.chats.get(name))
    for name, entry in REGISTERED.messengers.items():
        table = section(name, entry.settings_class(), loaded.messengers.get(name))
        yield from table if name in loaded.messengers else commented_out(table)
    for name, entry in REGISTERED.networks.items():
        yield f"# an account of network {name!r}; repeat the table for each account"
        yield "[[accounts]]"
        yield from fields(entry.settings_class(), None, "accounts.NAME.", skip={"network"})
        yield f'network = "{name}"'
        yield ""
    yield "# an account without an adapter, so that the register is whole; repeat the table for each"
    yield "[[accounts]]"
    yield from fields(ListedAccount, None, "accounts.NAME.", skip={"network"})
    yield f'network = "{LISTED}"'
    yield ""
    for account in loaded.accounts:
        yield f"# set: account {account.name} ({account.network}) shows its cards in {account.channel}"


def section(name: str, model: type[BaseModel], now: BaseModel | None) -> Iterator[str]:
    """One table and the tables inside it."""
    inner = {key: field for key, field in model.model_fields.items() if is_section(field)}
    repeated = {key: row for key, field in model.model_fields.items() if (row := row_of(field))}
    if name:
        yield f"[{name}]"
    yield from fields(model, now, f"{name}." if name else "", skip={*inner, *repeated, "accounts"})
    yield ""
    for key, row in repeated.items():
        yield f"# {model.model_fields[key].description} ({PREFIX}{f'{name}__{key}'.strip('_').upper()}, as a list in JSON)"
        yield from rows(f"{name}.{key}" if name else key, row, getattr(now, key, ()))
    for key, field in inner.items():
        annotation: Any = field.annotation
        yield from section(f"{name}.{key}" if name else key, annotation, getattr(now, key, None))


def commented_out(table: Iterator[str]) -> Iterator[str]:
    """A table that is not in force, as one could uncomment it."""
    return (line if not line or line.startswith("#") else f"# {line}" for line in table)


def is_section(field: FieldInfo) -> bool:
    """Whether a setting is a table."""
    return isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)


def row_of(field: FieldInfo) -> type[BaseModel] | None:
    """What each table of a repeated setting takes; None for any other setting."""
    kinds = get_args(field.annotation)
    return kinds[0] if kinds and isinstance(kinds[0], type) and issubclass(kinds[0], BaseModel) else None


def rows(name: str, row: type[BaseModel], now: Sequence[BaseModel]) -> Iterator[str]:
    """The tables of a repeated setting; without any, one commented out that shows what it takes."""
    for one in now:
        yield f"[[{name}]]"
        yield from fields(row, one, None, skip=set())
        yield ""
    if not now:
        yield f"# [[{name}]]"
        yield from commented_out(fields(row, None, None, skip=set()))
        yield ""


def fields(model: type[BaseModel], now: BaseModel | None, under: str | None, *, skip: set[str]) -> Iterator[str]:
    """A line for each setting: commented out where the default stands. What has no ``under`` has no variable of its own."""
    for name, field in model.model_fields.items():
        if name in skip:
            continue
        variable = "" if under is None else f" ({PREFIX}{f'{under}{name}'.replace('.', '__').upper()})"
        yield f"# {field.description or name}{variable}"
        value = getattr(now, name, field.default) if now is not None else field.default
        as_default = now is None or value == field.default
        mark = "# " if as_default and not field.is_required() else ""
        yield f"{mark}{name} = {shown(value, field)}"


def shown(value: object, field: FieldInfo) -> str:
    """A value as TOML has it; a secret only says whether it is set."""
    if isinstance(value, SecretStr) or (field.annotation in (SecretStr, SecretStr | None)):
        return '"(set)"' if isinstance(value, SecretStr) else '"…"'
    if isinstance(value, timedelta):
        minutes = "minutes" in (field.description or "")
        return f"{value.total_seconds() / (60 if minutes else 1):g}"
    if get_origin(field.annotation) is dict:
        return inline_table(value if isinstance(value, dict) else {"…": "…"})
    if field.is_required() and not isinstance(value, str | int | float | bool | tuple):
        return '"…"'
    if value is None:
        return "true" if bool in get_args(field.annotation) else '""'
    if isinstance(value, str):
        value = REDACTOR.redacted(value)
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False, default=str)


def inline_table(values: Mapping[str, object]) -> str:
    """Names with their values, in one line of TOML."""
    pairs = [" = ".join(json.dumps(one, ensure_ascii=False) for one in pair) for pair in values.items()]
    return f"{{ {', '.join(pairs)} }}"


NO_MANIFEST = """There is no app manifest to paste: {chat} takes none.
How its app is made: the README.md in integrations/{chat}. Then, if it is signed in by hand: tolbooth sign-in"""


def manifest_text(config: Path | None, mode: str | None, url: str) -> str:
    """The app manifest as JSON. Needs no settings; follows them when there are some. Raises SettingsError for a chat that
    takes none.
    """
    loaded = load_settings(config)
    if loaded.chats and not any(REGISTERED.chats[chat].manifest for chat in loaded.chats):
        raise SettingsError(NO_MANIFEST.format(chat=" and ".join(loaded.chats)))
    name, entry = next((n, e) for n, e in REGISTERED.chats.items() if e.manifest)
    chosen = mode or getattr(loaded.chats.get(name), "mode", "socket")
    made = found(entry.manifest)(loaded.core, chosen, url, pictures=loaded.takes_pictures)
    return json.dumps(made, indent=2, ensure_ascii=False)
