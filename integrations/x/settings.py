"""What an account on X needs: its handle, one set of keys, what it reads at what price, and how its replies leave."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from bot.settings import AccountSettings
from bot.settings.types import BaseUrl, HttpUrl, Seconds, seconds_from

Dollars = Annotated[Decimal, Field(ge=0, le=10)]

LONGEST_QUERY = 512
MOST_SEARCHES = 20
A_SEARCH_EACH = timedelta(seconds=3)
"""X takes 300 recent searches in 15 minutes: https://docs.x.com/x-api/fundamentals/rate-limits"""
OAUTH1 = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")


class XAccount(AccountSettings):
    """One account on X. Either the four OAuth 1.0a keys, which do not expire, or a sign-in by OAuth 2.0."""

    brings_private: ClassVar[bool] = False
    handle: str = Field(
        pattern=r"^[A-Za-z0-9_]{1,15}$", description="the account's name on X, with or without @; shown before a reply goes"
    )
    consumer_key: SecretStr | None = Field(None, description="API key of your X app (OAuth 1.0a)")
    consumer_secret: SecretStr | None = Field(None, description="API key secret of your X app (OAuth 1.0a)")
    access_token: SecretStr | None = Field(None, description="access token of the account (OAuth 1.0a)")
    access_token_secret: SecretStr | None = Field(None, description="access token secret of the account (OAuth 1.0a)")
    user_token: SecretStr | None = Field(
        None, description="OAuth 2.0 user access token, in place of the four; X ends it after 2 hours"
    )
    client_id: str = Field("", description="client ID of your X app, for OAuth 2.0 with a refresh token")
    client_secret: SecretStr | None = Field(None, description="client secret of your X app; none for a public client")
    refresh_token: SecretStr | None = Field(None, description="OAuth 2.0 refresh token of the account, to begin with")
    searches: tuple[str, ...] = Field(
        (), description="X search queries that are read besides the mentions, each at most 512 characters"
    )
    replies: Literal["by_hand", "api"] = Field(
        "by_hand", description="by_hand: staff press Post on X's own page; api: Tolbooth posts (see the terms in the README)"
    )
    direct_messages: bool = Field(
        False, description="whether a public post may be answered by direct message; the X app needs the right to"
    )
    likes: bool = Field(False, description="whether staff may like posts; X's self-serve plans do not have that")
    # X takes 300 reads of the mentions in 15 minutes: https://docs.x.com/x-api/fundamentals/rate-limits
    poll_every: Annotated[Seconds, seconds_from(5, 3600)] = Field(
        timedelta(seconds=60), description="seconds between reads of the mentions, at least 5"
    )
    recheck_every: Seconds = Field(
        timedelta(hours=6),
        description="seconds between looks whether the last day's posts were deleted or edited, 600 to 43200; 0: never",
    )
    read_budget_per_day: int = Field(5000, ge=0, description="posts that may be read on one UTC day; 0: no limit")
    cost_mention_read: Dollars = Field(
        Decimal("0.001"), description="dollars a mention costs to read; 0.005 when the X app is not the account's own"
    )
    cost_post_read: Dollars = Field(Decimal("0.005"), description="dollars any other post costs to read")
    cost_reply: Dollars = Field(Decimal("0.010"), description="dollars a reply costs")
    cost_reply_with_link: Dollars = Field(Decimal("0.200"), description="dollars a reply with a link in it costs")
    cost_direct_message: Dollars = Field(Decimal("0.015"), description="dollars a direct message costs to send")
    cost_direct_message_read: Dollars = Field(
        Decimal("0.010"), description="dollars a direct message costs to read, which is done to see whether one arrived"
    )
    cost_delete: Dollars = Field(Decimal("0.010"), description="dollars it costs to delete a post")
    cost_manage: Dollars = Field(
        Decimal("0.005"), description="dollars it costs to hide a post, to show it again, or to describe a picture"
    )
    api_url: BaseUrl = Field("https://api.x.com", description="address of X's API")
    token_url: HttpUrl = Field(
        "https://api.x.com/2/oauth2/token", description="address where OAuth 2.0 sign-ins are renewed"
    )
    web_url: BaseUrl = Field("https://x.com", description="address of X for links that people open")

    @property
    def takes_pictures(self) -> bool:
        """Only what is posted through X's API: staff put them in themselves on X's own page."""
        return self.replies == "api"

    @field_validator("handle", mode="before")
    @classmethod
    def without_at(cls, handle: object) -> object:
        """The handle as X's API writes it."""
        return handle.strip().removeprefix("@") if isinstance(handle, str) else handle

    @field_validator("recheck_every")
    @classmethod
    def seldom_enough(cls, every: timedelta) -> timedelta:
        """Each look may be billed; X wants deleted posts gone within 24 hours, and a look may fail at first."""
        if every and not timedelta(minutes=10) <= every <= timedelta(hours=12):
            raise ValueError("0, or from 600 to 43200 seconds")
        return every

    @field_validator("searches", mode="before")
    @classmethod
    def one_or_more(cls, given: object) -> object:
        """In the environment a line is a query."""
        return given.splitlines() if isinstance(given, str) else given

    @field_validator("searches")
    @classmethod
    def askable(cls, queries: tuple[str, ...]) -> tuple[str, ...]:
        """Only queries X would read, each once."""
        queries = tuple(dict.fromkeys(query for given in queries if (query := given.strip())))
        for number, query in enumerate(queries, 1):
            if len(query) > LONGEST_QUERY:
                raise ValueError(f"query {number} has {len(query)} characters; X takes {LONGEST_QUERY}")
        if len(queries) > MOST_SEARCHES:
            raise ValueError(f"at most {MOST_SEARCHES} queries; join some with OR")
        return queries

    @model_validator(mode="after")
    def not_too_many_searches(self) -> Self:
        """Every poll reads every search."""
        if self.poll_every < len(self.searches) * A_SEARCH_EACH:
            least = len(self.searches) * A_SEARCH_EACH.seconds
            raise ValueError(f"with {len(self.searches)} searches poll_every must be at least {least} seconds")
        return self

    @model_validator(mode="after")
    def able_to_write(self) -> Self:
        """What X's API does is not done by hand."""
        for name in ("direct_messages", "likes"):
            if getattr(self, name) and self.replies == "by_hand":
                raise ValueError(f'{name} needs replies = "api"')
        return self

    @property
    def renews(self) -> bool:
        """Whether it signs in by OAuth 2.0 with a refresh token."""
        return self.refresh_token is not None

    @model_validator(mode="after")
    def one_set_of_keys(self) -> Self:
        """All four OAuth 1.0a keys, or the user token, or a refresh token with its client; not some, not two."""
        missing = [name for name in OAUTH1 if not getattr(self, name)]
        renewing = bool(self.client_id or self.client_secret or self.refresh_token)
        ways = [len(missing) < len(OAUTH1), self.user_token is not None, renewing]
        if sum(ways) > 1:
            raise ValueError(
                "give the four OAuth 1.0a keys, or user_token, or client_id and refresh_token: not two of these"
            )
        if not any(ways):
            raise ValueError(f"keys are missing: give {', '.join(OAUTH1)} (or client_id and refresh_token, or user_token)")
        if missing and ways[0]:
            raise ValueError(f"keys are missing: give {', '.join(missing)} too")
        if renewing and not (self.client_id and self.refresh_token):
            lacks = "refresh_token" if self.client_id else "client_id"
            raise ValueError(f"keys are missing: give {lacks} too")
        return self


def wrong_account(handle: str, account: XAccount) -> str:
    """Why nothing may be read or said with these keys; empty when they are the account's own."""
    if handle.lower() == account.handle.lower():
        return ""
    return f"the keys belong to @{handle}, not to @{account.handle}"
