"""What the networks' table says of YouTube."""

from bot.registry import Facts

FACTS = Facts(
    title="YouTube",
    brings=("comments", "replies", "comments held for review"),
    arrives="polled, 5 min",
    costs="free, within Google's quota (some 170 replies a day)",
    tested=(
        "a stand-in fed from 3 samples",
        "Google's discovery document of 2026-11-04, which its calls and fields keep to",
    ),
    example={
        "channel_id": "UC0123456789abcdefghijkl",
        "handle": "@example",
        "client_id": "-",
        "client_secret": "-",
        "refresh_token": "-",
    },
)
