"""What the lists show: to each only the words they may read, with counts that are right however much is open."""

import pytest

from bot.card import Answer, plain
from bot.mention import Action, Move
from tests.handlers.office import DEV, FARAH, MORAG, PRIYA, TAM, Office, account

pytestmark = pytest.mark.slow

SECRET = "my neighbour shouts"
LISTS = ["queue", "menu", "home", "find shouts", "handover", "next"]


@pytest.mark.parametrize("line", LISTS)
async def test_a_list_shows_no_words_to_one_outside_the_channel(office: Office, line: str) -> None:
    await office.hears(f"In public: {SECRET}")

    told = await office.ask(TAM, line)

    assert isinstance(told, Answer)
    assert SECRET not in told.plain
    assert told.card is None


@pytest.mark.parametrize("line", ["queue", "menu", "find shouts"])
async def test_a_list_shows_the_words_to_one_in_the_channel(office: Office, line: str) -> None:
    await office.hears(f"In public: {SECRET}")

    assert SECRET in await office.says(FARAH, line)


@pytest.mark.parametrize("line", LISTS)
@pytest.mark.parametrize("who", [FARAH, PRIYA, MORAG], ids=["outside", "in its channel", "a lead"])
async def test_no_list_shows_a_private_message(office: Office, who, line: str) -> None:
    await office.hears(SECRET, private=True)
    await office.ask(PRIYA, "claim 1")

    assert SECRET not in await office.says(who, line)


async def test_find_does_not_say_that_there_is_something_one_may_not_read(office: Office) -> None:
    await office.hears(SECRET, private=True)

    hidden, absent = await office.says(FARAH, "find shouts"), await office.says(FARAH, "find whispers")

    assert hidden.replace("shouts", "…") == absent.replace("whispers", "…")


async def test_find_looks_through_additions_and_what_was_answered(office: Office) -> None:
    await office.hears("Is it open?", native_id="p1", conversation="p1")
    await office.hears("The pool, I mean", native_id="p2", in_reply_to="p1", conversation="p1")
    await office.replies(PRIYA, 1, "Until nine.")
    office.clock.advance(seconds=11)
    await office.system("M-1", Action.SENT)

    for words in ("pool", "NINE", "open pool nine"):
        assert "M-1" in await office.says(FARAH, f"find {words}")


async def test_home_shows_what_one_has_and_what_one_is_offered(office: Office) -> None:
    await office.hears("Is my school shut?")
    await office.hears("And mine?", by="Ann")
    await office.ask(FARAH, "claim 1")
    await office.ask(PRIYA, "claim 2")
    await office.ask(PRIYA, f"give 2 <@{FARAH.id}>")

    told = await office.says(FARAH, "home")

    assert "You have 1 open" in told
    assert "M-1 · under a minute · Farah Ali has it · “Is my school shut?”" in told
    assert "Offered to you: M-2" in told


async def test_home_counts_what_it_has_no_room_for(office: Office) -> None:
    await office.floods(10)
    for number in range(1, 11):
        await office.ask(PRIYA, f"claim {number}")

    told = await office.says(PRIYA, "home")

    assert "You have 10 open" in told
    assert told.endswith("and 2 more")


async def test_next_finds_what_nobody_has_behind_seventy_that_somebody_has(office: Office) -> None:
    await office.floods(70)
    for number in range(1, 71):
        await office.desk.make(Move(f"M-{number}", Action.CLAIM, by=PRIYA.id))
    office.clock.advance(minutes=5)
    await office.hears("And the library?", by="Ann")

    answer = await office.ask(FARAH, "next")

    assert isinstance(answer, Answer)
    assert answer.card
    assert answer.card.ref == "M-71"
    assert (await office.now(71)).seen_by == FARAH.id


async def test_next_finds_what_one_may_read_behind_seventy_that_one_may_not(office: Office) -> None:
    await office.floods(70, private=True)
    office.clock.advance(minutes=5)
    await office.hears("And the library?", by="Ann")

    answer = await office.ask(FARAH, "next")

    assert isinstance(answer, Answer)
    assert answer.card
    assert answer.card.ref == "M-71"


async def test_when_all_that_is_open_is_out_of_reach_next_does_not_say_that_somebody_has_it(office: Office) -> None:
    await office.hears(SECRET, private=True)

    told = await office.says(FARAH, "next")

    assert told.endswith("Nothing waits for you: what is open is claimed, asleep, or in a channel you are not in.")


async def test_a_handover_counts_all_that_is_open_though_it_lists_few(office: Office) -> None:
    await office.floods(200)
    await office.desk.meet(PRIYA)
    for number in range(151, 161):
        await office.desk.make(Move(f"M-{number}", Action.CLAIM, by=PRIYA.id))
    office.clock.advance(minutes=61)

    told = (await office.says(MORAG, "handover")).splitlines()

    assert told[:2] == ["Oldest unseen: M-1, 1 h 1 m", "200 open · 190 unseen · 200 overdue"]
    assert told[3].startswith("Unseen: M-1 (1 h 1 m), M-2 ")
    assert told[3].endswith(" and 184 more")
    assert told[4].startswith("Overdue: M-1 (1 m late), M-2 ")
    assert told[4].endswith("M-6 (1 m late) and 194 more")
    assert told[5].startswith("Nobody has: M-1 (1 h 1 m), M-2 ")
    assert told[5].endswith("M-6 (1 h 1 m) and 184 more")
    assert told[6].startswith("Priya Shah: M-151 (1 h 1 m), ")
    assert told[6].endswith(" and 4 more")
    assert len(told) == 7


async def test_a_queue_counts_all_that_is_open_though_it_lists_few(office: Office) -> None:
    await office.floods(200)

    told = (await office.says(MORAG, "queue")).splitlines()

    assert told[1] == "200 open, 200 unseen, 0 overdue"
    assert told[-1] == "and 180 more"


async def test_a_handover_of_a_private_channel_is_of_private_messages_only(office: Office) -> None:
    await office.hears("Is my school shut?")
    await office.hears(SECRET, by="Ann", private=True)

    private, public = await office.says(PRIYA, "handover #private"), await office.says(PRIYA, "handover #mentions")

    assert "Nobody has: M-2 (" in private
    assert "M-1" not in private
    assert "1 open" in private
    assert "Nobody has: M-1 (" in public
    assert "M-2" not in public


async def test_a_channel_that_is_public_to_one_account_and_private_to_another_hands_over_both(open_office) -> None:
    office = open_office(accounts={"website": account("website"), "form": account("form", channel="private")})
    await office.hears("Is my school shut?", on="form")
    await office.hears(SECRET, by="Ann", private=True)
    await office.hears("And mine?", by="Bob")

    told = await office.says(PRIYA, "handover #private")

    assert "2 open" in told
    assert "M-3" not in told


async def test_a_handover_of_one_who_has_nothing_does_not_say_that_nothing_is_open(office: Office) -> None:
    await office.desk.meet(FARAH)
    await office.hears("Is my school shut?")

    told = await office.says(MORAG, f"handover <@{FARAH.id}|farah>")

    assert "Farah Ali has nothing open." in told
    assert "Nothing is open" not in told


async def test_a_handover_of_a_channel_nobody_knows_says_so(office: Office) -> None:
    await office.hears("Is my school shut?")

    assert await office.says(MORAG, "handover #knitting") == "No account shows its mentions in #knitting."
    assert "Nothing is open in #private." in await office.says(MORAG, "handover <#private|private>")


@pytest.mark.parametrize("line", ["queue", "menu", "home", "next", "handover"])
async def test_while_publishing_is_stopped_the_second_line_of_every_list_says_so(office: Office, line: str) -> None:
    await office.hears("Is my school shut?")
    await office.ask(MORAG, "stop wrong figures")

    stopped = await office.ask(PRIYA, line)
    await office.ask(MORAG, "start")
    going_on = await office.says(PRIYA, line)

    assert isinstance(stopped, Answer)
    said = "Publishing is stopped. Replies wait until the team leads say /mention start."
    assert plain(stopped.body[1]) == said
    assert "stopped" not in going_on


async def test_a_duty_officer_outside_the_channel_reads_what_they_are_pinged_about(office: Office) -> None:
    office.chat.members["mentions"] = frozenset()
    await office.hears("There is smoke over the school")

    assert "smoke" in await office.says(DEV, "queue")
    assert "(in a channel you are not in)" in await office.says(TAM, "queue")
