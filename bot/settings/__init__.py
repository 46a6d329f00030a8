"""The settings: one TOML file, any value from the environment, any secret from a file.

``TOLBOOTH_`` and ``__`` for nesting name the same settings in the environment: ``TOLBOOTH_WEB__PORT``,
``TOLBOOTH_ACCOUNTS__BINS__SECRET``. The environment wins over the file.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.settings.duty import (
    CanarySettings,
    Fallback,
    HolidaySettings,
    PersonSettings,
    PolicySettings,
    ReportSettings,
    RotationSettings,
    ShiftSettings,
    TargetSettings,
)
from bot.settings.listening import ListeningSettings
from bot.settings.register import NAME, LookedAfter
from bot.settings.replying import (
    ApprovalRules,
    ApprovalSettings,
    CheckSettings,
    HouseRule,
    Moderation,
    PreElectionSettings,
    Replies,
    Speaks,
)
from bot.settings.retention import RetentionSettings
from bot.settings.rights import RightsSettings
from bot.settings.saving import SavedSettings
from bot.settings.types import COMMAND, ChatIds, Minutes, Section, with_secrets_read
from bot.settings.watching import WatchesSettings
from bot.times.working_time import OfficeHours
from bot.vault import key_from


class Web(Section):
    """The built-in web server: webhooks, health and metrics."""

    host: str = Field("127.0.0.1", description="address to listen on; 0.0.0.0 behind a reverse proxy or in a container")
    port: int = Field(8080, ge=0, le=65535, description="port to listen on; 0 lets the system choose")


class Roles(Section):
    """Who may do more than a responder: user or group ids of the chat."""

    lead: ChatIds = Field((), description="team leads: may act on anybody's claim; hear of what goes wrong")
    duty: ChatIds = Field((), description="duty officers, besides those in duty.officers")
    approver: ChatIds = Field((), description="may approve replies")
    admin: ChatIds = Field((), description="may do all a lead may")
    trainee: ChatIds = Field((), description="whose replies a colleague approves before they go")


class StaffRules(Section):
    """What staff may do."""

    may_reply: ChatIds = Field(
        (), description="who may publish: user or group ids; empty: every full member of the mention's channel"
    )


class Duty(Section):
    """Who is pinged when a mention waits too long."""

    officers: ChatIds = Field((), description="user ids, pinged in this order")
    acknowledge_within: Minutes = Field(
        timedelta(minutes=10), gt=timedelta(0), description="minutes before the next is pinged"
    )


class Commands(Section):
    """What the slash commands are called; a chat's commands are shared by all its apps, so they may clash."""

    mention: str = Field("/mention", pattern=COMMAND, description="the command with verbs")
    claim: str = Field("/claim", pattern=COMMAND, description="short for claim")
    reply: str = Field("/reply", pattern=COMMAND, description="short for reply")
    handover: str = Field("/handover", pattern=COMMAND, description="short for handover")


class Record(Section):
    """The record of who did what and why."""

    seal_channel: str = Field("", description="channel where each hour's seal is posted, so that a rewritten past shows")


class DatabaseLimits(Section):
    """What a copy asks of a PostgreSQL server."""

    pool: int = Field(8, ge=2, le=64, description="connections each copy keeps to PostgreSQL")
    statement_seconds: int = Field(15, ge=1, le=600, description="seconds after which PostgreSQL gives a statement up")


class WatchSettings(Section):
    """Telling the outside that all is well, so that silence is the alarm."""

    heartbeat_url: SecretStr | None = Field(
        None, description="called each minute while all is as it must be, by one copy; empty: nobody is called"
    )

    @field_validator("heartbeat_url")
    @classmethod
    def an_address(cls, url: SecretStr | None) -> SecretStr | None:
        """An address, or nothing."""
        if url is not None and not url.get_secret_value().startswith(("https://", "http://")):
            raise ValueError("write https://…")
        return url


class AccountSettings(LookedAfter, Speaks):
    """What every account has, whatever its network; the network's own settings stand beside these."""

    brings_private: ClassVar[bool] = True
    """Whether private messages can come in by it."""
    name: str = Field(pattern=NAME, description="short name; part of the webhook address")
    network: str = Field(description="which network")
    channel: str = Field(min_length=1, description="channel for its cards: an id or a name")
    private_channel: str = Field("", description="channel for private messages; empty: they are held and the leads told")
    label: str = Field("", description="what staff see the account called; empty: its name")
    respond_within: Minutes = Field(
        timedelta(minutes=60), gt=timedelta(0), description="minutes of office hours before a mention is overdue"
    )

    @property
    def takes_pictures(self) -> bool:
        """Whether its replies can carry pictures, so that the chat must be able to read files."""
        return False

    @property
    def page_name(self) -> str:
        """What staff call the place where a person posts its replies; empty: just the page."""
        return ""


class CoreSettings(BaseSettings):
    """Settings of the core. The chats' own sections join them in ``bot.settings.file``."""

    model_config = SettingsConfigDict(
        env_prefix="TOLBOOTH_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        nested_model_default_partial_update=True,
    )

    organisation: str = Field("", description="the organisation's name, as staff know it")
    zone: str = Field("Europe/London", description="the organisation's time zone")
    office_hours: str = Field(
        "", description='such as "mon-thu 09:00-12:30 13:30-17:00, fri 09:00-16:00"; empty: every hour counts'
    )
    database_url: str = Field("sqlite:///tolbooth.db", description="sqlite:///FILE or postgresql://USER@HOST/NAME")
    database_password: SecretStr | None = Field(None, description="the database's password, apart from its URL")
    database_password_file: Path | None = Field(None, description="a file that holds it")
    database: DatabaseLimits = DatabaseLimits()
    recovery_file: Path | None = Field(
        None, description="where to note the newest event, by which a restore is noticed; empty: beside a SQLite file"
    )
    secrets_key: SecretStr | None = Field(
        None, description="base64 of 32 random bytes; seals the sign-ins kept in the database (openssl rand -base64 32)"
    )
    secrets_key_file: Path | None = Field(None, description="a file that holds it")
    redis_url: str = Field("", description="redis://HOST or rediss://HOST; empty: this copy runs alone")
    redis_password: SecretStr | None = Field(None, description="Redis's password, apart from its URL")
    redis_password_file: Path | None = Field(None, description="a file that holds it")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="how much is logged")
    web: Web = Web()
    roles: Roles = Roles()
    staff: StaffRules = StaffRules()
    duty: Duty = Duty()
    replies: Replies = Replies()
    commands: Commands = Commands()
    record: Record = Record()
    watch: WatchSettings = WatchSettings()
    holidays: HolidaySettings = HolidaySettings()
    shifts: ShiftSettings = ShiftSettings()
    fallback: Fallback = Fallback()
    reports: ReportSettings = ReportSettings()
    retention: RetentionSettings = RetentionSettings()
    rights: RightsSettings = RightsSettings()
    canary: CanarySettings = CanarySettings()
    listening: ListeningSettings = ListeningSettings()
    watches: WatchesSettings = WatchesSettings()
    saved: SavedSettings = SavedSettings()
    targets: tuple[TargetSettings, ...] = Field((), description="one [[targets]] table each: how soon to look and answer")
    rota: tuple[RotationSettings, ...] = Field((), description="one [[rota]] table each: who takes a role in turn")
    people: tuple[PersonSettings, ...] = Field((), description="one [[people]] table each: how staff are reached")
    escalation: tuple[PolicySettings, ...] = Field((), description="one [[escalation]] table each: who is pinged when")
    triage_words: str = Field("", description='a word list that may raise priority; empty: the one that ships; "none": none')
    by_hand_channel: str = Field("", description="channel for what staff add themselves; empty: the first account's")
    checks: CheckSettings = CheckSettings()
    pre_election: tuple[PreElectionSettings, ...] = Field((), description="one [[pre_election]] table for each period")
    approvals: ApprovalRules = ApprovalRules()
    approval: tuple[ApprovalSettings, ...] = Field((), description="one [[approval]] table each: whose replies need it")
    moderation: Moderation = Moderation()
    house_rules: tuple[HouseRule, ...] = Field((), description="one [[house_rules]] table each: by which posts are hidden")
    accounts: dict[str, dict[str, Any]] = Field({}, description="one [[accounts]] table each")

    @model_validator(mode="before")
    @classmethod
    def read_secret_files(cls, given: Any) -> Any:
        """Put the content of ``database_password_file`` in the place of ``database_password``."""
        return with_secrets_read(cls, given)

    @field_validator("secrets_key")
    @classmethod
    def usable_key(cls, key: SecretStr | None) -> SecretStr | None:
        """Only a key that seals."""
        if key is not None:
            key_from(key.get_secret_value())
        return key

    @field_validator("people")
    @classmethod
    def each_once(cls, people: tuple[PersonSettings, ...]) -> tuple[PersonSettings, ...]:
        """Of two tables for one person nobody could say which counts."""
        named = [person.id for person in people]
        if twice := next((one for one in named if named.count(one) > 1), ""):
            raise ValueError(f"{twice} has two tables; write one for each person")
        return people

    @field_validator("zone")
    @classmethod
    def known_zone(cls, zone: str) -> str:
        """Only zones the system or tzdata knows."""
        if zone not in available_timezones():
            raise ValueError(f'{zone!r} is not a time zone; write one such as "Europe/London"')
        return zone

    @field_validator("office_hours")
    @classmethod
    def readable_hours(cls, hours: str) -> str:
        """Only hours that can be read."""
        OfficeHours.read(hours, ZoneInfo("UTC"))
        return hours

    @field_validator("database_url")
    @classmethod
    def known_database(cls, url: str) -> str:
        """SQLite or PostgreSQL."""
        if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("write sqlite:///FILE or postgresql://USER@HOST/NAME")
        return url

    @property
    def hours(self) -> OfficeHours:
        """The hours that count towards response targets."""
        return OfficeHours.read(self.office_hours, ZoneInfo(self.zone))
