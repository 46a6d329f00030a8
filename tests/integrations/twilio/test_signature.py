"""Signatures of calls, held against Twilio's own validator and its published vector."""

import json
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from integrations.twilio.signature import HEADER, SETTINGS_HEADER, SHA1, SHA256, algorithm_of, is_signed, sign

VECTORS = Path(__file__).parents[3].parent / "shared/data/payloads/signature_vectors.json"
KEYS = {SHA1: b"the auth token", SHA256: b"the shared key"}
HOOK = "https://tolbooth.example.gov.uk/hooks/texts"
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
FORMS = st.dictionaries(WORDS.filter(bool), WORDS, max_size=6)


@settings(max_examples=60, deadline=None)
@given(form=FORMS, algorithm=st.sampled_from([SHA1, SHA256]), port=st.sampled_from(["", ":443", ":8443"]))
def test_what_we_believe_twilios_own_validator_believes_and_the_other_way_round(form, algorithm, port) -> None:
    url = f"https://tolbooth.example.gov.uk{port}/hooks/texts?key=r1"
    sent = parse_qsl(urlencode(form), keep_blank_values=True)
    theirs = RequestValidator(KEYS[algorithm].decode())
    headers = {SETTINGS_HEADER: f"key=webhooks_sharedkey_1,algorithm={algorithm}"} if algorithm == SHA256 else {}

    assert theirs.validate(url, dict(sent), sign(KEYS[algorithm], url, sent, algorithm), algorithm)
    assert is_signed(KEYS, url, sent, headers | {HEADER: theirs.compute_signature(url, dict(sent), algorithm)})


@pytest.mark.parametrize("signed_for", [HOOK, HOOK.replace("gov.uk", "gov.uk:443")])
@pytest.mark.parametrize("ours", [HOOK, HOOK.replace("gov.uk", "gov.uk:443")])
def test_the_usual_port_may_be_there_or_not(signed_for: str, ours: str) -> None:
    sent = [("Body", "Hello"), ("From", "+447700900123")]

    assert is_signed(KEYS, ours, sent, {HEADER: sign(KEYS[SHA1], signed_for, sent)})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {HEADER: ""},
        {HEADER: "ä" * 28},
        {HEADER: sign(b"another", HOOK, [("Body", "Hello")])},
        {HEADER: sign(KEYS[SHA1], HOOK, [("Body", "Hello")]), SETTINGS_HEADER: "algorithm=HMAC_SHA256"},
        {HEADER: sign(KEYS[SHA1], HOOK, [("Body", "Hello")]), SETTINGS_HEADER: "algorithm=HMAC_MD5"},
        {HEADER: sign(KEYS[SHA1], HOOK.replace("texts", "other"), [("Body", "Hello")])},
        {HEADER: sign(KEYS[SHA1], HOOK, [("Body", "hello")])},
    ],
)
def test_what_is_not_signed_by_twilio_is_not_believed(headers: dict[str, str]) -> None:
    assert not is_signed(KEYS, HOOK, [("Body", "Hello")], headers)


def test_a_key_that_is_not_set_signs_nothing() -> None:
    unset = {SHA1: b"", SHA256: b""}

    assert not is_signed(unset, HOOK, [], {HEADER: sign(b"", HOOK, [])})


@pytest.mark.parametrize(
    ("named", "found"),
    [("", SHA1), ("key=k", SHA1), ("key=k, algorithm = hmac_sha256", SHA256), ("algorithm=", SHA1), (",,=", SHA1)],
)
def test_a_call_names_its_algorithm_or_means_the_old_one(named: str, found: str) -> None:
    assert algorithm_of(named) == found


def test_the_published_signature_is_ours() -> None:
    if not VECTORS.exists():
        pytest.skip("signature_vectors.json is not beside this checkout")
    vector = json.loads(VECTORS.read_text())["twilio"]
    sent = list(vector["params"].items())

    assert sign(vector["auth_token"].encode(), vector["url"], sent) == vector["signature"] == vector["known_good"]
    assert is_signed({SHA1: vector["auth_token"].encode()}, vector["url"], sent, {HEADER: vector["signature"]})
