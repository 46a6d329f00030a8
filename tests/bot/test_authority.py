"""Who may do what: every role against every deed, every way of standing to a thing, and doubt, which refuses."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.authority import (
    ACTIONS,
    DEEDS,
    OWNERS_ONLY,
    VERBS,
    WAYS,
    Deed,
    NotPermitted,
    Subject,
    Who,
    authorise,
    is_theirs,
    permits,
    subject_of,
)
from bot.authority.subject import FITS
from bot.command import Role, Staff
from bot.mention import SYSTEM, Action, Author, Mention, State
from bot.moving import MOVES

ME, OTHER = "U0ME", "U0OTHER"
CAME = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
NOTHING_KNOWN = Subject("M-1")
ROLES: dict[str, frozenset[Role]] = {
    "none": frozenset(),
    "trainee": frozenset({Role.TRAINEE}),
    "publisher": frozenset({Role.PUBLISHER}),
    "duty": frozenset({Role.DUTY}),
    "approver": frozenset({Role.APPROVER}),
    "lead": frozenset({Role.LEAD}),
    "admin": frozenset({Role.ADMIN}),
}
BOSSES = {"lead", "admin"}
BY_ROLE: dict[Deed, set[str]] = {
    Deed.ASK: set(ROLES),
    Deed.READ: BOSSES,
    Deed.HOLD: BOSSES,
    Deed.PUT_BACK: BOSSES | {"duty"},
    Deed.UNDO: BOSSES,
    Deed.ACCEPT: set(),
    Deed.DECLINE: BOSSES,
    Deed.NOT_AVAILABLE: BOSSES,
    Deed.WRITE: {"publisher"},
    Deed.PUBLISH: {"publisher"},
    Deed.APPROVE: BOSSES | {"approver"},
    Deed.RECALL: set(),
    Deed.TRUST: BOSSES,
    Deed.HIDE: BOSSES | {"approver", "duty"},
    Deed.HIDE_THREAT: BOSSES,
    Deed.REVIEW: BOSSES | {"approver"},
    Deed.TAKE_DOWN: BOSSES | {"approver"},
    Deed.CORRECT: BOSSES | {"approver"},
    Deed.TICK: BOSSES,
    Deed.SEE_ALL_OWED: BOSSES,
    Deed.STOP: BOSSES | {"approver", "duty"},
    Deed.START: BOSSES,
    Deed.CHANGE_ROTA: BOSSES,
    Deed.COVER: BOSSES,
    Deed.UNCOVER: BOSSES,
    Deed.READ_HANDOVERS: BOSSES,
    Deed.HAND_OVER: set(),
    Deed.TAKE_OVER: BOSSES,
    Deed.HAND_ON: BOSSES,
    Deed.VERIFY: BOSSES,
    Deed.WATCH: BOSSES,
    Deed.END_WATCH: BOSSES,
    Deed.APPROVE_SAVED: BOSSES | {"approver"},
    Deed.KEEP_SAVED: BOSSES | {"approver"},
    Deed.LET_GO: BOSSES,
    Deed.OPERATE: set(),
}
"""Who may by their role alone, of somebody else's thing, when nothing else is known and only those named may publish."""

STANDING: dict[str, Subject] = {
    "nobody stands so": NOTHING_KNOWN,
    "whoever has it": replace(NOTHING_KNOWN, owner=ME),
    "nobody has it": replace(NOTHING_KNOWN, is_free=True),
    "offered it": replace(NOTHING_KNOWN, offered_to=ME),
    "wrote it": replace(NOTHING_KNOWN, writer=ME),
    "it is about them": replace(NOTHING_KNOWN, concerned=frozenset({ME})),
    "in its channel": replace(NOTHING_KNOWN, is_member=True),
    "pinged": replace(NOTHING_KNOWN, is_pinged=True, is_private=False),
    "pinged about what is held": replace(NOTHING_KNOWN, is_pinged=True, is_held=True),
    "pinged, private": replace(NOTHING_KNOWN, is_pinged=True),
    "on duty now": replace(NOTHING_KNOWN, is_on_duty=True),
    "on the rota": replace(NOTHING_KNOWN, is_on_rota=True),
    "anybody may publish": replace(NOTHING_KNOWN, is_restricted=False),
    "nobody is named": replace(NOTHING_KNOWN, none_named=True),
}
BY_STANDING: dict[str, set[Deed]] = {
    "nobody stands so": set(),
    "whoever has it": {Deed.HOLD, Deed.PUT_BACK, Deed.UNDO, Deed.DECLINE},
    "nobody has it": {Deed.HOLD, Deed.PUT_BACK, Deed.UNDO},
    "offered it": {Deed.ACCEPT, Deed.DECLINE},
    "wrote it": {Deed.RECALL, Deed.TAKE_DOWN, Deed.CORRECT},
    "it is about them": {Deed.UNDO, Deed.TICK, Deed.COVER, Deed.UNCOVER, Deed.HAND_OVER, Deed.TAKE_OVER, Deed.VERIFY}
    | {Deed.END_WATCH, Deed.KEEP_SAVED},
    "in its channel": {Deed.READ, Deed.NOT_AVAILABLE},
    "pinged": {Deed.READ, Deed.NOT_AVAILABLE},
    "pinged about what is held": {Deed.READ, Deed.NOT_AVAILABLE},
    "pinged, private": set(),
    "on duty now": {Deed.PUT_BACK, Deed.HIDE, Deed.STOP},
    "on the rota": {Deed.READ_HANDOVERS},
    "anybody may publish": {Deed.WRITE, Deed.PUBLISH},
    "nobody is named": {Deed.STOP, Deed.START, Deed.APPROVE_SAVED, Deed.KEEP_SAVED},
}
"""What somebody without a role may, for how they stand to it alone; everybody may ask."""
NOT_FOR_TRAINEES = {Deed.PUBLISH, Deed.APPROVE, Deed.TRUST, Deed.HIDE, Deed.HIDE_THREAT, Deed.REVIEW, Deed.CORRECT}
NOT_FOR_TRAINEES |= {Deed.APPROVE_SAVED}
ALL = frozenset(Role) - {Role.TRAINEE}


def somebody(*roles: Role) -> Staff:
    return Staff(ME, "Me", frozenset(roles))


def mention(**changes: object) -> Mention:
    """A public mention nobody has, changed where a test says so."""
    made = Mention(
        **{"number": 1, "account": "website", "network": "webchat", "native_id": "p1", "url": "", "conversation": "p1"},  # type: ignore[arg-type]
        author=Author("a1", "Lou"),
        text="Is my school shut?",
        language="en",
        kind="post",
        private=False,
        media=(),
        posted_at=CAME,
        received_at=CAME,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


# --- every cell --------------------------------------------------------------------------------------------------


def test_every_deed_every_way_of_standing_and_every_action_has_a_rule() -> None:
    assert set(DEEDS) == set(BY_ROLE) == set(Deed)
    assert set(FITS) == set(Who)
    assert set(ACTIONS) == set(Action)
    assert set(BY_STANDING) == set(STANDING)
    used = {deed for deeds in (*ACTIONS.values(), *VERBS.values(), *WAYS.values()) for deed in deeds}
    assert used == set(Deed)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_what_the_table_says_and_nothing_else(role: str) -> None:
    may = {deed for deed in Deed if permits(somebody(*ROLES[role]), deed, NOTHING_KNOWN)}

    assert may == {deed for deed, roles in BY_ROLE.items() if role in roles}


@pytest.mark.parametrize("standing", STANDING)
def test_how_somebody_stands_to_it_lets_them_do_what_the_table_says_and_nothing_else(standing: str) -> None:
    may = {deed for deed in Deed if permits(somebody(), deed, STANDING[standing])}

    assert may == BY_STANDING[standing] | {Deed.ASK}


def test_a_trainee_does_nothing_public_alone_whatever_else_they_are() -> None:
    everything = Subject("M-1", owner=ME, is_member=True, is_restricted=False, is_on_duty=True, is_on_rota=True)
    known = replace(everything, offered_to=ME, concerned=frozenset({ME}), writer=OTHER)
    trainee, graduate = somebody(Role.TRAINEE, *ALL), replace(known, is_trusted=True)

    assert {deed for deed in Deed if not permits(trainee, deed, known)} == NOT_FOR_TRAINEES | {Deed.OPERATE, Deed.RECALL}
    assert {deed for deed in Deed if not permits(trainee, deed, graduate)} == {Deed.OPERATE, Deed.RECALL}


def test_one_in_training_is_no_approver_even_where_the_settings_say_both() -> None:
    assert not permits(somebody(Role.TRAINEE, Role.APPROVER), Deed.TAKE_DOWN, NOTHING_KNOWN)
    assert permits(somebody(Role.TRAINEE), Deed.TAKE_DOWN, replace(NOTHING_KNOWN, writer=ME))


@pytest.mark.parametrize("deed", [Deed.APPROVE, Deed.TRUST, Deed.REVIEW])
@pytest.mark.parametrize("role", [Role.APPROVER, Role.LEAD, Role.ADMIN])
def test_a_second_pair_of_eyes_belongs_to_a_second_person(role: Role, deed: Deed) -> None:
    with pytest.raises(NotPermitted, match=r"somebody else looks at it|Nobody says that of themselves"):
        authorise(somebody(role), deed, Subject("M-1", writer=ME))


# --- moves and verbs ---------------------------------------------------------------------------------------------


def test_of_a_move_every_deed_it_takes_is_asked_for() -> None:
    refused = [
        (action, deed)
        for action, deeds in ACTIONS.items()
        for deed in deeds
        for known in STANDING.values()
        if not permits(somebody(), deed, known) and permits(somebody(), action, known)
    ]

    assert refused == []
    assert permits(somebody(Role.LEAD, Role.PUBLISHER), Action.REPLY, NOTHING_KNOWN)


def test_staff_never_make_the_moves_that_are_the_bots() -> None:
    ours = {action for action in Action if ACTIONS[action] == (Deed.OPERATE,)}
    everything = Subject("M-1", owner=ME, writer=ME, offered_to=ME, is_member=True, is_restricted=False, is_trusted=True)

    assert ours >= {Action.EXPIRE, Action.WAKE, Action.CONFIRM, Action.ERASE, Action.ADD}
    assert not any(permits(somebody(*Role), action, everything) for action in ours)


def test_what_changes_what_the_public_sees_takes_more_than_being_in_the_channel() -> None:
    member = replace(STANDING["in its channel"], is_free=True)
    public = {Action.REPLY, Action.SUBMIT, Action.APPROVE, Action.RESEND, Action.HIDE, Action.LIKE, Action.CORRECT}

    assert not any(permits(somebody(), action, member) for action in public | {Action.TAKE_DOWN, Action.SHOW_AGAIN})


def test_every_verb_and_way_names_deeds_that_are_there() -> None:
    assert all(deeds and set(deeds) <= set(Deed) for deeds in (*VERBS.values(), *WAYS.values()))
    assert {way.split()[0] for way in WAYS} <= set(VERBS)


# --- as the transaction judges -----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", State)
def test_what_somebody_holds_is_theirs_a_leads_or_the_bots(state: State) -> None:
    about = subject_of(mention(state=state, owner=OTHER))
    holds = state in (State.CLAIMED, State.SNOOZED, State.REPLYING)

    for action in OWNERS_ONLY:
        assert is_theirs(action, OTHER, about, overrides=False)
        assert is_theirs(action, SYSTEM, about, overrides=False)
        assert is_theirs(action, ME, about, overrides=True)
        assert is_theirs(action, ME, about, overrides=False) is not holds


def test_an_offer_is_accepted_by_nobody_but_the_one_it_was_made_to() -> None:
    offered = subject_of(mention(state=State.CLAIMED, owner=OTHER, offered_to=ME))

    assert is_theirs(Action.ACCEPT, ME, offered, overrides=False)
    assert not is_theirs(Action.ACCEPT, OTHER, offered, overrides=False)
    assert not is_theirs(Action.ACCEPT, "U0LEAD", offered, overrides=True)
    assert is_theirs(Action.DECLINE, "U0LEAD", offered, overrides=True)
    assert is_theirs(Action.DECLINE, SYSTEM, offered, overrides=False)
    assert not is_theirs(Action.DECLINE, "U0FARAH", offered, overrides=False)


def test_only_the_owners_moves_ask_whose_it_is() -> None:
    elsewhere = {action for _, action in MOVES} - OWNERS_ONLY - {Action.ACCEPT, Action.DECLINE}

    assert all(is_theirs(action, ME, subject_of(mention(owner=OTHER)), overrides=False) for action in elsewhere)


# --- what is said ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", sorted(set(Deed) - {Deed.ASK, Deed.OPERATE}))
def test_every_refusal_says_who_can(deed: Deed) -> None:
    for person in (somebody(), somebody(Role.TRAINEE)):
        for private in (True, False):
            with pytest.raises(NotPermitted) as refused:
                authorise(person, deed, Subject("M-1", channel="mentions", is_private=private))
            assert_says_who_can(refused.value, deed)


def assert_says_who_can(refused: NotPermitted, deed: Deed) -> None:
    """In words for whoever was refused, with a name where there is one."""
    plain, named = str(refused), refused.naming("Morag Muir")
    assert re.search(r"lead|approve|colleague|[Ww]hoever|somebody else", plain), plain
    assert not re.search(r"[{}]|\bNone\b|must|error|denied", plain), plain
    assert plain[0].isupper()
    assert plain[-1] == "." or "\x03" in plain[-1]
    if "{who}" in str(DEEDS[deed].says) or callable(DEEDS[deed].says):
        assert "Morag Muir" in named


def test_whoever_asks_for_more_than_they_may_is_told_the_first_that_is_missing() -> None:
    with pytest.raises(NotPermitted, match="you are not in it"):
        authorise(somebody(), Action.REPLY, Subject("M-1", channel="mentions", is_private=False))
    with pytest.raises(NotPermitted, match="not set up to publish"):
        authorise(somebody(), Action.REPLY, Subject("M-1", is_member=True))


def test_what_is_not_known_of_a_subject_is_refused() -> None:
    with pytest.raises(TypeError):
        subject_of(mention(), is_a_friend=True)

    assert not permits(somebody(), Deed.READ, subject_of(mention()))
