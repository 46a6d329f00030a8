"""Which rights have a clock here, from the settings."""

from bot.rights.kinds import Kind, RightRules, Unit
from bot.settings.rights import OwnClock, RightsSettings


def rights_of(settings: RightsSettings) -> RightRules:
    """The clocks that ship and the organisation's own, and whose each is."""
    own = tuple(own_kind(one) for one in settings.own)
    return RightRules(settings.nation, own, dict(settings.owners))


def own_kind(clock: OwnClock) -> Kind:
    """A clock of the organisation's own."""
    lengths = {Unit.WORKING_DAYS: clock.working_days, Unit.DAYS: clock.days, Unit.HOURS: clock.hours}
    unit, length = next((unit, length) for unit, length in lengths.items() if length)
    source, extra = "your own settings, rights.own", "own_" + clock.label.replace("-", "_")
    return Kind(extra, clock.label, clock.name, unit, length, source=source)
