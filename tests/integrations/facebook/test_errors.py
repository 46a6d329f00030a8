"""Every row of Meta's table of errors, as Meta words it, and nothing of a token in what is said of it."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import NotThere, OutsideError, Refused, SignInAgain, TryLater, Unsure
from integrations.graph.errors import BUCKET, Duplicate, NoRight, WindowClosed, failure, wait_in
from integrations.http import HttpAnswer
from tests.standins.graph import PAGE, TOKEN, Trouble, error

SAMPLES = Path(__file__).parents[3].parent / "shared/data/payloads/facebook"
HOUR = timedelta(hours=1)


def answered(code, subcode=0, status=400, headers=None, **more):
    return HttpAnswer(status, headers or {}, json.dumps(error(code, subcode, **more)).encode())


def regain(minutes):
    return json.dumps({PAGE: [{"estimated_time_to_regain_access": minutes}]})


ROWS = [
    (1, 0, TryLater, Unsure),
    (2, 0, TryLater, Unsure),
    (1200, 0, TryLater, Unsure),
    *((code, 0, TryLater, TryLater) for code in (4, 17, 32, 341, 613, 80001, 80002, 80006)),
    *((code, 0, NoRight, NoRight) for code in (3, 10, 200, 283, 299)),
    (102, 0, SignInAgain, SignInAgain),
    *((190, sub, SignInAgain, SignInAgain) for sub in (0, 458, 459, 460, 463, 464, 467, 492)),
    (100, 33, NotThere, NotThere),
    (803, 0, NotThere, NotThere),
    (100, 0, Refused, Refused),
    (100, 2018001, Refused, Refused),
    (100, 2018292, Refused, Refused),
    (368, 0, TryLater, TryLater),
    (506, 0, Duplicate, Duplicate),
    (10900, 0, Duplicate, Duplicate),
    (10903, 0, Refused, Refused),
    (10, 2018278, WindowClosed, WindowClosed),
    (10, 2018108, Refused, Refused),
    (551, 1545041, Refused, Refused),
    (99999, 0, Refused, Refused),
]


@pytest.mark.parametrize(("code", "subcode", "read", "written"), ROWS, ids=lambda one: getattr(one, "__name__", str(one)))
def test_a_row_of_the_table_is_what_it_means(code, subcode, read, written):
    assert type(failure(answered(code, subcode), creating=False)) is read
    assert type(failure(answered(code, subcode), creating=True)) is written


def test_every_way_a_token_dies_says_what_to_do():
    said = {str(failure(answered(190, sub), creating=False)) for sub in (458, 459, 460, 463, 464, 467, 492)}

    assert len(said) == 7
    assert all("Make a new one" in one for one in said)


def test_a_fault_that_passes_is_one_whatever_its_code():
    assert isinstance(failure(answered(99999, is_transient=True), creating=True), Unsure)
    assert isinstance(failure(answered(99999, status=500), creating=True), Unsure)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, timedelta(minutes=10)),
        ({"Retry-After": "30"}, timedelta(seconds=30)),
        ({"X-App-Usage": '{"call_count": 100, "total_time": 2, "total_cputime": 1}'}, timedelta(minutes=10)),
        (
            {"X-Business-Use-Case-Usage": json.dumps({PAGE: [{"estimated_time_to_regain_access": 41}]})},
            timedelta(minutes=41),
        ),
        ({"x-business-use-case-usage": json.dumps({PAGE: [{"estimated_time_to_regain_access": 10**9}]})}, 24 * HOUR),
        ({"x-business-use-case-usage": '{"1": 7, "2": [3, null]'}, timedelta(minutes=10)),
    ],
)
def test_a_throttled_account_waits_as_long_as_meta_says(headers, wait):
    refusal = failure(answered(80001, headers=headers), creating=True)

    assert (wait_in(headers), refusal.after, refusal.bucket) == (wait, wait, BUCKET)


@pytest.mark.parametrize(
    ("status", "body", "read", "written"),
    [
        (502, b"<html>", TryLater, Unsure),
        (200, b"half", TryLater, Unsure),
        (302, b"", TryLater, Unsure),
        (408, b"", TryLater, Unsure),
        (400, b"[]", Refused, Refused),
        (401, b"", SignInAgain, SignInAgain),
        (403, b"null", NoRight, NoRight),
        (404, b'{"error": 7}', Refused, Refused),
        (429, b'{"error": {"code": "x"}}', TryLater, TryLater),
        (500, b'{"error": {"code": [1]}}', TryLater, Unsure),
    ],
)
def test_what_is_no_answer_of_metas_is_judged_by_its_status(status, body, read, written):
    answer = HttpAnswer(status, {}, body)

    assert (type(failure(answer, creating=False)), type(failure(answer, creating=True))) == (read, written)


async def test_no_failure_says_the_token_or_the_secret(page, network, reply):
    secrets = (TOKEN, page.settings["app_secret"], "EAAB" + "x" * 60)
    page.chaos.append(answering(400, error(99999, 0, f"Error validating access token {secrets[2]}"), "POST"))

    with pytest.raises(OutsideError) as caught:
        await network().publish(reply(page.says("Open?")))

    assert not any(one in f"{caught.value!r} {caught.value.__cause__!r}" for one in secrets)


def answering(status, body, method):
    return Trouble(status, json.dumps(body).encode(), method=method)


def test_the_sample_of_a_dead_token_is_understood():
    path = SAMPLES / "error_190.json"
    if not path.exists():
        pytest.skip("the samples are not beside this checkout")
    body = json.dumps(json.loads(path.read_text())["body"]).encode()

    refusal = failure(HttpAnswer(401, {}, body), creating=False)

    assert isinstance(refusal, SignInAgain)
    assert "password" in str(refusal)
