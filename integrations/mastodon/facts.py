"""What the table of networks says of Mastodon."""

from bot.registry import Facts

FACTS = Facts(
    title="Mastodon",
    brings=("mentions", "quotes", "private messages"),
    arrives="polled, 30 s",
    costs="free",
    tested=(
        "a stand-in fed from 7 recorded samples (Mastodon 4.6.4)",
        "Prism 5.14.2 with mastodon-openapi of Mastodon 4.7.0, all but the writing of words, by hand on 2026-11-22",
        "the mock server `mastodon_mock` 0.6.1, with its faults, by hand on 2026-11-22",
    ),
    example={
        "api_url": "https://social.example",
        "handle": "harrowmere",
        "access_token": "example",
        "searches_words": True,
    },
)
