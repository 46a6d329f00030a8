"""The first file of a bundle: what it is, and how anybody can check it. Pure."""

from textwrap import fill

from bot.evidence.matter import Asked

WIDTH = 78
CODE = "     "
NAMED = "Names of staff stand here as the organisation knows them."
UNNAMED = """
Names of staff were left out of the pages, the log and mentions.jsonl: Staff member 1 is the same person everywhere in this
bundle. record/ has the ids their chat knows them by, because the hashes are about these; and what staff typed into notes,
reasons and replies is as they typed it. Look through those. Where even an id must not be handed on, leave record/ out: then
nothing can be proved with that copy.
"""
TEXT = """
EVIDENCE: {said}

WHAT THIS IS

This is evidence from Tolbooth, with which {whose} answers what the public says to it. It holds {said}. It was made at
{at} UTC by {by}, for this reason: {because}

index.html has everything to read: open it in any browser. It needs no network, and prints. decisions.html is the log
of who did what, when and why, numbered from 1; decisions.csv and decisions.xlsx are the same for a spreadsheet.
mentions.jsonl is the same for programs. attachments/ holds what the networks sent, as it came, and files that are
still held. record/ is the proof.

{staff}

Words that were erased, because their time was over or because their author asked, are shown as erased, with the day
and the reason. That something was said, and who did what about it, is still here.

HOW TO CHECK IT

1. First compare the SHA-256 of the whole zip file you were given with the one on the organisation's record: "tolbooth
decisions" for the day it was made shows it, with who made it and why. Only this proves that all of it is what was
made: whoever changes a bundle can change manifest.json and verify.py with it.

2. Unpack it. On a computer with Python 3.8 or later, of which nothing else is needed, run this in its folder:

     python3 -I verify.py

It says ok, or names the first thing that is wrong. It checks the hashes of the events and seals in record/, that the
words in record/ are those the events are about, and that mentions.jsonl, what is quoted on the pages and the files in
attachments/ say the same. It says how many events no seal covers, how many words are gone only because one of these
says so, and how many files no event has the digest of: nothing in here proves those. verify.py is meant to be read:
anybody can write it anew from what stands at its top.

3. Compare the seals with what others saw. The organisation can have every hour's seal posted to a channel of its chat,
as "Seal of the record up to this hour" and 64 letters and digits. Compare some of those messages with the hash of the
seal of that hour in record/seals.jsonl. Who can change the database cannot change what others saw in the chat that
day. Without this, somebody who holds the database could have written the whole record anew.

WHAT IS NOT PROVED

Names of staff: the record has the ids their chat knows them by, and which name an id has is as the database had it
that day. What a post answers, by somebody else, is as the network told it, and in no event. Pages and the log say
more than is quoted, in words made from the record: where it matters, read the event in record/events.jsonl. That no
mention was left out is proved by step 1 only. A post that came in before version 0.9.0 is in attachments/ as the
database had it.

WHAT STANDS IN record/

events.jsonl: one event a line, as it is hashed. Its hash is the SHA-256 of the hash of the event before it, followed
by the event without its hash as JSON with sorted keys, without spaces, in UTF-8. Before the first stand 64 zeros.
Times (at) are milliseconds since 1970, UTC.

texts.jsonl: the words the events are about. An event holds the SHA-256 of a salt, a new line and the words, under the
same name in its digests; the words stand apart from it, so that they can be erased and the chain still holds. Of what
a network sent (raw) the file in attachments/ is named instead.

seals.jsonl: the body of each seal lists [subject, last event, its hash] of all that was new in that hour, and the
hash of the seal before it. It names other subjects than those in this bundle: only their numbers and hashes, nothing
anybody said. The seals begin about the time of the first event here.
"""


def readme(asked: Asked) -> str:
    """The text, for somebody who has never heard of Tolbooth."""
    told = {
        "said": asked.said,
        "whose": asked.organisation or "an organisation",
        "at": f"{asked.at:%Y-%m-%d %H:%M:%S}",
        "by": asked.by,
        "because": asked.because,
        "staff": UNNAMED.strip() if asked.redacted else NAMED,
    }
    paragraphs = (one if one.startswith(CODE) else fill(one.format(**told), WIDTH) for one in TEXT.strip("\n").split("\n\n"))
    return "\n\n".join(paragraphs) + "\n"
