"""What the networks' table says of X."""

from bot.registry import Facts

FACTS = Facts(
    title="X",
    brings=("mentions", "replies", "quotes", "saved searches"),
    arrives="polled, 60 s",
    costs="paid by the post; public bodies need an Enterprise plan",
    tested=("unmodified tweepy 4.17.0 on a stand-in; 34 samples read", "X's published length vectors"),
    example={
        "handle": "example",
        "consumer_key": "-",
        "consumer_secret": "-",
        "access_token": "-",
        "access_token_secret": "-",
        "replies": "api",
        "direct_messages": True,
        "likes": True,
    },
)
