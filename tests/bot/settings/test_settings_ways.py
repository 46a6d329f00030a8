"""How people are reached besides the chat: what cannot be used is named with its cure, and never with anybody's number."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.duty.contact import Contact
from bot.errors import SettingsError
from bot.housing import house_of
from bot.line.checking import unused_ways
from bot.ports import Way
from bot.settings.file import Loaded, load
from integrations import CHATS, MESSENGERS, NETWORKS
from integrations.sandbox.phone_server import ACCOUNT, EMAILS, SECRET, SERVICE, TEXTS

DEV = '[[people]]\nid = "U0DEV"\nphone = "+44 (7700) 900-123"\nemail = "dev@harrowmere.example"\n'
NOTIFY = f'[notify]\napi_key = "harrowmere-{SERVICE}-{SECRET}"\n'
TEXT = f'text_template = "{TEXTS}"\n'
TWILIO = f'[twilio]\naccount_sid = "{ACCOUNT}"\nsecret = "hidden-secret"\nfrom_number = "+447700900001"\n'
SMTP = '[smtp]\nhost = "mail"\nsender = "tolbooth@harrowmere.example"\nusername = "t"\npassword = "hidden-password"\n'


@pytest.fixture
def read(tmp_path: Path):
    def made(toml: str) -> Loaded:
        path = tmp_path / "tolbooth.toml"
        path.write_text(toml)
        return load(path, networks=NETWORKS, chats=CHATS, messengers=MESSENGERS)

    return made


def test_a_person_is_known_by_a_number_in_digits_with_its_country(read) -> None:
    house = house_of(read(DEV + NOTIFY + TEXT), {})

    assert house.contacts == {"U0DEV": Contact("U0DEV", "+447700900123", "dev@harrowmere.example")}
    assert house.ways == {Way.TEXT: timedelta(minutes=3)}
    assert house.ways_to("U0DEV") == (Way.TEXT,)


def test_the_order_of_the_ways_is_that_of_their_waits(read) -> None:
    house = house_of(read(f"[fallback]\ntext_after = 9\n{DEV}{TWILIO}{SMTP}"), {})

    assert house.ways_to("U0DEV") == (Way.EMAIL, Way.TEXT)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('[[people]]\nid = "U0DEV"\nphone = "07700 900123"\n', "with its country, such as +447700900123"),
        ('[[people]]\nid = "U0DEV"\nphone = "+44hidden900123"\n', "with its country, such as +447700900123"),
        ('[[people]]\nid = "U0DEV"\nphone = "+4477009001234567890"\n', "with its country"),
        ('[[people]]\nid = "U0DEV"\nemail = "Dev Rao <dev@hidden.example>"\n', "write one address"),
        ('[[people]]\nid = "U0DEV"\nemail = "a@hidden.example, b@hidden.example"\n', "write one address"),
        (DEV + DEV, "U0DEV has two tables"),
        (NOTIFY + TEXT + TWILIO, "notify and twilio are both set up for text messages: leave one of them out"),
        (NOTIFY.replace("harrowmere-", "hidden-")[:40] + '"\n', "not a whole key"),
        (TWILIO.replace("AC0", "XX0"), "account_sid"),
    ],
)
def test_what_cannot_be_used_says_what_to_write_and_repeats_nothing(read, toml: str, said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read(toml)

    assert said in str(raised.value)
    for kept in ("07700", "900123\n", "hidden", SERVICE):
        assert kept not in str(raised.value).replace("such as +447700900123", "")


def test_notify_may_carry_the_one_and_another_service_the_other(read) -> None:
    loaded = read(NOTIFY + TEXT + SMTP)

    assert {way: name for name, section in loaded.messengers.items() for way in section.ways} == {
        Way.TEXT: "notify",
        Way.EMAIL: "smtp",
    }


def test_the_log_learns_every_number_address_and_key(read) -> None:
    known = read(DEV + TWILIO + SMTP).secrets

    assert {"+447700900123", "dev@harrowmere.example", "hidden-secret", "hidden-password"} <= known


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        (DEV + NOTIFY + TEXT + f'email_template = "{EMAILS}"\n', []),
        (
            DEV,
            [
                "people: U0DEV can be reached by text messages, and nothing is set up for it: see [notify] and [twilio]",
                "people: U0DEV can be reached by e-mail, and nothing is set up for it: see [smtp] and [notify]",
            ],
        ),
        (
            SMTP,
            ["e-mail can be sent, and nobody under [[people]] has a mailbox: one the chat does not reach hears nothing"],
        ),
        ("", []),
    ],
)
def test_half_of_a_way_is_named_by_check(read, toml: str, said: list[str]) -> None:
    assert unused_ways(read(toml)) == said


def test_a_secret_of_a_service_may_be_a_file(read, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-a-file\n")

    section = read(TWILIO.replace('secret = "hidden-secret"', f'secret_file = "{tmp_path}/key"')).messengers["twilio"]

    assert SimpleNamespace(**section.model_dump()).secret.get_secret_value() == "from-a-file"
