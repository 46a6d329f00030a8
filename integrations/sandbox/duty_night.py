"""A night on duty: Friday afternoon to Saturday morning, and the officer sleeps through the one ping that matters."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from integrations.sandbox.planned import Acted, Planned

BEGINS = time(16, 25)
FRIDAY = 4
POSTS: Sequence[tuple[str, str, str, str]] = (
    ("16:52", "x", "Bilal Hussain", "@harrowmere is the tip open tomorrow?"),
    ("17:40", "board", "Eilidh Kerr", "The bins on Fell Lane were not emptied again. Third Friday in a row."),
    ("18:25", "x", "Dougie Crowe", "@harrowmere what time does the Christmas market shut tonight"),
    ("19:30", "webchat", "Mina Foy", "Can I pay my council tax over the weekend?"),
    ("20:15", "board", "Owen Dyson", "Whoever fixed the swings in Beacon Park: thank you!"),
    ("21:05", "x", "Gwen Moyo", "@harrowmere the street lights on Chapel Brow are flickering"),
    ("22:10", "board", "Kofi Ikeji", "Loud music from the car park behind the library. Who do I ring?"),
    (
        "23:05",
        "x",
        "Ada Begum",
        "@harrowmere my neighbour has collapsed by the ford on Weir Street, nobody answers",
    ),
    ("23:12", "x", "Hamish Abbott", "@harrowmere are the gritters out?"),
    ("01:20", "board", "Ines Garbutt", "Somebody has tipped a sofa at the top of Quarry Bank."),
    ("06:45", "x", "Fatima Jarvis", "@harrowmere is Larkfield pool open this morning?"),
    ("09:00", "webchat", "Cerys Noone", "Do I need to book for the museum today?"),
)
ACTS: Sequence[tuple[str, str, str]] = (
    ("16:27", "farah", "Accept"),
    ("16:53", "dev", "I'm Ready"),
    ("17:03", "dev", "Accept"),
    ("23:44", "morag", "Claim"),
    ("23:50", "morag", "/mention close {number} An ambulance is with them. The ward's councillor knows."),
)
"""Farah has the day, Dev takes the duty over and then hears nothing; in the end it is Morag who answers her ping."""


def after(clock: str) -> timedelta:
    """How long after the beginning the clocks show that."""
    begins = timedelta(hours=BEGINS.hour, minutes=BEGINS.minute)
    hours, minutes = map(int, clock.split(":"))
    return (timedelta(hours=hours, minutes=minutes) - begins) % timedelta(days=1)


def is_friday(day: date) -> bool:
    """Whether it begins on such a day."""
    return day.weekday() == FRIDAY


def posts() -> tuple[Planned, ...]:
    """What residents write."""
    return tuple(
        Planned(f"d{number:02}", after(clock), place, name, name.lower().replace(" ", "_"), text)
        for number, (clock, place, name, text) in enumerate(POSTS)
    )


def acts() -> tuple[Acted, ...]:
    """What staff do."""
    return tuple(Acted(after(clock), handle, deed) for clock, handle, deed in ACTS)
