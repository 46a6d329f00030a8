"""What we count as fitting the stand-in takes, and one more it does not: two countings that know nothing of each other."""

import pytest

from bot.errors import Refused
from integrations.sandbox.x_length import weight
from integrations.x.weighted import LIMITS

pytestmark = pytest.mark.slow  # a server of its own for each test

FULL = [
    "x" * 280,
    "漢" * 140,
    "한글" * 70,
    "👍" * 140,
    "👨‍👩‍👧‍👦" * 140,
    "👍🏽" * 139 + "ab",
    "🏴󠁧󠁢󠁷󠁬󠁳󠁿" * 140,
    "ŵŷ" * 140,
    "x" * 256 + " https://harrowmere.gov.uk/a/very/long/path/that/goes/on?and=on",
    "x" * 256 + " gov.uk/bins",
    "e\u0301" * 280,
    "“Mae’r ffordd ar gau” – " * 11 + "x" * 16,
    "€" * 140,
]


@pytest.mark.parametrize("text", FULL, ids=lambda text: ascii(text)[:30])
async def test_a_reply_at_the_limit_is_taken_and_one_longer_is_not(x, network, reply, text):
    assert LIMITS.over(text) == 0
    assert LIMITS.over(text + "!") > 0
    account = network()

    await account.publish(reply(x.says("When?"), text))
    with pytest.raises(Refused, match="too long"):
        await account.publish(reply(x.says("Where?"), text + "!"))


@pytest.mark.parametrize(
    "text", ["", "See gov.uk, harrowmere.gov.uk.", "bins@gov.uk", "Closed today.It opens", "©️ ☎️ 3️⃣ 🇬🇧", "#tips.uk", "a\nb"]
)
def test_the_stand_in_counts_alike(text):
    assert weight(text) == LIMITS.count(text)
