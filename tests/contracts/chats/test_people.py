"""Who somebody is, is told by their id alone, asked of the chat itself, and denied on doubt."""

import pytest

from bot.command import Role
from bot.errors import NotYours, OutsideError
from bot.ports import Known
from tests.contracts.chats.bench import CHANNEL, SHUT_OUT, ChatBench, On, Trouble
from tests.contracts.chats.benches import on


@on()
async def test_a_full_member_is_known_by_id_with_their_roles(bench: ChatBench) -> None:
    ids = [bench.person(name).id for name in ("priya", "dev", "morag")]

    priya, dev, morag = [await bench.chat.person(id) for id in ids]

    assert [one.id for one in (priya, dev, morag)] == ids
    assert [one.name.split()[0] for one in (priya, dev, morag)] == ["Priya", "Dev", "Morag"]
    assert (priya.roles, dev.roles, morag.roles) == (frozenset(), frozenset({Role.DUTY}), frozenset({Role.LEAD}))
    assert all(bench.chat.manner.reaches(id) for id in ids)


@on()
async def test_a_namesake_of_the_lead_leads_nobody(bench: ChatBench) -> None:
    other = bench.adds("morag2", (await bench.chat.person(bench.person("morag").id)).name)

    found = await bench.chat.person(other.id)

    assert found.id != bench.person("morag").id
    assert found.roles == frozenset()


@on()
async def test_whoever_is_no_full_member_is_told_so(bench: ChatBench) -> None:
    outsiders = [bench.person(name).id for name in ("gus", "zoe", "lee")]

    for id in (*outsiders, bench.nobody(), bench.ourselves(), "Priya"):
        with pytest.raises(NotYours) as caught:
            await bench.chat.person(id)
        assert str(caught.value).endswith(".")


@on()
async def test_an_account_is_open_closed_or_unknown_and_on_doubt_nothing_is_said(bench: ChatBench) -> None:
    assert await bench.chat.knows(bench.person("dev").id) is Known.OPEN
    assert await bench.chat.knows(bench.person("lee").id) is Known.CLOSED
    assert await bench.chat.knows(bench.nobody()) is Known.UNKNOWN
    bench.leaves("dev")
    assert await bench.chat.knows(bench.person("dev").id) is Known.CLOSED

    for trouble in (Trouble.BROKEN, Trouble.GARBAGE, Trouble.WAIT, Trouble.TOKEN):
        bench.clock.advance(minutes=10)
        bench.goes_wrong(trouble, On.PERSON, times=2)
        with pytest.raises(OutsideError):
            await bench.chat.knows(bench.person("priya").id)
        bench.calms()


@on()
async def test_who_left_is_nobody_of_ours_five_minutes_later_at_most(bench: ChatBench) -> None:
    dev = bench.person("dev").id
    await bench.chat.person(dev)

    bench.leaves("dev")
    bench.clock.advance(minutes=5, seconds=1)

    with pytest.raises(NotYours):
        await bench.chat.person(dev)


@on()
async def test_who_is_in_a_channel_is_asked_and_on_doubt_nobody_is(bench: ChatBench) -> None:
    tam = bench.adds("tam", "Tam")

    assert await bench.chat.is_member(CHANNEL, bench.person("dev").id)
    assert not await bench.chat.is_member(CHANNEL, tam.id)
    assert not await bench.chat.is_member(CHANNEL, bench.nobody())
    assert not await bench.chat.is_member("nowhere", bench.person("dev").id)
    assert not await bench.chat.is_member(SHUT_OUT, bench.person("dev").id)

    for trouble in (Trouble.BROKEN, Trouble.TOKEN):
        bench.clock.advance(minutes=10)
        bench.goes_wrong(trouble, On.MEMBERS, times=2)
        assert not await bench.chat.is_member(CHANNEL, bench.person("dev").id)
        bench.calms()


@on()
async def test_when_nobody_can_say_who_somebody_is_they_are_not_let_in(bench: ChatBench) -> None:
    bench.clock.advance(minutes=10)
    bench.goes_wrong(Trouble.BROKEN, On.PERSON, times=3)

    with pytest.raises(OutsideError):
        await bench.chat.person(bench.person("dev").id)
