"""The user group of those on duty, against a Slack that has its own ideas."""

import pytest

from bot.errors import Refused, SignInAgain, TryLater


@pytest.fixture
def group(slack):
    """A group that Dev is in."""
    return slack.add_group("duty", ["dev"])


def members(slack, group):
    return slack.workspace.groups[group].members


def updates(slack):
    return [about for method, about in slack.calls if method == "usergroups.users.update"]


async def test_it_holds_these_and_nobody_else(signed_in, slack, group):
    await signed_in.keep_group(group, ["U0PRIYA", "U0MORAG"])

    assert members(slack, group) == ["U0PRIYA", "U0MORAG"]


async def test_what_is_right_already_is_left_alone(signed_in, slack, group):
    await signed_in.keep_group(group, ["U0DEV"])

    assert updates(slack) == []


async def test_who_has_left_or_is_a_guest_is_left_out(signed_in, slack, group):
    slack.add_person("ian", "Ian", deleted=True)

    await signed_in.keep_group(group, ["U0IAN", "U0GUS", "U0NOBODY", "U0PRIYA"])

    assert members(slack, group) == ["U0PRIYA"]


async def test_it_is_never_emptied(signed_in, slack, group):
    with pytest.raises(Refused, match="none of those on duty can be in a user group"):
        await signed_in.keep_group(group, ["U0GUS"])

    assert members(slack, group) == ["U0DEV"]


async def test_a_group_slack_does_not_know_is_named_as_such(signed_in):
    with pytest.raises(Refused, match="no such user group"):
        await signed_in.keep_group("S0NONE", ["U0DEV"])


@pytest.mark.parametrize("code", ["paid_teams_only", "plan_upgrade_required"])
async def test_without_a_paid_plan_it_says_so(signed_in, slack, group, code):
    slack.chaos.next("usergroups.users.update", code)

    with pytest.raises(Refused, match="paid plans"):
        await signed_in.keep_group(group, ["U0PRIYA"])


async def test_without_the_scope_it_says_which(signed_in, slack, group):
    slack.gate.scopes.discard("usergroups:write")

    with pytest.raises(SignInAgain, match="usergroups:write"):
        await signed_in.keep_group(group, ["U0PRIYA"])


@pytest.mark.parametrize("trouble", ["fatal_error", "invalid_users", 500, "lost"])
async def test_what_failed_and_changed_nothing_may_be_tried_again(signed_in, slack, group, trouble):
    slack.chaos.next("usergroups.users.update", trouble)

    with pytest.raises(TryLater):
        await signed_in.keep_group(group, ["U0PRIYA"])
    await signed_in.keep_group(group, ["U0PRIYA"])

    assert members(slack, group) == ["U0PRIYA"]


@pytest.mark.parametrize("trouble", ["drop", "done_500"])
async def test_what_was_done_though_the_answer_was_lost_is_seen_by_reading_back(signed_in, slack, group, trouble):
    slack.chaos.next("usergroups.users.update", trouble)

    await signed_in.keep_group(group, ["U0PRIYA"])

    assert members(slack, group) == ["U0PRIYA"]
    assert len(updates(slack)) == 1
