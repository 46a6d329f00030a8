"""How a handover names what is owed and what is hidden. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.card import Line, Strong
from bot.task import Owed
from bot.words import hiding, tasks
from bot.words.rota import moment


def owed_lines(owed: Owed, names: Mapping[str, str], now: datetime, zone: ZoneInfo) -> list[Line]:
    """A line for what is owed, and one for what is hidden; none where there is nothing."""
    due = [tasks.short(task, now, names.get(task.to, task.to)) for task in owed.tasks]
    hidden = [hiding.short(one, names.get(one.by, one.by), moment(one.until, zone)) for one in owed.hidden]
    return [*listed("Owed", due, owed.total), *listed("Posts hidden", hidden, owed.hidden_total)]


def listed(label: str, shown: Sequence[str], total: int) -> list[Line]:
    """A list on a line, with how many it does not name."""
    more = f" and {total - len(shown)} more" if total > len(shown) else ""
    return [(Strong(f"{label}: "), f"{', '.join(shown)}{more}")] if shown else []
