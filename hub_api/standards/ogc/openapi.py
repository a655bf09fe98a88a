"""The definition of the interface as OpenAPI 3.0.3: what each path takes, exactly as far as OpenAPI can say it.

Filters and intervals are languages of their own. Their patterns are the simplest forms, so that what fits the document is
answered; the descriptions say what else there is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hub_api.standards.ogc.documents import WRITTEN
from hub_api.standards.ogc.environmental_data.description import FORMATS, WITHIN_UNITS
from hub_api.standards.ogc.features.model import COLLECTIONS, OBSERVATIONS, Collection, Property
from hub_api.standards.ogc.links import GEOJSON, HTML, JSON, OPENAPI, SCHEMA
from hub_api.standards.ogc.parameters import CRS84
from hub_api.standards.ogc.schemas import named, schemas
from hub_api.standards.ogc.settings import OgcSettings

Json = dict[str, Any]
Text = Callable[..., str]
_DAY = "(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
_INSTANT = f"{_DAY}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{{1,6}})?Z"
_POSITION = r"-?(1[0-7][0-9]|[1-9]?[0-9])(\.[0-9]{1,6})? -?[1-8]?[0-9](\.[0-9]{1,6})?"
DATETIME = f"^({_INSTANT}|{_DAY}|\\.\\./{_INSTANT}|{_INSTANT}/\\.\\.|{_INSTANT}/{_INSTANT})$"
POINT = rf"^POINT\({_POSITION}\)$"
POLYGON = rf"^POLYGON\(\({_POSITION}(,{_POSITION}){{3,8}}\)\)$"
#: How the abstract tests have parameters written; it is what OpenAPI means without it, but for ``explode``.
_FORM: Json = {"style": "form", "explode": False}
#: Text of parameters, as far as the store can hold it.
PLAIN = r"^[^\u0000-\u001f\u007f]*$"
_LITERALS = {
    "text": "(=|<>) '[A-Za-z0-9_-]{0,20}'",
    "number": "(=|<>|<|>|<=|>=) -?[0-9]{1,6}",
    "whole": "(=|<>|<|>|<=|>=) -?[0-9]{1,6}",
    "truth": "= (true|false)",
    "instant": f"(<|>|<=|>=) TIMESTAMP\\('{_INSTANT}'\\)",
}


def openapi_document(root: str, text: Text, settings: OgcSettings, parameters: Sequence[str]) -> Json:
    """The whole document; ``root`` is the address of the landing page, ``parameters`` those of environmental data."""
    paths: Json = {
        "/": _operation("landing", text("landing.title"), [_format("json", "html")], _page("landingPage")),
        "/conformance": _operation(
            "conformance", text("link.conformance"), [_format("json", "html")], _page("confClasses")
        ),
        "/api": _operation(
            "api",
            text("link.service_desc"),
            [_format("json", "html")],
            {OPENAPI: {"schema": {"type": "object"}}, **_page()},
        ),
        "/collections": _operation(
            "collections", text("link.collections"), [_format("json", "html")], _page("collections")
        ),
    }
    for one in COLLECTIONS.values():
        paths |= _collection_paths(one, text)
    paths |= _data_paths(text, parameters)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": text("landing.title"),
            "description": text("landing.description"),
            "version": "1.0.0",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "servers": [{"url": root}],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "parameters": _shared(settings),
            "responses": {
                "Refused": _refusal("InvalidParameter"),
                "NotFound": _refusal("NotFound"),
                "TooLarge": _refusal("ContentTooLarge"),
                "Failed": _refusal("ServerError"),
            },
        },
    }


def _collection_paths(one: Collection, text: Text) -> Json:
    here, title = f"/collections/{one.name}", text(f"collection.{one.name}.title")
    taken = [
        *map(_ref, ("limit", "bbox", "datetime")),
        _filter(one),
        *map(_ref, ("filter-lang", "filter-crs", "crs", "bbox-crs")),
        *(_queryable(own, text) for own in one.properties),
        _format("json", "html"),
    ]
    feature = {"in": "path", "name": "featureId", "required": True, "schema": {"type": "string"}}
    return {
        here: _operation(one.name, title, [_format("json", "html")], _page("collection")),
        f"{here}/queryables": _operation(
            f"{one.name}.queryables",
            f"{title}: {text('link.queryables')}",
            [_format("json")],
            _json(SCHEMA, {"type": "object"}),
        ),
        f"{here}/schema": _operation(
            f"{one.name}.schema",
            f"{title}: {text('link.schema')}",
            [_format("json")],
            _json(SCHEMA, {"type": "object"}),
        ),
        f"{here}/items": _operation(
            f"{one.name}.items",
            f"{title}: {text('link.items')}",
            taken,
            {**_json(GEOJSON, named("featureCollectionGeoJSON")), **_page()},
        ),
        f"{here}/items/{{featureId}}": _operation(
            f"{one.name}.item",
            f"{title}: {text('link.item')}",
            [feature, _ref("crs"), _format("json", "html")],
            {**_json(GEOJSON, named("featureGeoJSON")), **_page()},
        ),
    }


def _data_paths(text: Text, names: Sequence[str]) -> Json:
    here = f"/collections/{OBSERVATIONS.name}"
    chosen = {
        "name": "parameter-name",
        "in": "query",
        "description": "Observed properties; without it, all.",
        "style": "form",
        "explode": False,
        "schema": {
            "type": "array",
            "items": {"type": "string", **({"enum": list(names)} if names else {})},
            "minItems": 1,
        },
    }
    shared: list[Json] = [_ref("datetime"), chosen, _ref("crs"), _format(*FORMATS)]
    height = {
        "name": "z",
        "in": "query",
        "description": "Nothing here has heights: what is written as the standard has it is left out.",
        **_FORM,
        "schema": {"type": "string", "pattern": r"^[0-9]{1,6}(/[0-9]{1,6}|(,[0-9]{1,6}){0,5})$"},
    }
    answers = {kind: {"schema": {"type": "string"}} for kind in FORMATS.values() if kind == "text/csv"}
    answers |= {kind: {"schema": {"type": "object"}} for kind in FORMATS.values() if kind != "text/csv"}
    location = {"in": "path", "name": "locationId", "required": True, "schema": {"type": "string"}}
    within: list[Json] = [
        {
            "name": "within",
            "in": "query",
            "required": True,
            "description": "How far, in within-units.",
            **_FORM,
            "schema": {"type": "number", "minimum": 0.001, "maximum": 3000},
        },
        {
            "name": "within-units",
            "in": "query",
            "required": True,
            **_FORM,
            "schema": {"type": "string", "enum": list(WITHIN_UNITS)},
        },
    ]
    return {
        f"{here}/position": _operation(
            "position", text("data.position"), [_coords(POINT, "POINT(58.54 23.6)"), height, *shared], answers
        ),
        f"{here}/radius": _operation(
            "radius",
            text("data.radius"),
            [_coords(POINT, "POINT(58.54 23.6)"), height, *within, *shared],
            answers,
        ),
        f"{here}/area": _operation(
            "area",
            text("data.area"),
            [_coords(POLYGON, "POLYGON((58 23,59 23,59 24,58 24,58 23))"), height, *shared],
            answers,
        ),
        f"{here}/locations": _operation(
            "locations",
            text("link.locations"),
            [_ref("bbox"), _ref("datetime"), chosen, _ref("crs"), _format("GeoJSON", "html")],
            {**_json(GEOJSON, named("featureCollectionGeoJSON")), **_page()},
        ),
        f"{here}/locations/{{locationId}}": _operation(
            "location", text("data.locations"), [location, *shared], answers
        ),
    }


def _operation(name: str, summary: str, parameters: Sequence[Json], content: Json) -> Json:
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "tags": [name.partition(".")[0]],
            "parameters": [*parameters, _ref("lang")],
            "responses": {
                "200": {"description": summary, "content": content},
                "304": {"description": "Not modified"},
                "400": {"$ref": "#/components/responses/Refused"},
                "404": {"$ref": "#/components/responses/NotFound"},
                "413": {"$ref": "#/components/responses/TooLarge"},
                "default": {"$ref": "#/components/responses/Failed"},
            },
        }
    }


def _shared(settings: OgcSettings) -> Json:
    crs = {"type": "string", "format": "uri", "enum": [CRS84], "default": CRS84}
    return {
        "lang": {
            "name": "lang",
            "in": "query",
            "description": "Before Accept-Language.",
            "schema": {"type": "string", "enum": ["en", "ar"]},
        },
        "limit": {
            "name": "limit",
            "in": "query",
            "required": False,
            "description": "Features of a page. More than the maximum is answered as the maximum.",
            "style": "form",
            "explode": False,
            # As Part 1 has it. More than the maximum is no error but the maximum (7.15.2), unlike what a maximum means elsewhere.
            "schema": {
                "type": "integer",
                "minimum": 1,
                "maximum": settings.page_features_max,
                "default": min(settings.page_features_default, settings.page_features_max),
            },
        },
        "bbox": {
            "name": "bbox",
            "in": "query",
            "required": False,
            "description": "west,south,east,north in degrees; six numbers with heights are taken too, and the heights left out.",
            "style": "form",
            "explode": False,
            "schema": {
                "type": "array",
                "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
                "minItems": 4,
                "maxItems": 6,
                "items": {"type": "number"},
            },
        },
        "datetime": {
            "name": "datetime",
            "in": "query",
            "required": False,
            "description": "An instant, a day, or an interval: start/end, ../end, start/.. (RFC 3339).",
            "style": "form",
            "explode": False,
            "schema": {"type": "string", "pattern": DATETIME},
        },
        **{
            name: {
                "name": name,
                "in": "query",
                "description": "WGS 84, longitude first.",
                **_FORM,
                "schema": crs,
            }
            for name in ("crs", "bbox-crs", "filter-crs")
        },
        "filter-lang": {
            "name": "filter-lang",
            "in": "query",
            "description": "A filter that begins with a brace is JSON, whatever this says.",
            "schema": {"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"},
        },
    }


def _filter(one: Collection) -> Json:
    comparisons = "|".join(f"{own.name} {_LITERALS[own.written]}" for own in one.properties)
    return {
        "name": "filter",
        "in": "query",
        "description": "CQL2, as text or JSON: comparisons, and, or, not, between, in, like, is null, casei, s_intersects, "
        "s_within, s_disjoint, s_equals, s_contains, t_after, t_before, t_during, t_intersects, t_disjoint, t_equals. The "
        "pattern shows comparisons only; all of the language is taken.",
        "schema": {
            "type": "string",
            "pattern": f"^(true|false|({comparisons})( (AND|OR) ({comparisons})){{0,2}})$",
        },
    }


def _queryable(own: Property, text: Text) -> Json:
    schema = dict(WRITTEN[own.written])
    if own.written == "text":
        schema |= {"pattern": PLAIN}
    if own.written == "instant":
        schema = {"type": "string", "pattern": f"^({_INSTANT}|{_DAY})$"}
    return {
        "name": own.name,
        "in": "query",
        "description": text(f"property.{own.name}"),
        "schema": schema,
    }


def _coords(pattern: str, example: str) -> Json:
    return {
        "name": "coords",
        "in": "query",
        "required": True,
        "description": "Well-known text, longitude first.",
        **_FORM,
        "schema": {"type": "string", "pattern": pattern},
        "example": example,
    }


def _format(*names: str) -> Json:
    return {
        "name": "f",
        "in": "query",
        "description": "Before Accept.",
        **_FORM,
        "schema": {"type": "string", "enum": list(names)},
    }


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/parameters/{name}"}


def _json(kind: str, schema: Json) -> Json:
    return {kind: {"schema": schema}}


def _page(name: str | None = None) -> Json:
    shown = {HTML: {"schema": {"type": "string"}}}
    return shown if name is None else {**_json(JSON, named(name)), **shown}


def _refusal(description: str) -> Json:
    return {"description": description, "content": _page("exception")}
