"""The settings of duty: response targets, closed days, the rota, escalation, and how people are reached besides the chat."""

import re
from datetime import timedelta
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from bot.settings.types import ChatId, HttpUrl, Minutes, Section, Several
from bot.settings.ways import mailbox, phone_number

Priority = Literal["P0", "P1", "P2", "P3", "P4"]
CALLED = re.compile(r"(https?|webcal)://[^\s/]+(/\S*)?", re.IGNORECASE)
LENGTH = 'such as "15 minutes", "4 working hours", "1 working day" or "same working day"'


class TargetSettings(Section):
    """How soon somebody must look at a mention, and answer it. Of several that fit, the first that says so counts."""

    account: str = Field("", description="only for this account; empty: every account")
    priority: str = Field("", pattern=r"^(P[0-4])?$", description="only for this priority; empty: every priority")
    kind: str = Field("", description="only for posts of this kind, such as mention or message; empty: every kind")
    private: bool | None = Field(None, description="only for private messages (true), or only for public posts (false)")
    see: str = Field("", description=f"how soon somebody must have looked, {LENGTH}")
    respond: str = Field("", description=f"how soon an answer is due, {LENGTH}")


class HolidaySettings(Section):
    """The days on which the organisation is closed."""

    nations: Several = Field(
        (), description="whose bank holidays: england, wales, scotland, northern-ireland; empty: none are kept"
    )
    file: str = Field("", description="a file of your own: a line each, YYYY-MM-DD and what day it is")
    closed: Several = Field((), description="more closed days, each as YYYY-MM-DD")
    open: Several = Field((), description="days worked though they are bank holidays, each as YYYY-MM-DD")


class RotationSettings(Section):
    """People who take a role in turn. Seeds the rota; staff change it in the chat from then on.

    What it says is judged by ``bot.duty.rota_read``: a rota that cannot be used must not stop a bot that has one in force.
    """

    name: str = Field("", description="what it is called")
    role: str = Field("duty", description="what these people are there for: duty, backup, lead or shadow")
    people: Several = Field((), description="user ids, in the order of their turns")
    change: str = Field("weekly", description='"daily", "weekly", "monthly", or "every 3 days", "every 2 weeks"')
    starts: str = Field("", description="the first hand-off by the clock on the wall, as YYYY-MM-DD HH:MM")
    ends: str = Field("", description="when it ends, written the same way; empty: never")
    hours: str = Field("", description='the hours it covers, such as "mon-fri 17:00-09:00, sat-sun 09:00-09:00"; empty: all')
    zone: str = Field("", description="the time zone of these clocks; empty: the organisation's")
    layer: int = Field(0, description="of two that cover the same moment the higher has it, from 0 to 9")


class PersonSettings(Section):
    """How a member of staff is reached when the chat does not reach them."""

    id: ChatId = Field(description="user id in the chat")
    phone: SecretStr | None = Field(None, description="for text messages, as +447700900123")
    email: SecretStr | None = Field(None, description="for e-mail")
    calendar_url: SecretStr | None = Field(None, description="an iCal feed of when they are away")
    initials: str = Field("", pattern=r"^[^\W\d_]{0,5}$", description="how they sign off; empty: the initials of their name")

    @field_validator("phone")
    @classmethod
    def dialled(cls, phone: SecretStr | None) -> SecretStr | None:
        """With its country, in digits."""
        return phone and phone_number(phone)

    @field_validator("email")
    @classmethod
    def addressed(cls, email: SecretStr | None) -> SecretStr | None:
        """One address."""
        return email and mailbox(email)

    @field_validator("calendar_url")
    @classmethod
    def fetched(cls, url: SecretStr | None) -> SecretStr | None:
        """An address that can be called."""
        if url is not None and not CALLED.fullmatch(url.get_secret_value()):
            raise ValueError("write https://…")
        return url


class PolicySettings(Section):
    """Who is pinged, in which order, about mentions that wait too long. The first that fits a mention counts."""

    name: str = Field(min_length=1, max_length=40, description="what it is called")
    accounts: Several = Field((), description="only for these accounts; empty: all")
    priorities: Several = Field((), description="only for these priorities, such as P0, P1; empty: all")
    steps: Several = Field(
        ("owner 10", "duty 10", "backup 10", "lead 20", "channel"),
        description="owner, duty, backup, lead, shadow, channel or a user id, each with the minutes until the next",
    )
    repeat: int = Field(2, ge=0, le=20, description="how often the steps are gone through again; after that once a day")
    quiet: str = Field("", description='hours in which nobody is pinged, such as "mon-sun 22:00-07:00"; empty: none')
    quiet_on_closed_days: bool = Field(False, description="whether nobody is pinged on closed days")
    awake_for: Several = Field(("P0", "P1"), description="priorities that are pinged about in quiet hours too")


class Fallback(Section):
    """When a person is reached in another way than the chat."""

    text_after: Minutes = Field(timedelta(minutes=3), description="minutes without an answer before a text message")
    email_after: Minutes = Field(timedelta(minutes=6), description="minutes without an answer before an e-mail")
    test_weekly: bool = Field(True, description="whether each person on duty gets a test ping once a week")


class ShiftSettings(Section):
    """What happens at a change of shift."""

    draft_before: Minutes = Field(timedelta(minutes=30), description="minutes before its end that a handover is drafted")
    ready_before: Minutes = Field(
        timedelta(minutes=10), description="minutes before a shift that its person is asked to be ready"
    )
    late_after: Minutes = Field(timedelta(minutes=15), description="minutes after which a lead hears of a late handover")
    user_group: str = Field("", description="a user group of the chat that always holds who is on duty; empty: none")
    calendar_hosts: Several = Field((), description="hosts inside your network that calendars may be read from")
    public_url: HttpUrl | None = Field(None, description="where people outside reach this bot, for calendar links")


class ReportSettings(Section):
    """The weekly report."""

    weekly_channel: str = Field("", description="channel for each week's report, on Monday at nine; empty: none")


class CanarySettings(Section):
    """A mention of our own that shows the whole way works."""

    channel: str = Field("", description="channel for a test mention each hour, which must become a card; empty: none")

    @field_validator("channel")
    @classmethod
    def trimmed(cls, channel: str) -> str:
        """Without spaces around it."""
        return channel.strip()
