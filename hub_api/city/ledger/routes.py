"""``/v1/ledger``: what happened to every value that was received."""

from __future__ import annotations

from fastapi import APIRouter, Response

from hub_api.city.ledger.repository import fetch_account
from hub_api.city.ledger.schemas import Ledger
from hub_api.serving.answers import freshness, json_answer
from hub_api.serving.hub import HubHere
from hub_api.serving.parameters import NoParameters

router = APIRouter()


@router.get("/v1/ledger", operation_id="ledger", response_model=Ledger)
async def show_ledger(hub: HubHere, _: NoParameters) -> Response:
    account = await fetch_account(hub.database)
    content = {
        "data": {
            "received": account.received,
            "stored": account.stored,
            "duplicate": account.duplicate,
            "conflicting": account.conflicting,
            "quarantined": account.quarantined,
            "batches": account.batches,
            "lag_seconds": account.lag_seconds,
            "committed_at": account.committed_at,
            "closes": account.closes,
        },
        "meta": freshness(hub.clock(), await hub.newest_phenomenon_time()),
    }
    return json_answer(content, cache_seconds=0)
