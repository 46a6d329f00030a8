"""What ``tolbooth check`` says of how people hear of a ping: by which chat, and by what besides."""

from collections.abc import Iterable, Iterator, Mapping

from bot.chats import reaching
from bot.desk import Desk


def notes_on_reach(desk: Desk) -> Iterator[str]:
    """One for each of those who may be pinged, by id, whom no chat reaches, or only one that is read now and then."""
    house = desk.house
    yield from told_late(desk, dict.fromkeys((*house.officers, *house.plan.people, *house.leads)), {})


def told_late(desk: Desk, people: Iterable[str], names: Mapping[str, str]) -> Iterator[str]:
    """Those of them, each with the cure."""
    for person in people:
        if is_reached_by_none(desk, person):
            who = names.get(person, person)
            yield f"no chat that is set up knows {who}: put their email there for {person} into [[people]], or take them out"
        elif is_told_late_only(desk, person):
            yield (
                f"pings reach {names.get(person, person)} only when the chat is next read, and by no other way: give a "
                f"phone or an email for {person} under [[people]]{'' if desk.messengers else ', and ' + SET_UP}"
            )


SET_UP = "set up what carries it: see [notify], [twilio] and [smtp]"


def is_reached_by_none(desk: Desk, person: str) -> bool:
    """Whether somebody's id is nothing that any of the chats could know."""
    return bool(desk.chats) and not any(chat.manner.reaches(person) for chat in desk.chats.values())


def is_told_late_only(desk: Desk, person: str) -> bool:
    """Whether no chat that is heard at once reaches somebody, nor anything else."""
    if not desk.chats or desk.house.ways_to(person):
        return False
    return bool(reaching(desk.chats, person)[0].manner.reads_each)
