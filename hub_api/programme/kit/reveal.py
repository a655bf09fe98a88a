"""Secrets that a page shows once: from the answer to a form to the page after it, in this browser only."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from casework.codes.model import Code
from hub_api.programme.kit.request import PortalRequest

#: Longer than any browser takes to follow to the next page.
SECONDS = 60


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
    request.keep_secret(name, f"{owner}:{secret}", SECONDS)


def take(request: PortalRequest, name: str, owner: object) -> str | None:
    """The secret, if it is about ``owner``; whoever loads the page again does not find it."""
    kept = request.read_secret(name)
    if not kept:
        return None
    request.keep_secret(name, "", 0)
    known, _, secret = kept.rpartition(":")
    return secret if known == str(owner) else None


def keep_code(request: PortalRequest, name: str, owner: object, code: Code) -> None:
    """The same of a code that ends."""
    keep(request, *secret_of(name, owner, code))


def take_code(request: PortalRequest, name: str, owner: object) -> Code | None:
    """The code that was made just now; it stays where a form is shown again."""
    if request.sent is not None:
        return None
    text, _, until = (take(request, name, owner) or "").partition(".")
    return Code(text, datetime.fromtimestamp(int(until), UTC)) if until.isdecimal() else None
