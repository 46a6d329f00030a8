"""What Slack's refusals mean for what was asked: certainly not done, or perhaps done."""

from collections.abc import Mapping, Sequence

from bot.errors import NotThere, OutsideError, Refused, SignInAgain, TryLater, Unsure
from integrations.http import wait_asked_for

SIGN_IN = frozenset(
    [
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "missing_scope",
        "not_allowed_token_type",
        "no_permission",
        "org_login_required",
        "two_factor_setup_required",
        "team_disabled",
    ]
)
LATER = frozenset(["ratelimited", "rate_limited", "message_limit_exceeded", "accesslimited", "external_channel_migrating"])
PAID_PLAN = "user groups need one of Slack's paid plans"
REFUSED: Mapping[str, str] = {
    "msg_too_long": "the message is too long for Slack",
    "msg_blocks_too_long": "the message is too long for Slack",
    "cant_update_message": "Slack lets nobody change this message",
    "edit_window_closed": "the workspace no longer lets this message be changed",
    "user_disabled": "that person's account is switched off",
    "user_not_in_channel": "that person is not in the channel",
    "cannot_dm_bot": "a bot cannot be written to",
    "plan_upgrade_required": PAID_PLAN,
    "paid_teams_only": PAID_PLAN,
    "permission_denied": "only administrators may change user groups here: let everyone, in the workspace's permissions",
    "no_such_subteam": "Slack knows no such user group: its id begins with S",
    "file_not_found": "that file is no longer in Slack: add it again",
    "file_deleted": "that file is no longer in Slack: add it again",
    "messages_tab_disabled": "the app's Messages tab is switched off: switch it on under App Home in the app's settings",
}
"""Refusals with a sentence of their own."""
NOBODY: Mapping[str, str] = dict.fromkeys(["user_not_found", "users_not_found"], "Slack knows no such person")
"""Nobody has that id here."""
THERE_NO_MORE: Mapping[str, str] = {
    "message_not_found": "the card was deleted",
    "thread_not_found": "the message this belongs under was deleted",
    "cannot_reply_to_message": "nothing can be said under that message any more",
}
"""What was to be changed or answered is gone."""
SHUT: Mapping[str, str] = {
    "channel_not_found": "Slack knows no such channel, or it is private and the bot is not in it. Type /invite there",
    "is_archived": "the channel is archived: unarchive it, or put another into the account's channel setting",
}
"""Refusals that are about the channel."""
BLOCKS = frozenset(["invalid_blocks", "invalid_blocks_format", "invalid_arguments"])
"""What may be about a picture: https://github.com/slackapi/python-slack-sdk/issues/1782"""
NOT_DONE = frozenset(
    [
        "no_text",
        "too_many_attachments",
        "as_user_not_supported",
        "metadata_too_large",
        "metadata_must_be_sent_from_app",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "ekm_access_denied",
        "team_access_not_granted",
        "user_not_visible",
        "method_not_supported_for_channel_type",
        "method_deprecated",
        "deprecated_endpoint",
        "unknown_method",
        "expired_trigger_id",
        "exchanged_trigger_id",
        "invalid_trigger_id",
        "trigger_expired",
        "trigger_exchanged",
        "view_too_large",
        "hash_conflict",
        "not_found",
        "duplicate_external_id",
        "push_limit_reached",
        "invalid_arg_name",
        "invalid_array_arg",
        "invalid_json",
        "json_not_object",
        "invalid_form_data",
        "missing_post_type",
        "invalid_post_type",
        "missing_charset",
        "invalid_charset",
        "invalid_ts_latest",
        "invalid_ts_oldest",
        "invalid_cursor",
        "invalid_limit",
    ]
)
"""The other codes that say for certain that nothing was done. A code on no list may follow a change: Unsure."""


def bucket_of(method: str) -> str:
    """Slack counts calls by method, for each app in each workspace."""
    return f"slack:{method}"


class NotInChannel(Refused):
    """The bot must be invited first."""


class ChannelShut(Refused):
    """Nothing can be said in the channel until somebody does something about it."""


class BlocksRefused(Refused):
    """Slack does not like what is in a message or a view; often it could not fetch a picture."""


class NobodyThere(Refused):
    """There is no such person."""


NAMED: Sequence[tuple[Mapping[str, str], type[Refused]]] = (
    (SHUT, ChannelShut),
    (THERE_NO_MORE, NotThere),
    (NOBODY, NobodyThere),
    (REFUSED, Refused),
)
"""Refusals with a sentence of their own, each with what it means."""


def failure(method: str, status: int, answer: Mapping[str, object], headers: Mapping[str, str]) -> OutsideError:
    """The error for an answer that is not a plain yes. ``answer`` is the JSON body, empty when it was not JSON."""
    code = str(answer.get("error") or "")
    if status == 429 or code in LATER:
        wait = wait_asked_for(headers.get("Retry-After"))
        return TryLater(f"Slack asks us to wait ({method})", wait, bucket_of(method))
    if status >= 500:
        return Unsure(f"Slack had trouble of its own ({method}: {status})")
    if code == "missing_scope":
        return SignInAgain(f"the Slack app lacks the scope {answer.get('needed')}: add it and install the app again")
    if code == "not_in_channel":
        return NotInChannel("the bot is not in the channel: type /invite there")
    if code in SIGN_IN:
        return SignInAgain(f"Slack does not accept the token ({method}: {code})")
    if code in BLOCKS:
        return BlocksRefused(f"Slack refused ({method}: {code})")
    for codes, kind in NAMED:
        if code in codes:
            return kind(codes[code])
    if code in NOT_DONE or code.startswith("restricted_action"):
        return Refused(f"Slack refused ({method}: {code})")
    return Unsure(f"Slack gave no clear answer ({method}: {code or status})")
