"""The door: an administrator's key in ``Authorization: Bearer …``."""

from __future__ import annotations

from fastapi import Depends, Request

from citycore.keys import is_known
from hub_api.operations.admin.errors import AdminKeyMissing, AdminKeyWrong
from hub_api.serving.hub import Hub
from hub_api.serving.limits.gate import Gate


async def require_key(request: Request) -> None:
    """:class:`AdminKeyMissing` without a key, :class:`AdminKeyWrong` with one that is not configured.

    It runs before anything else of the request is looked at. Wrong keys of an address are counted with its wrong keys of readers:
    beyond so many in a minute none is compared, and :class:`LimitReached` says when the next one is.
    """
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise AdminKeyMissing
    hub: Hub = request.app.state.hub
    gate: Gate = request.app.state.gate
    host = request.client.host if request.client else None
    await gate.admit_guess(host)
    if not is_known(key.strip(), hub.settings.admin_key_sha256):
        await gate.count_guess(host)
        raise AdminKeyWrong


ADMINISTRATOR = Depends(require_key)
