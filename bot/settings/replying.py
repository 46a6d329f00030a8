"""The settings of replying: what is looked for in a draft, approval, signing off, languages, and hiding by rule."""

import re
from datetime import date, timedelta
from typing import Literal, Self, get_args

from pydantic import Field, field_validator, model_validator

from bot.replying.policy import TOPIC
from bot.settings.duty import Priority
from bot.settings.types import CODE, ChatIds, HttpUrl, Minutes, Seconds, Section, Several

PRIORITIES = get_args(Priority)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")
Says = Literal["off", "warn", "block"]
"""warn: said beside the words, one more press sends; block: it goes only with a reason, which is recorded."""


class Replies(Section):
    """How replies leave."""

    hold: Seconds = Field(timedelta(seconds=10), description="seconds during which Undo stops a reply")
    sign_off: Literal["none", "initials"] = Field(
        "none", description='what ends a reply: "initials" adds those of its writer, such as ^PK; accounts may differ'
    )

    @field_validator("hold")
    @classmethod
    def reasonable(cls, hold: timedelta) -> timedelta:
        """A hold of an hour is a mistake."""
        if not timedelta(0) <= hold <= timedelta(minutes=10):
            raise ValueError("from 0 to 600 seconds")
        return hold


class CheckSettings(Section):
    """What is looked for in a reply before it goes: off, warn, or block (it goes only with a reason, which is recorded)."""

    personal_data: Says = Field(
        "warn", description="telephone and account numbers, e-mail addresses, postcodes, birth dates"
    )
    blocked_words: Says = Field("block", description="words of the list below")
    account: Says = Field("warn", description="words that sound like another of your accounts")
    audience: Says = Field("warn", description="words that sound private in a public reply")
    hashtags: Says = Field("warn", description="hashtags of several words without capitals")
    alt_text: Says = Field("block", description="pictures without a description")
    capitals: Says = Field("warn", description="sentences in capitals")
    links: Says = Field("warn", description="links to hosts that link_hosts does not list, and links that hide their host")
    repeated: Says = Field("warn", description="the same words already sent in this conversation")
    promise: Says = Field("warn", description='promises such as "by Friday", which can be tracked')
    address_only: Says = Field("block", description="replies without any words")
    characters: Says = Field("warn", description="characters that do not show or turn others around")
    placeholders: Says = Field("warn", description="gaps of a standard answer not filled in, such as [NAME] or XXXX")
    pre_election: Says = Field("warn", description="political words while a [[pre_election]] period lasts")
    language: Says = Field("off", description="a reply in another language than the one it answers")
    reading_age: int = Field(0, ge=0, le=25, description="highest reading age in years, in English; 0: not measured")
    blocked: Several = Field((), description="words that must not go out; * at the end stands for any ending")
    link_hosts: Several = Field((), description="hosts that links may lead to, with all below them; empty: any")
    own_contacts: Several = Field(
        (), description="your own telephone numbers, e-mail addresses (or @example.org) and postcodes: never personal data"
    )


class PreElectionSettings(Section):
    """A pre-election period. Service questions are answered as ever; what takes sides is asked about."""

    first: date = Field(description="its first day, as YYYY-MM-DD")
    last: date = Field(description="its last day, as YYYY-MM-DD")
    names: Several = Field((), description="candidates, parties and their hashtags")
    line: str = Field("", max_length=300, description="what staff are told about it")

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> Self:
        """In this order."""
        if self.last < self.first:
            raise ValueError("last is before first")
        return self


class ApprovalSettings(Section):
    """Replies that a second person approves before they go. Every table that fits a reply makes it need that."""

    who: Literal["trainees", "everyone"] = Field(
        "trainees", description="whose replies: of those in people and of trainees, or of everyone"
    )
    people: ChatIds = Field((), description="also the replies of these: user or group ids")
    accounts: Several = Field((), description="only for these accounts; empty: all")
    topics: Several = Field((), description="only for these topics, such as bins.missed or bins; empty: all")
    priorities: Several = Field((), description="only for these priorities, such as P0, P1; empty: all")

    @field_validator("priorities")
    @classmethod
    def that_there_are(cls, priorities: tuple[str, ...]) -> tuple[str, ...]:
        """Another one would fit no reply, and nobody's would be approved."""
        if odd := [one for one in priorities if one not in PRIORITIES]:
            raise ValueError(f"{odd[0]!r} is no priority: write any of {', '.join(PRIORITIES)}")
        return priorities

    @field_validator("topics")
    @classmethod
    def that_can_be_given(cls, topics: tuple[str, ...]) -> tuple[str, ...]:
        """Another one could be given to no mention, and nobody's reply would be approved."""
        if odd := [one for one in topics if not TOPIC.fullmatch(one)]:
            raise ValueError(f"{odd[0]!r} can be no topic: write a word in small letters, or two such as bins.missed")
        return topics


class ApprovalRules(Section):
    """How approval goes."""

    within: Minutes = Field(timedelta(minutes=15), gt=timedelta(0), description="minutes before the next approver is asked")
    graduate_after: int = Field(
        0, ge=0, le=100, description="unchanged approvals on a topic after which a person needs none there; 0: never"
    )


class HouseRule(Section):
    """A rule, published beforehand, by which a post of the public may be hidden."""

    code: str = Field(pattern=CODE, description="how staff name it, such as 3.2")
    text: str = Field(min_length=1, max_length=500, description="the rule as it is published")
    url: HttpUrl | None = Field(None, description="where it is published")


class Moderation(Section):
    """Hiding posts of the public."""

    review_within: Minutes = Field(timedelta(days=1), gt=timedelta(0), description="minutes until a colleague must look")
    hide_days: int = Field(30, ge=1, le=3650, description="days after which a hidden post shows again, unless it is renewed")


class Speaks(Section):
    """How one account speaks; every account has these."""

    picture_url: HttpUrl | None = Field(None, description="the account's picture, shown beside the button that sends")
    sign_off: Literal["", "none", "initials"] = Field("", description="what ends its replies; empty: as in [replies]")
    languages: Several = Field(
        (), description="languages every reply is owed in, such as cy, en, in this order; empty: one, whichever"
    )
    translate_within: Minutes = Field(
        timedelta(hours=4), gt=timedelta(0), description="minutes until the other language of an emergency reply is due"
    )
    replies_per_hour: int = Field(0, ge=0, le=10_000, description="most replies that leave in an hour; 0: no cap")

    @field_validator("languages")
    @classmethod
    def none_or_two(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        """Two of them, by their codes."""
        found = tuple(one.strip().lower() for one in languages)
        if len(found) not in (0, 2) or len(set(found)) != len(found) or not all(LANGUAGE.fullmatch(one) for one in found):
            raise ValueError("write the codes of two languages, the one that comes first first: cy, en")
        return found
