"""Days on which Viva Engage is not as it should be: nothing is lost, said to the public, or asked too often."""

from datetime import timedelta

import pytest

from integrations.sandbox.engage_server import Trouble
from tests.engage_town import EngageTown, whole

pytestmark = pytest.mark.slow  # a town each


async def test_a_question_half_answered_outlives_a_restart_and_nothing_is_done_or_asked_twice(
    quiet_engage: EngageTown,
) -> None:
    town = quiet_engage
    await town.writes("Is the pool open?", post="q1")
    thread = await town.thread("M-1")
    await town.says("priya", "reply", thread, lambda: "Write your answer here" in whole(thread))
    await town.restarts()
    await town.says("priya", "Yes, until nine.", thread, lambda: "in public" in thread.replies[-1].text)
    await town.restarts()
    town.sent.append("Yes, until nine.")
    await town.says("priya", "send", thread, lambda: "Until then you can stop it" in whole(thread))
    noted = town.types("farah", "the lifeguard told me so", thread)
    town.engage.problems.next(Trouble.HANGS, path=town.feeds[0])
    await town.comes_to_be_read(lambda: not town.engage.problems.coming)
    await town.restarts()
    await town.comes(lambda: town.webchat.posts and noted.liked_by)
    await town.restarts()
    await town.is_read()
    recorded = await town.asks("farah", "record 1", "lifeguard")

    assert recorded.count("the lifeguard told me so") == 1
    assert [whole(thread).count(one) for one in ("Write your answer here", "After you send it", "On its way")] == [1, 1, 1]


@pytest.mark.parametrize("what", ["consent", "token"])
async def test_while_the_sign_in_does_not_count_health_says_so_and_nothing_is_lost(
    quiet_engage: EngageTown, what: str
) -> None:
    town = quiet_engage
    await town.writes("Is the pool open?")
    thread = await town.thread("M-1")

    town.engage.withdraw_consent() if what == "consent" else town.engage.expire_tokens()
    town.types("priya", "claim", thread)
    await town.writes("And the sauna?", by="Ann")
    await town.comes(lambda: not town.chat_health["signed_in"])
    await town.passes_slowly(minutes=3)
    while_out = len(town.engage.world.threads_in(town.desk))
    town.engage.withdraw_consent(withdrawn=False)
    town.engage.sessions[town.key].until = None
    await town.comes(lambda: town.chat_health["signed_in"], within=timedelta(minutes=10))
    await town.comes(lambda: "Claimed by Priya Shah" in whole(thread), within=timedelta(minutes=10))
    await town.thread("M-2")

    assert while_out == 1
    assert [line["event"] for line in town.logs if "signed" in line["event"]] == [
        "viva_engage_signed_out",
        "viva_engage_signed_in_again",
    ]


async def test_a_deleted_thread_is_posted_again_and_the_leads_are_told_of_a_deleted_community(
    quiet_engage: EngageTown,
) -> None:
    town = quiet_engage
    await town.writes("Is the pool open?")
    first = await town.thread("M-1")

    town.engage.delete_thread(first)
    town.types_alone("priya", "claim 1")
    await town.comes(lambda: town.engage.thread_of("M-1").id != first.id, within=timedelta(minutes=6))
    second = town.engage.thread_of("M-1")
    await town.says("priya", "the sauna is shut, too", second, lambda: second.replies[-1].liked_by)
    await town.passes_slowly(minutes=5)
    begun = [one.id for one in town.engage.world.threads_in(town.desk)]
    town.engage.delete_community(town.desk)
    await town.writes("Is the sauna open?", by="Ann")
    told = await town.told("morag", "website cards needs attention")

    assert "laimed by Priya Shah" in second.text
    assert begun == [second.id]
    assert "viva_engage.communities" in told.text


async def test_while_viva_engage_asks_for_patience_nothing_is_lost(quiet_engage: EngageTown) -> None:
    town = quiet_engage
    await town.writes("Is the pool open?")
    thread = await town.thread("M-1")

    town.engage.problems.next(Trouble.TOO_MANY, lasting=timedelta(minutes=4))
    claimed = town.types("priya", "claim", thread)
    for n in range(2, 6):
        await town.writes(f"Is the pool number {n} open?", by=f"Ann {n}")
    await town.passes_slowly(minutes=4)
    asked = len(town.engage.limits.calls)
    await town.comes(lambda: claimed.liked_by, within=timedelta(minutes=20))
    await town.comes(lambda: all(town.shows(f"M-{number}") for number in range(1, 6)), within=timedelta(minutes=20))

    assert asked < 40
    assert [town.shows(f"M-{number}") for number in range(1, 6)] == [1] * 5
