"""What ``tolbooth check`` says of the chat and of an account: each fault with its cure, and nothing is posted."""

import pytest

from bot.settings.duty import PersonSettings
from integrations.sandbox.engage_server import NEXT_DOOR
from integrations.viva_engage.check import Looked, chat_faults, faults_of
from integrations.viva_engage.settings import VivaEngageAccount, VivaEngageSettings


def chat(there, **communities):
    return VivaEngageSettings(token="given", api_url=there.api_url, communities=communities)


async def test_all_is_well(there, engage, desk_community):
    looked = Looked(["desk"], ["desk"], [PersonSettings(id="U1", email="priya@harrowmere.gov.uk"), PersonSettings(id="U2")])

    assert await chat_faults(engage, chat(there, desk=desk_community.id), looked) == []
    assert there.world.messages == {}
    assert there.limits.refused == []


async def test_each_fault_is_named_with_its_cure(there, engage, desk_community):
    there.add_person("gail", "Gail Guest", network=NEXT_DOOR)
    open_to_all = there.add_community("Everybody", members=["priya"], service=False)
    closed = there.add_community("Closed", private=True, service=False)
    people = [PersonSettings(id=f"U{who}".upper(), email=f"{who}@harrowmere.gov.uk") for who in ("priya", "gail", "nobody")]
    settings = chat(there, desk=desk_community.id, all=open_to_all.id, closed=closed.id, gone=77)

    found = await chat_faults(engage, settings, Looked(["desk", "#All", "press"], ["all"], people))

    assert [line.partition(": ")[0] for line in found] == [
        "viva_engage.communities",
        "viva_engage.communities.all",
        "viva_engage.communities.all",
        "viva_engage.communities.closed",
        "viva_engage.communities.gone",
        "people UGAIL",
        "people UNOBODY",
    ]
    said = "\n".join(found)
    for words in (
        "channel press has no community: write its number there",
        "no member of Everybody",
        "add the service user (tolbooth@harrowmere.gov.uk) to it",
        "make it private in Viva Engage",
        "there is no community 77",
        "they are a guest",
        "mend email",
    ):
        assert words in said
    assert there.limits.refused == []


async def test_a_sign_in_that_does_not_work_is_the_one_fault(there, engage, desk_community):
    there.forget_tokens()
    account = VivaEngageAccount(name="staff", network="viva_engage", channel="desk", token="given", listens_to=[1])

    [chats] = await chat_faults(engage, chat(there, desk=desk_community.id), Looked())
    [accounts] = await faults_of(engage, account)

    assert chats.startswith("viva_engage: ")
    assert accounts.startswith("accounts.staff: ")
    assert "tolbooth sign-in" in chats


@pytest.mark.parametrize(("group", "faults"), [("desk", 0), ("77", 1)])
async def test_an_account_is_checked_where_it_listens(there, engage, desk_community, group, faults):
    number = desk_community.id if group == "desk" else group
    account = VivaEngageAccount(name="staff", network="viva_engage", channel="desk", token="given", listens_to=[number])

    found = await faults_of(engage, account)

    assert len(found) == faults
    assert all(line.startswith("accounts.staff.listens_to: ") for line in found)
