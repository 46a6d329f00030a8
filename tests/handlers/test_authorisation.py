"""Who may do what: a row for every verb and every action, and each row is tried."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bot import authority
from bot.authority import Deed
from bot.card import Answer
from bot.command import Role, Staff
from bot.errors import NotAllowed, NotYours
from bot.form import Form
from bot.mention import SYSTEM, Action, Move, State
from bot.moving import MOVES, allows
from handlers import VERBS
from tests.handlers.office import DEV, FARAH, MORAG, PRIYA, TAM, Office

pytestmark = pytest.mark.slow

ANYONE, MEMBERS, OWNER, PUBLISHERS, PINGED = "anyone", "members", "owner", "publishers", "pinged"
OFFERED, LEADS, ANY_ROLE = "whom it was offered to", "leads", "anyone with a role"
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
    "unavailable": {MEMBERS, PINGED},
    "settle": {MEMBERS, PUBLISHERS},
    "departed": {ANYONE},  # refused to everybody: only the chat itself says it
    "ready": {ANYONE},  # only for whom the handover is
    "shift": {ANYONE},
    "heard": {ANYONE},  # answers one's own test ping only
    "look": {ANYONE},
    "give": {MEMBERS, OWNER},
    "accept": {MEMBERS, OFFERED},
    "decline": {MEMBERS, OFFERED},
    "snooze": {MEMBERS, OWNER},
    "priority": {MEMBERS},
    "topic": {MEMBERS},  # and not those whose replies a colleague looks at
    "find": {ANYONE},  # finds only what the person may read
    "why": {MEMBERS},
    "stop": {ANY_ROLE},
    "start": {LEADS},
    "home": {ANYONE},
    "accounts": {ANYONE},  # never a secret; who may say verified is in test_accounts.py
    "leaver": {LEADS},
    "duty": {ANYONE},  # who may change whose turns is in test_duty.py
    "report": {ANYONE},  # figures only: nobody is named, no words are quoted
    "rota": {ANYONE},  # who may change it is in test_rota.py
    "promise": {MEMBERS},
    "tasks": {ANYONE},  # one's own; who may see and change others' is in test_tasks.py
    "hide": {MEMBERS},  # from here on: whose it is beside that is in test_hide.py and test_take_down.py
    "like": {MEMBERS},
    "unsay": {MEMBERS},
    "approve": {MEMBERS},  # shows; who may let it go is in test_approve.py
    "send_back": {MEMBERS},
    "recall": {MEMBERS},
    "approvals": {ANYONE},  # by number and name only
    "trust": {ANYONE},  # who may change it is in test_approve.py
    "correct": {MEMBERS, PUBLISHERS},
    "rights": {ANYONE},  # by number and name; what it does to one: test_rights.py
    "keep": {ANYONE},  # those one may read; what it does to one: test_keep.py
    "saved": {ANYONE},  # who may approve and change one is in test_saved.py
    "watch": {ANYONE},  # who may make and stop one is in test_watch.py
}
TYPED = {
    **{"reply": " Hello.", "close": " spam", "note": " seen", "settle": " there"},
    **{"give": f" <@{MORAG.id}>", "snooze": " 2h waiting", "priority": " P1", "topic": " bins"},
}
ASKED = {"find": "find neighbour"}
SOON = datetime(2026, 11, 17, 11, 0, tzinfo=UTC)
ADMIN = Staff("U0ADMIN", "Ana Admin", frozenset({Role.ADMIN}))


def line(verb: str, number: int) -> str:
    return f"{verb} {number}{TYPED.get(verb, '')}"


def verbs(rule: str) -> list[str]:
    return [verb for verb, rules in VERB_RULES.items() if rule in rules]


def test_every_verb_has_a_rule() -> None:
    assert set(VERB_RULES) == set(VERBS)


def test_every_verb_has_the_deeds_of_its_rule_in_the_one_table() -> None:
    assert set(authority.VERBS) == set(VERBS)
    for verb, rules in VERB_RULES.items():
        deeds = set(authority.VERBS[verb])
        assert bool(deeds & {Deed.READ, Deed.NOT_AVAILABLE}) == (MEMBERS in rules), verb
        assert bool(deeds & {Deed.HOLD, Deed.PUT_BACK, Deed.UNDO}) == (OWNER in rules), verb
        assert (Deed.WRITE in deeds) == (PUBLISHERS in rules), verb
        assert bool(deeds & {Deed.ACCEPT, Deed.DECLINE}) == (OFFERED in rules), verb
        assert (deeds == {Deed.ASK} or verb == "departed") == (rules == {ANYONE}), verb
        assert bool(deeds & {Deed.START, Deed.HAND_ON, Deed.TRUST}) == (LEADS in rules), verb


def test_every_verb_explains_itself() -> None:
    assert [verb.name for verb in VERBS.values() if not verb.summary] == []


def test_default_help_shows_at_most_twelve_verbs_six_deeds_first() -> None:
    shown = [verb for verb in VERBS.values() if not verb.hidden and not verb.more]

    deeds = [verb for verb in shown if verb.deed]

    assert len(shown) <= 12
    assert len(deeds) == 6
    assert shown[:6] == deeds


async def test_every_verb_that_can_be_typed_is_in_one_of_the_two_pages_of_help(office: Office) -> None:
    first, second = await office.says(PRIYA, "help"), await office.says(PRIYA, "help more")

    for verb in [verb for verb in VERBS.values() if verb.is_listed(office.desk.house)]:
        assert (f"{verb.name} {verb.usage}".strip() in first) != (f"{verb.name} {verb.usage}".strip() in second), verb.name
    assert "More: /mention help more" in first


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

    told = await office.says(FARAH if PINGED not in VERB_RULES[verb] else TAM, line(verb, 1))

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
async def test_what_somebody_else_has_is_theirs(open_office: Callable[..., Office], verb: str) -> None:
    office = open_office(officers=(DEV.id,))
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

    told = await office.says(TAM, ASKED.get(verb, verb))

    assert "neighbour shouts" not in told
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


@pytest.mark.parametrize("verb", verbs(OFFERED))
async def test_an_offer_is_answered_by_the_one_it_was_made_to(office: Office, verb: str) -> None:
    await office.desk.meet(FARAH)
    await office.hears("Is my school shut?")
    await office.ask(PRIYA, "claim 1")
    nobody = await office.says(DEV, f"{verb} 1")
    await office.ask(PRIYA, f"give 1 <@{FARAH.id}>")
    before = await office.now(1)

    told = await office.says(DEV, f"{verb} 1")

    assert nobody == "M-1 is not on offer any more. To see how it stands: /mention show 1"
    assert told == "M-1 is offered to Farah Ali, who has to answer. To see how it stands: /mention show 1"
    assert await office.now(1) == before


@pytest.mark.parametrize("who", [PRIYA, MORAG, ADMIN], ids=["the giver", "a lead", "an admin"])
async def test_an_offer_may_be_taken_back(office: Office, who: Staff) -> None:
    office.chat.members["mentions"] |= {ADMIN.id}
    await office.hears("Is my school shut?")
    await office.ask(PRIYA, "claim 1")
    await office.ask(PRIYA, f"give 1 <@{FARAH.id}>")

    told = await office.says(who, "decline 1")

    assert told == (
        "Taken back: M-1 stays with you." if who is PRIYA else "Thank you for saying. M-1 stays with Priya Shah."
    )
    assert (await office.now(1)).offered_to is None


async def test_a_lead_cannot_accept_in_a_colleagues_place(office: Office) -> None:
    await office.hears("Is my school shut?")
    await office.ask(PRIYA, "claim 1")
    await office.ask(PRIYA, f"give 1 <@{FARAH.id}>")

    await office.ask(MORAG, "accept 1")

    assert (await office.now(1)).owner == PRIYA.id


@pytest.mark.parametrize("role", [Role.LEAD, Role.ADMIN, Role.DUTY, Role.APPROVER])
async def test_whoever_has_a_role_may_stop_publishing(office: Office, role: Role) -> None:
    told = await office.says(Staff(FARAH.id, FARAH.name, frozenset({role})), "stop wrong figures")

    assert told.startswith("Stopped.")
    assert await office.desk.stopped()


@pytest.mark.parametrize("roles", [frozenset(), frozenset({Role.PUBLISHER})], ids=["none", "publisher"])
async def test_one_without_a_role_is_told_who_can_stop_publishing(office: Office, roles: frozenset[Role]) -> None:
    told = await office.says(Staff(PRIYA.id, PRIYA.name, roles), "stop wrong figures")

    assert told.startswith("Team leads and duty officers can stop publishing. Ask one now")
    assert await office.desk.stopped() is None


async def test_where_nobody_has_a_role_anyone_may_stop_publishing_and_let_it_go_on(
    open_office: Callable[..., Office],
) -> None:
    office = open_office(officers=(), leads=())

    stopped = await office.says(PRIYA, "stop wrong figures")
    going_on = await office.says(FARAH, "start")

    assert stopped.startswith("Stopped.")
    assert going_on.startswith("Publishing goes on.")


@pytest.mark.parametrize("role", [None, Role.DUTY, Role.APPROVER, Role.PUBLISHER])
async def test_only_leads_let_publishing_go_on(office: Office, role: Role | None) -> None:
    await office.ask(MORAG, "stop wrong figures")

    told = await office.says(Staff(DEV.id, DEV.name, frozenset({role} if role else ())), "start")

    assert told == "Team leads say when publishing may go on. Ask Morag Muir, if it should."
    assert await office.desk.stopped()


async def test_of_two_leads_one_is_not_enough_however_often_they_ask(open_office: Callable[..., Office]) -> None:
    office = open_office(leads=(MORAG.id, ADMIN.id))
    told = [await office.says(MORAG, "stop wrong figures")]

    told += [await office.says(MORAG, "start"), await office.says(MORAG, "start")]
    still = await office.desk.stopped()
    told.append(await office.says(ADMIN, "start"))

    assert told[0].endswith("until two team leads say /mention start.")
    assert told[1] == told[2] == "One more team lead has to say /mention start, then publishing goes on."
    assert still
    assert told[3].startswith("Publishing goes on.")


async def test_a_held_private_message_is_given_to_nobody_who_may_not_read_it(office: Office) -> None:
    await office.hears("I cannot pay", on="form", private=True)
    await office.ask(MORAG, "claim 1")

    told = await office.says(MORAG, f"give 1 <@{TAM.id}>")

    assert told == "M-1 is a private message that no channel shows, so only a team lead can be given it. Name one with @."
    assert (await office.now(1)).offered_to is None


async def test_what_an_account_that_is_gone_brought_is_given_only_within_its_channel(office: Office) -> None:
    await office.hears("Is my school shut?")
    await office.ask(PRIYA, "claim 1")
    await office.shows_cards()
    office.forgets("website")

    told = await office.says(PRIYA, f"give 1 <@{TAM.id}>")

    assert told.startswith("Name a colleague with @ who is in the channel mentions")


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
    Action.GIVE: Rule(colleague=False),
    Action.SNOOZE: Rule(colleague=False),
    Action.ACCEPT: Rule(colleague=True),  # the one it was offered to, and nobody else
    Action.DECLINE: Rule(colleague=True),
    Action.PRIORITY: Rule(colleague=True),
    Action.TOPIC: Rule(colleague=True),
    Action.EXPIRE: Rule(colleague=True),  # the bot's own
    Action.WAKE: Rule(colleague=True),
    Action.SENT: Rule(colleague=True),  # a person's word on a reply in doubt
    Action.NOT_SENT: Rule(colleague=True),
    Action.UNSURE: Rule(colleague=True),  # the bot's own, and what Undo of Send Again leads back to
    Action.RESEND: Rule(colleague=True),  # a person's word on a reply in doubt
    Action.REOPEN: Rule(colleague=True),
    Action.SEE: Rule(colleague=True),
    Action.NOTE: Rule(colleague=True),
    Action.ACKNOWLEDGE: Rule(colleague=True),
    Action.UNAVAILABLE: Rule(colleague=True),
    Action.ESCALATE: Rule(colleague=True),
    Action.ADD: Rule(colleague=True),
    Action.EDIT: Rule(colleague=True),
    Action.GONE: Rule(colleague=True),
    Action.ELSEWHERE: Rule(colleague=True),  # the bot's own
    Action.TARGET: Rule(colleague=True),  # the bot's own
    Action.SAID_TO_US: Rule(colleague=True),  # the bot's own
    Action.SUBMIT: Rule(colleague=False),
    Action.APPROVE: Rule(colleague=True),  # for those who approve: tests/bot/test_authority.py
    Action.SEND_BACK: Rule(colleague=True),
    Action.RECALL: Rule(colleague=True),  # whoever wrote it
    Action.CONFIRM: Rule(colleague=True),  # the bot's own
    Action.HIDE: Rule(colleague=True),  # from here on: tests/bot/test_authority.py
    Action.SHOW_AGAIN: Rule(colleague=True),
    Action.REVIEW: Rule(colleague=True),
    Action.LIKE: Rule(colleague=True),
    Action.TAKE_DOWN: Rule(colleague=True),
    Action.CORRECT: Rule(colleague=True),
    Action.OWE: Rule(colleague=True),
    Action.OWED_DONE: Rule(colleague=True),
    Action.RIGHT: Rule(colleague=True),  # whose it is besides that: test_rights.py
    Action.KEEP: Rule(colleague=True),
    Action.LET_GO: Rule(colleague=True),  # leads: test_keep.py
    Action.ERASE: Rule(colleague=True),  # the bot's own, or an operator's on the command line; of what has ended only
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
    "give": Action.GIVE,
    "accept": Action.ACCEPT,
    "decline": Action.DECLINE,
    "snooze": Action.SNOOZE,
    "priority": Action.PRIORITY,
    "topic": Action.TOPIC,
}


OF_APPROVAL = {Action.SUBMIT, Action.APPROVE, Action.SEND_BACK, Action.RECALL}


def test_every_action_has_a_rule() -> None:
    assert set(ACTION_RULES) == set(Action) == set(authority.ACTIONS)
    assert {action for action, rule in ACTION_RULES.items() if not rule.colleague} == authority.OWNERS_ONLY | {Action.CLAIM}


@pytest.mark.parametrize("action", [action for action, rule in ACTION_RULES.items() if not rule.colleague])
async def test_an_owners_move_is_refused_to_a_colleague_whatever_asked_for_it(office: Office, action: Action) -> None:
    await office.hears("Is my school shut?")
    held = await office.replies(PRIYA, 1, "It is open.") if action is Action.WITHDRAW else await office.ask(PRIYA, "claim 1")
    assert held

    with pytest.raises((NotYours, NotAllowed), match="Priya Shah has M-1"):
        await office.desk.make(Move("M-1", action, by=FARAH.id, note="why", text="words", to=DEV.id, until=SOON))


@pytest.mark.parametrize("action", [Action.SEE, Action.NOTE, Action.ACKNOWLEDGE, Action.PRIORITY])
async def test_what_helps_is_open_to_every_colleague(office: Office, action: Action) -> None:
    await office.hears("Is my school shut?")
    await office.ask(PRIYA, "claim 1")

    made = await office.desk.make(Move("M-1", action, by=FARAH.id, note="asked highways", priority="P1"))

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
    ours = {action for (_, action) in MOVES} - set(ASKED_BY_A_VERB.values()) - OF_APPROVAL

    settled = {Action.SENT, Action.NOT_SENT, Action.UNSURE, Action.RESEND}
    assert ours == {*settled, Action.REOPEN, Action.EXPIRE, Action.WAKE, Action.ELSEWHERE}
    assert SYSTEM == "system"
