"""What Instagram takes as a comment: https://developers.facebook.com/docs/instagram-platform/comment-moderation."""

import re

from bot.reply import TextLimits
from bot.replying.counting import CHARACTERS, composed

LONGEST, MOST_TAGS, MOST_LINKS = 300, 4, 1
TAG = re.compile(r"(?<![\w&])#\w*[^\W\d_]\w*")
LINK = re.compile(r"https?://\S+|\bwww\.\S+", re.IGNORECASE)


def broken(text: str) -> str:
    """Which rule besides the length a text breaks, with what to do; empty when it breaks none."""
    tags, links = len(TAG.findall(LINK.sub(" ", text))), len(LINK.findall(text))
    if tags > MOST_TAGS:
        return f"{tags} hashtags: Instagram takes {MOST_TAGS}"
    if links > MOST_LINKS:
        return f"{links} links: Instagram takes {MOST_LINKS}"
    letters = [one for one in LINK.sub(" ", text) if one.lower() != one.upper()]
    if len(letters) > 1 and all(one.isupper() for one in letters):
        return "all in capitals: Instagram does not take that"
    return ""


def count(text: str) -> int:
    """Its characters; one more than are taken when it breaks another rule, so that it is never sent."""
    characters = len(composed(text))
    return max(characters, LONGEST + 1) if broken(text) else characters


LIMITS = TextLimits(LONGEST, CHARACTERS, count, broken)
