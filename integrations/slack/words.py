"""The sentences staff read that only Slack gives cause for."""

from bot.card import Answer

STILL_WORKING = "Still working on it: look at the card in a moment."
FORM_LATE = "Slack did not open the form in time; what you typed is kept. Press the button again."
FORM_LATE_TYPED = "Slack did not open the form in time. Send the command again."
NO_FORM_HERE = "That needs a form, which Slack cannot open from a message. Use the button on the card, or type the command."
WHO_ARE_YOU = (
    "Slack did not say who you are just now, so nothing was done. Try again in a moment; if it cannot wait, ask a team lead."
)
NOT_STORED = "Tolbooth could not store that just now, so nothing was done. Try again in a moment."
OLD_BUTTON = "That button is from an older version of this message. Use the newest card, or type the command."
OLD_FORM = "That form is from an older version. Close it and open it again."
UNKNOWN_COMMAND = "Tolbooth does not know that command. Its settings say which commands it has."
TOO_SLOW = "That took too long. Use the shortcut again in a moment."
LOOKALIKES = " (some letters only look Latin)"
NOT_READY = "Tolbooth is starting. Try again in a moment."
PICTURE = "Picture"
OUTSIDER = "Only full members of this workspace can use Tolbooth."


RENAMED = "Put the channel's new name, or better its id, into the settings: after the next start the old name is unknown."


def no_such_channel(name: str) -> str:
    """A name in the settings that names nothing; says what may have happened and what to do."""
    return (
        f"There is no channel #{name} that the bot can see. If it is private, type /invite there first; if it was renamed"
        " or archived, put its new name or its id into the account's channel setting."
    )


def rest_is_kept(characters: int) -> str:
    """The end of words longer than Slack takes in one message."""
    return f"… (and {characters:,} more characters, kept in the record)"


def went_wrong(ref: str) -> str:
    """A fault of ours; ``ref`` finds it in the log."""
    return f"Something went wrong (ref {ref}). What you asked may not have been done: look at the card before you try again."


def told(text: str) -> Answer:
    """A sentence as an answer."""
    return Answer(((text,),))


def ask_instead(leads: list[str]) -> str:
    """Who can help somebody who may not use the bot."""
    return f"Please ask {' or '.join(leads)}." if leads else "Please ask a team lead."
