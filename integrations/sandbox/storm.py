"""A long snow day made up from a seed: templates and slots, spread over the hours as people really write."""

import random
from collections.abc import Iterator
from datetime import timedelta

from integrations.sandbox.planned import Planned

FROM_HOUR = 5
WEIGHTS = (4, 24, 44, 45, 34, 24, 20, 22, 18, 18, 26, 24, 26, 22, 22, 20, 15, 9, 4, 2, 2, 2, 2, 2)
"""How much is written in each hour from FROM_HOUR on: the school run twice, and little at night."""
PLACES = ("board", "x", "webchat")
SHARES = (62, 26, 12)
ADDS_MORE = 0.12
"""Of those who write, how many add something later under their own post."""
IN_DANGER = 3
STREETS = """Mill Road
Fell Lane
Beacon Rise
Tanners Hill
Weir Street
Larkfield Avenue
Chapel Brow
Quarry Bank
Castlegate
Saddlers Yard""".splitlines()
SCHOOLS = ("Larkfield Primary", "St Osyn's", "Orren Bridge Academy", "Harrowmere High", "Beacon School")
ASKS = """has {street} been gritted?
is {street} open? need to get to the hospital for {hour}
{street} is sheet ice
is {school} open today?
any news on {school}? your website is down
is the {hour}.15 bus still going up {street}?
bins on {street} yes or no
grit bin at the top of {street} is empty again
car slid into the railings on {street}
how do I report a burst pipe on {street}?
is the tip open
is the library shut
not one gritter seen on {street}
can somebody clear the pavement outside {school}
thank you to whoever gritted {street} at {hour} this morning""".splitlines()
DANGERS = """The lady at the end of {street} hasn't drawn her curtains since yesterday, no footprints to her door
my dad's oxygen runs out at {hour} and the van can't get up {street}
boiler gone, two under five, everything wet. {street}. nobody is ringing back""".splitlines()
MORE = """still nothing
anyone there?
it has been {hour} hours
sorted now, thanks
and now the lights are out as well""".splitlines()
FIRST = ("Ada", "Bilal", "Cerys", "Dougie", "Eilidh", "Fatima", "Gwen", "Hamish", "Ines", "Kofi", "Lou", "Mina", "Owen")
LAST = ("Abbott", "Begum", "Crowe", "Dyson", "Foy", "Garbutt", "Hussain", "Ikeji", "Jarvis", "Kerr", "Moyo", "Noone")


def storm(seed: int, count: int) -> tuple[Planned, ...]:
    """So many posts over a day, in order of time. The same seed gives the same posts."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    moments = sorted(moment(chance) for _ in range(count))
    in_danger = set(chance.sample(range(count), min(IN_DANGER, count)))
    found: list[Planned] = []
    for number, after in enumerate(moments):
        if number in in_danger:
            template, above = chance.choice(DANGERS), None
        else:
            above = chance.choice(found[-50:]) if found and chance.random() < ADDS_MORE else None
            template = chance.choice(MORE if above else ASKS)
        found.append(post(chance, number, after, text=worded(chance, template), above=above))
    return tuple(found)


def moment(chance: random.Random) -> timedelta:
    """Some second of the day, as likely as its hour."""
    hour = chance.choices(range(len(WEIGHTS)), WEIGHTS)[0]
    return timedelta(hours=hour, seconds=chance.randrange(3600))


def post(chance: random.Random, number: int, after: timedelta, *, text: str, above: Planned | None) -> Planned:
    """One post, by the same author and in the same place as the one ``above`` it."""
    name = above.author_name if above else f"{chance.choice(FIRST)} {chance.choice(LAST)}"
    place = above.place if above else chance.choices(PLACES, SHARES)[0]
    handle = above.handle if above else f"{name.lower().replace(' ', '_')}_{number}"
    return Planned(f"s{number:05}", after, place, name, handle, text, in_reply_to=above.id if above else "")


def worded(chance: random.Random, template: str) -> str:
    """The slots filled, and the words as people type them on a cold morning."""
    text = template.format(street=chance.choice(STREETS), school=chance.choice(SCHOOLS), hour=chance.randrange(6, 12))
    return "".join(noisy(chance, text[0].upper() + text[1:]))


def noisy(chance: random.Random, text: str) -> Iterator[str]:
    """All small letters, all capitals, a mark left out, a little picture."""
    roll = chance.random()
    yield text.lower() if roll < 0.35 else text.upper() if roll < 0.39 else text
    yield chance.choices(("", "!!", " ❄️", " 😡", " pls"), (70, 8, 9, 5, 8))[0]
