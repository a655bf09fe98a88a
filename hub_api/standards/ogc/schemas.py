"""The schemas of the interface's definition: what its documents and its features look like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]


def named(name: str) -> Json:
    """A reference to one of them."""
    return {"$ref": f"#/components/schemas/{name}"}


def schemas() -> Json:
    """All of them, by name."""
    links = {"type": "array", "items": named("link")}
    geometry = {
        "type": "object",
        "nullable": True,
        "required": ["type", "coordinates"],
        "properties": {
            "type": {"type": "string", "enum": ["Point", "Polygon", "MultiPolygon"]},
            "coordinates": {"type": "array", "items": {}},
        },
    }
    feature = {
        "type": "object",
        "required": ["type", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            "geometry": geometry,
            "properties": {"type": "object", "nullable": True},
            "links": links,
        },
    }
    warning = _object(("code", "description"), code={"type": "string"}, description={"type": "string"})
    return {
        "link": _object(
            ("href", "rel"),
            href={"type": "string"},
            rel={"type": "string"},
            type={"type": "string"},
            title={"type": "string"},
        ),
        "landingPage": _object(
            ("links",), title={"type": "string"}, description={"type": "string"}, links=links
        ),
        "confClasses": _object(("conformsTo",), conformsTo={"type": "array", "items": {"type": "string"}}),
        "collections": _object(
            ("links", "collections"),
            links=links,
            collections={"type": "array", "items": named("collection")},
        ),
        "collection": _object(
            ("id", "links"),
            id={"type": "string"},
            title={"type": "string"},
            description={"type": "string"},
            links=links,
            extent={"type": "object"},
            itemType={"type": "string"},
            crs={"type": "array", "items": {"type": "string"}},
        ),
        "featureGeoJSON": feature,
        "featureCollectionGeoJSON": _object(
            ("type", "features"),
            type={"type": "string", "enum": ["FeatureCollection"]},
            features={"type": "array", "items": named("featureGeoJSON")},
            links=links,
            timeStamp={"type": "string", "format": "date-time"},
            numberMatched={"type": "integer", "minimum": 0},
            numberReturned={"type": "integer", "minimum": 0},
            warnings={"type": "array", "items": warning},
        ),
        "exception": _object(
            ("code", "description"), code={"type": "string"}, description={"type": "string"}
        ),
    }


def _object(required: Sequence[str], **properties: Json) -> Json:
    return {"type": "object", "required": list(required), "properties": properties}
