"""The ledger: documented answer."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from hub_api.serving.schemas import Meta, Schema


class LedgerElement(Schema):
    received: int = Field(description="Values that arrived; a message that cannot be read counts as one")
    stored: int
    duplicate: int
    conflicting: int
    quarantined: int
    batches: int
    lag_seconds: float | None = Field(
        description="In the newest batch, from the arrival of its first message to its commit"
    )
    committed_at: datetime | None = Field(description="When the newest batch was committed")
    closes: bool = Field(description="received = stored + duplicate + conflicting + quarantined")


class Ledger(Schema):
    data: LedgerElement
    meta: Meta
