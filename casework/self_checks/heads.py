"""Heads of the log as a signed text, which people keep elsewhere and ``falaj audit verify --noted`` takes. Pure.

A text begins and ends with a line of its own, so that many may stand in one file, as somebody collects them::

    # falaj audit heads 1
    # at 2026-11-28T00:00:04.000000Z
    # of https://hub.example.om/portal
    hub 1204 5f0c…
    # key o1xW…
    # signature 9f3k…
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from casework.audit.model import Head
from casework.audit.rules import instant_code
from casework.follow_up.keys import HubKey
from casework.programme import Programme

FIRST: Final = "# falaj audit heads 1"
_KEY: Final = "# key "
_SIGNATURE: Final = "# signature "
#: What the key is for: another purpose has another key.
_PURPOSE: Final = b"falaj audit heads 1"
_KEY_BYTES: Final = 32
_HEAD: Final = re.compile(
    r"\s*(?P<chain>[a-z][a-z_]*(?::[0-9a-f-]{36})?)\s+(?P<position>\d{1,18})\s+(?P<digest>[0-9a-f]{64})\s*"
)


class NotNoted(ValueError):
    """``line`` (from 1) is no line of noted heads, or not signed by whom it should be; ``why`` is a code."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line = line
        self.why = why


@dataclass(frozen=True, slots=True)
class HeadsKey:
    """Ed25519, made from the key of the hub (HKDF-SHA-256), so that all its processes have the same."""

    key: Any = field(repr=False)

    @classmethod
    def made_for(cls, programme: Programme) -> HeadsKey:
        """Of this hub; :class:`HubKeyUnusable`."""
        return cls.of(programme.of(HubKey).secret)

    @classmethod
    def of(cls, secret: bytes) -> HeadsKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        derived = HKDF(SHA256(), _KEY_BYTES, salt=None, info=_PURPOSE).derive(secret)
        return cls(Ed25519PrivateKey.from_private_bytes(derived))

    @property
    def public(self) -> str:
        """By which others verify: 32 bytes, base64url without padding."""
        return _encoded(self.key.public_key().public_bytes_raw())

    def sign(self, content: bytes) -> str:
        return _encoded(self.key.sign(content))


def signed(heads: Iterable[Head], at: datetime, hub: str, key: HeadsKey) -> str:
    """The text; every line ends with a line end."""
    lines = [FIRST, f"# at {instant_code(at)}", f"# of {hub}"]
    lines += [f"{one.chain} {one.position} {one.digest.hex()}" for one in heads]
    content = "".join(f"{line}\n" for line in [*lines, f"{_KEY}{key.public}"])
    return f"{content}{_SIGNATURE}{key.sign(content.encode())}\n"


def read(text: str, keys: Sequence[str]) -> list[Head]:
    """Heads of noted texts, and of lines of ``falaj audit head`` that nobody signed; :class:`NotNoted`.

    With ``keys`` everything must stand in a text that one of them signed. Blanks and comments between texts are nothing.
    """
    return [head for head, _ in _lines(text.splitlines(), keys)]


def is_signed(text: str) -> bool:
    return any(line.rstrip() == FIRST for line in text.splitlines())


def _lines(lines: Sequence[str], keys: Sequence[str]) -> Iterator[tuple[Head, int]]:
    number = 0
    while number < len(lines):
        line = lines[number].rstrip()
        if line == FIRST:
            end = _end_of(lines, number)
            _check_signature(lines[number : end + 1], number, keys)
            yield from _heads(lines[number:end], number)
            number = end + 1
            continue
        for one in _heads([line], number):
            if keys:
                raise NotNoted(number + 1, "not_signed")
            yield one
        number += 1


def _end_of(lines: Sequence[str], first: int) -> int:
    for number in range(first + 1, len(lines)):
        if lines[number].startswith(_SIGNATURE):
            return number
        if lines[number].rstrip() == FIRST:
            break
    raise NotNoted(first + 1, "not_signed")


def _heads(lines: Sequence[str], before: int) -> Iterator[tuple[Head, int]]:
    for number, line in enumerate(lines, before + 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _HEAD.fullmatch(line)
        if found is None:
            raise NotNoted(number, "not_noted")
        yield Head(found["chain"], int(found["position"]), bytes.fromhex(found["digest"])), number


def _check_signature(lines: Sequence[str], before: int, keys: Sequence[str]) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    *content, signature = [line.rstrip() for line in lines]
    key = content[-1].removeprefix(_KEY)
    if not content[-1].startswith(_KEY) or (keys and key not in keys):
        raise NotNoted(before + len(lines), "other_key")
    try:
        known = Ed25519PublicKey.from_public_bytes(_decoded(key))
        known.verify(
            _decoded(signature.removeprefix(_SIGNATURE)), "".join(f"{line}\n" for line in content).encode()
        )
    except (ValueError, InvalidSignature) as error:
        raise NotNoted(before + len(lines), "not_signed") from error


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
