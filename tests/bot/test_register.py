"""The register puts first what hangs on one person, and refuses what looks like a secret."""

from datetime import date
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.housing import house_of
from bot.line.settings_page import lines
from bot.register import Kept, Standing, in_order, is_in_use, looks_like_a_secret, standing, with_one_holder
from bot.settings.file import load
from integrations import CHATS, MESSENGERS, NETWORKS

TODAY = date(2026, 11, 17)


def kept(name: str = "website", **about: object) -> Kept:
    """A row with two holders that was verified last week."""
    row = {
        "label": name,
        "place": "webchat",
        "custodian": "U0PRIYA",
        "deputy": "U0FARAH",
        "last_verified": date(2026, 11, 10),
    }
    return Kept(name, **{**row, **about})  # type: ignore[arg-type]


def test_what_hangs_on_one_person_comes_first_then_what_nobody_has_looked_at() -> None:
    register = (
        kept("well"),
        kept("old", last_verified=date(2026, 8, 18)),
        kept("alone", deputy=""),
        kept("same", deputy="U0PRIYA"),
        kept("nobody", custodian="", deputy=""),
        kept("never", last_verified=None),
    )

    ordered = [(needs, one.name) for needs, one in in_order(register, {}, TODAY)]

    assert ordered == [
        (Standing.ONE_HOLDER, "nobody"),
        (Standing.ONE_HOLDER, "alone"),
        (Standing.ONE_HOLDER, "same"),
        (Standing.NOT_VERIFIED, "never"),
        (Standing.NOT_VERIFIED, "old"),
        (Standing.WELL, "well"),
    ]
    assert with_one_holder(register) == ["alone", "nobody", "same"]


def test_ninety_days_after_it_was_verified_somebody_should_look_again() -> None:
    assert standing(kept(last_verified=date(2026, 8, 19)), {}, TODAY) is Standing.WELL
    assert standing(kept(last_verified=date(2026, 8, 18)), {}, TODAY) is Standing.NOT_VERIFIED


def test_what_was_said_in_the_chat_counts_when_it_is_newer_than_the_settings() -> None:
    old = kept(last_verified=date(2026, 1, 1))

    assert standing(old, {"website": date(2026, 11, 16)}, TODAY) is Standing.WELL
    assert standing(kept(), {"website": date(2026, 1, 1)}, TODAY) is Standing.WELL


def test_an_organisation_that_keeps_no_register_is_not_told_what_is_missing_from_it() -> None:
    silent = (kept(custodian="", deputy="", last_verified=None),)

    assert not is_in_use(silent)
    assert with_one_holder(silent) == []


def test_a_holder_is_known_by_id_or_by_name_however_it_is_written() -> None:
    assert kept().is_held_by("U0FARAH")
    assert kept(deputy="farah ali").is_held_by("U0FARAH", "Farah Ali")
    assert not kept(deputy="").is_held_by("", "Priya Shah")


@pytest.mark.parametrize(
    "words",
    [
        "the team password safe, entry Social",
        "Keeper, folder Comms (2026-Q3)",
        "Keeper/Communications/2026-Q3-and-after",
        "https://vault.example/entries/12AbCdEf998877665544",
        "A locked drawer in B2.17, envelope 3",
        "1Password vault “Comms-2026”, entry Facebook",
        "kept by IT: SVC-0012-Social",
        "with the communications officer",
        "",
    ],
)
def test_a_place_is_no_secret(words: str) -> None:
    assert not looks_like_a_secret(words)


@pytest.mark.parametrize(
    "words",
    [
        "xoxb-1",
        "whsec_MfKQ9r8GKYqrTwjU",
        "-----BEGIN PRIVATE KEY-----",
        "password: hunter2",
        "safe, PIN = 1234",
        "Tr0ub4dor&3",
        "in the safe: c2VjcmV0LWtleS1nb2VzLWhlcmU9",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "eyJhbGciOiJIUzI1NiJ9",
    ],
)
def test_what_may_be_the_secret_itself_is_refused(words: str) -> None:
    assert looks_like_a_secret(words)


SETTINGS = """
[roles]
lead = ["U0MORAG", "S0LEADS"]
[duty]
officers = ["U0DEV"]
[[escalation]]
name = "nights"
steps = ["duty 10", "U0FARAH 20", "channel"]
[[accounts]]
name = "website"
network = "webchat"
channel = "mentions"
secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
custodian = "U0PRIYA"
[[accounts]]
name = "pins"
network = "listed"
place = "Pinterest"
url = "https://pins.example/harrowmere"
deputy = "Tam Doig"
credential_kept_in = "the team password safe, entry Pins"
last_verified = 2026-03-01
"""


def loaded(tmp_path: Path, toml: str = SETTINGS) -> Path:
    """A settings file."""
    path = tmp_path / "tolbooth.toml"
    path.write_text(toml)
    return path


def test_an_account_without_an_adapter_is_only_on_the_register(tmp_path: Path) -> None:
    settings = load(loaded(tmp_path), networks=NETWORKS, chats=CHATS, messengers=MESSENGERS)
    network = NETWORKS["webchat"].build()(settings.accounts[0], http=None, clock=None, tokens=None)

    house = house_of(settings, {"website": network})

    assert [account.name for account in settings.accounts] == ["website"]
    assert set(house.accounts) == {"website", "by hand"}
    assert [(one.name, one.place, one.is_listed, one.holders) for one in house.register] == [
        ("website", "webchat", False, ("U0PRIYA",)),
        ("pins", "Pinterest", True, ("Tam Doig",)),
    ]
    assert house.named_in["roles.lead"] == ("U0MORAG", "S0LEADS")
    assert house.named_in["duty.officers"] == ("U0DEV",)
    assert house.named_in["escalation nights"] == ("U0FARAH",)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('credential_kept_in = "xoxb-123-456"', "accounts.pins.credential_kept_in: this looks like the credential itself."),
        ("last_verified = 2999-01-01", "accounts.pins.last_verified: this day is still to come"),
        ('channel = "mentions"', "accounts.pins.channel: unknown setting"),
    ],
)
def test_what_the_register_cannot_hold_is_said_without_repeating_it(tmp_path: Path, line: str, fault: str) -> None:
    toml = f'[[accounts]]\nname = "pins"\nnetwork = "listed"\nplace = "Pinterest"\n{line}\n'

    with pytest.raises(SettingsError) as refused:
        load(loaded(tmp_path, toml), networks=NETWORKS, chats=CHATS, messengers=MESSENGERS)

    assert fault in str(refused.value)
    assert "123-456" not in str(refused.value)


def test_the_settings_page_tells_how_to_list_an_account(tmp_path: Path) -> None:
    page = "\n".join(lines(loaded(tmp_path)))

    assert 'network = "listed"' in page
    assert "# where the account is, such as" in page
    assert page.count("# who holds it: a user id, or a name") == len(NETWORKS) + 1
