"""Which channel of the settings is which community: a channel without one is refused, never shown somewhere else."""

from collections.abc import Iterable, Mapping

from bot.errors import Refused, SettingsError

CURE = 'viva_engage.communities: {} {} no community. Add the number at the end of its address, such as {} = "123456".'
TWICE = "viva_engage.communities: “{}” and “{}” are one channel, and name two communities. Leave one of them out."


class Communities:
    """Communities by the channels that stand for them. Raises SettingsError where one channel stands for two."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._groups: dict[str, int] = {}
        written: dict[str, str] = {}
        for channel, group in given.items():
            name = plain(channel)
            if self._groups.setdefault(name, int(group)) != int(group):
                raise SettingsError(TWICE.format(written[name], channel))
            written[name] = channel

    def require(self, channels: Iterable[str]) -> None:
        """Raise SettingsError for channels that have none."""
        without = [channel for channel in dict.fromkeys(channels) if self._found(channel) is None]
        if without:
            named = ", ".join(f"“{channel}”" for channel in without)
            raise SettingsError(CURE.format(named, "has" if len(without) == 1 else "have", f'"{plain(without[0])}"'))

    def group(self, channel: str) -> int:
        """The number of a channel's community. Raises Refused where it has none."""
        found = self._found(channel)
        if found is None:
            raise Refused(
                f"viva_engage.communities names no community for the channel “{plain(channel)}”, so it is not shown."
            )
        return found

    def of(self, channels: Iterable[str]) -> dict[str, str]:
        """Every community that is named, in the settings or as a channel, by the channel that stands for it."""
        named = {plain(channel): self._found(channel) for channel in (*self._groups, *channels)}
        return {channel: str(group) for channel, group in named.items() if group is not None}

    def all(self) -> tuple[int, ...]:
        """Every community the settings name, each once."""
        return tuple(dict.fromkeys(self._groups.values()))

    def called(self, group: int) -> str:
        """A community as the settings know it, for those who mend them."""
        names = [f"#{channel}" for channel, number in self._groups.items() if number == group]
        return f"the community {group}" + (f" (viva_engage.communities: {', '.join(names)})" if names else "")

    def _found(self, channel: str) -> int | None:
        name = plain(channel)
        return self._groups.get(name) or (int(name) if name.isascii() and name.isdigit() else None)


def plain(channel: str) -> str:
    """A channel's name however it is written."""
    return channel.strip().removeprefix("#").lower()
