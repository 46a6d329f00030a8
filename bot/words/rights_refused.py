"""What staff read when something about a right cannot be done, or needs another word. Pure."""

from collections.abc import Sequence

from bot.rights.kinds import Kind
from bot.rights.right import Right
from bot.words import excerpt, typed

NO_SUCH = f"There is no such right here. Those there are: {typed('rights', 'kinds')}"


def runs_already(ref: str, kind: Kind) -> str:
    """The same twice on one mention."""
    return f"{ref} has that already: {kind.name}. To see it: {typed('rights', ref[2:])}"


def usual_cannot_read(ref: str, name: str) -> str:
    """Whose such rights are by the settings is not where a private one is read."""
    give = typed("rights", f"{ref[2:]} give @name")
    return f"Such rights are {name}’s, who cannot read {ref}: it is private. Have them let into its channel, then: {give}"


def over_already(ref: str) -> str:
    """A press on one that is over."""
    return f"That is over already, or is not on {ref}. To see what is: {typed('rights', ref[2:])}"


def none_on(ref: str) -> str:
    """Nothing runs there."""
    return f"No right is running on {ref}. To put one there: {typed('rights', f'{ref[2:]} foi')}"


def which(ref: str, labels: Sequence[str]) -> str:
    """Several run there."""
    example = typed("rights", f"{ref[2:]} end {labels[0]} answered")
    return f"More than one right is running on {ref}. Name it, for example: {example}"


def stands_still(kind: Kind) -> str:
    """Paused twice."""
    return f"{kind.name}: its clock stands still already."


def never_pauses(ref: str, kind: Kind) -> str:
    """A clock that goes on."""
    over = typed("rights", f"{ref[2:]} end {kind.label} answered")
    return f"{kind.name}: its clock does not stand still. If it is over: {over}"


def unknown(kind: Kind) -> str:
    """One that left the settings while it runs."""
    return f"{kind.name} is not in the settings any more, so its days cannot be counted anew. It can be given and ended."


def runs(kind: Kind) -> str:
    """Resumed while it runs."""
    return f"{kind.name}: its clock is running."


def never_extends(kind: Kind) -> str:
    """No longer time."""
    return f"{kind.name}: there is no set extension. Answer by its date, or say to whoever asked why you cannot."


def past(right: Right, kind: Kind) -> str:
    """Paused or extended after its time: what was late stays late."""
    was = f"{right.last:%a} {right.last.day} {right.last:%b %Y}"
    end = typed("rights", f"{right.ref[2:]} end {kind.label} answered")
    return f"{kind.name}: its time was over on {was}, and nothing moves that now. Answer it as soon as you can; then: {end}"


def extended_once(kind: Kind) -> str:
    """Twice is too often."""
    return f"{kind.name} was extended once, which is all there is."


def needs_reason(number: str, what: str) -> str:
    """A pause, an extension, and a right that was none after all are explained."""
    return f"Say why in a few words, for whoever asks later: {typed('rights', f'{number} {what} why')}"


def needs_whom(number: str) -> str:
    """Given to nobody."""
    return f"Say to whom: {typed('rights', f'{number} give @name')}"


def needs_outcome(number: str) -> str:
    """What there is to choose from."""
    return (
        "Say how it ended: answered, refused, passed (to another body), withdrawn, or not (one after all, with why). "
        f"For example: {typed('rights', f'{number} end answered')}"
    )


def not_understood(number: str, label: str, words: str) -> str:
    """More words after a right than its owner or its time; nobody is chosen by guessing."""
    example = typed("rights", f"{number} {label} @name")
    return f"“{excerpt(words, 40)}” is not understood. To say whose it is, name them with @: {example}"


def needs_time(number: str, label: str, unread: str) -> str:
    """Whoever asks named a time."""
    return f"{unread.rstrip('.')}. For example: {typed('rights', f'{number} {label} fri 17:00')}"
