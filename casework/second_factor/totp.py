"""Codes of an authenticator application (TOTP, RFC 6238; HOTP, RFC 4226). Pure.

SHA-1 within HMAC is what every application knows; nothing known of SHA-1 weakens it there (RFC 6194, 2).
"""

from __future__ import annotations

import hmac
import unicodedata
from base64 import b32encode
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

#: As long as what HMAC-SHA-1 puts out (RFC 4226, 4: R6).
SECRET_BYTES: Final = 20
STEP_SECONDS: Final = 30
DIGITS: Final = 6
#: Steps before and after that are taken, for delay and for clocks (RFC 6238, 5.2).
_DRIFT: Final = 1
_GROUP: Final = 4


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of a step (RFC 4226, 5.3)."""
    mac = hmac.digest(secret, step.to_bytes(8), "sha1")
    start = mac[-1] & 0xF
    number = int.from_bytes(mac[start : start + 4]) & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}d}"


def step_of(at: datetime) -> int:
    return int(at.timestamp()) // STEP_SECONDS


def step_shown(secret: bytes, code: str, at: datetime, last_step: int) -> int | None:
    """The step whose code it is, if it may be now and is later than the last one that was used."""
    now = step_of(at)
    steps: Iterable[int] = range(now - _DRIFT, now + _DRIFT + 1)
    # All are compared, so that the time tells nothing.
    fits = [step for step in steps if hmac.compare_digest(code_at(secret, step), code)]
    return next((step for step in fits if step > last_step), None)


def read_code(text: str) -> str:
    """What somebody typed, in digits of any script and however spaced; "" for what can be no code."""
    digits = [unicodedata.digit(letter, None) for letter in text if not letter.isspace() and letter != "-"]
    if len(digits) != DIGITS or None in digits:
        return ""
    return "".join(map(str, digits))


def words_of(secret: bytes) -> str:
    """The secret for people who type it: eight groups of letters and digits (RFC 4648, base 32)."""
    letters = b32encode(secret).decode()
    return " ".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def address_of(secret: bytes, issuer: str, account: str) -> str:
    """What a camera reads: the key URI that applications agree on."""
    label = quote(f"{issuer}:{account}", safe="")
    given = {"secret": b32encode(secret).decode(), "issuer": issuer}
    return f"otpauth://totp/{label}?{urlencode(given, quote_via=quote)}"
