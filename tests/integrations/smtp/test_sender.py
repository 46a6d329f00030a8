"""E-mail, over a real mail server: nothing is said on an open line, and each of its answers means one thing."""

import pytest

from bot.errors import Refused, SignInAgain, TryLater, Unsure
from bot.ports import Message, NotFound
from integrations.smtp.settings import SmtpSettings
from tests.integrations.smtp.conftest import PASSWORD, USER

DEV = "dev.rao@harrowmere.example"
LETTER = Message(DEV, "Harrowmere Council: M-142 waits", "M-142 has waited 40 minutes.\n\n.\nŵ – press Claim.", "d1")
SIGNED_IN = {"username": USER, "password": PASSWORD}


async def test_an_email_arrives_encrypted_with_our_words_and_our_id(serve, smtp) -> None:
    async with serve() as server:
        receipt = await smtp(server.port, **SIGNED_IN).send(LETTER)

    [came] = server.box.letters
    assert (came["To"], came["Subject"], came["Message-ID"]) == (DEV, LETTER.subject, "<d1@harrowmere.example>")
    assert came["Auto-Submitted"] == "auto-generated"
    assert came["Date"] == "Tue, 17 Nov 2026 09:00:00 +0000"
    assert came.get_content().splitlines() == LETTER.text.splitlines()
    assert receipt == "<d1@harrowmere.example>"
    assert server.box.was_encrypted == [True]


async def test_a_line_may_be_encrypted_from_the_start(serve, smtp) -> None:
    async with serve("tls") as server:
        await smtp(server.port, security="tls").send(LETTER)

    assert len(server.box.letters) == 1


async def test_inside_a_network_it_may_stay_open_if_told_so(serve, smtp) -> None:
    async with serve("none") as server:
        await smtp(server.port, security="none").send(LETTER)

    assert server.box.was_encrypted == [False]


async def test_nothing_is_said_on_a_line_that_stays_open(serve, smtp) -> None:
    async with serve("none") as server:
        with pytest.raises(SignInAgain, match="offers no encryption"):
            await smtp(server.port, **SIGNED_IN).send(LETTER)

    assert not server.box.letters


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_nobody_vouches_for_is_not_believed(serve, smtp, security) -> None:
    async with serve(security, trusted=False) as server:
        with pytest.raises(SignInAgain, match="certificate is not trusted"):
            await smtp(server.port, security=security).send(LETTER)


async def test_a_password_that_is_not_accepted_is_named_with_the_cure(serve, smtp) -> None:
    async with serve() as server:
        with pytest.raises(SignInAgain, match=r"smtp\.password") as raised:
            await smtp(server.port, username=USER, password="hidden").send(LETTER)

    assert "hidden" not in str(raised.value)


async def test_a_server_that_takes_no_sign_in_says_where_to_look(serve, smtp) -> None:
    async with serve(auth_exclude_mechanism=["LOGIN", "PLAIN"]) as server:
        with pytest.raises(SignInAgain, match=r"smtp\.port"):
            await smtp(server.port, **SIGNED_IN).send(LETTER)


@pytest.mark.parametrize(
    ("at", "said", "meant"),
    [
        ("MAIL", f"550 5.7.1 {DEV} no", SignInAgain),
        ("MAIL", "530 5.7.0 Authentication required", SignInAgain),
        ("MAIL", "451 4.3.0 later", TryLater),
        ("RCPT", f"550 5.1.1 {DEV} unknown", Refused),
        ("RCPT", "450 4.2.0 greylisted", TryLater),
        ("RCPT", "421 4.3.2 closing", TryLater),
        ("DATA", "552 5.3.4 too big", Refused),
        ("DATA", f"554 5.7.1 spam to {DEV}", Refused),
        ("DATA", "451 4.7.1 later", TryLater),
    ],
)
async def test_each_answer_means_one_thing_and_repeats_no_address(serve, smtp, at, said, meant) -> None:
    async with serve() as server:
        server.box.says[at] = said

        with pytest.raises(meant) as raised:
            await smtp(server.port).send(LETTER)

    assert DEV not in str(raised.value)
    assert not server.box.letters


async def test_a_server_that_falls_silent_after_the_words_leaves_a_doubt(serve, smtp) -> None:
    async with serve() as server:
        server.box.silent = True

        with pytest.raises(Unsure):
            await smtp(server.port, each=0.2).send(LETTER)


async def test_a_line_cut_after_the_words_leaves_a_doubt(serve, smtp) -> None:
    async with serve() as server:
        server.box.cut = True

        with pytest.raises(Unsure):
            await smtp(server.port).send(LETTER)


async def test_nobody_there_is_a_definite_no(smtp) -> None:
    with pytest.raises(TryLater):
        await smtp(9).send(LETTER)


async def test_what_may_have_arrived_cannot_be_looked_up(smtp, clock) -> None:
    assert await smtp(9).find_sent(LETTER, clock.now()) is NotFound.CANNOT_TELL


async def test_when_all_is_well_check_says_nothing_and_sends_nothing(serve, smtp) -> None:
    async with serve() as server:
        assert await smtp(server.port, **SIGNED_IN).check() == ()

    assert not server.box.letters


async def test_check_names_what_is_wrong_with_its_cure(serve, smtp) -> None:
    async with serve() as server:
        server.box.says["MAIL"] = "550 no"

        assert await smtp(server.port).check() == (
            "smtp: The mail server takes nothing from our address (550). Look at smtp.sender.",
        )


async def test_a_subject_stays_one_line(serve, smtp) -> None:
    async with serve() as server:
        await smtp(server.port).send(Message(DEV, "one\r\nBcc: other@example.org", "words", "d3"))

    [came] = server.box.letters
    assert (came["Subject"], came["Bcc"]) == ("one Bcc: other@example.org", None)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"username": "x"}, "set username and password both"),
        ({"username": "x", "password": "hidden", "security": "none"}, "never over an open line|not sent over an open line"),
        ({"sender": "Harrowmere <tolbooth@example.org>"}, "write one address"),
        ({"port": 0}, "greater than or equal to 1"),
    ],
)
def test_settings_that_cannot_be_used_say_what_to_write(settings, said) -> None:
    with pytest.raises(ValueError, match=said) as raised:
        SmtpSettings.model_validate({"host": "mail", "sender": "tolbooth@example.org"} | settings)

    assert "hidden" not in str(raised.value)
