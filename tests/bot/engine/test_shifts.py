"""A change of shift, walked by the clock: who is told what and when, and who has the duty meanwhile."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.command import Staff
from bot.duty.rota import DutyRole, Override, Plan, Rotation, Unit
from bot.duty.shifts import Handover, Stage
from bot.engine.shifts import Shifts
from bot.errors import FormProblem, NotAllowed, NotYours
from bot.mention import Action
from bot.store import mentions, schema
from bot.store.duty import calendars, covers, handovers, rota
from tests.bot.council import LONDON, Bench, house, post

DEV, FARAH, PRIYA, MORAG = "U0DEV", "U0FARAH", "U0PRIYA", "U0MORAG"
NAMES = {DEV: "Dev Rao", FARAH: "Farah Ali", PRIYA: "Priya Shah", MORAG: "Morag Muir"}
FIVE = datetime(2026, 11, 17, 17, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
DAILY = Rotation(
    "days", DutyRole.DUTY, (DEV, FARAH, PRIYA), datetime.fromisoformat("2026-11-16 17:00"), LONDON, unit=Unit.DAYS
)
"""Dev has it until five today, then Farah, then Priya."""


class Shift:
    """A bench with a rota, where time passes and the loop looks."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.loop = Shifts(bench.desk)

    async def opens(self, *rotations: Rotation, **other: Any) -> "Shift":
        """The rota is in force, and everybody has a name."""
        self.bench.desk.house = house(plan=Plan(rotations or (DAILY,)), **other)
        for person, name in NAMES.items():
            await self.bench.db.write(mentions.meet, person, name)
        await self.loop.once()
        return self

    async def at(self, hour: int, minute: int = 0, *, days: int = 0) -> dict[str, list[str]]:
        """It is that time; what each person is told meanwhile, by name, the first line of each."""
        before = {row["id"] for row in await self.bench.all(schema.delivery)}
        to = datetime(2026, 11, 17 + days, hour, minute, tzinfo=UTC)
        self.bench.clock.advance(seconds=(to - self.bench.clock.now()).total_seconds())
        await self.loop.once()
        told: dict[str, list[str]] = {}
        for row in await self.bench.all(schema.delivery, schema.delivery.c.kind.in_(["tell", "ping"])):
            if row["id"] not in before:
                told.setdefault(NAMES[row["target"]].split()[0], []).append(row["payload"]["text"])
        return told

    async def on_duty(self, role: DutyRole = DutyRole.DUTY) -> Sequence[str]:
        """Who has it now."""
        now = self.bench.clock.now()
        here = await self.bench.db.read(rota.snapshot, self.bench.house, now)
        return [NAMES[one].split()[0] for one in here.on_duty(role, now)]

    async def all(self) -> list[Handover]:
        """Every handover, the earliest shift first."""
        rows = await self.bench.all(schema.handover)
        return sorted((handovers.handover_from(row) for row in rows), key=lambda one: one.shift_at)  # type: ignore[arg-type]

    async def one(self) -> Handover:
        """The newest."""
        return (await self.all())[-1]

    async def accepts(self, by: str, *, is_lead: bool = False, one: Handover | None = None) -> str:
        """Somebody presses Accept."""
        id = (one or await self.one()).id
        about = {"is_lead": is_lead, "house": self.bench.house, "now": self.bench.clock.now()}
        text: str = await self.bench.db.write(handovers.accept, id, Staff(by, NAMES[by]), **about)
        return text

    async def sends(self, by: str, note: str) -> str:
        """Somebody sends the handover, edited."""
        about = {"house": self.bench.house, "now": self.bench.clock.now()}
        text: str = await self.bench.db.write(handovers.send, (await self.one()).id, Staff(by, NAMES[by]), note, **about)
        return text

    async def says(self, by: str, *, ready: bool) -> str:
        """Somebody says whether they are there."""
        about = {"yes": ready, "house": self.bench.house, "now": self.bench.clock.now()}
        text: str = await self.bench.db.write(handovers.answer_ready, (await self.one()).id, Staff(by, NAMES[by]), **about)
        return text

    async def puts_on(self, person: str, start: datetime, end: datetime) -> None:
        """A lead puts somebody on."""
        wanted = Override("", DutyRole.DUTY, person, start, end, "covers", MORAG)
        await self.bench.db.write(rota.add_override, wanted, house=self.bench.house, now=self.bench.clock.now())

    async def withdraws(self) -> None:
        """A lead takes back the only change there is."""
        made = await self.bench.one(schema.rota_override)
        about = {"house": self.bench.house, "now": self.bench.clock.now()}
        await self.bench.db.write(rota.withdraw_override, made["id"], by=MORAG, leads=True, **about)

    async def record(self) -> list[str]:
        """What the record says of the newest."""
        return [str(row["action"]) for row in await self.bench.desk.events(f"handover:{(await self.one()).id}")]


@pytest.fixture
async def shift(bench: Bench) -> Shift:
    """On SQLite."""
    return await Shift(bench).opens()


async def test_a_change_of_shift_from_the_draft_to_the_acceptance(either: Bench) -> None:
    shift = await Shift(either).opens()
    await either.arrives(post("p1"), post("p2", by="ann"))
    await either.does(Action.CLAIM, by=DEV)

    assert await shift.at(16, 29) == {}
    drafted = await shift.at(16, 30)
    assert drafted == {
        "Dev": [
            "Your turn as duty officer ends at 17:00; Farah Ali comes next. This is the handover as it stands. "
            "Edit it and send it, or it goes as it is at 17:00.\n"
            "Open: 2\nUnseen, oldest first: M-2\nOverdue: M-1, M-2\nClaimed by Dev Rao: M-1"
        ]
    }
    sent = await shift.sends(DEV, "M-1: the crew comes at six.\nM-2 is new.")
    assert sent.startswith("Sent to Farah Ali. You have the duty until Farah Ali accepts it, from 17:00 on;")
    assert await shift.at(16, 50) == {
        "Farah": ["You are on duty as duty officer from 17:00 after Dev Rao. Are you ready?"],
    }
    assert (await shift.says(FARAH, ready=True)).startswith("Thank you. Read the handover and accept it")
    assert (await shift.at(17, 1), await shift.on_duty()) == ({}, ["Dev"])
    assert (await shift.accepts(FARAH)).startswith("Thank you. You are on duty as duty officer now.")
    assert await shift.on_duty() == ["Farah"]
    assert await shift.record() == ["drafted", "sent", "ready_asked", "ready", "accepted"]
    assert (await either.verdict()).startswith("ok")


async def test_the_incoming_person_reads_what_the_outgoing_one_wrote(shift: Shift) -> None:
    await shift.at(16, 30)
    await shift.sends(DEV, "Quiet.\n\n ")

    row = await shift.bench.one(schema.delivery, schema.delivery.c.target == FARAH)

    assert row["payload"]["text"].split("\n") == [
        "Handover from Dev Rao, duty officer until 17:00:",
        "Quiet.",
        "Until you accept it, Dev Rao has the duty.",
    ]
    assert [label for label, *_ in row["payload"]["buttons"]] == ["Accept", "Whole Queue"]


async def test_when_nothing_is_open_the_handover_is_one_line(shift: Shift) -> None:
    (told,) = (await shift.at(16, 30))["Dev"]

    assert told.endswith("\nNothing is open.")


async def test_a_draft_nobody_sent_goes_as_it_is_and_says_so(shift: Shift) -> None:
    await shift.at(16, 30)
    await shift.at(16, 50)

    told = await shift.at(17)

    assert told["Farah"][0].startswith(
        "Handover from Dev Rao, duty officer until 17:00, as it was drafted at 16:30; they did not edit it:\nNothing is "
    )
    assert told["Dev"] == [
        "It is 17:00, and your handover went to Farah Ali as it was drafted. You have the duty until Farah Ali accepts it, "
        "from 17:00 on; a team lead hears if that takes long."
    ]
    assert told["Morag"] == [
        "Farah Ali has not said that they are ready to be duty officer from 17:00. Dev Rao stays on duty until the handover "
        "is accepted."
    ]


async def test_the_outgoing_person_stays_until_it_is_accepted_and_the_leads_hear_once_when_that_takes_long(
    shift: Shift,
) -> None:
    await shift.at(16, 30)
    await shift.at(16, 50)
    await shift.at(17)

    assert await shift.at(17, 14) == {}
    late = await shift.at(17, 15)
    assert list(late) == ["Morag"]
    assert "has not been accepted. Dev Rao is still on duty." in late["Morag"][0]
    assert await shift.at(17, 40) == {}
    assert await shift.on_duty() == ["Dev"]


async def test_ready_alone_does_not_end_the_duty_of_the_outgoing_person(shift: Shift) -> None:
    await shift.at(16, 30)
    await shift.at(16, 50)
    await shift.says(FARAH, ready=True)

    told = await shift.at(17, 5)

    assert "Morag" not in told
    assert await shift.on_duty() == ["Dev"]


async def test_accepting_before_the_start_counts_as_ready_and_the_duty_changes_at_the_start(shift: Shift) -> None:
    await shift.at(16, 30)
    await shift.sends(DEV, "Quiet.")

    assert (await shift.accepts(FARAH)).startswith("Thank you. You are on duty as duty officer from 17:00.")
    assert (await shift.at(16, 59), await shift.on_duty()) == ({}, ["Dev"])
    assert (await shift.at(17), await shift.on_duty()) == ({}, ["Farah"])


async def test_a_lead_accepts_in_somebodys_place_and_both_are_told(shift: Shift) -> None:
    await shift.at(16, 30)
    await shift.at(17)

    said = await shift.accepts(MORAG, is_lead=True)
    texts = [row["payload"]["text"] for row in await shift.bench.all(schema.delivery)]

    assert said == "Accepted for Farah Ali, who is on duty as duty officer now, and is told."
    assert "Morag Muir accepted Dev Rao's handover for you. You are on duty as duty officer now." in texts
    assert "Morag Muir, for Farah Ali, accepted your handover. You are off duty as duty officer. Thank you." in texts
    assert await shift.on_duty() == ["Farah"]


async def test_nobody_else_accepts_sends_or_answers(shift: Shift) -> None:
    await shift.at(16, 30)

    with pytest.raises(NotAllowed, match=r"Dev Rao is still writing this handover\. It comes to you by 17:00"):
        await shift.accepts(FARAH)
    with pytest.raises(NotYours, match="so Dev Rao writes it"):
        await shift.sends(FARAH, "All mine.")
    with pytest.raises(NotYours, match="That is for Farah Ali to answer"):
        await shift.accepts(PRIYA)
    with pytest.raises(NotYours, match="That is for Farah Ali to answer"):
        await shift.says(DEV, ready=True)


@pytest.mark.parametrize(("note", "says"), [("line\n" * 13, "13 lines: 12 at most"), ("x" * 3001, "3001 of 3000")])
async def test_a_note_too_long_to_be_read_is_not_cut_but_goes_back(shift: Shift, note: str, says: str) -> None:
    await shift.at(16, 30)

    with pytest.raises(FormProblem, match=says):
        await shift.sends(DEV, note)

    assert (await shift.one()).stage is Stage.DRAFTED


async def test_a_second_press_on_accept_changes_nothing(shift: Shift) -> None:
    await shift.at(16, 30)
    await shift.at(17)
    await shift.accepts(FARAH)
    before = await shift.bench.at_rest()

    await shift.accepts(FARAH)

    assert await shift.bench.at_rest() == before
    with pytest.raises(NotAllowed, match="accepted by Farah Ali already"):
        await shift.accepts(MORAG, is_lead=True)


async def test_who_cannot_come_is_known_to_the_leads_at_once_and_cover_is_asked_for(shift: Shift) -> None:
    await shift.at(16, 30)
    await shift.at(16, 50)

    said = await shift.says(FARAH, ready=False)

    (wanted,) = await shift.bench.all(schema.cover_request)
    texts = [r["payload"]["text"] for r in await shift.bench.all(schema.delivery) if r["target"] == MORAG]
    assert said.startswith("Thank you for saying. The team leads know, and cover is asked for.")
    assert (wanted["person"], wanted["start_at"], wanted["end_at"]) == (FARAH, FIVE, FIVE + DAY)
    assert any(text.startswith("Farah Ali cannot be on duty as duty officer from 17:00.") for text in texts)
    assert "Morag" not in await shift.at(17)


async def test_who_covers_is_asked_and_gets_the_handover_instead(shift: Shift) -> None:
    await shift.at(16, 30)
    await shift.at(16, 50)
    await shift.says(FARAH, ready=False)
    await shift.puts_on(PRIYA, FIVE, FIVE + timedelta(hours=4))

    asked = await shift.at(16, 55)
    begun = await shift.at(17)

    assert asked["Priya"] == ["You are on duty as duty officer from 17:00 after Dev Rao. Are you ready?"]
    assert begun["Priya"][0].startswith("Handover from Dev Rao")
    assert "Farah" not in begun
    with pytest.raises(NotYours):
        await shift.accepts(FARAH)


async def test_a_handover_sent_early_goes_on_to_whoever_covers(shift: Shift) -> None:
    await shift.at(16, 30)
    await shift.sends(DEV, "Quiet.")
    await shift.puts_on(PRIYA, FIVE, FIVE + timedelta(hours=4))

    told = await shift.at(16, 40)

    assert told["Priya"][0].startswith("Handover from Dev Rao, duty officer until 17:00:\nQuiet.")


async def test_a_draft_for_a_change_the_rota_no_longer_has_is_not_needed(shift: Shift) -> None:
    await shift.at(16, 30)
    await shift.puts_on(DEV, FIVE, FIVE + DAY)

    told = await shift.at(16, 40)

    assert told == {
        "Dev": ["The rota was changed: at 17:00 you hand over to nobody, or to somebody else. That draft is not needed."]
    }
    assert (await shift.at(17), await shift.on_duty()) == ({}, ["Dev"])
    assert (await shift.all())[0].stage is Stage.LAPSED


async def test_when_both_sleep_the_outgoing_person_is_kept_no_longer_than_the_turn_of_the_other(shift: Shift) -> None:
    await shift.at(16, 30)
    await shift.at(17)
    await shift.at(17, 15)

    drafted = await shift.at(16, 30, days=1)
    assert list(drafted) == ["Dev"]
    changed = await shift.at(17, days=1)

    assert await shift.on_duty() == ["Priya"]
    assert "that turn is over: you no longer have the duty" in " ".join(changed["Dev"])
    assert changed["Priya"][0].startswith("Handover from Dev Rao")
    assert [one.stage for one in await shift.all()] == [Stage.LAPSED, Stage.SENT]
    with pytest.raises(NotAllowed, match="That change of shift is over"):
        await shift.accepts(FARAH, one=(await shift.all())[0])


async def test_who_accepts_hours_late_has_the_duty_from_then_and_hands_it_over_themselves(shift: Shift) -> None:
    await shift.at(16, 30)
    await shift.at(17)
    await shift.at(2, days=1)
    await shift.accepts(FARAH)

    drafted = await shift.at(16, 30, days=1)

    assert list(drafted) == ["Farah"]
    assert (await shift.at(17, days=1), await shift.on_duty())[1] == ["Farah"]


async def test_who_is_put_on_while_a_hand_off_waits_has_the_duty_at_once_and_the_old_one_is_over(shift: Shift) -> None:
    await shift.at(16, 30)
    await shift.at(17)
    await shift.at(17, 5)
    await shift.puts_on(PRIYA, shift.bench.clock.now(), FIVE + timedelta(hours=4))

    told = await shift.at(17, 6)

    assert await shift.on_duty() == ["Priya"]
    assert [one.stage for one in await shift.all()] == [Stage.LAPSED, Stage.SENT]
    assert told["Priya"][-1].startswith("Handover from Dev Rao")
    assert not any("Farah Ali, duty officer" in text for text in (await shift.at(17, 20)).get("Morag", []))


@pytest.mark.parametrize("count", [1, 3])
async def test_a_turn_of_months_is_handed_over_like_any_other(bench: Bench, count: int) -> None:
    starts = datetime.fromisoformat("2026-05-17 17:00")
    shift = await Shift(bench).opens(
        Rotation("months", DutyRole.DUTY, (DEV, FARAH), starts, LONDON, unit=Unit.MONTHS, count=count)
    )

    for hour, minute in ((16, 30), (16, 31), (16, 50), (16, 51)):
        await shift.at(hour, minute)

    assert await shift.record() == ["drafted", "ready_asked"]


async def test_the_user_group_is_looked_after_at_each_change_and_once_an_hour(bench: Bench) -> None:
    shift = await Shift(bench).opens(user_group="S0DUTY")

    async def wanted() -> int:
        return len(await bench.all(schema.delivery, schema.delivery.c.kind == "group"))

    begun = await wanted()
    for minute in (1, 2, 40, 59):
        await shift.at(9, minute)
    within = await wanted()
    await shift.at(10, 1)
    hourly = await wanted()
    await shift.at(16, 59)
    before = await wanted()
    await shift.at(17, 0)

    assert (within - begun, hourly - within) == (0, 1)
    assert await wanted() > before


async def test_the_first_shift_of_a_rota_needs_no_handover_but_somebody_who_is_there(bench: Bench) -> None:
    starts = Rotation("new", DutyRole.DUTY, (FARAH,), datetime.fromisoformat("2026-11-17 17:00"), LONDON)
    shift = await Shift(bench).opens(starts)

    assert await shift.at(16, 30) == {}
    assert await shift.at(16, 50) == {"Farah": ["You are on duty as duty officer from 17:00. Are you ready?"]}
    missed = await shift.at(17)
    assert "Nobody stays on for them: look who is there. To put somebody on: rota" in missed["Morag"][0]
    assert await shift.on_duty() == ["Farah"]
    assert (await shift.says(FARAH, ready=True)).endswith("You are on duty as duty officer from 17:00.")
    assert await shift.at(17, 30) == {}


async def test_a_suspended_laptop_makes_up_for_one_change_once(shift: Shift) -> None:
    told = await shift.at(19)

    assert sorted(told) == ["Dev", "Farah"]
    assert told["Farah"][0].startswith("Handover from Dev Rao")
    assert (await shift.at(19, 14), await shift.on_duty()) == ({}, ["Dev"])
    assert list(await shift.at(19, 15)) == ["Morag"]


async def test_what_changed_before_the_first_look_is_nobodys_to_hand_over(bench: Bench) -> None:
    bench.clock.advance(hours=8, minutes=5)
    shift = await Shift(bench).opens()

    assert await shift.at(17, 10) == {}
    assert await shift.all() == []


async def test_a_clock_set_back_an_hour_tells_nobody_twice(shift: Shift) -> None:
    await shift.at(16, 30)
    await shift.at(17)
    rows = len(await shift.all())

    assert await shift.at(16) == {}
    assert await shift.at(16, 35) == {}
    assert await shift.at(17, 1) == {}
    assert len(await shift.all()) == rows


async def test_two_copies_that_look_at_once_tell_once(shift: Shift) -> None:
    other = Shifts(shift.bench.desk)

    await shift.at(16, 30)
    again = await other.once()

    assert again == 0
    assert len(await shift.bench.all(schema.delivery)) == 1


async def test_the_backup_hands_over_too_and_a_shadow_is_never_waited_for(bench: Bench) -> None:
    other = [
        Rotation(role.value, role, (MORAG, PRIYA), datetime.fromisoformat("2026-11-16 17:00"), LONDON, unit=Unit.DAYS)
        for role in (DutyRole.BACKUP, DutyRole.SHADOW)
    ]
    shift = await Shift(bench).opens(*other)

    told = await shift.at(16, 30)

    assert list(told) == ["Morag"]
    assert "Your turn as backup ends at 17:00; Priya Shah comes next." in told["Morag"][0]
    await shift.at(17, 5)
    assert (await shift.on_duty(DutyRole.BACKUP), await shift.on_duty(DutyRole.SHADOW)) == (["Morag"], ["Priya"])


async def test_kept_handovers_are_found_by_their_words_and_not_by_what_was_taken_out(either: Bench) -> None:
    shift = await Shift(either).opens()
    await either.arrives()
    await shift.at(16, 30)
    await shift.sends(DEV, "The pool is 100% shut: Mill Road knows.")

    async def found(words: str) -> list[str]:
        return [note for _, note in await either.db.read(handovers.holding, words)]

    assert await found("POOL mill") == ["The pool is 100% shut: Mill Road knows."]
    assert await found("100%") != []
    assert await found("Unseen") == []
    assert len(await either.db.read(handovers.latest)) == 1
    assert len(await either.db.read(handovers.between, FIVE - DAY, FIVE + DAY)) == 1
    assert len(await either.db.read(handovers.between, FIVE + DAY, FIVE + 2 * DAY)) == 0


async def test_who_covers_from_the_hand_off_on_is_waited_for_like_anybody_else(either: Bench) -> None:
    shift = await Shift(either).opens()
    await shift.puts_on(PRIYA, FIVE, FIVE + timedelta(hours=4))
    await shift.at(16, 30)
    await shift.at(17, 10)

    waiting = await shift.on_duty()
    await shift.accepts(PRIYA)

    assert (waiting, await shift.on_duty()) == (["Dev"], ["Priya"])


async def test_nobody_is_kept_on_duty_by_one_who_is_put_on_at_once(shift: Shift) -> None:
    await shift.puts_on(PRIYA, shift.bench.clock.now(), FIVE)

    told = await shift.at(10)

    assert await shift.on_duty() == ["Priya"]
    assert "Priya Shah has the duty from" in told["Dev"][0]


async def test_a_change_that_comes_after_all_is_drafted_and_asked_about_anew(either: Bench) -> None:
    shift = await Shift(either).opens()
    await shift.at(16, 30)
    await shift.puts_on(DEV, FIVE - 25 * MINUTE, FIVE + timedelta(hours=3))
    await shift.at(16, 36)
    gone = (await shift.one()).stage
    await shift.withdraws()

    told = await shift.at(16, 40)
    asked = await shift.at(16, 50)
    await shift.at(17)

    assert gone is Stage.LAPSED
    assert "Your turn as duty officer ends at 17:00; Farah Ali comes next." in " ".join(told["Dev"])
    assert asked == {"Farah": ["You are on duty as duty officer from 17:00 after Dev Rao. Are you ready?"]}
    assert await shift.on_duty() == ["Dev"]


async def test_a_note_that_was_sent_before_the_change_went_and_came_again_goes_on_as_it_is(shift: Shift) -> None:
    await shift.at(16, 30)
    await shift.sends(DEV, "The crew comes at six.")
    await shift.puts_on(DEV, FIVE - 25 * MINUTE, FIVE + timedelta(hours=3))
    await shift.at(16, 36)
    await shift.withdraws()

    told = await shift.at(16, 40)

    assert "The crew comes at six." in told["Farah"][-1]
    assert told["Dev"][-1].startswith("The rota was changed: your handover went to Farah Ali. You have the duty until")


async def test_what_one_had_accepted_goes_on_to_whoever_is_put_on_before_it_begins(either: Bench) -> None:
    shift = await Shift(either).opens()
    await shift.at(16, 30)
    await shift.sends(DEV, "Quiet.")
    await shift.accepts(FARAH)
    await shift.puts_on(PRIYA, FIVE, FIVE + timedelta(hours=4))

    told = await shift.at(16, 40)
    asked = await shift.at(16, 50)
    await shift.at(17)

    assert told["Priya"][-1].startswith("Handover from Dev Rao, duty officer until 17:00:\nQuiet.")
    assert "You have the duty until Priya Shah accepts it" in told["Dev"][-1]
    assert asked == {"Priya": ["You are on duty as duty officer from 17:00 after Dev Rao. Are you ready?"]}
    assert await shift.on_duty() == ["Dev"]


async def test_what_was_accepted_stays_so_when_only_its_end_moves(shift: Shift) -> None:
    await shift.at(16, 30)
    await shift.sends(DEV, "Quiet.")
    await shift.accepts(FARAH)
    await shift.puts_on(PRIYA, FIVE + timedelta(hours=3), FIVE + timedelta(hours=4))

    await shift.at(16, 40)

    assert (await shift.one()).stage is Stage.ACCEPTED


@pytest.mark.parametrize("is_lead", [False, True])
async def test_nobody_accepts_or_is_ready_for_a_turn_that_is_somebody_elses_by_now(shift: Shift, is_lead: bool) -> None:
    await shift.at(16, 30)
    await shift.sends(DEV, "Quiet.")
    await shift.puts_on(PRIYA, FIVE, FIVE + timedelta(hours=4))

    with pytest.raises(NotAllowed, match="Priya Shah is duty officer from 17:00, so nothing is wanted of Farah Ali here"):
        await shift.accepts(MORAG if is_lead else FARAH, is_lead=is_lead)
    with pytest.raises(NotAllowed, match="Priya Shah is duty officer from 17:00"):
        await shift.says(FARAH, ready=True)


async def test_who_waits_for_one_who_is_away_for_a_while_has_the_duty_all_that_time(either: Bench) -> None:
    shift = await Shift(either).opens()
    away = [(FIVE + timedelta(hours=1), FIVE + timedelta(hours=2))]
    await either.db.write(calendars.keep, FARAH, away, either.clock.now())
    await shift.at(16, 30)
    await shift.at(17)
    await shift.at(17, 15)

    on_duty = []
    told = []
    for hour, minute in ((17, 59), (18, 1), (18, 30), (18, 59), (19, 1)):
        told.append(await shift.at(hour, minute))
        on_duty.append(await shift.on_duty())

    assert (on_duty, told) == ([["Dev"]] * 5, [{}] * 5)
    assert [one.stage for one in await shift.all()] == [Stage.SENT]


async def test_who_is_away_by_their_own_calendar_cannot_accept_meanwhile(shift: Shift) -> None:
    away = [(FIVE + timedelta(hours=1), FIVE + timedelta(hours=2))]
    await shift.bench.db.write(calendars.keep, FARAH, away, shift.bench.clock.now())
    await shift.at(16, 30)
    await shift.at(18, 10)

    with pytest.raises(NotAllowed, match="own calendar says they are away"):
        await shift.accepts(FARAH)
    assert await shift.on_duty() == ["Dev"]


async def test_what_has_to_be_added_after_it_went_goes_on_until_it_is_accepted(either: Bench) -> None:
    shift = await Shift(either).opens()
    await shift.at(16, 30)
    await shift.at(17)

    said = await shift.sends(DEV, "Ring the school before six.")
    before = await either.at_rest()
    await shift.sends(DEV, "Ring the school before six.")
    again = await either.at_rest()
    texts = [row["payload"]["text"] for row in await either.all(schema.delivery, schema.delivery.c.target == FARAH)]
    await shift.accepts(FARAH)

    assert (said.partition(".")[0], again) == ("Sent to Farah Ali", before)
    assert sum("Ring the school before six." in text for text in texts) == 1
    assert await either.db.read(handovers.note_of, (await shift.one()).id) == "Ring the school before six."
    with pytest.raises(NotAllowed, match="accepted by Farah Ali already"):
        await shift.sends(DEV, "And one more thing.")


async def test_a_turn_of_six_weeks_can_be_given_up_and_taken(either: Bench) -> None:
    weeks = Rotation("weeks", DutyRole.DUTY, (DEV, FARAH), datetime.fromisoformat("2026-10-06 17:00"), LONDON, count=6)
    shift = await Shift(either).opens(weeks)
    await shift.at(16, 30)

    said = await shift.says(FARAH, ready=False)
    (wanted,) = await either.all(schema.cover_request)
    await either.db.write(covers.take_cover, wanted["id"], by=DEV, house=either.house, now=either.clock.now())

    assert said.startswith("Thank you for saying.")
    assert (await shift.at(17), await shift.on_duty())[1] == ["Dev"]
