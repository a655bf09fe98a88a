"""Secrets that a page shows once: from the answer to a form to the page after it, in this browser only.

They wait in a cookie that the hub alone can read: whoever looks into what a browser keeps finds none.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256
from secrets import token_bytes
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from casework.codes.model import Code
from casework.follow_up.keys import HubKey
from casework.follow_up.model import Issued
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.request import PortalRequest

#: Longer than any browser takes to follow to the next page.
SECONDS = 60
_PURPOSE: Final = b"falaj shown once 1\0"
_NONCE_BYTES: Final = 12
#: Number and code of whoever follows something without an account.
_ISSUED: Final = "falaj_issued"
_WRITTEN: Final = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]/[0-9A-Z]{4}-[0-9A-Z]{4}")


class Secret(NamedTuple):
    """By which name it is kept, and whose it is."""

    name: str
    owner: object
    text: str


def secret_of(name: str, owner: object, code: Code) -> Secret:
    """A code that ends."""
    return Secret(name, owner, f"{code.text}.{int(code.expires_at.timestamp())}")


def keep(request: PortalRequest, name: str, owner: object, secret: str) -> None:
    """For the next page about ``owner``."""
    request.keep_secret(name, _sealed(request, name, f"{owner}:{secret}"), SECONDS)


def take(request: PortalRequest, name: str, owner: object) -> str | None:
    """The secret, if it is about ``owner``; whoever loads the page again does not find it."""
    kept = request.read_secret(name)
    if not kept:
        return None
    request.keep_secret(name, "", 0)
    known, _, secret = _unsealed(request, name, kept).rpartition(":")
    return secret if known == str(owner) else None


def _sealed(request: PortalRequest, name: str, text: str) -> str:
    nonce = token_bytes(_NONCE_BYTES)
    sealed = nonce + _cipher(request).encrypt(nonce, text.encode(), name.encode())
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def _unsealed(request: PortalRequest, name: str, kept: str) -> str:
    """What it says; nothing for what this hub has not sealed for a cookie of this name."""
    try:
        sealed = urlsafe_b64decode(kept + "=" * (-len(kept) % 4))
        return _cipher(request).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode()).decode()
    except (ValueError, InvalidTag):
        return ""


def _cipher(request: PortalRequest) -> ChaCha20Poly1305:
    key = request.office.programme.of(HubKey).secret
    return ChaCha20Poly1305(hmac.digest(key, _PURPOSE, sha256))


def keep_code(request: PortalRequest, name: str, owner: object, code: Code) -> None:
    """The same of a code that ends."""
    keep(request, *secret_of(name, owner, code))


def take_code(request: PortalRequest, name: str, owner: object) -> Code | None:
    """The code that was made just now; it stays where a form is shown again."""
    if request.sent is not None:
        return None
    text, _, until = (take(request, name, owner) or "").partition(".")
    return Code(text, datetime.fromtimestamp(int(until), UTC)) if until.isdecimal() else None


def issued_secret(owner: object, issued: Issued) -> Secret:
    """Number and code; ``kit/issued.html`` shows them."""
    return Secret(_ISSUED, owner, f"{issued.number}/{issued.code}")


def take_issued(request: PortalRequest, owner: object) -> str:
    """``NUMBER/CODE`` once; again where a form was sent from the page that showed them, with them in its field ``issued``."""
    if request.sent is None:
        return take(request, _ISSUED, owner) or ""
    text = request.sent.text("issued")
    return text if _WRITTEN.fullmatch(text) else ""


def issued_again(owner: object, sent: Form) -> Secret | None:
    """For the page after such a form."""
    text = sent.text("issued")
    return Secret(_ISSUED, owner, text) if _WRITTEN.fullmatch(text) else None
