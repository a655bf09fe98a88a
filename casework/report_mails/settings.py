"""The limits of reports by mail; the prefix is ``FALAJ_REPORT_MAILS_``."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ReportMailSettings(BaseSettings):
    """How many somebody gets, how patiently they are made, and what making one may take of the machine."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_REPORT_MAILS_", frozen=True)

    #: Of one person, those that are paused included.
    subscriptions_max: int = Field(default=10, ge=1)
    #: Between two reports that somebody asks for at once, whichever they are.
    ask_minutes_min: int = Field(default=10, ge=1)
    #: Where people reach the dashboards, for the link in the mail; without it the link leads to the portal.
    dashboards_url: str = ""
    #: A report that could not be made is tried again after so long, twice as long each time,
    retry_minutes_min: float = Field(default=2.0, gt=0)
    #: at most so often; then its reader is told on their page, and it is tried again at its next time.
    retries_max: int = Field(default=4, ge=0)
    #: Subscriptions that one run looks after at most; the next run goes on.
    round_subscriptions_max: int = Field(default=500, ge=1)
    #: Of the process that makes one report: its data in memory, its time on a core, its time on the clock,
    memory_bytes_max: int = Field(default=2_147_483_648, ge=268_435_456)
    core_seconds_max: int = Field(default=90, ge=1)
    seconds_max: float = Field(default=180.0, gt=0)
    #: how long the API may take for each of its answers,
    answer_seconds_max: float = Field(default=20.0, gt=0)
    #: its open files,
    open_files_max: int = Field(default=256, ge=64)
    #: and what it says of a report besides.
    head_bytes_max: int = Field(default=32_768, ge=1_024)
    #: So much less urgent than everything else the run is, as of ``nice``.
    niceness: int = Field(default=5, ge=0, le=19)
