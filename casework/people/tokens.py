"""Secrets of sessions and mailed links: 256 random bits for the person, their SHA-256 for the store."""

from __future__ import annotations

import base64
from collections.abc import Callable
from hashlib import sha256
from uuid import UUID

TOKEN_BYTES = 32
#: So many characters has a token; longer ones are not even hashed.
TOKEN_CHARACTERS = 43

#: ``secrets.token_bytes``, passed in.
Random = Callable[[int], bytes]


def new_token(random: Random) -> str:
    return base64.urlsafe_b64encode(random(TOKEN_BYTES)).rstrip(b"=").decode()


def token_digest(token: str) -> bytes:
    """What is stored and looked up: 32 bytes. Of what cannot be a token, a digest that nothing has."""
    if len(token) != TOKEN_CHARACTERS or not token.isascii():
        return bytes(32)
    return sha256(token.encode()).digest()


def new_id(random: Random) -> UUID:
    return UUID(bytes=random(16), version=4)
