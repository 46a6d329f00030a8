"""Telephone numbers of the public: read however they are written, shown so that nobody is rung, tied together unreadably."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from integrations.telephone import conversation, e164, masked, moment, sender

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("447700900123", "+447700900123"),
        ("07700 900123", "+447700900123"),
        ("+44 (7700) 900-123", "+447700900123"),
        ("33612345678", "+33612345678"),
        (447700900123, "+447700900123"),
        ("60777", "60777"),
        ("HarroBus", "HarroBus"),
        ("Harro\u202eBus\x00", "Harro Bus"),
        ("", ""),
        (None, ""),
        (True, ""),
        ([], ""),
        ("9" * 500, "9" * 40),
    ],
)
def test_a_sender_is_a_number_as_the_world_writes_it_or_what_came(written, read) -> None:
    assert sender(written) == read


@pytest.mark.parametrize(
    "written", ["60777", "HarroBus", "whatsapp:+447700900123", "1" * 40, "", "+0123456789", "١٢٣٤٥٦٧٨٩"]
)
def test_what_cannot_be_texted_is_no_number(written) -> None:
    assert e164(written) == ""


@pytest.mark.parametrize(
    ("author", "shown"),
    [
        ("+447700900123", "07… 123"),
        ("+33612345678", "+33… 678"),
        ("60777", "60777"),
        ("HarroBus", "HarroBus"),
        ("whatsapp:+447700900123", "whatsapp:… 123"),
    ],
)
def test_staff_see_enough_to_tell_two_people_apart(author, shown) -> None:
    assert masked(author) == shown


def test_a_conversation_is_the_same_for_a_number_on_an_account_and_does_not_tell_it() -> None:
    one = conversation(b"key", "texts", "+447700900123")

    assert one == conversation(b"key", "texts", "+447700900123")
    others = [("key", "other", "+447700900123"), ("key", "texts", "+447700900124"), ("kay", "texts", "+447700900123")]
    assert one not in {conversation(key.encode(), account, number) for key, account, number in others}
    assert "900123" not in one


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (None, NOW),
        (NOW - timedelta(hours=1), NOW - timedelta(hours=1)),
        (NOW + timedelta(days=400), NOW),
        (datetime(2026, 11, 17, 8, 0), NOW - timedelta(hours=1)),  # noqa: DTZ001 - as it may come
        (datetime(2026, 11, 17, 10, 0, tzinfo=timezone(timedelta(hours=2))), NOW - timedelta(hours=1)),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), NOW),
        (datetime(1985, 1, 1, tzinfo=UTC), NOW),
    ],
)
def test_a_time_is_in_utc_and_has_been(given, read) -> None:
    assert moment(given, NOW) == read
    assert moment(given, NOW).tzinfo is UTC
