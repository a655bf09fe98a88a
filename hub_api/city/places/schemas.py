"""Places: parameters and documented answers (GeoJSON, RFC 7946)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query

from hub_api.serving.parameters import AnyQuery
from hub_api.serving.schemas import Meta, Names, Schema

PlaceKind = Literal["governorate", "wilayat", "other"]


class PlacesParameters(AnyQuery):
    kind: PlaceKind | None = None
    #: It is GeoJSON anyhow.
    f: Literal["geojson"] | None = None


PlacesQuery = Annotated[PlacesParameters, Query()]


class PlaceProperties(Schema):
    place: str
    kind: PlaceKind
    name: Names
    parent: str | None
    provenance: str
    zone: str | None
    thing_count: int


class Outline(Schema):
    type: Literal["Polygon", "MultiPolygon"]
    coordinates: list[Any]


class PlaceFeature(Schema):
    type: Literal["Feature"]
    id: str
    geometry: Outline
    properties: PlaceProperties


class PlaceCollection(Schema):
    type: Literal["FeatureCollection"]
    features: list[PlaceFeature]
    meta: Meta
