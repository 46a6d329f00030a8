"""All that a leaver has and only they know, handed on in one form; looked at later; and what hangs on anybody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.card import Answer
from bot.command import Role
from bot.form import Form
from bot.mention import Action, Move
from bot.register import Kept
from bot.replying.policy import Approval, ApprovalTable
from bot.saving.saved import Wish
from bot.store import schema
from bot.store.duty import departed, gone, handed_on
from bot.store.proof import verify
from bot.store.replying import saved
from tests.bot.council import rows
from tests.handlers.office import DEV, FARAH, MORAG, PRIYA, Office

pytestmark = pytest.mark.slow  # an office for each
Opens = Callable[..., Office]
LEAVES = f"leaver <@{PRIYA.id}>"
PINS = Kept("pins", "pins", "Pinterest", custodian=PRIYA.id, kept_in="the safe", is_listed=True)


async def opened(open_office: Opens) -> Office:
    """Priya alone has answered about the verge, has promised something, and owns a saved reply and an account."""
    office = open_office(register=(PINS,), named_in={"duty.officers": (PRIYA.id,)}, leads=(MORAG.id,))
    for person in (PRIYA, FARAH, DEV, MORAG):
        await office.desk.meet(person)
    for number in (1, 2, 3):
        talk = "verge" if number > 1 else ""
        await office.hears(f"The verge is a jungle ({number})", by=f"Sid {number}", conversation=talk)
        await office.desk.make(Move(f"M-{number}", Action.TOPIC, by=PRIYA.id, topic="highways.verge"))
        await office.replies(PRIYA, number, "It is cut on Friday.")
        office.clock.advance(timedelta(minutes=4))
        await office.system(f"M-{number}", Action.SENT)
    await office.ask(PRIYA, "promise 3 Friday 5pm the verge will be cut")
    now = office.clock.now()
    wish = Wish("Verges", "Verges are cut in May.", "highways.verge", now + timedelta(days=90), owner=PRIYA.id)
    await office.database.write(saved.make, wish, PRIYA.id, approved=False, now=now)
    await office.hears("is Priya in today? She was sorting my tree", by="Petunia")
    await office.hears("Priya knows about my rent", by="Quiet", private=True)
    await office.desk.make(Move("M-4", Action.RIGHT, by=PRIYA.id, detail={"deed": "put", "label": "foi"}))
    return office


async def hands_on(office: Office) -> str:
    """Morag hands it all on to Farah."""
    form = await office.ask(MORAG, LEAVES)
    answer = await office.sends_in(MORAG, form, {"to": FARAH.id, "claims": "release", "why": "last day Friday"})
    assert isinstance(answer, Answer)
    return answer.plain


async def test_a_lead_reads_what_a_leaver_owns_and_what_only_they_know(open_office: Opens) -> None:
    office = await opened(open_office)

    told = await office.says(MORAG, LEAVES)

    assert told.splitlines() == [
        "What Priya Shah has",
        "Owes: M-3 · a promise: “the verge will be cut” · due 20 Nov at 17:00",
        "Saved replies of theirs: S-1 “Verges”",
        "Rights they answer for: M-4 (due 2026-12-15)",
        "What only they know",
        "Topics that nobody else answered in the last year: highways.verge (3 answers)",
        "Conversations that nobody else answered in: M-3 (2 answers)",
        "Residents who asked for them by name: M-5, 17 Nov 2026, Quiet; M-4, 17 Nov 2026, Petunia",
        "Ask them to write down what they know of these before they go, as a note or a saved reply.",
        "By hand",
        "Account pins: nobody else is named. Name another holder and change its password (credential: the safe).",
        "Settings: an administrator takes them out of duty.officers.",
        "A role may also come from a group in the chat: take them out of that too.",
    ]


async def test_one_form_hands_it_all_on_and_a_look_later_says_how_far_it_has_come(open_office: Opens) -> None:
    office = await opened(open_office)
    never = await office.says(MORAG, f"{LEAVES} check")

    told = await hands_on(office)
    first = await office.says(MORAG, f"{LEAVES} check")
    changed = replace(PINS, custodian=FARAH.id)
    office.desk.house = replace(office.desk.house, register=(changed,), named_in={"duty.officers": (DEV.id,)})
    claimed = await office.says(MORAG, f"{LEAVES} check")
    office.clock.advance(timedelta(days=1))
    await office.ask(FARAH, "accounts verified pins")
    done = await office.says(MORAG, f"{LEAVES} check")

    assert never.splitlines()[1].startswith("Nobody has handed on what they have. To see it, and to do so: /mention leaver")
    assert told.splitlines()[1:4] == [
        "Owed by Farah Ali now: M-3",
        "Saved replies that are Farah Ali’s now: S-1",
        "Rights that are Farah Ali’s now: M-4",
    ]
    assert first.splitlines()[1:7] == [
        "Handed on by Morag Muir on 17 Nov at 09:12: last day Friday",
        "Promises and what else was owed: done (M-3)",
        "Saved replies: done (S-1)",
        "Rights: done (M-4)",
        "Account pins: still theirs",
        "Settings that name them: still theirs (duty.officers)",
    ]
    assert "Account pins: claimed, not verified (U0FARAH)" in claimed
    assert "Account pins: done (U0FARAH)" in done
    assert "still theirs" not in done
    assert (await office.database.read(verify.verify)).fault == ""


async def test_their_name_stays_in_all_they_did(open_office: Opens) -> None:
    office = await opened(open_office)
    before = await office.desk.events("M-1")

    await hands_on(office)
    await office.database.write(departed.depart, PRIYA.id, house=office.desk.house, now=office.clock.now())

    assert [row["hash"] for row in (await office.desk.events("M-1"))[: len(before)]] == [row["hash"] for row in before]
    assert "Priya Shah wrote a reply" in await office.says(FARAH, "record 1")
    assert (await office.desk.story("M-1")).replies[0].by == PRIYA.id


async def test_leads_hear_once_some_days_later_what_is_theirs_still(open_office: Opens) -> None:
    office = await opened(open_office)
    await hands_on(office)

    async def reminded() -> int:
        house, now = office.desk.house, office.clock.now()
        return int(await office.database.write(handed_on.remind, house, now))

    at_once = await reminded()
    office.clock.advance(timedelta(days=3, hours=2))
    later = [await reminded(), await reminded()]

    assert (at_once, later) == (0, [1, 0])
    told = await office.database.read(rows, schema.delivery, schema.delivery.c.key.startswith("left:"))
    assert [one["target"] for one in told] == [MORAG.id]
    assert told[0]["payload"]["text"].splitlines() == [
        "Some days after Priya Shah's things were handed on, these are theirs still:",
        "Account pins",
        "Settings that name them: duty.officers",
        "To see all of it: /mention leaver <@U0PRIYA> check",
    ]


async def test_what_hangs_on_one_person_is_said_of_everybody_without_a_ranking(open_office: Opens) -> None:
    office = await opened(open_office)
    unlike = Kept("bluesky", "bluesky", "Bluesky", is_listed=True)
    office.desk.house = replace(office.desk.house, register=(PINS, unlike))

    told = await office.says(MORAG, "leaver all")
    refused = await office.says(FARAH, "leaver all")

    assert told.splitlines() == [
        "What hangs on one person",
        "Accounts with fewer than two holders: bluesky (nobody who is here), pins (Priya Shah)",
        "Topics that one person alone answered in the last year: highways.verge (Priya Shah)",
        "Roles with one person: team lead",
        "This is about what would be lost, not about who did how much. To see what one person has: /mention leaver @name",
    ]
    assert refused.startswith("A team lead hands on")


async def test_what_one_who_left_still_owns_stands_there_too(open_office: Opens) -> None:
    office = await opened(open_office)
    held = replace(PINS, deputy=DEV.id, last_verified=date(2026, 11, 1))
    office.desk.house = replace(office.desk.house, register=(held,), leads=(MORAG.id, DEV.id))
    await office.database.write(departed.depart, PRIYA.id, house=office.desk.house, now=office.clock.now())

    told = await office.says(MORAG, "leaver all")

    assert "Saved replies without an owner: S-1" in told
    assert "Accounts with fewer than two holders: pins (Dev Rao)" in told
    assert not isinstance(await office.ask(MORAG, "leaver all"), Form)


async def test_replies_that_wait_for_a_leavers_approval_are_named(open_office: Opens) -> None:
    approval = Approval((ApprovalTable(),), graduate_after=1)
    office = open_office(approval=approval, approvers=(FARAH.id,), officers=(DEV.id,))
    trainee = replace(PRIYA, roles=frozenset({Role.TRAINEE}))
    for person in (trainee, FARAH, MORAG):
        await office.desk.meet(person)
    await office.hears("Is my school shut?")
    await office.replies(trainee, 1, "It is open on Monday.")

    told = await office.says(MORAG, f"leaver <@{FARAH.id}>")

    assert "Replies that wait for their approval: M-1" in told


async def test_what_a_colleague_may_not_read_is_the_leads_who_hands_it_on(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(PRIYA, "promise 5 2026-11-20 ring about her HIV benefits claim")
    await office.ask(PRIYA, "rights 5 sar")

    told = await hands_on(office)
    heard = repr([row for row in await office.database.read(rows, schema.delivery) if row["target"] == FARAH.id])

    assert told.splitlines()[1:5] == [
        "Owed by Farah Ali now: M-3",
        "Saved replies that are Farah Ali’s now: S-1",
        "Rights that are Farah Ali’s now: M-4",
        "Owed by you now, as Farah Ali cannot read them: M-5",
    ]
    assert ("verge" in heard, "HIV" in heard) == (True, False)
    assert "HIV" not in await office.says(FARAH, "tasks")
    assert "HIV" in await office.says(MORAG, "tasks")
    assert (await office.says(MORAG, "rights 5 end answered")).startswith("Subject access request on M-5 is over")
    assert (await office.database.read(verify.verify)).fault == ""


async def test_what_one_owes_on_what_one_may_not_read_any_more_stands_without_its_words(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(PRIYA, "promise 5 2026-11-20 ring about her HIV benefits claim")
    office.chat.members["private"] = frozenset({MORAG.id})

    assert "M-5 · a promise · due 20 Nov" in await office.says(PRIYA, "tasks")
    assert "HIV" in await office.says(MORAG, "tasks all")


async def test_a_name_nobody_has_is_said_to_be_unknown_by_the_check_too(open_office: Opens) -> None:
    office = await opened(open_office)

    told = [await office.says(MORAG, line) for line in ("leaver Prya", "leaver Prya check")]

    assert [one.startswith("Tolbooth has met nobody called Prya. Say who leaves") for one in told] == [True, True]


async def test_a_lead_who_leaves_is_not_offered_themselves(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(MORAG, "rights 2 foi")
    await office.database.write(gone.mark, DEV.id, office.clock.now(), is_wanted=True)

    form = await office.ask(MORAG, f"leaver <@{MORAG.id}>")

    assert isinstance(form, Form)
    assert (form.fields[0].value, set(form.fields[0].choices)) == (FARAH.id, {FARAH.id, PRIYA.id})
