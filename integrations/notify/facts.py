"""What the table of networks says of texts by GOV.UK Notify."""

from bot.registry import Facts

FACTS = Facts(
    title="Texts (GOV.UK Notify)",
    brings=("text messages",),
    arrives="webhook, and polled each 10 min",
    costs="pence for each text sent, after a free allowance; a number of your own from Notify",
    tested=(
        "a stand-in made from the published documentation and 5 samples",
        "the client of notifications-python-client 13.0.0 against that stand-in",
    ),
    example={
        "private_channel": "private",
        "api_key": "example-00000000-0000-0000-0000-000000000000-00000000-0000-0000-0000-000000000000",
        "template": "00000000-0000-0000-0000-000000000000",
        "callback_token": "0000000000",
    },
)
