"""Many posts looked at in one call: each answer of a batch by itself, and what says something of all of them."""

import json

import pytest

from bot.errors import SignInAgain, TryLater
from bot.ports import Gone, Held
from tests.standins.facebook import POST
from tests.standins.graph import Trouble, error


@pytest.fixture
def looked(page, network, clock):
    """What is made of a batch of two, answered so."""

    async def made(*answers):
        comments = [page.says("Open?"), page.says("Shut?")]
        page.chaos.append(Trouble(200, json.dumps(list(answers)).encode(), method="POST"))
        return comments, await network().look_up([Held(one, f"post:{POST}", clock.now()) for one in comments])

    return made


def failed(code, subcode=0):
    return {"code": 400, "body": json.dumps(error(code, subcode))}


FINE = {"code": 200, "body": "{}"}


async def test_one_that_is_gone_says_nothing_of_the_other(looked):
    comments, items = await looked(failed(100, 33), None)

    assert [(type(one), one.native_id) for one in items] == [(Gone, comments[0])]


@pytest.mark.parametrize(
    "odd", [None, {}, 7, FINE, failed(10), failed(2), {"code": 200, "body": 7}, {"code": "x", "body": "{"}], ids=repr
)
async def test_what_is_no_clear_answer_changes_nothing(looked, odd):
    assert (await looked(odd, FINE))[1] == []


@pytest.mark.parametrize(("code", "raises"), [(190, SignInAgain), (80001, TryLater)])
async def test_what_says_something_of_the_account_is_not_passed_over(looked, code, raises):
    with pytest.raises(raises):
        await looked(FINE, failed(code))


@pytest.mark.parametrize("answers", [(), (FINE,), (FINE, FINE, FINE)], ids=len)
async def test_as_many_answers_are_wanted_as_were_asked_for(looked, answers):
    with pytest.raises(TryLater):
        await looked(*answers)
