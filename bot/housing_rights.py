"""Which rights have a clock here, from the settings. Raises SettingsError naming the setting."""

from bot.errors import SettingsError
from bot.rights.kinds import Kind, RightRules, Unit
from bot.settings.rights import OwnClock, RightsSettings


def rights_of(settings: RightsSettings) -> RightRules:
    """The clocks that ship and the organisation's own, and whose each is."""
    own = tuple(own_kind(one) for one in settings.own)
    rules = RightRules(settings.nation, own, dict(settings.owners))
    labels = [one.label for one in rules.offered]
    if twice := next((label for label in labels if labels.count(label) > 1), ""):
        raise SettingsError(f"rights.own: {twice!r} is there already; choose another label")
    if odd := next((label for label in settings.owners if label not in labels), ""):
        raise SettingsError(f"rights.owners: {odd!r} is not one of {', '.join(labels)}")
    return rules


def own_kind(clock: OwnClock) -> Kind:
    """A clock of the organisation's own."""
    lengths = {Unit.WORKING_DAYS: clock.working_days, Unit.DAYS: clock.days, Unit.HOURS: clock.hours}
    unit, length = next((unit, length) for unit, length in lengths.items() if length)
    source, extra = "your own settings, rights.own", "own_" + clock.label.replace("-", "_")
    return Kind(extra, clock.label, clock.name, unit, length, source=source)
