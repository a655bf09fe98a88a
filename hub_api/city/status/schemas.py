"""The status: its parameters and documented answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from citycore.model import SourceKind
from hub_api.city.status.model import FeedState, State
from hub_api.serving.parameters import AnyQuery
from hub_api.serving.schemas import Meta, Names, Schema

REFRESH_SECONDS_MAX = 3600


class PageParameters(AnyQuery):
    f: Literal["html", "json"] | None = None
    refresh: Annotated[int, Field(ge=0, le=REFRESH_SECONDS_MAX)] | None = None


PageQuery = Annotated[PageParameters, Query()]


class ComponentElement(Schema):
    state: State
    age_seconds: float | None = Field(
        description="ingest: since its newest batch; worker: how long the oldest batch waits for its roll-up"
    )
    account_age_seconds: float | None = Field(
        description="broker, ingest, worker: since its last account of itself; of several the oldest"
    )
    waiting_messages: int | None = Field(
        description="ingest: messages that wait for subscribers at the broker; null if nobody knows"
    )
    stalled_seconds: float | None = Field(
        description="ingest: for how long messages have waited while nothing was stored"
    )


class Components(Schema):
    database: ComponentElement
    broker: ComponentElement
    ingest: ComponentElement
    worker: ComponentElement
    stream: ComponentElement


class LastBatch(Schema):
    committed_at: datetime | None
    lag_seconds: float | None = Field(description="From the arrival of its first message to its commit")


class BrokerSession(Schema):
    """Ingest's session with the MQTT broker."""

    is_taken_over: bool = Field(description="Another hub with this hub's identity lately took it over")
    taken_over_count: int
    taken_over_at: datetime | None


class DeadLetterFigures(Schema):
    open_count: int
    counted_at: datetime | None


class CredentialFigures(Schema):
    """Of devices, that the broker does not know."""

    waiting_count: int = Field(description="Told to the broker as soon as it listens")
    since: datetime | None = Field(description="When the first of those that wait was made")
    unknown_count: int = Field(
        description="To be made anew: the broker has lost them, or cannot be told of them"
    )


class SetAsideFigures(Schema):
    """Quarters, hours and local days whose figures cannot be computed, so that they show counts alone."""

    bucket_count: int
    since: datetime | None


class ArchiveFigures(Schema):
    """Days of a sector, each a part: those that are archived, those that the database has let go of, and what is wrong with them."""

    part_count: int
    archive_only_count: int = Field(description="Whose observations are in the archive alone")
    damaged_count: int = Field(
        description="Whose file is not what was written: questions that need it get 503"
    )
    damaged_since: datetime | None
    wanted_count: int = Field(
        description="Whose observations the database must have again, because of late data"
    )
    wanted_since: datetime | None


class FailuresElement(Schema):
    job: str
    count: int = Field(description="Things that it could not do and tries again")
    is_whole: bool = Field(description="Whether the job itself fails")
    first_at: datetime
    last_at: datetime


class FeedElement(Schema):
    source: str
    source_kind: SourceKind
    source_name: Names
    simulated: bool
    observed_property: str
    name: Names
    state: FeedState = Field(description="That of its median datastream")
    datastream_count: int
    interval_seconds: tuple[int, int] = Field(description="Shortest and longest of its datastreams")
    newest_phenomenon_time: datetime | None
    newest_age_seconds: float | None
    median_age_seconds: float | None
    worst_age_seconds: float | None
    fresh_count: int
    late_count: int
    silent_count: int
    never_count: int


class Rules(Schema):
    late_intervals: float
    silent_intervals: float
    interval_seconds_default: int
    ingest_quiet_seconds_max: int
    worker_lag_seconds_max: int
    account_seconds_max: int
    stalled_seconds_max: int
    waiting_messages_max: int


class StatusElement(Schema):
    state: State = Field(description="That of the worst component")
    version: str
    components: Components
    last_batch: LastBatch | None
    session: BrokerSession | None
    dead_letters: DeadLetterFigures | None
    set_aside: SetAsideFigures | None
    credentials: CredentialFigures | None
    archive: ArchiveFigures | None
    failures: list[FailuresElement] | None = Field(
        description="What jobs of the worker set aside, by job; null while the database is away"
    )
    listeners: int = Field(description="Of the live stream, in the process that answered")
    feeds: list[FeedElement] | None = Field(
        description="Sources and observed properties, at most `FALAJ_STATUS_FEEDS_MAX`: of more, those that have sent anything first. "
        "null while the database is away"
    )
    feed_count: int | None = Field(description="How many there are in all; null while the database is away")
    rules: Rules


class Status(Schema):
    data: StatusElement
    meta: Meta
