"""What the table of networks says of an Instagram account."""

from bot.registry import Facts

FACTS = Facts(
    title="Instagram",
    brings=("comments", "mentions"),
    arrives="webhook, and polled each 10 min",
    costs="free; app review by Meta",
    tested=(
        "a stand-in made from Meta's documentation and fed from 8 samples; never the live network",
        "its signatures by vectors reckoned with OpenSSL",
    ),
    example={
        "page_id": "1",
        "access_token": "-",
        "app_id": "1",
        "app_secret": "-",
        "verify_token": "-",
        "ig_user_id": "1",
        "username": "example",
    },
)
