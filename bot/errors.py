"""Every failure Tolbooth means, so that nobody has to guess from a message what to do next.

TolboothError
├── UserError               its text is the answer to the person; never logged as an error
│   ├── NotAllowed          the table of moves has no such move from here
│   ├── NotYours            the person may not do this; says who can
│   ├── NoSuchMention       the reference names nothing
│   ├── NeedsMore           a word is missing from the command
│   └── FormProblem         one field of a form wants another value
├── OutsideError            something outside did not do as asked
│   ├── TryLater            certainly not done; may be asked again after a while
│   ├── Refused             certainly not done; asking again will not help
│   │   ├── NotThere        what was to be changed is gone
│   │   └── NotDelivered    it was taken, and will never reach whom it was for
│   ├── SignInAgain         certainly not done; the credentials are not accepted
│   └── Unsure              the request left and no answer came: it may have been done
├── Busy                    the database could not take this now; ask again with the same key
└── SettingsError           the settings cannot be used; names the setting and the cure
    └── ServerAway          the database's server is not there now; a run waits for it
Anything else is a bug.
"""

import logging
from datetime import timedelta


class TolboothError(Exception):
    """Something Tolbooth has a name for."""


class UserError(TolboothError):
    """What a person asked cannot be done, said in words that help."""


class NotAllowed(UserError):
    """The mention is not in a state that allows this; says who has it and what to do."""


class NotYours(UserError):
    """This person may not do this; says who can."""


class NoSuchMention(UserError):
    """No mention has that reference."""


class NeedsMore(UserError):
    """The command lacks a word it needs; says which and shows an example."""


class FormProblem(UserError):
    """One field of a form wants another value; the rest of what was typed is kept."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(text)
        self.field = field


class OutsideError(TolboothError):
    """Something outside did not do as asked."""


class TryLater(OutsideError):
    """It certainly did not happen, and may be asked again after ``after``.

    ``bucket`` names what the other side asked us to leave alone for that long, for everybody; empty when it did not ask.
    """

    def __init__(self, reason: str, after: timedelta = timedelta(seconds=5), bucket: str = "") -> None:
        super().__init__(reason)
        self.after = after
        self.bucket = bucket


class Refused(OutsideError):
    """It certainly did not happen, and asking again will not help. ``by_hand`` links to where a person can do it."""

    def __init__(self, reason: str, by_hand: str | None = None) -> None:
        super().__init__(reason)
        self.by_hand = by_hand


class NotThere(Refused):
    """What was to be changed or answered is not there any more."""


class NotDelivered(Refused):
    """The network took it and could not deliver it; why is a clause for staff that ends in a full stop."""


class SignInAgain(OutsideError):
    """It certainly did not happen: the credentials are missing, wrong or expired."""


class Unsure(OutsideError):
    """The request left and no usable answer came: it may have happened."""


class Busy(TolboothError):
    """The database could not take this now (full disk, lock, lost connection); ask again with the same key.

    Nothing of it was stored, but for one case: a server that goes away after a COMMIT and before its answer. Whoever asks
    again is known by the key, and is told what was done the first time. ``is_away``: the server itself cannot be reached.
    """

    def __init__(self, reason: str = "", *, is_away: bool = False) -> None:
        super().__init__(reason)
        self.is_away = is_away

    @property
    def level(self) -> int:
        """How loudly a loop says it: that the server is away has been said already, once for all loops."""
        return logging.DEBUG if self.is_away else logging.WARNING


class SettingsError(TolboothError):
    """The settings cannot be used; the message names the setting and the cure, at most six lines."""


class ServerAway(SettingsError):
    """The database's server cannot be reached now: one who runs the bot waits, one who asks once is told."""
