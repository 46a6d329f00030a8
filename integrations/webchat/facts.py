"""What the networks' table says of the web chat."""

from bot.registry import Facts

FACTS = Facts(
    title="Web chat, any system of yours",
    brings=("lines", "private lines"),
    arrives="webhook",
    costs="free",
    tested=("the `standardwebhooks` library 1.1 and its published vector", "a stand-in receiver"),
    example={
        "secret": "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "reply_url": "https://chat.example.org/replies",
        "private_replies": True,
        "acts": "hide, delete, edit",
    },
)
