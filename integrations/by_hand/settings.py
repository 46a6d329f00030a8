"""Settings of a ``by_hand`` account."""

from pydantic import Field, field_validator

from bot.settings import AccountSettings
from bot.settings.types import Several
from integrations.by_hand.links import host_of


class ByHandAccount(AccountSettings):
    """A profile in a place that no program may read or write."""

    place: str = Field(
        min_length=1, max_length=60, description='where the account is, as staff call it, such as "Pinterest"'
    )
    sites: Several = Field(
        min_length=1,
        max_length=50,
        description='whose links belong to it: "pinterest.com, pinterest.co.uk", pages below too',
    )
    handle: str = Field(
        "", max_length=60, description="what the public knows the account by; shown before a reply is posted"
    )
    reply_page: str = Field(
        "",
        max_length=500,
        pattern=r"^(https?://[^\s/]+/\S*)?$",
        description="page where a reply is posted, {text} and {link} filled in; empty: the post's own page",
    )
    limit: int = Field(10_000, ge=1, le=100_000, description="characters of the longest reply the place takes")

    @property
    def page_name(self) -> str:
        """What its page is called on buttons."""
        return self.place

    @field_validator("sites")
    @classmethod
    def are_hosts(cls, sites: tuple[str, ...]) -> tuple[str, ...]:
        """Whole addresses are cut to their host; each once."""
        hosts = {written: host_of(written.lower()) for written in sites}
        if wrong := next((written for written, host in hosts.items() if "." not in host), ""):
            raise ValueError(f'{wrong!r} is no site; write it such as "pinterest.com"')
        return tuple(dict.fromkeys(hosts.values()))
