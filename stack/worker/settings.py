"""The limits of the worker; the prefix is ``FALAJ_WORKER_``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PositiveSeconds = Annotated[float, Field(gt=0)]


class WorkerSettings(BaseSettings):
    """How soon the worker notices things, how patient it is, how quickly it stops."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_WORKER_", frozen=True)

    #: ``/livez`` for a supervisor is served on this loopback port, if one is set.
    http_port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    #: How often the worker notes for the status that it lives, and what the broker holds.
    report_seconds: PositiveSeconds = 5.0
    #: Without a notification dirty hours are looked for this often.
    poll_seconds: PositiveSeconds = 2.0
    #: Between two roll-ups, so that a stream of small batches is rolled up together.
    gather_seconds: PositiveSeconds = 0.2
    #: How often the worker looks whether a forecast is due.
    forecast_check_seconds: Annotated[int, Field(ge=1, le=59)] = 10
    #: How often it looks whether a study of forecasts is due.
    study_check_seconds: Annotated[int, Field(ge=1, le=59)] = 30
    #: How often the worker looks whether a bulk file is due.
    bulk_check_seconds: Annotated[int, Field(ge=1, le=59)] = 10
    #: How often it looks whether all bulk files are there, and reads some of them, also at its start.
    bulk_verify_seconds: PositiveSeconds = 3_600.0
    #: Files that readers could not use and that one run looks at; the rest is found by looking at all.
    bulk_suspicions_max: Annotated[int, Field(ge=1)] = 100
    #: How often it looks whether the archive has anything to do,
    archive_check_seconds: Annotated[int, Field(ge=1, le=59)] = 30
    #: and how often it reads some of its files again, also at its start.
    archive_verify_seconds: PositiveSeconds = 3_600.0
    #: How often it looks whether somebody waits for answers to be counted.
    counting_check_seconds: Annotated[int, Field(ge=1, le=59)] = 3
    #: How often it looks whether a report is due to be mailed.
    report_check_seconds: Annotated[int, Field(ge=1, le=59)] = 10
    #: How often it looks whether hours of air quality are due.
    air_quality_check_seconds: Annotated[int, Field(ge=1, le=59)] = 10
    #: How often it looks whether vehicles are due to be matched with their schedules.
    transit_check_seconds: Annotated[int, Field(ge=1, le=59)] = 20
    #: How often it looks whether somebody waits for the preview of a rule of alerts.
    preview_check_seconds: Annotated[int, Field(ge=1, le=59)] = 5
    #: How often it looks whether a deadline of the innovation programme has come.
    programme_check_seconds: Annotated[int, Field(ge=1, le=59)] = 10
    #: How often it looks whether mail waits.
    mail_check_seconds: Annotated[int, Field(ge=1, le=59)] = 10
    #: Without a notification the broker's users are compared with the credentials this often.
    devices_seconds: PositiveSeconds = 60.0
    #: A job that failed rests for so long, twice as long after each failure,
    job_retry_seconds_min: PositiveSeconds = 5.0
    #: up to this.
    job_retry_seconds_max: PositiveSeconds = 300.0
    #: While the database is away it is tried again after so long, and longer each time.
    back_off_seconds_min: PositiveSeconds = 0.5
    back_off_seconds_max: PositiveSeconds = 30.0
    #: Everything has ended this long after SIGTERM, or is ended.
    stop_seconds_max: PositiveSeconds = 4.0
    #: Jobs of a worker without a heartbeat for this long are given up.
    stalled_seconds: PositiveSeconds = 60.0
    #: Failed jobs are kept this long for whoever wants to look.
    job_hours_max: Annotated[int, Field(ge=1)] = 24
    job_connections_max: Annotated[int, Field(ge=2)] = 4
