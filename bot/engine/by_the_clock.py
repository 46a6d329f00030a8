"""What is done by the clock and not because something came in: seals, the night's erasing, the weekly report, the canary."""

from collections.abc import Awaitable, Callable

from bot.desk import Desk
from bot.engine.approvals import ApprovalWatch
from bot.engine.audit import Audit
from bot.engine.canary import CanaryWatch
from bot.engine.index import Index
from bot.engine.reports import WeeklyReport
from bot.engine.retention import Retention
from bot.engine.rights import RightWatch
from bot.engine.saved import SavedWatch
from bot.engine.tasks import TaskWatch
from bot.engine.watches import WatchClock
from bot.house import CANARY
from bot.settings import CoreSettings


def by_the_clock(desk: Desk, core: CoreSettings) -> dict[str, Callable[[], Awaitable[None]]]:
    """The loops of those that are set up; what is only said in a chat needs one."""
    weekly = core.reports.weekly_channel
    return {
        "index": Index(desk).run,
        "approvals": ApprovalWatch(desk).run,
        "audit": Audit(desk, core.record.seal_channel).run,
        "saved": SavedWatch(desk).run,
        "rights": RightWatch(desk).run,
        "tasks": TaskWatch(desk).run,
        "watch clock": WatchClock(desk).run,
        **({"retention": Retention(desk).run} if desk.house.erases else {}),
        **({"reports": WeeklyReport(desk, weekly).run} if weekly and desk.chats else {}),
        **({"canary": CanaryWatch(desk).run} if CANARY in desk.house.accounts and desk.chats else {}),
    }
