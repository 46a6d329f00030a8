"""What the table of networks says of a Facebook Page."""

from bot.registry import Facts

FACTS = Facts(
    title="Facebook Page, Messenger",
    brings=("comments", "visitors' posts", "mentions", "reviews", "private messages"),
    arrives="webhook, and polled each 10 min",
    costs="free; app review by Meta",
    tested=(
        "a stand-in made from Meta's documentation and fed from 13 samples; never the live network",
        "its signatures by vectors reckoned with OpenSSL",
    ),
    example={
        "page_id": "1",
        "access_token": "-",
        "app_id": "1",
        "app_secret": "-",
        "verify_token": "-",
    },
)
