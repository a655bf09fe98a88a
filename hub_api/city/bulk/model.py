"""Bulk files as the store describes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkFile:
    """The file of a dataset's local day; the times are those of its first and last observation."""

    dataset: str
    local_date: date
    zone: str
    row_count: int
    byte_count: int
    sha256: bytes
    first_phenomenon_time: datetime | None
    last_phenomenon_time: datetime | None
    generated_at: datetime

    @property
    def etag(self) -> str:
        """Strong: the same bytes, always."""
        return f'"{self.sha256.hex()}"'

    @property
    def url(self) -> str:
        return f"/v1/bulk/{self.dataset}/{self.local_date}.parquet"

    @property
    def name(self) -> str:
        """What a browser saves it as."""
        return f"{self.dataset}-{self.local_date}.parquet"
