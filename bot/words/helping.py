"""How things are asked besides by commands: where there are buttons, and where all is written."""

from datetime import timedelta

BUTTONS_TOO = "Every one is also a button or a form. Under a card, write @Tolbooth and the verb; no number is needed."


def in_words_alone(each: timedelta) -> str:
    """Where there are no buttons, and what is written is read each so often."""
    return (
        "Write the verb first; one that is shown with a / needs it. In the thread of a mention no number is needed, and "
        f"whatever else you write there is a note for colleagues. All of it is read within {each_so_often(each)}."
    )


def each_so_often(each: timedelta) -> str:
    """``a minute``; ``2 minutes``: never less than it is."""
    minutes = max(1, -(-int(each.total_seconds()) // 60))
    return "a minute" if minutes == 1 else f"{minutes} minutes"
