"""The settings of how accounts are heard."""

from pydantic import Field

from bot.settings.types import Section


class ListeningSettings(Section):
    """Noticing that an account has fallen silent."""

    quiet_alarm: bool = Field(
        True, description="tell the leads when nothing comes in for longer than an account's own rhythm explains"
    )
