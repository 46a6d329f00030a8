"""Posting, redrawing and telling: what arrives, and what each failure means."""

from datetime import timedelta

import pytest

from bot.card import Answer, Card, Notice, Ping
from bot.command import Role
from bot.errors import NotYours, Refused, SettingsError, SignInAgain, TryLater, Unsure
from bot.ports import MessageRef, NotFound
from bot.settings.replying import ApprovalSettings
from integrations.sandbox.slack_gate import SCOPES
from integrations.sandbox.slack_server import StandInSlack
from integrations.slack.calls import Calls
from integrations.slack.chat import build
from integrations.slack.failures import failure
from integrations.slack.settings import SlackSettings

from .conftest import settings_for

CARD = Card(ref="M-1", version=1, heading=("Ada on X",), quote="Is my school <shut> & closed?")


async def nobody(command):
    return Answer(())


async def test_a_card_arrives_with_its_key_and_a_fallback_without_markup(signed_in, slack):
    posted = await signed_in.post("#mentions", CARD, "card:M-1")

    message = slack.card("M-1")
    assert posted == MessageRef("C0MENTIONS", message.ts)
    assert (message.heading, message.quote) == ("Ada on X", "Is my school <shut> & closed?")
    assert message.raw_text == "Ada on X\nIs my school &lt;shut&gt; &amp; closed?"
    assert message.metadata == {"event_type": "tolbooth", "event_payload": {"key": "card:M-1"}}


async def test_a_card_is_redrawn_in_place(signed_in, slack):
    posted = await signed_in.post("mentions", CARD, "card:M-1")

    await signed_in.redraw(
        posted, Card(ref="M-1", version=2, heading=("Ada on X",), quote="Hello", status=("Priya has it",))
    )

    [message] = slack.channel("mentions").messages
    assert (message.quote, message.status) == ("Hello", "Priya has it")


async def test_words_to_staff_go_under_their_card(signed_in, slack):
    posted = await signed_in.post("mentions", CARD, "card:M-1")

    await signed_in.post("mentions", Notice((("Priya has it",),)), "note:1", thread=posted)

    assert [reply.text for reply in slack.card("M-1").thread] == ["Priya has it"]


async def test_a_ping_arrives_privately_and_notifies(signed_in, slack):
    told = await signed_in.tell("U0DEV", Notice(((Ping("U0DEV", "Dev"), " M-1 has waited an hour"),)), "ping:1")

    [message] = slack.user("dev").dms
    assert (message.ts, message.text) == (told.id, "@Dev M-1 has waited an hour")
    assert str(slack.user("dev").notifications[0]) == "Dev M-1 has waited an hour"


async def test_a_channel_the_bot_is_not_in_says_how_to_invite_it(signed_in, slack):
    slack.add_channel("elsewhere", with_bot=False)

    with pytest.raises(Refused, match=r"not in #elsewhere: type /invite @\w+ there"):
        await signed_in.post("elsewhere", CARD, "k")


async def test_a_channel_nobody_made_is_refused(signed_in):
    with pytest.raises(Refused, match="There is no channel #nowhere"):
        await signed_in.post("nowhere", CARD, "k")


async def test_a_channel_made_a_moment_ago_is_found(signed_in, slack):
    await signed_in.post("mentions", CARD, "k")
    slack.add_channel("snow")

    posted = await signed_in.post("snow", CARD, "k2")

    assert posted.channel == "C0SNOW"


async def test_redrawing_a_deleted_card_says_so(signed_in):
    with pytest.raises(Refused, match="the card was deleted"):
        await signed_in.redraw(MessageRef("C0MENTIONS", "1.000001"), CARD)


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ("is_archived", Refused),
        ("invalid_blocks", Refused),
        ("restricted_action_read_only_channel", Refused),
        ("invalid_auth", SignInAgain),
        ("token_revoked", SignInAgain),
        ("account_inactive", SignInAgain),
        ("fatal_error", Unsure),
        ("internal_error", Unsure),
        ("a_code_of_next_year", Unsure),
        (500, Unsure),
        (503, Unsure),
        ("drop", Unsure),
        ("lost", Unsure),
        ("done_500", Unsure),
    ],
)
async def test_a_failed_post_is_named_by_whether_it_may_have_arrived(trouble, error, signed_in, slack):
    slack.chaos.next("chat.postMessage", trouble)

    with pytest.raises(error):
        await signed_in.post("mentions", CARD, "k")


async def test_a_post_whose_answer_is_lost_is_not_sent_again(signed_in, slack):
    slack.chaos.next("chat.postMessage", "drop")

    with pytest.raises(Unsure):
        await signed_in.post("mentions", CARD, "k")

    assert len(slack.channel("mentions").messages) == 1


async def test_slack_says_how_long_to_wait(signed_in, slack):
    slack.chaos.next("chat.postMessage", 429, retry_after=17)

    with pytest.raises(TryLater) as caught:
        await signed_in.post("mentions", CARD, "k")

    assert caught.value.after == timedelta(seconds=17)


async def test_a_redraw_in_doubt_may_be_asked_again(signed_in, slack):
    posted = await signed_in.post("mentions", CARD, "k")
    slack.chaos.next("chat.update", "drop")

    with pytest.raises(TryLater):
        await signed_in.redraw(posted, CARD)


async def test_nobody_there_means_it_certainly_did_not_happen(signed_in, slack):
    await signed_in.is_member("mentions", "U0DEV")
    await slack.stop()

    with pytest.raises(TryLater, match="cannot be reached"):
        await signed_in.post("C0MENTIONS", CARD, "k")


def test_an_answer_that_is_no_json_is_no_answer():
    assert isinstance(failure("chat.postMessage", 200, {}, {}), Unsure)


def test_an_error_of_the_server_is_no_definite_no_whatever_it_says():
    assert isinstance(failure("chat.postMessage", 500, {"ok": False, "error": "channel_not_found"}, {}), Unsure)


@pytest.mark.parametrize(
    ("api_url", "given", "trusted"),
    [
        ("https://slack.com/api/", "https://hooks.slack.com/actions/T1/1", True),
        ("https://slack.com/api/", "wss://wss-primary.slack.com/link?ticket=1", True),
        ("https://relay.example/api/", "wss://wss-primary.slack-gov.com/link", True),
        ("https://slack.com/api/", "http://hooks.slack.com/actions", False),
        ("https://slack.com/api/", "https://notslack.com/actions", False),
        ("https://slack.com/api/", "https://slack.com.evil.example/actions", False),
        ("https://slack.com/api/", "https://slack.com@169.254.169.254/", False),
        ("https://slack.com/api/", "", False),
    ],
)
def test_addresses_slack_hands_out_are_used_on_its_own_domains_only(api_url, given, trusted):
    settings = {"bot_token": "xoxb-1", "app_token": "xapp-1", "api_url": api_url}

    assert Calls(SlackSettings.model_validate(settings)).is_slacks(given) is trusted


async def test_a_missing_scope_is_named(clock, core):
    slack = StandInSlack(clock, scopes=set(SCOPES) - {"chat:write"})
    await slack.start()
    slack.add_channel("mentions")
    chat = build(settings_for(slack, "http"), core=core, clock=clock)
    await chat.start(nobody)

    with pytest.raises(SignInAgain, match="chat:write"):
        await chat.post("mentions", CARD, "k")

    await chat.stop()
    await slack.stop()


async def test_a_post_cannot_be_looked_for_without_leave_to_read(signed_in, clock):
    await signed_in.post("mentions", CARD, "card:M-1")

    assert await signed_in.find_posted("mentions", "card:M-1", clock.now()) is NotFound.CANNOT_TELL


async def test_with_leave_to_read_a_post_is_found_or_proved_absent(clock, core):
    slack = StandInSlack(clock, scopes=set(SCOPES) | {"channels:history"})
    await slack.start()
    slack.add_channel("mentions")
    chat = build(settings_for(slack, "http"), core=core, clock=clock)
    await chat.start(nobody)
    posted = await chat.post("mentions", CARD, "card:M-1")

    found = await chat.find_posted("mentions", "card:M-1", clock.now())
    absent = await chat.find_posted("mentions", "card:M-2", clock.now())

    assert found == posted
    assert absent is NotFound.ABSENT
    await chat.stop()
    await slack.stop()


async def test_with_leave_to_read_what_was_said_in_a_thread_is_found_there_or_proved_absent(clock, core):
    slack = StandInSlack(clock, scopes=set(SCOPES) | {"channels:history"})
    await slack.start()
    slack.add_channel("mentions")
    chat = build(settings_for(slack, "http"), core=core, clock=clock)
    await chat.start(nobody)
    card = await chat.post("mentions", CARD, "card:M-1")
    said = await chat.post("mentions", Notice((("Priya has it",),)), "thread:1", thread=card)

    found = await chat.find_posted("mentions", "thread:1", clock.now(), card)
    absent = await chat.find_posted("mentions", "thread:2", clock.now(), card)
    elsewhere = await chat.find_posted("mentions", "thread:1", clock.now())
    under_nothing = await chat.find_posted("mentions", "thread:1", clock.now(), MessageRef(card.channel, "1.000001"))

    assert found == said
    assert (absent, elsewhere, under_nothing) == (NotFound.ABSENT, NotFound.ABSENT, NotFound.CANNOT_TELL)
    await chat.stop()
    await slack.stop()


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_copy_that_only_speaks_opens_no_connection_and_says_what_it_has_to(slack, core, clock, mode):
    chat = build(settings_for(slack, mode), core=core, clock=clock)

    await chat.start(None)
    await chat.post("mentions", CARD, "card:M-1")
    await chat.redraw(await chat.tell("U0DEV", Notice((("M-1 waits",),)), "ping:1"), CARD)

    assert slack.card("M-1")
    assert chat.health()["signed_in"]
    assert "apps.connections.open" not in [method for method, _ in slack.calls]
    await chat.stop()


async def test_a_message_can_be_linked_to(signed_in):
    posted = await signed_in.post("mentions", CARD, "k")

    assert "C0MENTIONS" in await signed_in.link_to(posted)
    assert await signed_in.link_to(MessageRef("C0MENTIONS", "1.000001")) == ""


async def test_a_refused_bot_token_stops_the_start_in_plain_words(slack, core, clock):
    chat = build(settings_for(slack, bot_token="xoxb-wrong"), core=core, clock=clock)

    with pytest.raises(SettingsError) as caught:
        await chat.start(nobody)

    assert "slack.bot_token is not accepted" in str(caught.value)
    assert "xoxb-wrong" not in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 6
    await chat.stop()


async def test_a_start_waits_for_a_slack_that_is_away(slack, core, clock):
    slack.chaos.next("auth.test", 503, times=2)
    chat = build(settings_for(slack, "http"), core=core, clock=clock)

    await chat.start(nobody)

    assert chat.health()["signed_in"]
    await chat.stop()


async def test_roles_come_from_the_settings(signed_in):
    morag, dev, priya = [await signed_in.person(id) for id in ("U0MORAG", "U0DEV", "U0PRIYA")]

    assert (morag.roles, dev.roles, priya.roles) == ({Role.LEAD}, {Role.DUTY}, frozenset())


@pytest.mark.parametrize("what", [{"guest": True}, {"bot": True}, {"deleted": True}, {"team": "T0ELSEWHERE"}])
async def test_only_full_members_may_use_the_bot(what, signed_in, slack):
    outsider = slack.add_person("zoe", "Zoe", **what)

    with pytest.raises(NotYours, match="Please ask Morag"):
        await signed_in.person(outsider)


async def test_nobody_is_nobody(signed_in):
    with pytest.raises(NotYours):
        await signed_in.person("U0NOBODY")


async def test_who_somebody_is_is_remembered_for_five_minutes(signed_in, slack, clock):
    await signed_in.person("U0PRIYA")
    slack.workspace.members["U0PRIYA"].deleted = True

    assert (await signed_in.person("U0PRIYA")).name == "Priya"
    clock.advance(minutes=5)
    with pytest.raises(NotYours):
        await signed_in.person("U0PRIYA")


async def test_membership_is_looked_up_and_false_on_doubt(signed_in, slack, clock):
    assert await signed_in.is_member("#mentions", "U0DEV")
    assert not await signed_in.is_member("mentions", "U0GUS")
    clock.advance(minutes=6)
    slack.chaos.next("conversations.members", 500)
    assert not await signed_in.is_member("C0MENTIONS", "U0DEV")


async def test_a_group_gives_its_members_a_role_and_an_unreadable_one_gives_nobody(slack, core, clock):
    group = slack.add_group("approvers", ["priya"])
    slack.gate.scopes.add("usergroups:read")
    of_group = core.model_copy(update={"roles": core.roles.model_copy(update={"approver": (group,)})})
    chat = build(settings_for(slack, "http"), core=of_group, clock=clock)
    await chat.start(nobody)

    readable = await chat.person("U0PRIYA")
    slack.gate.scopes.discard("usergroups:read")
    clock.advance(minutes=6)
    unreadable = await chat.person("U0PRIYA")

    assert (readable.roles, unreadable.roles) == ({Role.APPROVER}, frozenset())
    assert any(group in fault for fault in await chat.check())
    await chat.stop()


async def test_on_doubt_everybody_is_a_trainee_and_in_the_groups_that_need_approval(slack, core, clock):
    new, watched = slack.add_group("new starters", ["priya"]), slack.add_group("agency", ["priya"])
    slack.gate.scopes.add("usergroups:read")
    roles = core.roles.model_copy(update={"trainee": (new,)})
    of_groups = core.model_copy(update={"roles": roles, "approval": (ApprovalSettings(people=(watched,)),)})
    chat = build(settings_for(slack, "http"), core=of_groups, clock=clock)
    await chat.start(nobody)

    priya, dev = await chat.person("U0PRIYA"), await chat.person("U0DEV")
    slack.gate.scopes.discard("usergroups:read")
    clock.advance(minutes=6)
    on_doubt = await chat.person("U0DEV")

    assert (priya.roles, priya.groups) == ({Role.TRAINEE}, {watched})
    assert (dev.roles, dev.groups) == ({Role.DUTY}, frozenset())
    assert (on_doubt.roles, on_doubt.groups) == ({Role.DUTY, Role.TRAINEE}, {watched})
    await chat.stop()
