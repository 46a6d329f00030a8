"""Whether Slack has an account: only a plain "nobody", or an account that is closed, counts; a refusal says nothing."""

from typing import Any

import pytest

from bot.clock import MovableClock
from bot.errors import OutsideError
from bot.ports import Known
from bot.settings import CoreSettings
from integrations.slack.failures import failure
from integrations.slack.people import People


class Line:
    """Slack's answer about a person, until it refuses with ``code``."""

    def __init__(self) -> None:
        self.code = ""
        self.user: dict[str, Any] = {"id": "U0DEV", "team_id": "T0"}

    async def read(self, method: str, **_: Any) -> dict[str, Any]:
        if self.code:
            raise failure(method, 200, {"error": self.code}, {})
        return {"user": self.user}


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def people(line: Line, core: CoreSettings, clock: MovableClock) -> People:
    return People(line, core, clock)  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["user_not_found", "users_not_found"])
async def test_only_a_plain_nobody_says_that_nobody_is_there(people: People, line: Line, code: str) -> None:
    line.code = code

    assert await people.knows("U0DEV") is Known.UNKNOWN


@pytest.mark.parametrize(
    "code",
    [
        "team_access_not_granted",
        "user_not_visible",
        "ekm_access_denied",
        "invalid_arguments",
        "method_deprecated",
        "fatal_error",
    ],
)
async def test_what_slack_may_not_say_makes_nobody_leave(people: People, line: Line, code: str) -> None:
    line.code = code

    with pytest.raises(OutsideError):
        await people.knows("U0DEV")


@pytest.mark.parametrize(
    ("about", "known"),
    [({}, Known.OPEN), ({"is_restricted": True}, Known.OPEN), ({"deleted": True}, Known.CLOSED)],
    ids=["staff", "a guest", "closed"],
)
async def test_an_account_is_closed_when_slack_says_so(people: People, line: Line, about: Any, known: Known) -> None:
    line.user |= about

    assert await people.knows("U0DEV") is known


async def test_an_answer_without_a_person_says_nothing(people: People, line: Line) -> None:
    line.user = {}

    with pytest.raises(OutsideError):
        await people.knows("U0DEV")


async def test_it_is_asked_anew_though_somebody_was_here_a_moment_ago(people: People, line: Line) -> None:
    await people.knows("U0DEV")
    line.user = line.user | {"deleted": True}

    assert await people.knows("U0DEV") is Known.CLOSED
