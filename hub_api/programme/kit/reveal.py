"""Secrets that a page shows once: from the answer to a form to the page after it, in this browser only."""

from __future__ import annotations

from hub_api.programme.kit.request import PortalRequest

#: Longer than any browser takes to follow to the next page.
SECONDS = 60


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
