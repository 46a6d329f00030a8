"""What the side of paper for staff says of Viva Engage: how verbs are typed there, and what a thread begins with."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from bot.card import Card
from bot.ports import Paper
from integrations.viva_engage.draw import card_text
from integrations.viva_engage.heard import spelled
from integrations.viva_engage.settings import VivaEngageSettings

UNSEEN = "\u200b"
"""Keeps names from notifying anybody; on paper they cannot."""


def paper(settings: VivaEngageSettings, verbs: Mapping[str, str]) -> Paper:
    """For these settings; ``verbs`` are all that can be typed."""
    return Paper(spelled(verbs), settings.poll_every, partial(shown, each=settings.poll_every))


def shown(card: Card, each: timedelta) -> str:
    """What begins the thread of a card."""
    return card_text(card, "example", each).replace(UNSEEN, "")
