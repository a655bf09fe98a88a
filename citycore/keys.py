"""Keys of administrators and of the open-data API, and tokens of people: 256 random bits for the person, their SHA-256 for the hub."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from hashlib import sha256

KEY_BYTES = 32
#: So that a key that lies where it should not is recognised by those who search for such things.
KEY_PREFIX = "falaj-admin-"
API_KEY_PREFIX = "falaj-key-"
TOKEN_PREFIX = "falaj-token-"  # noqa: S105 (what every token begins with)
DIGEST = re.compile(r"[0-9a-f]{64}")


def build_key(random: bytes, prefix: str = KEY_PREFIX) -> str:
    """A key from :data:`KEY_BYTES` random bytes; ``ValueError`` if there are not that many."""
    if len(random) != KEY_BYTES:
        raise ValueError(f"a key takes {KEY_BYTES} random bytes, not {len(random)}")
    return prefix + random.hex()


def digest_of(key: str) -> str:
    """What the hub is configured with: SHA-256 of the whole key, hexadecimal."""
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def is_known(key: str, digests: Iterable[str]) -> bool:
    """Whether the key is one of these; the time it takes says nothing about which."""
    own = digest_of(key)
    # A sum, not any(): every digest is compared, whatever the first ones said.
    return sum(hmac.compare_digest(own, digest) for digest in digests) > 0
