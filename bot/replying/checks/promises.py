"""Promises with a time: "by Friday", "within 3 working days", "tomorrow". Pure. What is promised can be tracked."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.replying.checks.folded import fold
from bot.replying.checks.sentences import sentences
from bot.replying.checks.when import DAY, PERIOD, SPAN, THIS_PART, TIME, due
from bot.replying.draft import Draft
from bot.replying.findings import Check, Finding, Rules

EDGE = r"(?<![^\W_])"
BY = rf"{EDGE}(?:by|before|no later than|erbyn|cyn) (?:about |around )?"
DEADLINES = tuple(
    re.compile(one)
    for one in (
        rf"{BY}{TIME}(?:,? (?:on )?{DAY})?",
        rf"{BY}{DAY}(?:,?(?: at)? {TIME})?",
        rf"{BY}{PERIOD}",
        rf"{EDGE}(?:within|in|o fewn) (?!a min)(?:the next |under |about |around )?{SPAN}",
        rf"{EDGE}(?:within|in|over) (?P<count>the) next (?P<unit>hour|day|week|fortnight|month)(?!\w)",
    )
)
"""Ends of a time: what is said to happen by then is promised."""
DAYS = tuple(
    re.compile(one)
    for one in (
        rf"{EDGE}(?:{THIS_PART})",
        rf"{EDGE}(?:later |first thing |on |ar |over |at )?{DAY}(?:,?(?: at| by| before)? {TIME})?",
        rf"{EDGE}(?:later )?{PERIOD}",
    )
)
"""Times as such: promised only where somebody of ours is to do something then."""

WILL = (
    r"(?:'ll| will| shall| aims?| hopes?| plans?| expects?| intends?| promises?"
    r"|(?:'re| is| are) (?:going|due|aiming|hoping|coming|returning|heading|sending|getting|visiting|collecting)"
    r"| should)\b"
)
OURS = (
    r"(?:crews?|teams?|engineers?|officers?|colleagues?|somebody|someone|contractors?|inspectors?|lorry|lorries|gritters?"
    r"|nurses?|wardens?|rangers?|staff|technicians?|supervisors?|managers?|electricians?|plumbers?|surveyors?|advis[eo]rs?"
    r"|drivers?)"
)
TO_YOU = r"(?:hear|get|receive|have|be (?:contacted|called))\b"
SURE = re.compile(
    rf"\b(?:we|i|{OURS}){WILL}|\byou(?:'ll| will) {TO_YOU}"
    r"|(?:\bwill|'ll) be (?:answered|back|called|checked|cleaned|cleared|collected|contacted|cut|dealt|delivered|done"
    r"|emptied|filled|fixed|gritted|in touch|inspected|investigated|looked|mended|out|posted|refunded|removed|repaired"
    r"|replaced|resolved|restored|sent|sorted|there|treated|updated|visited|with you)\b"
    r"|\b(?:byddwn|byddaf|bydda i|bydd (?:y |ein )?(?:criw|tim|swyddog|peiriannydd|rhywun))\b"
)
"""Who speaks, or somebody of theirs, is to do it."""
PERHAPS = re.compile(
    r"(?<!\byou )\b(?:will|shall|should be)\b|(?<!\byou)'ll\b"
    r"|\b(?:due|expect(?:ed)?|scheduled|hop(?:e|ing)|aim(?:ing)?|promised?|guaranteed?|bydd|fydd|caiff|gwnawn|wnawn|cewch)\b"
)
"""It is to be so, by itself or by somebody."""
NOT_OURS = re.compile(
    r"\bplease\b|\bmust\b|\bif you\b|\bos gwelwch\b|\brhaid i\b|\bdylech\b"
    rf"|(?:^|[,;:.!-] |\b(?:and|then|so|or|when|once|that|as|but|because) )you(?:'ll| will)? (?!will\b|{TO_YOU})\w+"
    r"|(?:^|[,;:!-] |\b(?:and|then|so|or) )(?:apply|book|register|bring|leave|put|send|call|ring|contact|return|pay|comment"
    r"|come|get|reply|visit|check|report|let us)\b"
    r"|\b(?:won't|will not|can't|cannot|can not|unable|unlikely|not (?:be able|expect))\b"
    r"|\b(?:open|opens|close|closes|closed|shut|starts?|begins?|available|runs?|free|valid)\b"
)
"""They are to do it, nobody can, or it is only said when something is open."""
OPENS = 12
"""Letters from its beginning within which a time opens a sentence."""
OTHER_WORDS, OTHER_LETTERS = 2, 40
FIX = "If it will be kept, have it tracked, so that nobody forgets. If it may not, say when you will know more."


def promise(draft: Draft, rules: Rules) -> Iterator[Finding]:
    """Each time by which something is promised. "Apply by Friday" asks, "open until five" informs: neither promises."""
    for text in draft.posts:
        for start, sentence in sentences(text):
            folded = fold(sentence)
            for match in promised(folded.text):
                first, last = folded.stood(*match.span())
                until = due(match, draft.at, draft.zone)
                excerpt = text[start + first : start + last]
                reason = f"People will remember this as a promise{shown(until, draft.zone)}."
                yield rules.found(Check.PROMISE, reason, FIX, excerpt=excerpt, due_at=until)


def shown(until: datetime | None, zone: ZoneInfo) -> str:
    """A moment as people there write it, in brackets; nothing for none."""
    local = until.astimezone(zone) if until else None
    return f" ({local:%A} {local.day} {local:%B, %H:%M})" if local else ""


def promised(sentence: str) -> Iterator[re.Match[str]]:
    """The times in a sentence that somebody of ours is bound to, each once: of "by end of play today" the first part."""
    if sentence.rstrip().endswith("?"):
        return
    sure, any_at_all = cues(sentence, (SURE,)), cues(sentence, (SURE, PERHAPS))
    reached = -2
    for match, is_deadline in sorted(times(sentence), key=lambda one: (one[0].start(), -one[0].end())):
        known = any_at_all if is_deadline else sure
        if match.start() > reached + 1 and (is_bound(match, known) or (is_deadline and not known and is_all(match))):
            reached = match.end()
            yield match


def is_all(match: re.Match[str]) -> bool:
    """Whether the sentence says next to nothing else: "By Friday" answers when."""
    others = len(match.string) - len(match[0])
    return others <= OTHER_LETTERS and len(match.string.replace(match[0], " ").split()) <= OTHER_WORDS


def times(sentence: str) -> Iterator[tuple[re.Match[str], bool]]:
    """Every time in a sentence, and whether it is the end of one."""
    for patterns, is_deadline in ((DEADLINES, True), (DAYS, False)):
        for pattern in patterns:
            for match in pattern.finditer(sentence):
                yield match, is_deadline


def cues(sentence: str, bind: tuple[re.Pattern[str], ...]) -> list[tuple[int, bool]]:
    """Where words stand that bind us, and such as show that they do not; in order."""
    found = [(match.start(), True) for pattern in bind for match in pattern.finditer(sentence)]
    return sorted(found + [(match.start(), False) for match in NOT_OURS.finditer(sentence)])


def is_bound(match: re.Match[str], known: list[tuple[int, bool]]) -> bool:
    """Whether the words nearest before a time, or the first behind one that opens the sentence, commit us to it."""
    earlier = bisect_left(known, (match.start(),))
    if earlier:
        return known[earlier - 1][1]
    return match.start() <= OPENS and bool(known) and known[0][1]
