"""What Flickr's answers mean: nearly all come with status 200 and say inside what went wrong.

https://www.flickr.com/services/api/flickr.photos.comments.addComment.html
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.errors import NotThere, OutsideError, Refused, SignInAgain, TryLater, Unsure
from integrations.http import HttpAnswer, wait_asked_for

BUCKET = "flickr"
A_WHILE = timedelta(minutes=5)
SIGN_IN = {
    96: "Flickr does not accept the signature: look at api_secret and access_token_secret",
    97: "Flickr missed the signature: look at the four keys",
    98: "Flickr does not accept the access token: make a new one",
    99: "the access token may not do that: make one with permission to write",
    100: "Flickr does not know the api_key, or has ended it",
}
REFUSED = {
    8: "Flickr takes no empty comment.",
    95: "Flickr wants to be called over https: mend api_url.",
    111: "Flickr does not know the format asked for: tell whoever makes Tolbooth.",
    112: "Flickr does not know the method asked for: mend api_url.",
    116: "Flickr takes no comment with such a link in it: change the link.",
}


def read(body: bytes) -> Mapping[str, Any]:
    """The JSON object of an answer; empty when it is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def failure(answer: HttpAnswer, *, creating: bool) -> OutsideError:
    """The error an answer stands for. ``creating``: it may have made something public."""
    match answer.status:
        case 401 | 403:
            return SignInAgain("Flickr does not accept the four keys: look at them, or make the access token anew")
        case 429:
            return TryLater("Flickr asks to be called less often", wait(answer, timedelta(minutes=30)), BUCKET)
        case status if status >= 500:
            reason = f"Flickr answered with status {status}"
            return Unsure(reason) if creating else TryLater(reason, wait(answer, A_WHILE))
        case status if 300 <= status < 500:
            return Refused(f"Flickr refused (status {status})")
    said = read(answer.body)
    code = said.get("code")
    if said.get("stat") == "fail" and isinstance(code, int):
        return by_code(code, creating=creating)
    unreadable = "Flickr answered something that cannot be read"
    return Unsure(unreadable) if creating else TryLater(unreadable, A_WHILE)


def by_code(code: int, *, creating: bool) -> OutsideError:
    """What one of Flickr's codes stands for."""
    if code in SIGN_IN:
        return SignInAgain(SIGN_IN[code])
    if code in REFUSED:
        return Refused(REFUSED[code])
    match code:
        case 1:
            return NotThere("the photo is not there any more, or not to be seen")
        case 2:
            return NotThere("the comment is not there any more")
        case 9:
            return TryLater("Flickr lets an account comment only so often", A_WHILE, BUCKET)
        case 105:
            return TryLater("Flickr is not available at the moment", A_WHILE)
        case 0 | 106:
            reason = "Flickr could not do it, and does not say how far it came"
            return Unsure(reason) if creating else TryLater(reason, A_WHILE)
    return Refused(f"Flickr refused (code {code})")


def wait(answer: HttpAnswer, default: timedelta) -> timedelta:
    """How long Flickr asks us to wait."""
    return wait_asked_for(answer.headers.get("Retry-After"), default)
