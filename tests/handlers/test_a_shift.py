"""A shift with the verbs under ``help more``, kept in ``golden/answers`` to be read as staff would read it."""

from datetime import timedelta

import pytest

from bot.command import Staff, Way
from bot.mention import Action
from tests.handlers.drawn import assert_golden, drawn
from tests.handlers.office import DEV, FARAH, MORAG, PRIYA, Office

SHIFT = (
    (PRIYA, "claim 1"),
    (PRIYA, f"give 1 <@{FARAH.id}> she knows the pool"),
    (FARAH, "home"),
    (FARAH, "decline 1 off in ten minutes"),
    (PRIYA, f"give 1 <@{FARAH.id}>"),
    (FARAH, "accept 1"),
    (MORAG, f"give 1 <@{PRIYA.id}>"),
    (FARAH, "decline 1"),
    (FARAH, "priority 1 P1 the pool has no lifeguard"),
    (FARAH, "priority 1 P1"),
    (FARAH, "priority 1 P4 closed today anyway"),
    (FARAH, "snooze 1 2h the pool will know"),
    (PRIYA, "queue"),
    (PRIYA, "why 1"),
)
AFTERWARDS = (
    (PRIYA, "why 1"),
    (PRIYA, "find POOL"),
    (PRIYA, "find lifeguard harbour"),
    (MORAG, "stop wrong opening times"),
    (MORAG, "stop wrong opening times"),
    (PRIYA, "reply 2 At noon."),
    (PRIYA, "menu"),
    (MORAG, "handover"),
    (MORAG, "start"),
    (MORAG, "start"),
    (FARAH, "why 2"),
    (MORAG, "record 1"),
)


async def test_a_shift_reads_as_in_the_golden_file(office: Office) -> None:
    for person in (PRIYA, FARAH, MORAG, DEV):
        await office.desk.meet(person)
    await office.hears("Is the pool open?")
    await office.hears("When does the library open?", by="Ann")
    told = [await asked(office, who, line) for who, line in SHIFT]
    office.clock.advance(minutes=121)
    await office.system("M-1", Action.WAKE)
    told += [await asked(office, who, line) for who, line in AFTERWARDS]

    assert_golden("answers/a_shift.txt", "\n\n".join(told))


async def asked(office: Office, who: Staff, line: str) -> str:
    """A question with its answer; the record's hashes hold salts, which differ each time."""
    answer = drawn(await office.ask(who, line)).split(", hash ")[0]
    return f"## {who.name}: {line}\n{answer}"


async def test_what_the_bot_did_by_itself_is_in_the_record_in_words(office: Office) -> None:
    await office.hears("Is the pool open?")
    await office.ask(PRIYA, "claim 1")
    await office.desk.meet(FARAH)
    await office.ask(PRIYA, f"give 1 <@{FARAH.id}>")
    await office.system("M-1", Action.DECLINE)
    await office.system("M-1", Action.EXPIRE)

    told = (await office.says(MORAG, "record 1")).splitlines()

    assert [line.split(" · ")[1] for line in told[1:-1]] == [
        "came in",
        "Priya Shah claimed it",
        "Priya Shah offered it to Farah Ali",
        "the offer ran out",
        "Tolbooth put it back, as nobody answered",
    ]


async def test_a_reply_confirmed_while_publishing_is_stopped_is_kept_and_can_be_sent_afterwards(office: Office) -> None:
    await office.hears("Is the pool open?")
    shown = await office.ask(PRIYA, "reply 1 Until nine.")
    await office.ask(MORAG, "stop wrong opening times")

    refused = await office.sends_in(PRIYA, shown)
    await office.ask(MORAG, "start")
    sent = await office.sends_in(PRIYA, shown)

    said = "Publishing is stopped by Morag Muir. Your draft is kept; send it when publishing goes on."
    assert drawn(refused) == said
    assert drawn(sent).startswith("On its way: it goes out as Harrowmere web chat")


@pytest.mark.parametrize("account", ["website", "x"])
async def test_while_publishing_is_stopped_the_form_says_so_before_a_word_is_written(office: Office, account: str) -> None:
    await office.desk.meet(MORAG)
    await office.hears("Is the pool open?", on=account, url="https://x.example/lou/1")
    await office.ask(MORAG, "stop wrong opening times")

    written, looked_over = await office.ask(PRIYA, "reply 1"), await office.ask(PRIYA, "reply 1 Until nine.")

    said = "Publishing is stopped by Morag Muir. What you write is kept as a draft until it goes on."
    assert [drawn(form).split("\n")[1] for form in (written, looked_over)] == [said, said]


async def test_a_mention_given_under_its_card_needs_no_number(office: Office) -> None:
    await office.hears("Is the pool open?")
    await office.ask(PRIYA, "claim", Way.SAID, ref="M-1")

    told = await office.says(PRIYA, f"give <@{FARAH.id}> she knows", Way.SAID, ref="M-1")

    assert told == "Offered M-1 to Farah Ali. It stays with you until they accept. The offer ends on 17 Nov at 09:10."
    assert (await office.now(1)).offer_until == office.clock.now() + timedelta(minutes=10)
