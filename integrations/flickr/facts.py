"""What the networks' table says of Flickr."""

from bot.registry import Facts

FACTS = Facts(
    title="Flickr",
    brings=("comments",),
    arrives="polled, 60 min",
    costs="free; Flickr may ask for a Pro account to make the key",
    tested=("a stand-in fed from 4 samples", "oauthlib 3.3's own check of each signature"),
    example={
        "user_id": "12345678@N01",
        "username": "example",
        "api_key": "-",
        "api_secret": "-",
        "access_token": "-",
        "access_token_secret": "-",
    },
)
