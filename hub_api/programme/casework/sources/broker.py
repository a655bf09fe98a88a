"""Telling the broker of a new credential: it needs the secret once, and nobody keeps it."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import anyio.to_thread
import structlog

from citycore.errors import BrokerUnavailable
from citycore.settings import BrokerSettings
from citycore.topics import PREFIX
from hub_api.programme.casework.sources.service import Secret

log = structlog.get_logger()
_SECURITY = "citycore.broker_security"


async def tell_broker(broker: BrokerSettings, source: str, secret: Secret) -> bool:
    """Whether the broker knows it now. Where it does not, HTTP works, and a new credential is made later."""
    if find_spec(_SECURITY) is None:
        return False
    tell = import_module(_SECURITY).tell
    try:
        await anyio.to_thread.run_sync(tell, broker, secret.username, secret.text, [f"{PREFIX}/{source}/#"])
    except BrokerUnavailable:
        log.warning("credential_not_told", source=source, username=secret.username)
        return False
    return True
