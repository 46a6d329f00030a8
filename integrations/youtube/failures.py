"""What Google's answers mean: https://developers.google.com/youtube/v3/docs/errors and each method's own page."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.errors import NotThere, OutsideError, Refused, SignInAgain, TryLater, Unsure
from integrations.http import HttpAnswer, wait_asked_for

BUCKET = "youtube"
USED_UP = frozenset({"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"})
TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "concurrentLimitExceeded"})
GONE = frozenset({"commentNotFound", "parentCommentNotFound", "commentThreadNotFound", "videoNotFound", "notFound"})
SIGN_IN = frozenset(
    {"authError", "required", "insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "authenticatedUserAccountClosed"}
    | {"authenticatedUserAccountSuspended", "accountDelegationForbidden", "youtubeSignupRequired"}
)
SENTENCES = {
    "commentsDisabled": "Comments are switched off there: nothing can be read or said.",
    "forbidden": "YouTube does not let this sign-in do that: it must be of the channel's owner or a manager.",
    "ineligibleAccount": "The Google account has no YouTube channel of its own to speak from: sign in as the channel.",
    "accessNotConfigured": "Switch on the YouTube Data API v3 for the project in Google Cloud.",
    "channelNotFound": "YouTube knows no such channel: mend channel_id.",
    "commentTextTooLong": "The text is too long for YouTube: shorten it.",
    "commentTextRequired": "YouTube takes no empty comment.",
    "operationNotSupported": "YouTube takes no reply to this comment: its thread is closed, or it is held for review.",
    "parentCommentIsPrivate": "The comment is not public: YouTube takes no reply to it.",
    "invalidCommentMetadata": "YouTube did not take the comment as it is.",
    "processingFailure": "YouTube did not take it and does not say why: try other words, or YouTube Studio.",
    "banWithoutReject": "YouTube did not take it.",
}


class QuotaUsedUp(TryLater):
    """Nothing more may be asked until the quota's day is over; whoever knows the time says when."""


class BadPageToken(TryLater):
    """Where a long read was to carry on is not known any more: it begins anew."""


def read(body: bytes) -> Mapping[str, Any]:
    """The JSON object of an answer; empty when it is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def reasons(body: bytes) -> list[str]:
    """Google's words for what is wrong, the closest first."""
    error = read(body).get("error")
    error = error if isinstance(error, dict) else {}
    given: list[Any] = []
    for name in ("errors", "details"):
        listed = error.get(name)
        given += [one.get("reason") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return [one for one in [*given, error.get("status")] if isinstance(one, str)]


def failure(answer: HttpAnswer, *, creating: bool) -> OutsideError:
    """The error an answer stands for. ``creating``: it may have made something public."""
    found = reasons(answer.body)
    if answer.status >= 500 or (creating and 200 <= answer.status < 300):
        reason = f"YouTube answered with status {answer.status}"
        return Unsure(reason) if creating else TryLater(reason, wait_asked_for(answer.headers.get("Retry-After")))
    if 200 <= answer.status < 300:
        return TryLater("YouTube answered something that cannot be read", timedelta(minutes=1))
    if error := by_reason(found, creating=creating):
        return error
    return by_status(answer)


def by_reason(found: list[str], *, creating: bool) -> OutsideError | None:
    """What the first reason that is known stands for."""
    for reason in found:
        if reason in USED_UP:
            return QuotaUsedUp("Google's quota for today is used up", timedelta(hours=1), BUCKET)
        if reason in TOO_FAST:
            return TryLater("YouTube asks to be called more slowly", timedelta(minutes=1), BUCKET)
        if reason in GONE:
            return NotThere("the comment, or its video, is not there any more")
        if reason in SIGN_IN:
            return SignInAgain(f"YouTube does not accept the sign-in ({reason})")
        if reason == "invalidPageToken":
            return BadPageToken("YouTube has forgotten where the reading was")
        if reason == "processingFailure" and not creating:
            return TryLater("YouTube could not answer this time", timedelta(minutes=1))
        if reason in SENTENCES:
            return Refused(SENTENCES[reason])
    return None


def by_status(answer: HttpAnswer) -> OutsideError:
    """What a status stands for when Google gives no reason that is known."""
    match answer.status:
        case 401:
            return SignInAgain("YouTube does not accept the sign-in")
        case 403:
            return Refused(SENTENCES["forbidden"])
        case 404 | 410:
            return NotThere("YouTube does not have it any more")
        case 408 | 429:
            wait = wait_asked_for(answer.headers.get("Retry-After"), timedelta(minutes=1))
            return TryLater("YouTube asks to be called more slowly", wait, BUCKET)
        case status:
            return Refused(f"YouTube refused ({status})")
