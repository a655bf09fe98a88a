"""Transport: parameters and documented answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self

from fastapi import Query
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from citycore.transport.parking import Method
from hub_api.serving.formats import PlainFormat
from hub_api.serving.moments import WindowEnd, WindowStart
from hub_api.serving.parameters import ExportQuery, Name
from hub_api.serving.schemas import GeoPoint, List, Names, Schema

By = Literal["route", "direction", "stop"]
Bucket = Literal["PT1H", "P1D"]
SHARE = "0 to 1; null where nothing was seen"


class RoutesParameters(ExportQuery):
    f: PlainFormat | None = None
    source: Name | None = None
    route: Name | None = None


class ServiceAlertsParameters(ExportQuery):
    f: PlainFormat | None = None
    source: Name | None = None
    route: Name | None = None
    stop: Name | None = None
    open: bool | None = None


class WindowParameters(ExportQuery):
    source: Name | None = None
    start: WindowStart = None
    end: WindowEnd = None

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise PydanticCustomError("start_not_before_end", "empty window", {"parameter": "start"})
        return self


class SegmentsParameters(WindowParameters):
    route: Name | None = None
    direction: Annotated[int, Field(ge=0, le=1)] | None = None
    stop: Name | None = None
    bucket: Bucket = "P1D"


class PerformanceParameters(SegmentsParameters):
    by: By = "route"
    timepoints: bool = False


class FixedParameters(WindowParameters):
    thing: Name | None = None
    place: Name | None = None


RoutesQuery = Annotated[RoutesParameters, Query()]
ServiceAlertsQuery = Annotated[ServiceAlertsParameters, Query()]
PerformanceQuery = Annotated[PerformanceParameters, Query()]
SegmentsQuery = Annotated[SegmentsParameters, Query()]
FixedQuery = Annotated[FixedParameters, Query()]


class TransportRoute(Schema):
    source: str = Field(description="Whose vehicles follow the schedule")
    route: str
    short_name: str
    name: Names
    route_type: int = Field(description="As GTFS has it: 3 is a bus")
    agency: str
    simulated: bool
    valid_from: date
    valid_until: date
    loaded_at: datetime
    trip_count: int
    stop_count: int = Field(description="Of its longest trip")


class TransportRouteList(List):
    data: list[TransportRoute]


class ActivePeriod(Schema):
    start: datetime | None
    end: datetime | None


class InformedEntity(Schema):
    agency: str | None
    route: str | None
    route_type: int | None
    direction: int | None
    stop: str | None
    trip: str | None


class AlertText(Schema):
    language: str | None = Field(description="BCP 47, as the feed states it; null where it states none")
    text: str


class TransportServiceAlert(Schema):
    source: str
    simulated: bool
    service_alert: str = Field(description="The id of the entity in the feed of the source")
    cause: str = Field(description="As GTFS Realtime names causes, in lower case: construction, strike …")
    effect: str = Field(description="As GTFS Realtime names effects, in lower case: detour, no_service …")
    severity: str = Field(description="unknown_severity, info, warning or severe")
    active_periods: list[ActivePeriod] = Field(description="Empty: for as long as the feed has it")
    informed: list[InformedEntity] = Field(
        description="What it concerns: all that one object names, together"
    )
    informed_left_out: int = Field(description="How many more it names, which are not kept")
    header: list[AlertText]
    description: list[AlertText]
    url: list[AlertText]
    first_stated_at: datetime
    stated_at: datetime = Field(description="Of the newest feed that was heard of it")
    gone_at: datetime | None = Field(description="Of the first feed without it; null while it is said")


class TransportServiceAlertList(List):
    data: list[TransportServiceAlert]


class _OfRoute(Schema):
    source: str
    simulated: bool
    service_date: date = Field(description="The day of the schedule, which may go on after midnight")
    start: datetime
    end: datetime
    route: str
    short_name: str | None
    name: Names | None
    direction: int | None = Field(description="0 or 1; null for both")


class TransportPerformance(_OfRoute):
    stop: str | None = Field(description="null for all")
    stop_name: Names | None
    location: GeoPoint | None
    scheduled_count: int = Field(description="Departures of the schedule, and arrivals at last stops")
    observed_count: int
    cancelled_count: int = Field(description="Stated as cancelled")
    missed_count: int = Field(description="Cancelled, or not seen: they may have run")
    trip_count: int = Field(description="Trips that begin there")
    missed_trip_count: int = Field(description="Of these: cancelled, or seen at no stop")
    observed_share: float | None = Field(
        description="observed_count of scheduled_count: how much the figures rest on"
    )
    on_time_share: float | None = Field(description=f"Of those observed; {SHARE}")
    early_share: float | None
    late_share: float | None
    early_seconds_max: float | None = Field(
        description="At most so early was on time; null for days counted before the hub kept it"
    )
    late_seconds_max: float | None = Field(description="At most so late was on time; null likewise")
    mean_lateness_seconds: float | None = Field(description="Early is below zero")
    headway_count: int = Field(description="Of frequent service, between departures that were both seen")
    scheduled_headway_seconds: float | None
    headway_adherence: float | None = Field(description="c_vh: 0 is perfect, above 0.75 most are bunched")
    mean_wait_seconds: float | None
    excess_wait_seconds: float | None = Field(
        description="Longer than by the schedule, for whoever comes at random"
    )
    bunched_share: float | None


class TransportPerformanceList(List):
    data: list[TransportPerformance]


class TransportSegment(_OfRoute):
    from_stop: str
    from_stop_name: Names | None
    to_stop: str
    to_stop_name: Names | None
    location: GeoPoint | None = Field(description="Of the first stop")
    scheduled_count: int
    observed_count: int
    observed_share: float | None
    scheduled_seconds: float
    p15_seconds: float | None
    median_seconds: float | None = Field(description="From the departure to the arrival at the next stop")
    p85_seconds: float | None
    free_flow_seconds: float | None = Field(
        description="The 5th percentile of the days before; null with too few"
    )
    free_flow_count: int = Field(description="How many travel times that rests on")
    delay_ratio: float | None = Field(description="median by free flow")


class TransportSegmentList(List):
    data: list[TransportSegment]


class _OfThing(Schema):
    thing: str
    thing_name: Names
    place: str | None
    place_name: Names | None
    source: str
    simulated: bool
    location: GeoPoint | None
    start: datetime
    end: datetime


class TransportRoad(_OfThing):
    flow: float | None = Field(description="Vehicles per hour")
    speed: float | None = Field(description="km/h, the mean of what was sent")
    occupancy: float | None = Field(description="Per cent of time that a vehicle is over the detector")
    density: float | None = Field(description="Vehicles per km: flow by speed, an estimate")
    free_flow_speed: float | None = Field(
        description="95th percentile of hours of the days before; null with too few"
    )
    free_flow_count: int = Field(description="How many hours that rests on")
    speed_ratio: float | None = Field(description="speed by free_flow_speed")
    coverage: float = Field(description="How much of what is expected was there, from 0 to 1")


class TransportRoadList(List):
    data: list[TransportRoad]


class TransportParking(_OfThing):
    capacity: float | None
    capacity_method: Literal["measured", "estimated"] | None = Field(
        description="estimated: the most free spaces of the days before"
    )
    free: float | None
    occupancy: float | None = Field(description="0 to 1")
    full_share: float | None = Field(description="Of the quarters of the hour in which it was full, 0 to 1")
    search_seconds: float | None = Field(description="An estimate of the time to find a space")
    search_method: Method | None = Field(
        description="random_search: free spaces in no order; next_departure: none was free; null: nothing to go by"
    )
    coverage: float


class TransportParkingList(List):
    data: list[TransportParking]
