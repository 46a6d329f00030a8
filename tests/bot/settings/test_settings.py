"""Settings: what is wrong is named with its place and its cure, never with its secret."""

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings.file import Loaded, load
from integrations import CHATS, MESSENGERS, NETWORKS

KNOWN = ", ".join(sorted(NETWORKS))
KEY = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_KEY = "AAAQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ACCOUNT = f'[[accounts]]\nname = "website"\nnetwork = "webchat"\nchannel = "mentions"\nsecret = "whsec_{KEY}"\n'
SLACK = '[slack]\nbot_token = "xoxb-1-hidden"\napp_token = "xapp-1-hidden"\n'


class Files:
    """A folder with the settings file and those it names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def holding(self, toml: str) -> Path:
        """The settings file, with this in it."""
        path = self.folder / "tolbooth.toml"
        path.write_text(toml)
        return path

    def loaded(self, toml: str | None) -> Loaded:
        """The settings as the bot reads them; None: from the environment alone."""
        return load(None if toml is None else self.holding(toml), networks=NETWORKS, chats=CHATS, messengers=MESSENGERS)

    def faults(self, toml: str | None) -> list[str]:
        """What is wrong with them, a line each, without the folder's name."""
        with pytest.raises(SettingsError) as caught:
            self.loaded(toml)
        said = str(caught.value)
        assert "hidden" not in said
        assert KEY not in said
        lines = said.replace(f"{self.folder}/", "").split("\n")
        assert len(lines) <= 6
        return lines


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch):
    def given(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return given


def test_nothing_need_be_set_at_all(files: Files) -> None:
    loaded = files.loaded(None)

    assert loaded.core.database_url == "sqlite:///tolbooth.db"
    assert (loaded.chats, loaded.accounts) == ({}, ())


def test_the_environment_alone_is_enough(files: Files, environment) -> None:
    environment(
        TOLBOOTH_SLACK__BOT_TOKEN="xoxb-1-hidden",
        TOLBOOTH_SLACK__APP_TOKEN="xapp-1-hidden",
        TOLBOOTH_DUTY__OFFICERS="U0DEV, U0FARAH",
        TOLBOOTH_ROLES__LEAD='["U0MORAG"]',
        TOLBOOTH_ACCOUNTS__WEBSITE__NETWORK="webchat",
        TOLBOOTH_ACCOUNTS__WEBSITE__CHANNEL="mentions",
        TOLBOOTH_ACCOUNTS__WEBSITE__SECRET=f"whsec_{KEY}",
    )

    loaded = files.loaded(None)

    assert loaded.core.duty.officers == ("U0DEV", "U0FARAH")
    assert loaded.core.roles.lead == ("U0MORAG",)
    assert loaded.accounts[0].name == "website"
    assert "slack" in loaded.chats


def test_the_environment_wins_over_the_file_setting_by_setting(files: Files, environment) -> None:
    environment(TOLBOOTH_WEB__PORT="9000", TOLBOOTH_ACCOUNTS__WEBSITE__CHANNEL="floods")

    loaded = files.loaded('[web]\nhost = "0.0.0.0"\nport = 8000\n' + ACCOUNT)

    assert (loaded.core.web.host, loaded.core.web.port) == ("0.0.0.0", 9000)
    assert loaded.accounts[0].channel == "floods"
    assert loaded.accounts[0].secret.get_secret_value() == f"whsec_{KEY}"  # type: ignore[attr-defined]


def test_an_account_with_a_hyphen_is_reached_by_an_underscore(files: Files, environment) -> None:
    environment(TOLBOOTH_ACCOUNTS__BIN_DAYS__CHANNEL="bins")

    loaded = files.loaded(ACCOUNT.replace("website", "bin-days"))

    assert (loaded.accounts[0].name, loaded.accounts[0].channel) == ("bin-days", "bins")


def test_a_token_of_digits_in_the_environment_is_no_number(files: Files, environment) -> None:
    environment(TOLBOOTH_ACCOUNTS__X__USER_TOKEN="0123456789", TOLBOOTH_ACCOUNTS__X__HANDLE="1234")

    [account] = files.loaded('[[accounts]]\nname = "x"\nnetwork = "x"\nchannel = "c"\nhandle = "h"\n').accounts

    assert account.handle == "1234"  # type: ignore[attr-defined]
    assert account.user_token.get_secret_value() == "0123456789"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("zon = 1\n", "tolbooth.toml line 1: zon: unknown setting; did you mean 'zone'?"),
        ("\n[web]\nprot = 1\n", "tolbooth.toml line 3: web.prot: unknown setting; did you mean 'port'?"),
        ("[slak]\nmode = 1\n", "tolbooth.toml line 1: slak: unknown setting; did you mean 'slack'?"),
        (
            ACCOUNT + "secrets = 1\n",
            "tolbooth.toml line 6: accounts.website.secrets: unknown setting; did you mean 'secret'?",
        ),
        ("[web]\nxyzzy = 1\n", "tolbooth.toml line 2: web.xyzzy: unknown setting; known are: host, port"),
        (
            ACCOUNT + ACCOUNT.replace("website", "other") + "lable = 1\n",
            "tolbooth.toml line 11: accounts.other.lable: unknown setting; did you mean 'label'?",
        ),
    ],
)
def test_an_unknown_name_in_the_file_is_an_error_with_its_line_and_the_nearest_known(
    files: Files, toml: str, said: str
) -> None:
    assert files.faults(toml) == [said]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("TOLBOOTH_ZON", "TOLBOOTH_ZON: unknown setting in the environment; did you mean TOLBOOTH_ZONE?"),
        ("TOLBOOTH_WEBB__PORT", "TOLBOOTH_WEBB__PORT: unknown setting in the environment; did you mean TOLBOOTH_WEB?"),
        ("TOLBOOTH_WEB__PROT", "TOLBOOTH_WEB__PROT: web.prot: unknown setting; did you mean 'port'?"),
        (
            "TOLBOOTH_ACCOUNTS__WEBSITE__CHANEL",
            "TOLBOOTH_ACCOUNTS__WEBSITE__CHANEL: accounts.website.chanel: unknown setting; did you mean 'channel'?",
        ),
        (
            "TOLBOOTH_ACCOUNTS__WEBSIGHT__CHANNEL",
            f"TOLBOOTH_ACCOUNTS__WEBSIGHT__CHANNEL: accounts.websight.network: is needed: one of {KNOWN}, listed",
        ),
    ],
)
def test_an_unknown_name_in_the_environment_is_an_error_that_names_it(
    files: Files, environment, name: str, said: str
) -> None:
    environment(**{name: "1"})

    assert files.faults(ACCOUNT) == [said]


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('[web]\nport = "x"\n', "line 2: web.port: write a whole number"),
        ("[web]\nport = 70000\n", "line 2: web.port: write at most 65535"),
        ('zone = "Mars/Base"\n', "line 1: zone: 'Mars/Base' is not a time zone; write one such as \"Europe/London\""),
        ('office_hours = "always"\n', 'line 1: office_hours: write days and hours, such as "mon-fri 09:00-17:00"'),
        ('office_hours = "mon-fri 17:00-25:00"\n', "line 1: office_hours: "),
        ('database_url = "mysql://db"\n', "line 1: database_url: write sqlite:///FILE or postgresql://USER@HOST/NAME"),
        ('log_level = "loud"\n', "line 1: log_level: write 'debug', 'info', 'warning' or 'error'"),
        ('[duty]\nacknowledge_within = "soon"\n', "line 2: duty.acknowledge_within: write a number of minutes"),
        ("[duty]\nacknowledge_within = inf\n", "line 2: duty.acknowledge_within: write a number of minutes"),
        ("[duty]\nacknowledge_within = nan\n", "line 2: duty.acknowledge_within: write a number of minutes"),
        ("[duty]\nacknowledge_within = true\n", "line 2: duty.acknowledge_within: write a number of minutes"),
        ('[duty]\nacknowledge_within = "²"\n', "line 2: duty.acknowledge_within: write a number of minutes"),
        ("[duty]\nacknowledge_within = 0\n", "line 2: duty.acknowledge_within: "),
        ("[shifts]\ndraft_before = 1e15\n", "line 2: shifts.draft_before: write a number of minutes"),
        ("[shifts]\ndraft_before = -10\n", "line 2: shifts.draft_before: from 0 to 10080 minutes"),
        ('[shifts]\nlate_after = "10081"\n', "line 2: shifts.late_after: from 0 to 10080 minutes"),
        ('[fallback]\ntext_after = "PT-5M"\n', "line 2: fallback.text_after: "),
        ('[shifts]\npublic_url = "http://a b"\n', "line 2: shifts.public_url: "),
        ("[retention]\npersonal_text_days = true\n", "line 2: retention.personal_text_days: write a number of days"),
        ('[duty]\nofficers = [""]\n', "line 2: duty.officers.0: write the ID as the chat shows it"),
        ('[roles]\nlead = ["@morag"]\n', "line 2: roles.lead.0: write the ID as the chat shows it"),
        ('[[people]]\nid = "u0dev"\n', "line 2: people.0.id: write the ID as the chat shows it"),
        ('[[people]]\nid = "U0DEV"\ncalendar_url = "file:///hidden"\n', "line 3: people.0.calendar_url: write https://…"),
        ("[replies]\nhold = inf\n", "line 2: replies.hold: write a number of seconds"),
        ('[replies]\nhold = "soon"\n', "line 2: replies.hold: write a number of seconds"),
        ("[replies]\nhold = 3600\n", "line 2: replies.hold: from 0 to 600 seconds"),
        ("[duty]\nofficers = [5]\n", "line 2: duty.officers.0: write words in quotes"),
        ('[commands]\nclaim = "claim"\n', "line 2: commands.claim: "),
        (ACCOUNT + 'reply_url = "not a url"\n', "line 6: accounts.website.reply_url: "),
        (ACCOUNT + "respond_within = 0\n", "line 6: accounts.website.respond_within: "),
        (ACCOUNT.replace(KEY, "c2hvcnQ="), "line 5: accounts.website.secret: write whsec_ and the base64 of at least 16"),
        (ACCOUNT.replace("whsec_", ""), "line 5: accounts.website.secret: write whsec_"),
        (ACCOUNT.replace('"webchat"', '"webchta"'), f": accounts.website.network: 'webchta' is not one of {KNOWN}"),
        (ACCOUNT.replace('"website"', '"Web Site"'), "line 2: accounts.Web Site.name: "),
        ("accounts = 5\n", ": accounts: write one [[accounts]] table each, with a name"),
        ('[[accounts]]\nnetwork = "webchat"\n', ": accounts: write one [[accounts]] table each, with a name"),
        ("slack = 5\n", "line 1: slack: "),
        ("zone = \n", ": not TOML: "),
    ],
)
def test_what_cannot_be_used_is_named_with_its_place(files: Files, toml: str, said: str) -> None:
    [line] = files.faults(toml)

    assert line.startswith(f"tolbooth.toml{said}" if said.startswith(":") else f"tolbooth.toml {said}")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TOLBOOTH_WEB__PORT", "x", "TOLBOOTH_WEB__PORT: web.port: write a whole number"),
        ("TOLBOOTH_WEB", "hidden", "TOLBOOTH_WEB: cannot be read: write a list or a table as JSON"),
        ("TOLBOOTH_DUTY__OFFICERS", '["hidden"', 'TOLBOOTH_DUTY__OFFICERS: duty.officers: write a list: one, two or ["one"'),
        (
            "TOLBOOTH_ACCOUNTS__WEBSITE__SECRET",
            "whsec_hidden",
            "TOLBOOTH_ACCOUNTS__WEBSITE__SECRET: accounts.website.secret: ",
        ),
        ("TOLBOOTH_ZONE", "Mars", "TOLBOOTH_ZONE: zone: 'Mars' is not a time zone"),
    ],
)
def test_what_cannot_be_used_in_the_environment_is_not_blamed_on_the_file(
    files: Files, environment, name: str, value: str, said: str
) -> None:
    environment(**{name: value})

    [line] = files.faults('zone = "Europe/London"\n[web]\nport = 8080\n[duty]\nofficers = []\n' + ACCOUNT)

    assert line.startswith(said)


def test_many_faults_are_six_lines_and_a_count(files: Files) -> None:
    lines = files.faults('zone = "x"\nlog_level = "x"\noffice_hours = "x"\ndatabase_url = "x"\na = 1\nb = 1\nc = 1\nd = 1\n')

    assert len(lines) == 6
    assert lines[-1] == "and 3 more"


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ("website", "two are called 'website'"),
        ("web_site", "'web-site' and 'web_site' are the same in the environment"),
    ],
)
def test_two_accounts_need_two_names(files: Files, second: str, said: str) -> None:
    first = "website" if second == "website" else "web-site"

    [line] = files.faults(ACCOUNT.replace("website", first) + ACCOUNT.replace("website", second))

    assert said in line


@pytest.mark.parametrize(
    ("toml", "missing"),
    [
        (
            '[slack]\napp_token = "xapp-1-hidden"\n',
            "slack.bot_token: is needed; set it in the file or as TOLBOOTH_SLACK__BOT_TOKEN",
        ),
        (
            ACCOUNT.replace(f'secret = "whsec_{KEY}"\n', ""),
            "accounts.website.secret: is needed; set it in the file or as TOLBOOTH_ACCOUNTS__WEBSITE__SECRET",
        ),
        ('[[accounts]]\nname = "w"\n', f"accounts.w.network: is needed: one of {KNOWN}"),
        ('[slack]\nbot_token = "xoxb-1-hidden"\n', "needs slack.app_token"),
        (
            '[[accounts]]\nname = "x"\nnetwork = "x"\nchannel = "c"\nhandle = "h"\nconsumer_key = "hidden"\n',
            "line 2: accounts.x: keys are missing: give consumer_secret, access_token, access_token_secret too",
        ),
    ],
)
def test_what_is_missing_is_said_with_where_to_put_it(files: Files, toml: str, missing: str) -> None:
    [line] = files.faults(toml)

    assert missing in line


def test_swapped_tokens_are_told_apart_without_showing_them(files: Files) -> None:
    [line] = files.faults('[slack]\nbot_token = "xapp-1-hidden"\napp_token = "xoxb-1-hidden"\n')

    assert line == "tolbooth.toml line 1: slack.bot_token holds an app-level token (xapp-…): swap it with slack.app_token"


# --- secrets from files ------------------------------------------------------------------------------------------


def test_a_secret_may_be_in_a_file_of_its_own(files: Files) -> None:
    (files.folder / "key").write_text(f"whsec_{KEY}\n")

    loaded = files.loaded(ACCOUNT.replace(f'secret = "whsec_{KEY}"', f'secret_file = "{files.folder / "key"}"'))

    assert loaded.accounts[0].secret.get_secret_value() == f"whsec_{KEY}"  # type: ignore[attr-defined]


def test_a_secrets_file_may_be_named_in_the_environment(files: Files, environment) -> None:
    (files.folder / "key").write_text("secret-of-the-database")
    environment(TOLBOOTH_DATABASE_PASSWORD_FILE=str(files.folder / "key"))

    loaded = files.loaded("")

    assert loaded.core.database_password
    assert loaded.core.database_password.get_secret_value() == "secret-of-the-database"


def test_a_secret_in_the_environment_wins_over_a_file_named_in_the_settings(files: Files, environment) -> None:
    (files.folder / "key").write_text(f"whsec_{KEY}")
    environment(TOLBOOTH_ACCOUNTS__WEBSITE__SECRET=f"whsec_{OTHER_KEY}")

    loaded = files.loaded(ACCOUNT.replace(f'secret = "whsec_{KEY}"', f'secret_file = "{files.folder / "key"}"'))

    assert loaded.accounts[0].secret.get_secret_value() == f"whsec_{OTHER_KEY}"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot read"), (b"", "is empty"), (b" \n", "is empty"), (b"\xff\xfe", "holds no text")],
    ids=["missing", "empty", "blank", "not text"],
)
def test_a_secrets_file_that_is_no_use_is_named(files: Files, content: bytes | None, said: str) -> None:
    if content is not None:
        (files.folder / "token").write_bytes(content)

    [line] = files.faults(f'[slack]\nbot_token_file = "{files.folder / "token"}"\napp_token = "xapp-1-hidden"\n')

    assert "bot_token_file" in line
    assert said in line


def test_a_settings_file_that_is_not_there_says_how_to_name_one(files: Files) -> None:
    with pytest.raises(SettingsError, match=r"No such file or directory\. Name the file with --config"):
        load(files.folder / "nowhere.toml", networks=NETWORKS, chats=CHATS, messengers=MESSENGERS)


def test_no_secret_is_shown_when_settings_are_printed(files: Files) -> None:
    loaded = files.loaded(SLACK + ACCOUNT)

    assert "hidden" not in repr(loaded)
    assert KEY not in repr(loaded)


# --- many copies -------------------------------------------------------------------------------------------------


def test_what_a_copy_asks_of_its_database_and_who_hears_that_all_is_well_can_be_set(files: Files, environment) -> None:
    (files.folder / "url").write_text("https://watch.example/ping/hidden\n")
    environment(TOLBOOTH_DATABASE__POOL="4", TOLBOOTH_WATCH__HEARTBEAT_URL_FILE=str(files.folder / "url"))

    core = files.loaded('recovery_file = "/srv/tolbooth.newest"\n[database]\nstatement_seconds = 5\n').core

    assert (core.database.pool, core.database.statement_seconds) == (4, 5)
    assert str(core.recovery_file) == "/srv/tolbooth.newest"
    assert core.watch.heartbeat_url
    assert core.watch.heartbeat_url.get_secret_value() == "https://watch.example/ping/hidden"
    assert "hidden" not in repr(core)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[database]\npool = 0\n", "database.pool"),
        ("[database]\nstatement_seconds = 0\n", "database.statement_seconds"),
        ('[watch]\nheartbeat_url = "watch.example"\n', "watch.heartbeat_url: write https://…"),
    ],
)
def test_what_would_not_work_with_many_copies_is_refused(files: Files, toml: str, said: str) -> None:
    [line] = files.faults(toml)

    assert said in line


def test_a_role_in_the_environment_is_no_setting(files: Files, environment) -> None:
    environment(TOLBOOTH_ROLE="web")

    assert files.loaded("").core.web.port == 8080
