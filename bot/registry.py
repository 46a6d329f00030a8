"""How a name in the settings becomes code: an entry names a factory and a settings class, imported on first use."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """``module:name`` of what builds the integration, of the class that reads its settings,
    and of what makes the manifest to paste where the chat is set up."""

    factory: str
    settings: str = ""
    manifest: str = ""

    def build(self) -> Callable[..., Any]:
        """The factory itself."""
        factory: Callable[..., Any] = found(self.factory)
        return factory

    def settings_class(self) -> Any:
        """The settings class itself."""
        return found(self.settings)


def found(where: str) -> Any:
    """The thing at ``module:name``."""
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)
