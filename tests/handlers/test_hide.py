"""``hide`` and ``like``: by whom, by which rule, with which words; and who decided, years later."""

from datetime import timedelta

import pytest

from bot.card import Answer
from bot.command import Role, Staff, Way
from bot.errors import FormProblem
from bot.form import Form
from bot.mention import Action, Move
from bot.reply import Act
from bot.store import schema
from bot.store.proof import forget
from tests.bot.council import rows
from tests.handlers.able import ANGELA, Opens, answered, done, opened, works
from tests.handlers.office import DEV, FARAH, MORAG, PRIYA

pytestmark = pytest.mark.slow  # an office for each
WHY = "names a member of staff"


async def test_hiding_asks_for_the_house_rule_and_a_reason_and_says_that_nothing_is_deleted(open_office: Opens) -> None:
    office = await opened(open_office)

    asked = await office.ask(MORAG, "hide 1", Way.PRESSED)

    assert isinstance(asked, Form)
    assert {field.name: dict(field.choices) for field in asked.fields} == {
        "rule": {"3.2": "3.2 No naming of members of staff"},
        "why": {},
    }
    assert "It is not deleted. It is kept as evidence, a colleague looks again, and it shows again after 30 days." in [
        line[0] for line in asked.body if isinstance(line, tuple)
    ]


async def test_who_hid_it_is_told_who_looks_again_and_until_when(open_office: Opens) -> None:
    office = await opened(open_office)

    answer = await office.sends_in(MORAG, await office.ask(MORAG, "hide 1"), {"rule": "3.2", "why": WHY})

    assert isinstance(answer, Answer)
    assert answer.plain.startswith("M-1 is being hidden by rule 3.2, and the evidence is kept. Farah Ali is asked to look")
    await works(office)
    assert done(office) == [(Act.HIDE, "p1", "")]


async def test_it_can_be_typed_with_the_rule_and_the_reason(open_office: Opens) -> None:
    office = await opened(open_office)

    told = await office.says(MORAG, f"hide 1 3.2 {WHY}")

    assert told.startswith("M-1 is being hidden by rule 3.2")


async def test_a_hide_without_a_reason_is_asked_for_one(open_office: Opens) -> None:
    office = await opened(open_office)

    with pytest.raises(FormProblem, match="Write why"):
        await office.sends_in(MORAG, await office.ask(MORAG, "hide 1"), {"rule": "3.2", "why": "  "})


async def test_where_no_rules_are_set_it_says_where_to_set_them(open_office: Opens) -> None:
    office = await opened(open_office, house_rules=())

    told = await office.says(MORAG, "hide 1")

    assert told.startswith("No house rules are set, so nothing can be hidden")
    assert "[[house_rules]]" in told


async def test_a_rule_that_there_is_not_is_said_and_the_reason_is_kept(open_office: Opens) -> None:
    office = await opened(open_office)

    unknown = await office.ask(MORAG, "hide 1 9.9 names Megan")
    words = await office.ask(MORAG, "hide 1 nonsense about Megan")
    said = await office.says(MORAG, "hide 1 9.9 names Megan", Way.SAID)

    assert isinstance(unknown, Form)
    assert isinstance(words, Form)
    assert Answer(unknown.body).plain.startswith("There is no rule 9.9. The rules: 3.2.")
    assert [unknown.fields[-1].value, words.fields[-1].value] == ["names Megan", "nonsense about Megan"]
    assert said == ("There is no rule 9.9. The rules: 3.2. Say why, for the record of M-1: /mention hide 1 3.2 names Megan")


async def test_a_rule_without_a_reason_is_chosen_in_the_form_already(open_office: Opens) -> None:
    form = await (await opened(open_office)).ask(MORAG, "hide 1 3.2")

    assert isinstance(form, Form)
    assert (form.fields[0].value, form.fields[1].value) == ("3.2", "")


async def test_while_publishing_is_stopped_it_is_said_that_a_post_is_hidden_all_the_same(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(MORAG, "stop wrong figures")

    assert (await office.says(MORAG, "hide 1")).startswith(
        "Publishing is stopped by Morag Muir. To hide a post is done all the same."
    )


@pytest.mark.parametrize(("verb", "act"), [("hide", Act.HIDE), ("like", Act.LIKE)])
async def test_where_it_cannot_be_done_everybody_is_told_so_before_who_may(open_office: Opens, verb: str, act: Act) -> None:
    office = await opened(open_office, act)
    trainee = Staff(PRIYA.id, PRIYA.name, frozenset({Role.TRAINEE}))

    told = [await office.says(who, f"{verb} 1") for who in (MORAG, trainee)]

    assert told[0] == told[1]
    assert "from here: Harrowmere web chat has no way to." in told[0]


@pytest.mark.parametrize("who", [ANGELA, DEV], ids=["an approver", "a duty officer"])
async def test_a_threat_is_hidden_by_leads_only_and_everybody_else_is_told_what_to_do(
    open_office: Opens, who: Staff
) -> None:
    office = await opened(open_office, officers=(DEV.id,))
    await office.desk.make(Move("M-1", Action.PRIORITY, by=MORAG.id, priority="P0", flags=("threat",)))

    told = await office.says(who, f"hide 1 3.2 {WHY}")
    await works(office)

    assert told.startswith("M-1 reads as a threat, so a team lead decides whether it is hidden: ask Morag Muir.")
    assert "Ring 999 if anybody is in danger now, else 101." in told
    assert done(office) == []


async def test_when_the_evidence_was_posted_and_kept_is_told_as_a_day_and_a_time(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(MORAG, f"hide 1 3.2 {WHY}")

    told = await office.says(MORAG, "hide 1 evidence")

    assert "Posted on 17 November 2026, 09:00:00 GMT, kept on 17 November 2026, 09:00:00 GMT." in told


async def test_a_responder_is_told_who_hides(open_office: Opens) -> None:
    office = await opened(open_office)

    told = await office.says(PRIYA, "hide 1")

    assert "Morag Muir" in told
    assert "Farah Ali" in told


async def test_whoever_is_on_duty_may_hide(open_office: Opens) -> None:
    office = await opened(open_office, officers=(DEV.id,))

    assert isinstance(await office.ask(DEV, "hide 1"), Form)


async def test_a_threat_is_preserved_and_who_hides_it_is_told_so_first(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.desk.make(Move("M-1", Action.PRIORITY, by=MORAG.id, priority="P0", flags=("threat",)))

    form = await office.ask(MORAG, "hide 1")
    told = await office.says(MORAG, f"hide 1 3.2 {WHY}")

    assert isinstance(form, Form)
    first = form.body[0]
    assert isinstance(first, tuple)
    assert "Do not answer it, delete it" in str(first[0])
    assert "Ring 999" in told


async def test_whoever_hid_it_cannot_give_it_the_second_look(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(MORAG, f"hide 1 3.2 {WHY}")
    await works(office)

    own = await office.says(MORAG, "hide 1 keep")
    others = await office.says(ANGELA, "hide 1 keep")

    assert own == "You hid M-1, so somebody else looks at it: Farah Ali."
    assert others.startswith("Thank you for looking. M-1 stays hidden until")


async def test_a_colleague_may_have_it_shown_again_with_a_reason(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(MORAG, f"hide 1 3.2 {WHY}")
    await works(office)

    told = await office.says(ANGELA, "hide 1 show it names nobody")
    await works(office)

    assert told == "M-1 is being shown to the public again. Its card says when it is."
    assert [act for act, _, _ in done(office)] == [Act.HIDE, Act.UNHIDE]
    assert "it names nobody" in await office.says(MORAG, "record 1")


async def test_the_evidence_is_for_those_who_may_hide(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(MORAG, f"hide 1 3.2 {WHY}")
    await office.loses("p1")

    refused, shown = await office.says(PRIYA, "hide 1 evidence"), await office.says(MORAG, "hide 1 evidence")

    assert "useless" not in refused
    assert "> Megan at the desk is useless" in shown
    assert "https://x.example/p1" in shown


async def test_why_says_in_one_line_who_decided_and_by_which_rule_after_the_words_are_erased(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(MORAG, f"hide 1 3.2 {WHY}")
    await works(office)
    await office.ask(ANGELA, "hide 1 show")
    await works(office)
    await office.ask(PRIYA, "close 1 abuse")
    office.clock.advance(timedelta(days=900))
    now = office.clock.now()
    await office.database.write(forget.purge, now, (), "system", house=office.desk.house, now=now)

    told = await office.says(PRIYA, "why 1")

    assert told.split("\n")[0] == (
        "Morag Muir decided on 17 November 2026 to hide it by rule 3.2 (“No naming of members of staff”); Farah Ali looked "
        "again on 17 November 2026. It is shown again."
    )
    (row,) = await office.database.read(rows, schema.hiding)
    assert row["evidence"] == {}


async def test_the_record_tells_what_was_asked_and_what_came_of_it(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(MORAG, f"hide 1 3.2 {WHY}")
    await works(office)
    await office.ask(ANGELA, "hide 1 keep")

    told = await office.says(PRIYA, "record 1")

    assert f"Morag Muir had the post hidden by rule 3.2: {WHY}" in told
    assert " · the post was hidden" in told
    assert "Farah Ali looked again and kept it hidden" in told


async def test_the_card_says_that_it_is_hidden(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(MORAG, f"hide 1 3.2 {WHY}")
    await works(office)

    answer = await office.ask(MORAG, "show 1")

    assert isinstance(answer, Answer)
    assert answer.card
    assert answer.card.status[0] == "Hidden from the public · "
    assert [button.label for button in answer.buttons] == ["Show Again", "Like"]


@pytest.mark.parametrize(
    ("without", "labels"),
    [((), ["Hide", "Like", "Correct the Reply", "Take It Down", "Save This Answer"]), (tuple(Act), ["Save This Answer"])],
    ids=["able", "unable"],
)
async def test_what_can_be_done_in_public_is_offered_to_whoever_reads_a_mention(
    open_office: Opens, without: tuple[Act, ...], labels: list[str]
) -> None:
    office = await opened(open_office, *without)
    await answered(office)

    shown = await office.ask(PRIYA, "show 1")

    assert isinstance(shown, Answer)
    assert [button.label for button in shown.buttons] == labels


@pytest.mark.parametrize("verb", ["hide", "like", "unsay", "correct"])
async def test_help_leaves_out_what_no_account_can_do(open_office: Opens, verb: str) -> None:
    can, cannot = await opened(open_office), open_office(house_rules=())

    listed, left_out = await can.says(PRIYA, "help more"), await cannot.says(PRIYA, "help more")

    assert f"/mention {verb} 142" in listed
    assert f"/mention {verb} 142" not in left_out


async def test_a_lead_reads_on_one_sheet_what_is_hidden_and_what_is_owed(open_office: Opens) -> None:
    office = await opened(open_office)
    await office.ask(MORAG, f"hide 1 3.2 {WHY}")
    await office.ask(PRIYA, "promise 1 tomorrow a call back")

    sheet = await office.says(MORAG, "handover")

    assert "Owed: M-1 (" in sheet
    assert "Farah Ali, in 1 d" in sheet
    assert "Posts hidden: M-1 (rule 3.2, Morag Muir, until" in sheet


# --- like --------------------------------------------------------------------------------------------------------


async def test_a_like_speaks_for_the_organisation(open_office: Opens) -> None:
    office = await opened(open_office)

    told = await office.says(PRIYA, "like 1")
    await works(office)

    assert told == "M-1 is being liked as Harrowmere web chat."
    assert done(office) == [(Act.LIKE, "p1", "")]


async def test_a_trainee_likes_nothing_by_themselves(open_office: Opens) -> None:
    office = await opened(open_office)

    told = await office.says(Staff(FARAH.id, FARAH.name, frozenset({Role.TRAINEE})), "like 1")

    assert "M-1" in told
    assert done(office) == []


async def test_where_the_network_knows_no_likes_it_says_so(open_office: Opens) -> None:
    office = await opened(open_office, Act.LIKE)

    told = await office.says(PRIYA, "like 1")

    assert told == (
        "The post on M-1 cannot be liked from here: Harrowmere web chat has no way to. Do it on the network’s own page."
    )
