"""The account of the hub at bounded cost: settled batches are summed once, new ones every time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hub_api.hub import Hub
from hub_api.ledger.model import Account
from hub_api.ledger.repository import fetch_account, fetch_newest_batch, fetch_settled_until


async def read_ledger(hub: Hub) -> dict[str, Any]:
    """The element of ``/v1/ledger``."""
    newest = await fetch_newest_batch(hub.database)
    total = await _total(hub, 0 if newest is None else newest[0])
    return {
        "received": total.received,
        "stored": total.stored,
        "duplicate": total.duplicate,
        "conflicting": total.conflicting,
        "quarantined": total.quarantined,
        "batches": total.batches,
        "lag_seconds": None if newest is None else round((newest[2] - newest[1]).total_seconds(), 3),
        "committed_at": None if newest is None else newest[2],
        "closes": total.closes,
    }


async def _total(hub: Hub, newest_batch: int) -> Account:
    settled = hub.account
    if newest_batch < settled.batch_id:  # another database than a moment ago
        settled = Account()
    before = hub.clock() - timedelta(seconds=hub.settings.ledger_settle_seconds)
    until, last = await fetch_settled_until(hub.database, settled.batch_id, before)
    settled = settled.plus(await fetch_account(hub.database, settled.batch_id, until))
    hub.account = settled
    return settled.plus(await fetch_account(hub.database, until, last))
