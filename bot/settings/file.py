"""Reads the settings from the file and the environment, and says in plain words what is wrong with them."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError, create_model
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, TomlConfigSettingsSource

from bot.errors import SettingsError
from bot.registry import Entry
from bot.settings import AccountSettings, CoreSettings
from bot.settings.in_words import in_words, nearest, unknown
from bot.settings.register import LISTED, ListedAccount, LookedAfter
from bot.settings.ways import MessengerSettings, refuse_two_carriers

PREFIX = "TOLBOOTH_"
OURS = frozenset({"TOLBOOTH_CONFIG", "TOLBOOTH_ROLE", "TOLBOOTH_TEST_REDIS_URL", "TOLBOOTH_TEST_POSTGRES_URL"})
"""Names in the environment that are not settings."""
MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class Loaded:
    """Everything the settings say. ``chats`` holds the section of each chat that is set up."""

    core: CoreSettings
    chats: Mapping[str, BaseModel]
    accounts: tuple[AccountSettings, ...]
    path: Path | None
    listed: tuple[ListedAccount, ...] = ()
    """Accounts that are only on the register."""
    messengers: Mapping[str, MessengerSettings] = field(default_factory=dict)
    """The section of each service that carries messages to staff."""

    @property
    def takes_pictures(self) -> bool:
        """Whether replies of any account can carry pictures."""
        return any(account.takes_pictures for account in self.accounts)

    @property
    def secrets(self) -> frozenset[str]:
        """Every secret they hold, and every number and address of staff: what is never to be logged."""
        core, parts = self.core, (*self.chats.values(), *self.messengers.values(), *self.accounts)
        sections = (core, core.watch, *core.people, *parts)
        held = [getattr(section, name) for section in sections for name in type(section).model_fields]
        return frozenset(one.get_secret_value() for one in held if isinstance(one, SecretStr))


def load(
    path: Path | None, *, networks: Mapping[str, Entry], chats: Mapping[str, Entry], messengers: Mapping[str, Entry]
) -> Loaded:
    """Read and check them all. Raises SettingsError, at most six lines, each naming a setting."""
    tables = without_overruled_files(read_toml(path), "") if path else {}
    model = model_for({**chats, **messengers}, tables)
    refuse_unknown_environment(model)
    try:
        settings = model()
    except ValidationError as error:
        raise SettingsError(explained(error, path, model=model)) from error
    except SettingsError:
        raise
    except ValueError as error:
        raise SettingsError(unreadable(error, path)) from error
    kept = {name: getattr(settings, name) for name in CoreSettings.model_fields if name != "accounts"}
    core = CoreSettings.model_construct(**kept, accounts={})
    sections = {name: section for name in (*chats, *messengers) if (section := getattr(settings, name)) is not None}
    carriers = {name: sections.pop(name) for name in messengers if name in sections}
    refuse_two_carriers(carriers)
    read = [read_account(name, table, path, networks) for name, table in settings.accounts.items()]
    accounts = tuple(one for one in read if isinstance(one, AccountSettings))
    listed = tuple(one for one in read if isinstance(one, ListedAccount))
    return Loaded(core, sections, accounts, path, listed, carriers)


def read_toml(path: Path) -> dict[str, Any]:
    """The file as tables, ``[[accounts]]`` by name. Raises SettingsError."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"{path}: cannot be read: {error.strerror}. Name the file with --config or TOLBOOTH_CONFIG."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not TOML: {error}") from error
    accounts = tables.get("accounts", [])
    if not isinstance(accounts, list) or not all(isinstance(a, dict) and isinstance(a.get("name"), str) for a in accounts):
        raise SettingsError(f"{path}: accounts: write one [[accounts]] table each, with a name")
    by_key: dict[str, dict[str, Any]] = {}
    for account in accounts:
        if other := by_key.get(key_of(account["name"])):
            same = f"two are called {account['name']!r}"
            alike = f"{other['name']!r} and {account['name']!r} are the same in the environment"
            raise SettingsError(
                f"{path}: accounts: {same if other['name'] == account['name'] else alike}; each needs a name of its own"
            )
        by_key[key_of(account["name"])] = account
    return {**tables, "accounts": by_key}


def key_of(account: str) -> str:
    """An account's name as it stands in the environment, where there is no ``-`` and no small letter."""
    return account.replace("-", "_").lower()


def without_overruled_files(tables: Mapping[str, Any], under: str) -> dict[str, Any]:
    """The tables without each ``x_file`` whose ``x`` stands in the environment, which wins over the file."""
    kept = {}
    for key, value in tables.items():
        name = f"{under}{key}"
        if isinstance(value, dict):
            kept[key] = without_overruled_files(value, f"{name}.")
        elif not (key.endswith("_file") and variable(name.removesuffix("_file")) in in_environment()):
            kept[key] = value
    return kept


def variable(setting: str) -> str:
    """What a setting is called in the environment: ``accounts.bins.secret`` is ``TOLBOOTH_ACCOUNTS__BINS__SECRET``."""
    return PREFIX + setting.replace(".", "__").replace("-", "_").upper()


def in_environment() -> dict[str, str]:
    """Our variables, in capitals."""
    return {name.upper(): value for name, value in os.environ.items() if name.upper().startswith(PREFIX)}


def set_by(setting: str) -> str:
    """The variable that gives a setting, or a part of it; empty when none does."""
    given, parts = in_environment(), setting.split(".")
    for length in range(len(parts), 0, -1):
        name = variable(".".join(parts[:length]))
        if found := next((one for one in (name, f"{name}_FILE") if one in given), ""):
            return found
    return ""


def unreadable(error: ValueError, path: Path | None) -> str:
    """What could not even be split into values: a list in the environment that is not JSON."""
    field = re.search(r'field "(\w+)"', str(error))
    if not field:
        return f"{path or 'the environment'}: {error}"
    top = variable(field.group(1))
    names = [name for name in sorted(in_environment()) if name == top or name.startswith(f"{top}__")]
    return f'{" or ".join(names[:3])}: cannot be read: write a list or a table as JSON, such as ["one", "two"]'


def model_for(parts: Mapping[str, Entry], tables: dict[str, Any]) -> type[CoreSettings]:
    """The settings class with a section for each chat and messenger, reading the environment over the file's tables."""

    class FromFile(TomlConfigSettingsSource):
        """The tables already read."""

        def _read_files(self, *_: Any, **__: Any) -> dict[str, Any]:
            return tables

    class WithFile(CoreSettings):
        """Settings from the environment first, then the file."""

        @classmethod
        def settings_customise_sources(  # noqa: PLR0917 - the library's signature
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
            file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return env_settings, FromFile(settings_cls, toml_file="tolbooth.toml")

    sections: dict[str, Any] = {name: (entry.settings_class() | None, None) for name, entry in parts.items()}
    return create_model("Settings", __base__=WithFile, **sections)


def refuse_unknown_environment(model: type[CoreSettings]) -> None:
    """A misspelt name in the environment is a setting that silently does nothing, so it is an error."""
    known = set(model.model_fields)
    for name in sorted(os.environ):
        if not name.upper().startswith(PREFIX) or name.upper() in OURS:
            continue
        top = name[len(PREFIX) :].lower().split("__")[0]
        if top not in known and top.removesuffix("_file") not in known:
            raise SettingsError(f"{name}: unknown setting in the environment{nearest(top, known, variable)}")


def read_account(key: str, table: dict[str, Any], path: Path | None, networks: Mapping[str, Entry]) -> LookedAfter:
    """One account, read by its network's own settings class, or only listed. Raises SettingsError."""
    network, setting = table.get("network"), f"accounts.{table.get('name', key)}.network"
    if network != LISTED and network not in networks:
        known = ", ".join((*sorted(networks), LISTED))
        meant = nearest(str(network), {*networks, LISTED}).partition("; known are")[0]
        fault = f"{network!r} is not one of {known}{meant}" if network else f"is needed: one of {known}"
        raise SettingsError(
            f"{set_by(setting) or only_in_environment(key, table) or path or 'the environment'}: {setting}: {fault}"
        )
    model: type[LookedAfter] = ListedAccount if network == LISTED else networks[str(network)].settings_class()
    table = {"name": key, **table}
    try:
        return model.model_validate(table)
    except ValidationError as error:
        raise SettingsError(explained(error, path, model=model, under=f"accounts.{table['name']}.")) from error


def only_in_environment(key: str, table: Mapping[str, Any]) -> str:
    """A variable that speaks of an account the file does not have, perhaps by a misspelt name; empty otherwise."""
    under = variable(f"accounts.{key}") + "__"
    return "" if "name" in table else next((name for name in sorted(in_environment()) if name.startswith(under)), "")


def explained(error: ValidationError, path: Path | None, *, model: type[BaseModel], under: str = "") -> str:
    """Each fault on a line: where, what, and the nearest known name for an unknown one."""
    faults = error.errors(include_url=False, include_input=False)
    lines = [line_for(fault, path, model, under) for fault in faults[:MOST_LINES]]
    if len(faults) > MOST_LINES:
        lines[-1] = f"and {len(faults) - MOST_LINES + 1} more"
    return "\n".join(lines)


def line_for(fault: Any, path: Path | None, model: type[BaseModel], under: str) -> str:
    """One fault in words."""
    parts = [str(part) for part in fault["loc"]]
    name = (under + ".".join(parts)).rstrip(".")
    named = [part for part in parts if not part.isdigit()] or ["name"]
    where = set_by(name) or (f"{path}{line_of(path, named, under)}" if path else "the environment")
    if fault["type"] == "extra_forbidden":
        return f"{where}: {name}: unknown setting{unknown(model, parts)}"
    if fault["type"] == "missing":
        return f"{where}: {name}: is needed; set it in the file or as {variable(name)}"
    reason = in_words(fault, model)
    return f"{where}: {reason}" if reason.startswith(f"{name}.") else f"{where}: {name}: {reason}"


def line_of(path: Path | None, parts: list[str], under: str) -> str:
    """`` line 12`` when the key can be found in the file."""
    if path is None:
        return ""
    account = under.removeprefix("accounts.").rstrip(".")
    section, seen_account = "", ""
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if line.startswith("["):
            section, seen_account = line.strip("[] "), ""
            if not under and section == ".".join(parts):
                return f" line {number}"
            continue
        key, _, value = (part.strip() for part in line.partition("="))
        if section == "accounts" and key == "name":
            seen_account = value.strip("\"'")
        in_place = (section == "accounts" and seen_account in ("", account)) if under else section == ".".join(parts[:-1])
        if key.strip("\"'") == parts[-1] and in_place:
            return f" line {number}"
    return ""
