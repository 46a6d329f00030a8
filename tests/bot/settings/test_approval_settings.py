"""Whose replies need approval, as the settings have it."""

from bot.housing_replies import approval_of
from bot.replying.policy import ApprovalTable
from bot.settings import CoreSettings
from bot.settings.replying import ApprovalSettings


def test_what_trainees_write_needs_approval_whatever_the_tables_say_besides() -> None:
    elsewhere = ApprovalSettings(who="everyone", accounts=("police",))
    core = CoreSettings.model_validate({"roles": {"trainee": ["U0TAM"]}, "approval": [elsewhere.model_dump()]})

    assert ApprovalTable() in approval_of(core).tables


def test_without_trainees_or_tables_nothing_needs_approval() -> None:
    assert approval_of(CoreSettings.model_validate({})).tables == ()
