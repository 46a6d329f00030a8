"""What the table of networks says of Bluesky."""

from bot.registry import Facts

FACTS = Facts(
    title="Bluesky",
    brings=("mentions", "replies", "quotes"),
    arrives="polled, 30 s",
    costs="free",
    tested=(
        "the real server software: `@atproto/pds` 0.4.217 with the AppView `@atproto/bsky` 0.0.221",
        "a stand-in made after 22 exchanges recorded with it",
    ),
    example={"handle": "harrowmere.gov.uk", "app_password": "abcd-efgh-ijkl-mnop"},
)
