"""Words that fit another audience than the one they would have: private ones in public, and the other way round. Pure."""

import re
from collections.abc import Iterator

from bot.replying.checks.folded import fold
from bot.replying.checks.sentences import sentences
from bot.replying.draft import Draft
from bot.replying.findings import Check, Finding, Rules

PRIVATELY = (
    r"(?:private(?:ly)?|in private|dms?|d\.m\.|direct (?:message|chat)|inbox|messages?|e-?mails?|calls?|phone call|letter|"
    r"chat|application|form|conversation)"
)
TOLD = re.compile(
    rf"\bas (?:you|we|i) (?:\w+ )?(?:told|said|mentioned|wrote|explained|discussed|agreed|spoke)(?: (?:to )?(?:us|you|me))?"
    rf"(?: \w+){{0,3}} {PRIVATELY}\b"
    rf"|\b(?:said|told us|mentioned|wrote|explained|as|per|see|saw|read) (?:in|from|on|by) your (?:last )?{PRIVATELY}\b"
    r"|\bas (?:we|you) (?:discussed|agreed) (?:on the phone|by phone|when we (?:spoke|met))"
    r"|\bthank(?:s| you)(?: very much| so much)? for (?:your|the) (?:dm|(?:private|direct) message|e-?mail|call|letter)"
    r"(?: \w+){0,2} (?:about|regarding|concerning|on) your\b"
    r"|\b(?:yn|drwy) eich neges (?:breifat|uniongyrchol)"
)
"""What was said where the public could not read it."""
IS = r"(?:is|are|was|were|has|have|had|will|shows?|says?|ends?|looks?|still|number|worker|manager|officer|,|\d)"
THEIRS = re.compile(
    r"\byour (?:\w+ )?(?:"
    r"(?:nhs|national insurance|account|customer|policy|patient|hospital|student|payment|claim|case|crime|tenancy)"
    r" (?:number|no\b|ref)"
    r"|(?:social|support|case|key|health|probation) worker|(?:care|support|payment) plan|child protection|safeguarding"
    r"|diagnosis|(?:test|blood|scan) results?|medical (?:record|history|condition)s?|date of birth|bank (?:account|details)"
    r"|(?:rent|council tax) (?:account|arrears|debt)|arrears|overdraft|debts?|benefit claim|housing benefit|universal credit"
    rf"|(?:case|claim|balance|prescription|appointment|tenancy|medication|treatment|home address|biopsy|grades?) {IS}"
    r")|\byou (?:still )?owe\b|\byou(?:'re| are| were) (?:\w+ )?in (?:arrears|debt)\b"
    r"|(?<!\bif )\byou (?:missed|attended) (?:your|an) (?:\w+ )?appointment\b"
    r"|\b(?:eich achos|rhif eich cyfrif|eich diagnosis|eich ol-ddyledion)\b"
)
"""What only the author and the organisation know."""
ASKS = re.compile(
    r"(?<!n't )(?<!not )(?<!never )"
    r"\b(?:what(?:'s| is)|tell us|send us|give us|let us (?:know|have)|(?:reply|comment) with|post|share|confirm|drop us"
    r"|need|can (?:we|i) (?:have|get|take)|(?:can|could) you (?:give|send|share|confirm|tell us))\b"
    r"(?: \w+){0,3}? (?:your|a) (?:\w+ ){0,2}(?:(?:home |e-?mail )?address|postcode|phone|telephone|mobile"
    r"|contact (?:number|details)|date of birth|dob|full name|(?:account|bank) (?:number|details)"
    r"|(?:nhs|national insurance|student|case) number|case reference|number)\b"
)
"""A question nobody should answer where everybody reads."""
WAYS = re.compile(
    r"\b(?:dms?|direct (?:message|chat)|private(?:ly)?|inbox|message us|e-?mail(?:ing)? us"
    r"|(?:call|ring|phone)(?:ing)? (?:us|\d)|by (?:phone|e-?mail|post|text)"
    r"|call 101|in person|online|portal|app|website|web chat|webchat|form|log in|sign in"
    r"|neges (?:breifat|uniongyrchol))\b|https?://|(?<![\w.-])[\w-]{1,63}\.[\w.-]{1,99}/"
)
"""A sentence that names one of these leads somewhere private."""
OTHERS_TELL = re.compile(
    r"\b(?:gp|surgery|practice|hospital|clinic|ward|doctor|nurse|midwife|pharmac(?:y|ist)|consultant|jobcentre|bank|school"
    r"|landlord|employer|solicitor|adviser)\b(?: \w+){0,3} (?:can|could|will)"
    r" (?:\w+ )?(?:tell|help|give|explain|advise|send|show)\b"
)
"""Who else knows, and tells them: that is advice, and says nothing about anybody."""
TO_ALL = re.compile(
    r"\b(?:hi|hello|morning|afternoon|evening|dear|hey) (?:all|everyone|everybody|folks|followers)\b"
    r"|\bplease (?:share|repost|pass (?:this|it) on|spread the word)\b"
    r"|\b(?:our|all) followers\b|\bresidents are (?:asked|reminded|advised|urged)\b"
    r"|\b(?:send us an? (?:dm|private message|direct message)|dm us)\b"
)
"""What one says to many, or asks for what is so already."""


def audience(draft: Draft, rules: Rules) -> Iterator[Finding]:
    """Sentences that sound as if somebody else were reading."""
    look = in_public if draft.is_public else in_private
    for text in draft.posts:
        for start, sentence in sentences(text):
            folded = fold(sentence)
            for reason, fix, match in look(folded.text):
                first, last = folded.stood(*match.span())
                yield rules.found(Check.AUDIENCE, reason, fix, excerpt=text[start + first : start + last])


def in_public(sentence: str) -> Iterator[tuple[str, str, re.Match[str]]]:
    """What sounds private. Telling people where to say it in private is what one should do."""
    if match := TOLD.search(sentence):
        yield "This repeats what was said in private, and everybody can read it.", ASK_PRIVATELY, match
    elif WAYS.search(sentence) or OTHERS_TELL.search(sentence):
        return
    elif match := ASKS.search(sentence):
        yield "This asks for something people should not post where everybody reads it.", ASK_PRIVATELY, match
    elif match := THEIRS.search(sentence):
        yield "This is about something only they and you know, and everybody can read it.", ASK_PRIVATELY, match


def in_private(sentence: str) -> Iterator[tuple[str, str, re.Match[str]]]:
    """What sounds as if it were for many."""
    if match := TO_ALL.search(sentence):
        yield "Only one person reads this, and it sounds as if it were for many.", "Say it to this one person.", match


ASK_PRIVATELY = "Ask them to send you a private message about it, and leave the particulars out here."
