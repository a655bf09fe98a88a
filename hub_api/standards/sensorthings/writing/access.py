"""Who writes. A key or a credential is looked at before anything else of the request.

- An administrator's key writes everything: ``Authorization: Bearer KEY``, or as the password of HTTP Basic under any name, which is
  all that many clients of the standard can send.
- The credential of a source (HTTP Basic, or ``Bearer USER:SECRET``) writes what belongs to that source.
- The credential of a single device writes observations of its Thing.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from hashlib import sha256
from hmac import compare_digest

from fastapi import Request

from citycore.keys import is_known
from citycore.store.connections import Connection
from hub_api.serving.hub import Hub
from hub_api.serving.limits.gate import Gate
from hub_api.serving.registry import Registry
from hub_api.standards.sensorthings.writing import repository
from hub_api.standards.sensorthings.writing.errors import WriterUnknown
from hub_api.standards.sensorthings.writing.model import Writer

_CHARACTERS_MAX = 500


async def writer_of(request: Request) -> Writer:
    """:class:`WriterUnknown` without a key, and with a wrong one; wrong ones of an address are counted as those of readers."""
    given = credentials_of(request.headers.get("authorization", ""), request.headers.get("x-api-key", ""))
    if given is None:
        raise WriterUnknown
    state = request.app.state
    host = request.client.host if request.client else None
    return await known_writer(state.hub, state.gate, state.registry, given, host)


async def known_writer(
    hub: Hub, gate: Gate, registry: Registry, given: tuple[str, str], host: str | None
) -> Writer:
    """Whoever has this user and secret; :class:`WriterUnknown` and ``LimitReached`` as above."""
    user, secret = given
    await gate.admit_guess(host)
    if is_known(secret, hub.settings.admin_key_sha256):
        return Writer()
    found = await registry.run(lambda connection: _of_source(connection, user, secret)) if user else None
    if found is None:
        await gate.count_guess(host)
        raise WriterUnknown("credential_wrong")
    return found


def credentials_of(authorization: str, api_key: str) -> tuple[str, str] | None:
    """User, perhaps none, and secret; None without any."""
    scheme, _, text = authorization.strip()[:_CHARACTERS_MAX].partition(" ")
    text = text.strip()
    if scheme.lower() == "bearer" and text:
        user, colon, secret = text.partition(":")
        return (user, secret) if colon else ("", text)
    if scheme.lower() == "basic":
        try:
            user, colon, secret = b64decode(text, validate=True).decode("utf-8").partition(":")
        except (NotBase64, ValueError):
            return None
        return (user, secret) if colon else None
    return ("", api_key.strip()) if api_key.strip() else None


def _of_source(connection: Connection, user: str, secret: str) -> Writer | None:
    row = repository.one(connection, "credential", username=user.replace("\0", ""))
    if row is None or not compare_digest(row[0], sha256(secret.encode()).digest()):
        return None
    _, source_id, source, thing_id = row
    return Writer(source_id, source, thing_id)
