"""What the table of networks says of Viva Engage."""

from bot.registry import Facts

FACTS = Facts(
    title="Viva Engage (Yammer), colleagues",
    brings=("posts in communities", "mentions", "private messages where set"),
    arrives="polled, 60 s",
    costs="a Viva Engage licence for the service user; an app in Entra with an administrator's consent",
    tested=("a stand-in made from Microsoft's documentation and fed from 3 samples; never the live network",),
    example={"token": "example", "listens_to": ["15824708"]},
)
