"""Secrets kept in the database."""

import secrets

import pytest

from bot.vault import Unsealable, Vault, key_from

KEY, OTHER = secrets.token_bytes(32), secrets.token_bytes(32)


def test_what_was_sealed_opens_under_its_own_name_only() -> None:
    vault = Vault([KEY])

    sealed = vault.seal("x:refresh", "token-1")

    assert "token-1" not in sealed
    assert vault.open("x:refresh", sealed) == "token-1"
    with pytest.raises(Unsealable):
        vault.open("y:refresh", sealed)


def test_a_changed_key_still_opens_what_the_earlier_one_sealed() -> None:
    sealed = Vault([OTHER]).seal("x", "token")

    assert Vault([KEY, OTHER]).open("x", sealed) == "token"
    with pytest.raises(Unsealable):
        Vault([KEY]).open("x", sealed)


@pytest.mark.parametrize("sealed", ["", "v1.", "v1.AAAA", "v2.AAAAAAAAAAAAAAAAAAAAAAAA", "v1.!!!!"])
def test_what_cannot_be_opened_is_said_to_be_so(sealed: str) -> None:
    with pytest.raises(Unsealable):
        Vault([KEY]).open("x", sealed)


@pytest.mark.parametrize("text", ["", "short", "AAAA"])
def test_a_key_of_another_length_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="32 random bytes"):
        key_from(text)
