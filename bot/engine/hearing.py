"""What is done so that accounts are heard well, besides reading them: following, countdowns, and noticing silence."""

from collections.abc import Awaitable, Callable

from bot.desk import Desk
from bot.engine.follow import Follow
from bot.engine.quiet import QuietWatch
from bot.engine.sign_ins import SignIns


def hearing(desk: Desk, *, quiet_alarm: bool) -> dict[str, Callable[[], Awaitable[None]]]:
    """The loops of a copy that listens, for the accounts there are."""
    if not desk.networks:
        return {}
    return {
        **{
            f"follow {name}": Follow(desk, name, network, look_ups).run
            for name, network in desk.networks.items()
            if (look_ups := network.abilities.look_ups)
        },
        "sign-ins": SignIns(desk).run,
        **({"quiet": QuietWatch(desk).run} if quiet_alarm else {}),
    }
