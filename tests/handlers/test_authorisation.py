"""Who may do what: a row for every verb and every action, and each row is tried."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bot.card import Answer
from bot.command import Role, Staff
from bot.errors import NotAllowed, NotYours
from bot.form import Form
from bot.mention import MOVES, SYSTEM, Action, Move, State, allows
from handlers import VERBS
from tests.handlers.office import DEV, FARAH, MORAG, PRIYA, TAM, Office

ANYONE, MEMBERS, OWNER, PUBLISHERS, PINGED = "anyone", "members", "owner", "publishers", "pinged"
VERB_RULES = {
    "claim": {MEMBERS},
    "reply": {MEMBERS, OWNER, PUBLISHERS},
    "record": {MEMBERS},
    "handover": {ANYONE},
    "queue": {ANYONE},
    "next": {ANYONE},  # shows only what the person may read
    "show": {MEMBERS},
    "release": {MEMBERS, OWNER},
    "close": {MEMBERS, OWNER},
    "note": {MEMBERS},
    "add": {ANYONE},
    "help": {ANYONE},
    "menu": {ANYONE},
    "undo": {MEMBERS, OWNER},
    "done": {MEMBERS, OWNER, PUBLISHERS},
    "acknowledge": {MEMBERS, PINGED},
    "settle": {MEMBERS, PUBLISHERS},
    "look": {ANYONE},
}
TYPED = {"reply": " Hello.", "close": " spam", "note": " seen", "settle": " there"}
ADMIN = Staff("U0ADMIN", "Ana Admin", frozenset({Role.ADMIN}))


def line(verb: str, number: int) -> str:
    return f"{verb} {number}{TYPED.get(verb, '')}"


def verbs(rule: str) -> list[str]:
    return [verb for verb, rules in VERB_RULES.items() if rule in rules]


def test_every_verb_has_a_rule() -> None:
    assert set(VERB_RULES) == set(VERBS)


def test_every_verb_explains_itself() -> None:
    assert [verb.name for verb in VERBS.values() if not verb.summary] == []


def test_default_help_shows_at_most_twelve_verbs_six_deeds_first() -> None:
    shown = sorted((verb for verb in VERBS.values() if not verb.hidden), key=lambda verb: not verb.deed)

    assert len(shown) <= 12
    assert [verb.deed for verb in shown] == [True] * 6 + [False] * (len(shown) - 6)


@pytest.mark.parametrize("verb", verbs(MEMBERS))
async def test_one_outside_the_channel_is_told_whose_it_is(office: Office, verb: str) -> None:
    await office.hears("Is my school shut?")
    before = await office.now(1)

    told = await office.says(TAM, line(verb, 1))

    assert told == "M-1 belongs to the channel mentions, and you are not in it. Join it, or ask a team lead."
    assert await office.now(1) == before


@pytest.mark.parametrize("verb", verbs(MEMBERS))
async def test_a_private_message_is_closed_to_the_rest_of_the_team(office: Office, verb: str) -> None:
    await office.hears("My neighbour shouts", private=True)
    before = await office.now(1)

    told = await office.says(FARAH if verb != "acknowledge" else TAM, line(verb, 1))

    assert told.startswith("M-1 is a private message. Only team leads")
    assert await office.now(1) == before


@pytest.mark.parametrize("verb", verbs(MEMBERS))
async def test_a_held_private_message_is_for_leads_only(office: Office, verb: str) -> None:
    await office.hears("I cannot pay", on="form", private=True)

    refused = await office.says(PRIYA, line(verb, 1))
    admitted = await office.says(MORAG, line(verb, 1))

    assert refused.startswith("M-1 is a private message")
    assert "private message" not in admitted


@pytest.mark.parametrize("verb", verbs(OWNER))
async def test_what_somebody_else_has_is_theirs(office: Office, verb: str) -> None:
    await office.hears("Is my school shut?")
    await office.replies(PRIYA, 1, "It is open.") if verb == "undo" else await office.ask(PRIYA, "claim 1")
    before = await office.now(1)

    told = await office.says(FARAH, line(verb, 1))

    assert told.startswith("Priya Shah has M-1, so only Priya Shah or a team lead can")
    assert await office.now(1) == before


@pytest.mark.parametrize("lead", [MORAG, ADMIN], ids=["lead", "admin"])
@pytest.mark.parametrize("verb", verbs(OWNER))
async def test_a_lead_may_act_on_what_somebody_else_has(office: Office, verb: str, lead: Staff) -> None:
    await office.hears("Is my school shut?")
    await office.replies(PRIYA, 1, "It is open.") if verb == "undo" else await office.ask(PRIYA, "claim 1")

    answer = await office.ask(lead, line(verb, 1))

    assert isinstance(answer, Form) or "only" not in answer.plain


@pytest.mark.parametrize("verb", verbs(PUBLISHERS))
async def test_only_those_named_may_publish_once_anybody_is_named(open_office: Callable[..., Office], verb: str) -> None:
    office = open_office(restricted=True)
    await office.hears("Is my school shut?")
    named = Staff(FARAH.id, FARAH.name, frozenset({Role.PUBLISHER}))

    refused = await office.says(PRIYA, line(verb, 1))
    admitted = await office.says(named, line(verb, 1))

    assert refused.startswith("You are not set up to publish replies. Your notes on M-1 are welcome")
    assert "not set up" not in admitted


async def test_a_press_on_send_is_judged_as_the_first_press_was(open_office: Callable[..., Office]) -> None:
    rules = open_office(restricted=True)
    await rules.hears("Is my school shut?")
    named = Staff(PRIYA.id, PRIYA.name, frozenset({Role.PUBLISHER}))
    shown = await rules.sends_in(named, await rules.ask(named, "reply 1"), {"text": "It is open."})

    answer = await rules.sends_in(PRIYA, shown)

    assert isinstance(answer, Answer)
    assert answer.plain.startswith("You are not set up")
    assert (await rules.now(1)).state is State.NEW


@pytest.mark.parametrize("verb", verbs(ANYONE))
async def test_what_anyone_may_ask_shows_nobodys_private_words(office: Office, verb: str) -> None:
    await office.hears("My neighbour shouts", private=True)

    told = await office.says(TAM, verb)

    assert "neighbour" not in told
    assert "you are not in it" not in told


async def test_next_passes_over_what_the_person_may_not_read(office: Office) -> None:
    await office.hears("My neighbour shouts", private=True)
    await office.hears("Is my school shut?", by="Ann")

    answer = await office.ask(FARAH, "next")

    assert isinstance(answer, Answer)
    assert answer.card
    assert answer.card.ref == "M-2"
    assert (await office.now(1)).seen_at is None


async def test_one_who_was_pinged_may_acknowledge_without_being_in_the_channel(office: Office) -> None:
    office.chat.members["mentions"] = frozenset()
    await office.hears("There is smoke over the school")

    told = await office.says(DEV, "acknowledge 1")

    assert told.startswith("Thank you: nobody else is pinged for now. M-1 is still nobody's until someone claims it.")


async def test_one_who_is_neither_pinged_nor_in_the_channel_cannot_silence_a_ping(office: Office) -> None:
    await office.hears("There is smoke over the school")

    await office.ask(TAM, "acknowledge 1")

    assert (await office.now(1)).version == 1


async def test_acknowledging_what_a_colleague_has_says_who_has_it(office: Office) -> None:
    await office.hears("There is smoke over the school")
    await office.ask(PRIYA, "claim 1")

    answer = await office.ask(DEV, "acknowledge 1")

    assert isinstance(answer, Answer)
    assert "Priya Shah still has M-1" in answer.plain
    assert answer.buttons == ()


# --- every action ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """Whether a colleague who is not the owner may make the move while somebody holds the mention."""

    colleague: bool


ACTION_RULES = {
    Action.CLAIM: Rule(colleague=False),
    Action.RELEASE: Rule(colleague=False),
    Action.REPLY: Rule(colleague=False),
    Action.WITHDRAW: Rule(colleague=False),
    Action.ANSWERED: Rule(colleague=False),
    Action.CLOSE: Rule(colleague=False),
    Action.SENT: Rule(colleague=True),  # a person's word on a reply in doubt
    Action.NOT_SENT: Rule(colleague=True),
    Action.UNSURE: Rule(colleague=True),  # the bot's own; no verb leads to it
    Action.REOPEN: Rule(colleague=True),
    Action.SEE: Rule(colleague=True),
    Action.NOTE: Rule(colleague=True),
    Action.ACKNOWLEDGE: Rule(colleague=True),
    Action.ESCALATE: Rule(colleague=True),
    Action.ADD: Rule(colleague=True),
    Action.EDIT: Rule(colleague=True),
    Action.GONE: Rule(colleague=True),
}
ASKED_BY_A_VERB = {
    "claim": Action.CLAIM,
    "release": Action.RELEASE,
    "reply": Action.REPLY,
    "undo": Action.WITHDRAW,
    "done": Action.ANSWERED,
    "close": Action.CLOSE,
    "note": Action.NOTE,
    "acknowledge": Action.ACKNOWLEDGE,
    "show": Action.SEE,
}


def test_every_action_has_a_rule() -> None:
    assert set(ACTION_RULES) == set(Action)


@pytest.mark.parametrize("action", [action for action, rule in ACTION_RULES.items() if not rule.colleague])
async def test_an_owners_move_is_refused_to_a_colleague_whatever_asked_for_it(office: Office, action: Action) -> None:
    await office.hears("Is my school shut?")
    held = await office.replies(PRIYA, 1, "It is open.") if action is Action.WITHDRAW else await office.ask(PRIYA, "claim 1")
    assert held

    with pytest.raises((NotYours, NotAllowed), match="Priya Shah has M-1"):
        await office.desk.make(Move("M-1", action, by=FARAH.id, note="why", text="words"))


@pytest.mark.parametrize("action", [Action.SEE, Action.NOTE, Action.ACKNOWLEDGE])
async def test_what_helps_is_open_to_every_colleague(office: Office, action: Action) -> None:
    await office.hears("Is my school shut?")
    await office.ask(PRIYA, "claim 1")

    made = await office.desk.make(Move("M-1", action, by=FARAH.id, note="asked highways"))

    assert made.mention.owner == PRIYA.id


@pytest.mark.parametrize("verb", ASKED_BY_A_VERB)
@pytest.mark.parametrize("state", ["new", "claimed", "closed"])
async def test_what_the_table_of_moves_refuses_is_refused_in_words(office: Office, verb: str, state: str) -> None:
    await office.hears("Is my school shut?")
    if state != "new":
        await office.ask(PRIYA, {"claimed": "claim 1", "closed": "close 1 spam"}[state])
    before = await office.now(1)
    action = ASKED_BY_A_VERB[verb]
    taken_first = action is Action.REPLY and before.state is State.NEW

    answer = await office.ask(PRIYA, line(verb, 1))

    if allows(before.state, action) or taken_first or (verb == "claim" and state == "claimed"):
        return
    assert isinstance(answer, Answer)
    assert "M-1" in answer.plain
    assert (await office.now(1)).state is before.state


def test_only_the_bot_itself_is_let_through_without_being_the_owner() -> None:
    ours = {action for (_, action) in MOVES} - set(ASKED_BY_A_VERB.values())

    assert ours == {Action.SENT, Action.NOT_SENT, Action.UNSURE, Action.REOPEN}
    assert SYSTEM == "system"
