"""With the settings as they come: of ten mistakes at least nine are noticed, of fifty good replies at most one."""

from collections.abc import Iterator

from bot.housing_replies import rules_of
from bot.replying.findings import Finding
from bot.replying.look_over import look_over
from bot.settings import CoreSettings
from tests.bot.replying.drafts import draft
from tests.bot.replying.fifty_good_replies import FIFTY
from tests.bot.replying.ten_mistakes import TEN

AS_THEY_COME = rules_of(CoreSettings())


def warned() -> Iterator[tuple[str, Finding]]:
    """Good replies of which something was found."""
    for good in FIFTY:
        words = draft(good.reply, asked=good.asked, language=good.language, private=good.private)
        yield from ((good.reply, finding) for finding in look_over(words, AS_THEY_COME))


def test_nine_of_ten_mistakes_are_noticed() -> None:
    found = [{one.check for one in look_over(draft(made.reply, **made.other), AS_THEY_COME)} for made in TEN]
    noticed = [made.check in checks for made, checks in zip(TEN, found, strict=True)]
    besides = sum(len(checks - {made.check}) for made, checks in zip(TEN, found, strict=True))

    print(f"\nmistakes noticed: {sum(noticed)} of {len(TEN)}; warnings about something else in them: {besides}")
    assert sum(noticed) >= 9, [made.reply for made, was in zip(TEN, noticed, strict=True) if not was]


def test_one_of_fifty_good_replies_at_most_is_warned_of() -> None:
    found = list(warned())
    replies = {reply for reply, _ in found}

    print(f"\ngood replies warned of: {len(replies)} of {len(FIFTY)}")
    assert len(FIFTY) == 50
    assert len(replies) <= 1, [(reply, finding.check, finding.excerpt) for reply, finding in found]
