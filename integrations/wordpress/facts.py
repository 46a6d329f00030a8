"""What the networks' table says of WordPress."""

from bot.registry import Facts

FACTS = Facts(
    title="WordPress",
    brings=("comments",),
    arrives="polled, 60 s",
    costs="free, an Editor on the site",
    tested=("a stand-in written from WordPress's own source",),
    example={"api_url": "https://news.example.org", "user": "desk", "application_password": "-"},
)
