"""Parameters, by their names in ETSI GS CIM 009; a parameter that is not here is an error."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(max_length=20_000)]
Count = Annotated[int, Field(ge=0)]


class AnyParameters(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    lang: Annotated[str, StringConstraints(max_length=200)] | None = None


class PresentationParameters(AnyParameters):
    attrs: Text | None = None
    options: Text | None = None
    format: Text | None = None
    geometry_property: Text | None = Field(default=None, alias="geometryProperty")
    pick: Text | None = None
    omit: Text | None = None
    dataset_id: Text | None = Field(default=None, alias="datasetId")
    local: bool = False


class EntityParameters(PresentationParameters):
    type: Text | None = None


class SelectionParameters(PresentationParameters):
    id: Text | None = None
    type: Text | None = None
    id_pattern: Text | None = Field(default=None, alias="idPattern")
    q: Text | None = None
    georel: Text | None = None
    geometry: Text | None = None
    coordinates: Text | None = None
    geoproperty: Text | None = None
    limit: Count | None = None
    offset: Count = 0
    count: bool = False


class SpanParameters(BaseModel):
    timerel: Literal["before", "after", "between"] | None = None
    time_at: Text | None = Field(default=None, alias="timeAt")
    end_time_at: Text | None = Field(default=None, alias="endTimeAt")
    timeproperty: Literal["observedAt"] | None = None
    last_n: Annotated[int, Field(ge=1)] | None = Field(default=None, alias="lastN")
    aggr_methods: Text | None = Field(default=None, alias="aggrMethods")
    aggr_period_duration: Text | None = Field(default=None, alias="aggrPeriodDuration")


class TemporalSelectionParameters(SelectionParameters, SpanParameters):
    pass


class TemporalParameters(EntityParameters, SpanParameters):
    pass


class DetailsParameters(AnyParameters):
    details: bool = False
    local: bool = False


class QueryParameters(AnyParameters):
    """Beside a query that is posted."""

    options: Text | None = None
    format: Text | None = None
    limit: Count | None = None
    offset: Count = 0
    count: bool = False
    local: bool = False


EntityQuery = Annotated[EntityParameters, Query()]
EntitiesQuery = Annotated[SelectionParameters, Query()]
TemporalQuery = Annotated[TemporalParameters, Query()]
TemporalEntitiesQuery = Annotated[TemporalSelectionParameters, Query()]
DetailsQuery = Annotated[DetailsParameters, Query()]
PostedQuery = Annotated[QueryParameters, Query()]


class EntitySelector(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: Text | None = None
    id_pattern: Text | None = Field(default=None, alias="idPattern")
    type: Text | None = None


class GeoQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    georel: Text
    geometry: Text
    coordinates: list[object] | Text
    geoproperty: Text | None = None


class PostedSpan(SpanParameters):
    model_config = ConfigDict(extra="forbid")


class PostedSelection(BaseModel):
    """The body of ``entityOperations/query``, and with ``temporalQ`` of that over time."""

    model_config = ConfigDict(extra="forbid")

    context: object = Field(default=None, alias="@context")
    type: Literal["Query"] = "Query"
    entities: Annotated[list[EntitySelector], Field(max_length=1)] = Field(default_factory=list)
    attrs: Annotated[list[Text], Field(max_length=1_000)] | None = None
    pick: Annotated[list[Text], Field(max_length=1_000)] | None = None
    omit: Annotated[list[Text], Field(max_length=1_000)] | None = None
    dataset_id: Annotated[list[Text], Field(max_length=1_000)] | None = Field(default=None, alias="datasetId")
    q: Text | None = None
    geo_q: GeoQuery | None = Field(default=None, alias="geoQ")
    temporal_q: PostedSpan | None = Field(default=None, alias="temporalQ")
    lang: Text | None = None
