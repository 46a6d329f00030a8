"""The sentences staff read that only Slack gives cause for."""

from bot.card import Answer

STILL_WORKING = "Still working on it: look at the card in a moment."
FORM_LATE = "Slack did not open the form in time; what you typed is kept. Press the button again."
FORM_LATE_TYPED = "Slack did not open the form in time. Send the command again."
NO_FORM_HERE = "That needs a form, which Slack cannot open from a message. Use the button on the card, or type the command."
WHO_ARE_YOU = "Slack did not say who you are just now, so nothing was done. Try again in a moment."
NOT_STORED = "Tolbooth could not store that just now, so nothing was done. Try again in a moment."
OLD_BUTTON = "That button is from an older version of this message. Use the newest card, or type the command."
OLD_FORM = "That form is from an older version. Close it and open it again."
UNKNOWN_COMMAND = "Tolbooth does not know that command. Its settings say which commands it has."
NOT_READY = "Tolbooth is starting. Try again in a moment."
OUTSIDER = "Only full members of this workspace can use Tolbooth."


def went_wrong(ref: str) -> str:
    """A fault of ours; ``ref`` finds it in the log."""
    return f"Something went wrong (ref {ref}). What you asked may not have been done: look at the card before you try again."


def told(text: str) -> Answer:
    """A sentence as an answer."""
    return Answer(((text,),))


def ask_instead(leads: list[str]) -> str:
    """Who can help somebody who may not use the bot."""
    return f"Please ask {' or '.join(leads)}." if leads else "Please ask a team lead."
