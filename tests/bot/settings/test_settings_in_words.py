"""Settings of replying written wrongly: how to write them is said, in words for whoever runs the bot."""

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings.file import load
from integrations import CHATS, MESSENGERS, NETWORKS

pytestmark = pytest.mark.slow  # the settings are built for each
ACCOUNT = (
    '[[accounts]]\nname = "website"\nnetwork = "webchat"\nchannel = "mentions"\nsecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILA=="\n'
)


def fault(folder: Path, toml: str) -> str:
    """What is wrong with it, in one line."""
    path = folder / "tolbooth.toml"
    path.write_text(toml)
    with pytest.raises(SettingsError) as caught:
        load(path, networks=NETWORKS, chats=CHATS, messengers=MESSENGERS)
    [line] = str(caught.value).replace(f"{path}", "").split("\n")
    return line.strip()


@pytest.mark.parametrize("name", ["approval", "pre_election", "house_rules", "people"])
def test_single_brackets_where_there_may_be_several_are_said_to_be_too_few(tmp_path: Path, name: str) -> None:
    said = fault(tmp_path, f"[{name}]\n")

    assert said == f"line 1: {name}: write it as [[{name}]], in double brackets, once for each"


def test_double_brackets_where_there_is_one_are_said_to_be_too_many(tmp_path: Path) -> None:
    assert fault(tmp_path, "[[checks]]\n") == "line 1: checks: write it as [checks], in single brackets, and only once"


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[[approval]]\ngraduate_after = 3\n", "approval.0.graduate_after: unknown setting; it belongs to [approvals]"),
        ("[[approval]]\nwithin = 15\n", "approval.0.within: unknown setting; it belongs to [approvals]"),
        ("[replies]\nblocked = []\n", "replies.blocked: unknown setting; it belongs to [checks]"),
        ("[saving]\n", ", saved, "),
        ("sign_off = 1\n", "sign_off: unknown setting; it belongs to [replies]"),
        ("[[approval]]\ntopic = 3\n", "approval.0.topic: unknown setting; did you mean 'topics'?"),
        ("[[house_rules]]\nxyzzy = 1\ncode = '1'\ntext = 'x'\n", "unknown setting; known are: code, text, url"),
    ],
)
def test_an_unknown_name_in_a_table_is_told_where_it_belongs(tmp_path: Path, toml: str, said: str) -> None:
    assert said in fault(tmp_path, toml)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[[house_rules]]\ncode = 'rule 1'\ntext = 'x'\n", "write letters, digits, dots and hyphens without spaces"),
        ("[[pre_election]]\nfirst = '1 May'\nlast = 2027-05-06\n", "write a day as 2027-05-06"),
        (ACCOUNT + "picture_url = 'us.png'\n", "write a web address, such as https://"),
        ("[checks]\nreading_age = 'nine'\n", "write a whole number"),
        ("[checks]\npersonal_data = true\n", "checks.personal_data: write 'off', 'warn' or 'block'"),
        ("[approvals]\nwithin = 0\n", "approvals.within: write more than 0 seconds"),
        ("[approvals]\ngraduate_after = -1\n", "approvals.graduate_after: write at least 0"),
        ("[[rights.own]]\nlabel = 'FOI'\nname = 'x'\ndays = 3\n", "label: write 2 to 30 small letters, digits and hyphens"),
        ("[[rights.own]]\nlabel = 'give'\nname = 'x'\ndays = 3\n", "label: 'give' is a word of the command itself; choose"),
        ("[rights.own]\nlabel = 'x'\n", "rights.own: write it as [[rights.own]], in double brackets, once for each"),
        ("[retention]\nclasses = 'x'\n", "write it as [[retention.classes]], in double brackets, once for each"),
        ("[retention]\nkeep = 3\n", 'retention.keep: write a list, such as ["one", "two"]'),
        ("[rights.owners]\nfio = 'U0TOMASZ'\n", ": rights.owners: 'fio' is not one of foi, "),
        ("[saved]\nreview_days = 10\nremind_days = 20\n", ": saved.remind_days: write fewer days than review_days has"),
        ("[[approval]]\npriorities = ['P9']\n", "'P9' is no priority: write any of P0, P1, P2, P3, P4"),
        ("[[approval]]\ntopics = ['Missed bins']\n", "'Missed bins' can be no topic: write a word in small letters"),
        (ACCOUNT + "languages = 'Welsh, English'\n", "write the codes of two languages, the one that comes first first"),
    ],
)
def test_how_it_is_written_is_said_in_plain_words(tmp_path: Path, toml: str, said: str) -> None:
    assert said in fault(tmp_path, toml)


BY_HAND = '[[accounts]]\nname = "pins"\nnetwork = "by_hand"\nchannel = "m"\nprivate_channel = "p"\nplace = "P"\n'
BY_TEXT = (
    '[[accounts]]\nname = "texts"\nnetwork = "twilio"\nchannel = "m"\nprivate_channel = "p"\nauth_token = "x"\n'
    f'account_sid = "AC{"0" * 32}"\nsecret = "{"s" * 40}"\n'
)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        (
            f'{BY_TEXT}number = "07700"\n',
            "number: that cannot be right; it should be the number the public texts, with its country",
        ),
        (f'{BY_HAND}sites = ""\n', 'sites: write at least 1: whose links belong to it: "pinterest.com'),
        (f'{BY_HAND}sites = "a.example"\nreply_page = "no"\n', "reply_page: that cannot be right; it should be page where"),
        (ACCOUNT.replace("webchat", "webchta"), "listed; did you mean 'webchat'?"),
    ],
)
def test_what_a_setting_is_for_is_said_where_it_does_not_look_so(tmp_path: Path, toml: str, said: str) -> None:
    told = fault(tmp_path, toml)

    assert said in told
    assert "pattern" not in told
    assert "Tuple" not in told


def test_a_network_that_is_like_no_other_is_not_guessed(tmp_path: Path) -> None:
    assert "did you mean" not in fault(tmp_path, ACCOUNT.replace("webchat", "zzzz"))
