"""Keyset cursors: opaque, sealed, and bound to the question they continue.

A cursor holds the key of the last row that was served. Nothing in it is secret; the seal only
makes sure that an altered cursor, or one of another question, is refused instead of answering
something that nobody asked.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

import orjson

from hub_api.serving.errors import invalid

SEAL_BYTES = 12
CURSOR_CHARACTERS_MAX = 512
NUMBER_MAX = 2**63 - 1
#: Parameters that may change from page to page without changing the question.
FREE_PARAMETERS = frozenset({"cursor", "limit", "lang", "f"})

Key = str | int
KeyKind = type[str | int]
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Cursors:
    """Writes and reads cursors with one sealing key."""

    key: bytes

    def write(self, question: str, position: Key) -> str:
        """The cursor after ``position`` (the key of the last row) of ``question``."""
        body = orjson.dumps(position)
        return urlsafe_b64encode(self._seal(question, body) + body).decode().rstrip("=")

    def read(self, question: str, cursor: str, kind: KeyKind) -> Key:
        """The position in a cursor; ``InvalidParameters`` if it is not one of this question's.

        The seal's key may be known to others, so what is sealed is looked at too.
        """
        raw = _decode(cursor)
        seal, body = raw[:SEAL_BYTES], raw[SEAL_BYTES:]
        if not hmac.compare_digest(seal, self._seal(question, body)):
            raise invalid("cursor", "bad_cursor")
        try:
            position: Key = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise invalid("cursor", "bad_cursor") from None
        if type(position) is not kind or not _is_storable(position):
            raise invalid("cursor", "bad_cursor")
        return position

    def _seal(self, question: str, body: bytes) -> bytes:
        return hmac.digest(self.key, question.encode() + b"\0" + body, sha256)[:SEAL_BYTES]


def _is_storable(position: Key) -> bool:
    """Whether PostgreSQL can hold it: as an integer, or as a text."""
    return 0 <= position <= NUMBER_MAX if isinstance(position, int) else "\0" not in position


def _decode(cursor: str) -> bytes:
    try:
        return urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    except (Base64Error, UnicodeEncodeError, ValueError):
        raise invalid("cursor", "bad_cursor") from None


def question(path: str, parameters: Mapping[str, str]) -> str:
    """What is asked, as one line: the path and every parameter that filters or orders."""
    parts = sorted((name, value) for name, value in parameters.items() if name not in FREE_PARAMETERS)
    return orjson.dumps([path, parts]).decode()


def cut_page(rows: Sequence[Row], limit: int, key: Callable[[Row], Key]) -> tuple[Sequence[Row], Key | None]:
    """The first ``limit`` of at most ``limit + 1`` rows, and the key to go on from if there are more."""
    if len(rows) <= limit:
        return rows, None
    page = rows[:limit]
    return page, key(page[-1])
