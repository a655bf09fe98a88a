"""What is archived and how long the store keeps it; the prefix is ``FALAJ_ARCHIVE_``. Where the archive lies:
:mod:`citycore.archive.settings`.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

#: In ``keep_days``, for every sector that is not named.
OTHERS = "*"


class ArchiveSettings(BaseSettings):
    """When a day is archived, when the store lets go of it, and how much is in hand at once."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_ARCHIVE_", frozen=True)

    #: For how many days the store keeps observations, by the sector of what is observed, as JSON:
    #: ``{"air": 730, "transport": 60, "*": 365}``. What is not named here stays in the store for ever. Older than two days
    #: at least, since days are judged with their neighbours.
    keep_days: dict[str, Annotated[int, Field(ge=2)]] = Field(default_factory=dict)
    #: What an operator has restored stays in the store for so long,
    keep_restored_days: float = Field(default=7.0, ge=0)
    #: and what came back because of late data for so long after that.
    keep_late_seconds: float = Field(default=3_600.0, ge=0)
    #: A local day is closed this long after its end; then it is archived,
    closed_after_seconds: float = Field(default=7_200.0, ge=0)
    #: once nothing has changed in it for so long.
    quiet_seconds: float = Field(default=300.0, ge=0)
    #: Days that one run writes, and parts that it takes out of the store or puts back; the next run goes on.
    days_max: int = Field(default=100, ge=1)
    parts_max: int = Field(default=100, ge=1)
    #: A run begins nothing more after so long.
    run_seconds_max: float = Field(default=1_800.0, gt=0)
    #: The days of a month that is gone are put into one file where they have so many rows at most; 0 leaves them alone.
    merge_rows_max: int = Field(default=1_000_000, ge=0)
    #: Files that no part needs any more are removed after so long: longer than an export may take.
    leftover_seconds: float = Field(default=7_200.0, ge=0)
    #: How long it waits until no roll-up is at work, before rows leave the store.
    lock_seconds_max: float = Field(default=10.0, gt=0)
    #: Rows of one row group: an answer about one datastream decodes all that it lies in.
    row_group_rows: int = Field(default=8_192, ge=1)
    compression_level: int = Field(default=3, ge=1, le=22)
    #: Datastreams that are read by one statement.
    datastreams_max: int = Field(default=200, ge=1)
    #: Bytes of files that one look reads again, the longest unread first; a larger file is read whole.
    verify_bytes_max: int = Field(default=512 * 2**20, ge=1)
    #: How politely a run shares the processors, 0 to 19.
    niceness: int = Field(default=5, ge=0, le=19)
