"""Seals secrets that have to be kept in the database: AES-256-GCM, the key outside the database, the row's name bound in."""

import base64
import binascii
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = "v1"


class Unsealable(Exception):
    """What was sealed was changed, belongs to another row, or was sealed with a key we do not have."""


class Vault:
    """Seals with the first key, opens with any: so that a key can be changed without losing what is kept."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers = [AESGCM(key) for key in keys]

    def seal(self, name: str, secret: str) -> str:
        """The secret, sealed for the row called ``name``."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = nonce + self._ciphers[0].encrypt(nonce, secret.encode(), name.encode())
        return f"{VERSION}.{base64.b64encode(sealed).decode()}"

    def open(self, name: str, sealed: str) -> str:
        """The secret again. Raises Unsealable."""
        version, _, encoded = sealed.partition(".")
        try:
            whole = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise Unsealable(name) from error
        if version != VERSION or len(whole) <= NONCE_BYTES:
            raise Unsealable(name)
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(whole[:NONCE_BYTES], whole[NONCE_BYTES:], name.encode()).decode()
            except InvalidTag:
                continue
        raise Unsealable(name)


def key_from(text: str) -> bytes:
    """A key from its base64. Raises ValueError."""
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"write the base64 of {KEY_BYTES} random bytes: openssl rand -base64 {KEY_BYTES}")
    return key
