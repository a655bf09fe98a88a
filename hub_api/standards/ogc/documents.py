"""The documents that lead to the data: landing page, conformance, collections, queryables and schemas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from hub_api.standards.ogc.environmental_data.description import described_data
from hub_api.standards.ogc.features.model import GEOMETRY, Collection, Property
from hub_api.standards.ogc.features.repository import Extent
from hub_api.standards.ogc.links import (
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    QUERYABLES,
    SCHEMA,
    SCHEMAS,
    Link,
    address,
    link,
)
from hub_api.standards.ogc.parameters import CRS84
from hub_api.standards.ogc.times import text_of

Json = dict[str, Any]
Text = Callable[..., str]
_FEATURES = "http://www.opengis.net/spec/ogcapi-features-"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/"
_EDR = "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf/"
_COMMON = "http://www.opengis.net/spec/ogcapi-common-"
CONFORMANCE = (
    *(f"{_COMMON}1/1.0/conf/{name}" for name in ("core", "landing-page", "json", "html", "oas30")),
    f"{_COMMON}2/1.0/conf/collections",
    *(f"{_FEATURES}1/1.0/conf/{name}" for name in ("core", "geojson", "html", "oas30")),
    f"{_FEATURES}2/1.0/conf/crs",
    *(
        f"{_FEATURES}3/1.0/conf/{name}"
        for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")
    ),
    *(
        f"{_CQL2}{name}"
        for name in (
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
        )
    ),
    f"{_FEATURES}5/1.0/conf/schemas",
    *(f"{_EDR}{name}" for name in ("core", "collections", "json", "geojson", "covjson", "oas30", "queries")),
)
#: JSON Schema of properties, by how they are written.
WRITTEN: Mapping[str, Json] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "whole": {"type": "integer"},
    "truth": {"type": "boolean"},
    "instant": {"type": "string", "format": "date-time"},
}
GEOMETRY_FORMATS = {"point": "geometry-point", "area": "geometry-polygon-or-multipolygon"}
GEOMETRY_SCHEMAS = {
    "point": "https://geojson.org/schema/Point.json",
    "area": "https://geojson.org/schema/Geometry.json",
}


def landing(root: str, text: Text, links: list[Link]) -> Json:
    """``/ogc``; ``links`` are those to itself."""
    return {
        "title": text("landing.title"),
        "description": text("landing.description"),
        "links": [
            *links,
            link(f"{root}/api", "service-desc", OPENAPI, text("link.service_desc")),
            link(f"{root}/api?f=html", "service-doc", HTML, text("link.service_doc")),
            link(f"{root}/conformance", "conformance", JSON, text("link.conformance")),
            link(f"{root}/collections", "data", JSON, text("link.collections")),
        ],
    }


def collection_document(
    root: str, collection: Collection, extent: Extent, text: Text, parameters: Json
) -> Json:
    """``/ogc/collections/{id}``; ``parameters`` are those of environmental data, if it has any."""
    name = collection.name
    here = address(root, "collections", name)
    spatial: Json = {"crs": CRS84}
    box, first, last = extent
    spatial["bbox"] = [[-180.0, -90.0, 180.0, 90.0] if box is None else list(box)]
    told: Json = {"spatial": spatial}
    if collection.time is not None and first is not None:
        begins, ends = _moment(first), _moment(last)
        told["temporal"] = {
            "interval": [[begins, ends]],
            "values": [f"{begins}/{ends or '..'}"],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        }
    data = text("link.locations" if collection.is_observations else "link.items")
    document = {
        "id": name,
        "title": text(f"collection.{name}.title"),
        "description": text(f"collection.{name}.description"),
        "keywords": text(f"collection.{name}.keywords").split(", "),
        "extent": told,
        "itemType": "feature",
        "crs": [CRS84],
        "storageCrs": CRS84,
        "links": [
            link(here, "self", JSON, text("link.collection")),
            link(f"{here}?f=html", "alternate", HTML, text("link.collection")),
            link(f"{here}/items", "items", GEOJSON, text("link.items")),
            link(f"{here}/items?f=html", "items", HTML, text("link.items")),
            link(f"{here}/queryables", QUERYABLES, SCHEMA, text("link.queryables")),
            link(f"{here}/schema", "describedby", SCHEMA, text("link.schema")),
            link(f"{here}/schema", SCHEMAS, SCHEMA, text("link.schema")),
            link(root.removesuffix("/ogc") + "/v1/datasets", "license", JSON, text("link.license")),
            link(f"{here}/{'locations' if collection.is_observations else 'items'}", "data", GEOJSON, data),
        ],
    }
    document |= described_data(here, text, parameters, is_observed=collection.is_observations)
    return document


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else text_of(moment)


def schema_document(here: str, collection: Collection, text: Text, kind: str) -> Json:
    """What may be filtered by (``kind`` queryables), or what a feature has (schema)."""
    roles = _roles(collection)
    properties = {
        # QGIS and others list properties in this order, and else by their names.
        one.name: {**property_schema(one, text), **roles.get(one.name, {}), "x-ogc-propertySeq": number}
        for number, one in enumerate(collection.properties, 1)
    }
    geometry: Json = {
        "title": text("property.geometry"),
        "x-ogc-role": "primary-geometry",
        "format": GEOMETRY_FORMATS[collection.geometry],
    }
    if kind == "queryables":
        # The abstract tests of Part 3 and QGIS know a geometry by this reference.
        geometry["$ref"] = GEOMETRY_SCHEMAS[collection.geometry]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": here,
        "type": "object",
        "title": text(f"collection.{collection.name}.title"),
        "description": text(f"collection.{collection.name}.description"),
        "properties": {**properties, GEOMETRY: geometry},
        "additionalProperties": kind == "schema",
    }


def _roles(collection: Collection) -> Json:
    """Which properties say when a feature was (Part 5)."""
    if collection.time is None:
        return {}
    start, end = collection.time
    if start == end:
        return {start: {"x-ogc-role": "primary-instant"}}
    return {
        start: {"x-ogc-role": "primary-interval-start"},
        end: {"x-ogc-role": "primary-interval-end"},
    }


def property_schema(one: Property, text: Text) -> Json:
    """A property as JSON Schema says it."""
    return {"title": text(f"property.{one.name}"), **WRITTEN[one.written]}
