"""Where the only chat is one in which all is typed: each command says what is so there."""

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.line.checking_reach import notes_on_reach
from bot.line.running import NOTHING_SET, chat_settings
from bot.line.settings_page import lines, manifest_text
from bot.line.staff_page import staff_page
from bot.wiring import Bot, load_settings

ONLY_TYPED = """
database_url = "sqlite:///{folder}/tolbooth.db"
[duty]
officers = ["U0DEV", "U0TAM"]
[viva_engage]
token = "a-token"
communities = {{ mentions = "15824708" }}
[[people]]
id = "U0TAM"
email = "tam@harrowmere.gov.uk"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "tolbooth.toml"
    path.write_text(ONLY_TYPED.format(folder=tmp_path), encoding="utf-8")
    path.chmod(0o600)
    return path


def test_there_is_no_manifest_to_paste(settings: Path) -> None:
    with pytest.raises(SettingsError) as told:
        manifest_text(settings, None, "")

    assert str(told.value).startswith("There is no app manifest to paste: viva_engage takes none.")


def test_the_settings_and_the_page_for_staff_are_those_of_that_chat(settings: Path) -> None:
    assert 'communities = { "mentions" = "15824708" }' in "\n".join(lines(settings))
    assert "comes here, a thread each" in staff_page(load_settings(settings))


def test_whom_no_chat_can_know_is_named_with_the_cure(settings: Path) -> None:
    notes = list(notes_on_reach(Bot(load_settings(settings)).desk))

    cure = "put their email there for U0DEV into [[people]], or take them out"
    assert notes[0] == f"no chat that is set up knows U0DEV: {cure}"
    assert notes[1].startswith("pings reach U0TAM only when the chat is next read")


def test_whoever_has_set_up_nothing_reads_of_each_chat() -> None:
    said = NOTHING_SET.format(where="the environment", chat=chat_settings())

    assert "slack.bot_token or viva_engage.communities" in said
