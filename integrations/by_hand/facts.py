"""What the table of networks says of places without an API."""

from bot.registry import Facts

FACTS = Facts(
    title="Pinterest, and any other place, by hand",
    brings=("posts whose link staff paste",),
    arrives="pasted by staff",
    costs="free",
    tested=("nothing is called; both ways a chat reaches the bot",),
    example={"place": "Pinterest", "sites": "pinterest.com", "label": "Example"},
)
