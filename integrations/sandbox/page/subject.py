"""The mention a guided visit is about, and what has become of it: read off the screens, as a person would."""

import json
import re
from operator import itemgetter

from integrations.sandbox.places import Thread
from integrations.sandbox.slack_world import Message
from integrations.sandbox.town import Town
from integrations.sandbox.town_people import PEOPLE, Townsperson

NEWEST = 60
"""How many of a channel's last messages are looked through for the card."""


class Subject:
    """Knows the post, once there is one since the start; finds its card by the link to the post."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.before = {thread.id for thread in town.places["x"].threads()}
        self.shown_before = len(town.slack.workspace.shown)
        self.post = ""
        self._card: Message | None = None

    def card(self) -> Message | None:
        """The card, as soon as it is there."""
        if self._card is None or self._card.deleted:
            self._card = self.find_card()
        return self._card

    def find_card(self) -> Message | None:
        """The newest card of the post; a post of the visitor's own will do when the visit made none."""
        if not self.post:
            self.post = next((one.id for one in self.town.places["x"].threads() if one.id not in self.before), "")
        newest = self.town.slack.channel("mentions").everything[-NEWEST:]
        return next((one for one in reversed(newest) if self.post and is_card_of(one, self.post)), None)

    def thread(self) -> Thread | None:
        """The post and what stands under it in public."""
        return next((one for one in self.town.places["x"].threads() if one.id == self.post), None)

    @property
    def ref(self) -> str:
        """``M-12``; empty while there is no card."""
        card = self.card()
        return card.footer.split(" ")[0] if card else ""

    @property
    def number(self) -> str:
        """``12``; empty while there is no card."""
        return self.ref.removeprefix("M-")

    def owner(self) -> str:
        """The handle of whoever the card says has it; empty for nobody."""
        card = self.card()
        named = [person.handle for person in PEOPLE if card and person.name in card.footer]
        return named[0] if self.is_claimed() and named else ""

    def officer(self) -> Townsperson:
        """Whoever was pinged about it first; before anybody was, whoever has the office hours in the first week."""
        pinged = [(told[0].order, person) for person in PEOPLE if (told := self.told(person.handle))]
        return min(pinged, key=itemgetter(0))[1] if pinged else next(one for one in PEOPLE if one.handle == "farah")

    def ping(self) -> Message | None:
        """The newest message to the duty officer about it."""
        told = self.told(self.officer().handle)
        return told[-1] if told else None

    def told(self, handle: str) -> list[Message]:
        """What somebody was told about it in private, oldest first."""
        about = re.compile(rf"\b{self.ref}\b")
        dms = self.town.slack.user(handle).dms if self.ref else []
        return [one for one in dms if about.search(one.raw_text)]

    # --- what counts as done

    def has_card(self) -> bool:
        """It is where staff look."""
        return self.card() is not None

    def is_pinged(self) -> bool:
        """The duty officer was told, or need not be any more."""
        return self.ping() is not None or self.is_claimed()

    def is_acknowledged(self) -> bool:
        """He said that he saw it, or need not any more."""
        ping = self.ping()
        return (ping is not None and "Acknowledge" not in ping.buttons) or self.is_claimed()

    def is_claimed(self) -> bool:
        """Nobody can claim it any more."""
        card = self.card()
        return card is not None and "Claim" not in card.buttons

    def is_replied(self) -> bool:
        """A reply is held, or out."""
        card = self.card()
        return self.is_public() or (card is not None and "Undo" in card.buttons)

    def is_public(self) -> bool:
        """Our answer stands under the post."""
        thread = self.thread()
        return thread is not None and any(post.ours for post in thread.posts)

    def is_record_seen(self) -> bool:
        """Somebody looked at its record."""
        return bool(self.ref) and self.was_shown(rf"\A\W*The record of {self.ref}\b")

    def is_handover_seen(self) -> bool:
        """Somebody asked for the handover."""
        return self.was_shown(r"^On duty: ")

    def was_shown(self, pattern: str) -> bool:
        """Whether such an answer was put before somebody since the start."""
        words = re.compile(pattern, re.MULTILINE)
        since = self.town.slack.workspace.shown[self.shown_before :]
        return any(isinstance(one.what, Message) and words.search(one.what.text) for one in since)


def is_card_of(message: Message, post: str) -> bool:
    """Whether it is the live card of that post."""
    blocks = message.blocks
    if message.deleted or not any(str(block.get("block_id", "")).startswith("card:") for block in blocks):
        return False
    return f"/{post}" in json.dumps(blocks)
