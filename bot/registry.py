"""How a name in the settings becomes code: an entry names a factory and a settings class, imported on first use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class Facts:
    """What a network's table says of it besides what its abilities say. A test holds it against the network as built."""

    title: str
    """As people write it."""
    brings: tuple[str, ...]
    """Kinds of posts: mentions, comments, private messages, reviews …"""
    arrives: str
    """``polled, 30 s``; ``webhook, and polled each 10 min``."""
    costs: str
    """Money or permission it needs: ``free``; ``app review by Meta``."""
    tested: tuple[str, ...]
    """Against what, each with its version: a real server, a vendor's validator, a stand-in fed from samples."""
    example: Mapping[str, object] = field(default_factory=dict, repr=False)
    """Invented settings of the account that can do most, by which the table learns from the code what that is."""


@dataclass(frozen=True, slots=True)
class Entry:
    """``module:name`` of what builds the integration, of the class that reads its settings, of what makes the manifest to
    paste where the chat is set up, of a network's ``Facts``, and of how a person signs it in on the command line.

    ``paper``: what the side of paper for staff says of a chat in which all is typed.
    ``shares``: what it may ask is shared with others of its kind, or with a chat, so it takes ``peers`` too, and
    as ``beside`` the settings of the chat of its name, None where that is not set up.
    """

    factory: str
    settings: str = ""
    manifest: str = ""
    facts: str = ""
    sign_in: str = ""
    paper: str = ""
    shares: bool = False

    def build(self) -> Callable[..., Any]:
        """The factory itself."""
        factory: Callable[..., Any] = found(self.factory)
        return factory

    def settings_class(self) -> Any:
        """The settings class itself."""
        return found(self.settings)

    def said(self) -> Facts | None:
        """What the network's table says of it; None for what is no network."""
        facts: Facts | None = found(self.facts) if self.facts else None
        return facts


def found(where: str) -> Any:
    """The thing at ``module:name``."""
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)
