"""What the table of networks says of texts by Twilio."""

from bot.registry import Facts

FACTS = Facts(
    title="Texts (Twilio)",
    brings=("text messages",),
    arrives="webhook, and polled each 10 min",
    costs="a number by the month, and each text in and out",
    tested=(
        "Twilio's own RequestValidator (twilio 9.13.0) and its published signature",
        "a stand-in made from the published documentation and 2 samples, which Twilio's own client reads too",
    ),
    example={
        "private_channel": "private",
        "account_sid": "AC00000000000000000000000000000000",
        "secret": "example",
        "number": "+15005550006",
        "webhook_url": "https://tolbooth.example.org/hooks/example",
    },
)
