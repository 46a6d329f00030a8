"""The sentences that staff read in answer to what they wrote, where only Viva Engage gives cause for them."""

from collections.abc import Sequence

from bot.card import Answer, Button
from bot.command import reference

OUTSIDER = "Only members of this organisation's own network can use Tolbooth."
NOT_LISTED = (
    "Tolbooth does not know who you are in the other chat it is used in: whoever runs Tolbooth can put your e-mail address "
    "beside your id into its settings, under [[people]]."
)
NO_EMAIL = (
    "Viva Engage gave no e-mail address for you just now, and it is by that address that Tolbooth knows people. Write it "
    "again in a few minutes; if this comes again, whoever runs your network can see that the address stands in your profile."
)
NOT_ALONE = (
    "More than one account in Viva Engage has the e-mail address by which Tolbooth knows you, so nothing was done. Whoever "
    "runs your network can see that only yours has it."
)
NOT_AS_BEFORE = (
    "Viva Engage gives another e-mail address for you than it did before, so Tolbooth cannot be sure who you are, and "
    "nothing was done. Whoever runs Tolbooth can put the address you have now beside your id into its settings, under "
    "[[people]]."
)
WHO_ARE_YOU = "Viva Engage did not say who you are, so what you asked was not done. Write it again, or ask a team lead."
WHICH = (
    "Tolbooth cannot tell which mention that is about, so nothing was done. Write its number too: claim 142. If this thread "
    "is from before Tolbooth was restored from a backup, look for the newer one."
)
NOTHING_TO_SEND = (
    "Nothing was sent by this: no reply of yours waits in this thread to be sent. The word was kept as a note. "
    "Write reply and your words to begin one."
)
SENT_ALREADY = (
    "Your reply was let go already, so nothing more was sent by this. The word was kept as a note. Write undo to stop the "
    "reply, as long as it has not left."
)
HOW_IN_PRIVATE = "Write help to see what you can ask here, or a verb and a number: show 142. Nothing written here is public."
HOW_IN_DIGEST = (
    "Several mentions stand in this thread, so write the verb and the number: claim 142, or note 142 and your words. "
    "What you wrote was kept nowhere."
)
NOT_SEEN_YET = "You wrote that before this was shown, so nothing was done."
NOT_SURE = "You wrote something else here since this was shown, so nothing was done."
KEPT_AS_NOTE = "Kept as a note; {} stays open. If you meant to close it with these words as the reason, one word does it."
NUMBER_IS_A_WORD = "The number counts as one of your words: this is about {}. If you meant another mention, write {}."
MEANT_FOR_US = (
    "Nothing was done: that may have been words to colleagues. If you meant {}, one word does it. With a slash in front it "
    "is understood at once."
)
NO_PICTURES = "Pictures cannot be given here. Where another chat is set up, or on the network's own page, they can."
NOT_GIVEN_ALONG = "What is attached to your message does not go out with a reply: pictures cannot be given here."
REST_LEFT_OUT = "… (the rest is in the record)"
CANCELLED = "Left as it was. Nothing was sent or changed."


def went_wrong(ref: str) -> str:
    """A fault of ours; ``ref`` finds it in the log."""
    return f"Something went wrong (ref {ref}). What you asked may not have been done: look at the card before you try again."


def ask_instead(leads: Sequence[str]) -> str:
    """Who can help somebody who may not use the bot."""
    return f"Please ask {' or '.join(leads)}." if leads else "Please ask a team lead."


def look_again(word: str, *, was_shown: bool) -> str:
    """A word that counts once what it is about was looked at; that follows."""
    return f"{NOT_SURE if was_shown else NOT_SEEN_YET} Look at it once more, then write {word}:"


def number_is_a_word(ref: str, text: str) -> str:
    """Words began with a bare number, under a card."""
    return NUMBER_IS_A_WORD.format(ref, reference(text.partition(" ")[0]))


def meant(verb: str, ref: str, words: str, *, is_note: bool) -> Answer:
    """Asks back whether a sentence was a verb, with the button that says so."""
    asked = KEPT_AS_NOTE.format(ref) if is_note else MEANT_FOR_US.format(f"/{verb} {words}".strip())
    return Answer(((asked,),), (Button(verb.capitalize(), verb, ref, words),))


def told(text: str) -> Answer:
    """A sentence as an answer."""
    return Answer(((text,),))
