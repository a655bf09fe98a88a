"""Which format an answer has: by ``f=``, by the path's extension, or by ``Accept``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Literal, get_args

from starlette.exceptions import HTTPException
from starlette.requests import Request

from hub_api.serving.errors import invalid
from hub_api.serving.transport.fields import field_of

Format = Literal["json", "geojson", "csv", "ndjson", "parquet", "geoparquet", "arrow", "xlsx"]
#: Of what stands nowhere.
PlainFormat = Literal["json", "csv", "ndjson", "parquet", "arrow", "xlsx"]
MEDIA_TYPES: Mapping[Format, str] = {
    "json": "application/json",
    "geojson": "application/geo+json",
    "csv": "text/csv",
    "ndjson": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "geoparquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.stream",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
EXTENSIONS: Mapping[Format, str] = {
    "json": "json",
    "geojson": "geojson",
    "csv": "csv",
    "ndjson": "ndjson",
    "parquet": "parquet",
    "geoparquet": "geoparquet",
    "arrow": "arrow",
    "xlsx": "xlsx",
}
#: Other names under which a client may ask for the same.
SYNONYMS: Mapping[str, Format] = {
    "application/ndjson": "ndjson",
    "application/jsonl": "ndjson",
    "application/x-parquet": "parquet",
    "application/parquet": "parquet",
    "application/arrow": "arrow",
}
#: What programs send that take whatever there is.
ANYTHING = ("", "*/*")
TYPES_MAX = 20
PLAIN_FORMATS: tuple[Format, ...] = get_args(PlainFormat)
ALL_FORMATS: tuple[Format, ...] = get_args(Format)


#: A FeatureCollection of points, as OpenAPI says it; the properties are the columns of the other formats.
_FEATURE: Mapping[str, Any] = {
    "type": "object",
    "required": ["type", "geometry", "properties"],
    "properties": {
        "type": {"const": "Feature"},
        "geometry": {
            "type": ["object", "null"],
            "required": ["type", "coordinates"],
            "properties": {
                "type": {"const": "Point"},
                "coordinates": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
            },
        },
        "properties": {"type": "object"},
    },
}
_GEOJSON: Mapping[str, Any] = {
    "type": "object",
    "required": ["type", "meta", "features"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "meta": {"type": "object"},
        "features": {"type": "array", "items": _FEATURE},
    },
}


def documented(offered: Collection[Format]) -> dict[int | str, dict[str, Any]]:
    """The answers besides JSON, as OpenAPI says them."""
    kinds = sorted({MEDIA_TYPES[known] for known in offered} - {MEDIA_TYPES["json"]})
    schemas = {kind: {"type": "string"} for kind in kinds} | {
        kind: _GEOJSON for kind in kinds if kind == MEDIA_TYPES["geojson"]
    }
    content = {kind: {"schema": schema} for kind, schema in schemas.items()}
    parts = {kind: {"schema": {"type": "string"}} for kind in kinds}
    return {
        200: {"content": content},
        206: {"content": parts, "description": "The range that was asked for, of an export that lies ready"},
    }


def requested_format(request: Request, f: Format | None, offered: Collection[Format]) -> Format:
    """What a request asks for; its path may end with ``.{extension}``."""
    extension = request.path_params.get("extension")
    return chosen_format(f, extension, field_of(request.scope, b"accept"), offered)


def chosen_format(
    f: Format | None, extension: str | None, accept: str, offered: Collection[Format]
) -> Format:
    """``f``, the extension, else the best of ``Accept``, else JSON. Both at once must agree."""
    if extension is None:
        return f or accepted_format(accept, offered)
    named = next((known for known in offered if EXTENSIONS[known] == extension), None)
    if named is None:
        raise HTTPException(404)
    if f not in (None, named):
        raise invalid("f", "not_with_extension", extension=extension)
    return named


def accepted_format(accept: str, offered: Collection[Format]) -> Format:
    """The offered format with the highest weight in an ``Accept`` field, the first of equals; else JSON."""
    best: tuple[float, Format] = (0.0, "json")
    if accept in ANYTHING:
        return "json"
    for item in accept.split(",")[:TYPES_MAX]:
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        found = _named(name, offered)
        weight = _weight(parameters)
        if found is not None and weight > best[0]:
            best = (weight, found)
    return best[1]


def _named(media_type: str, offered: Collection[Format]) -> Format | None:
    wanted = SYNONYMS.get(media_type)
    matching = (known for known in offered if MEDIA_TYPES[known] == media_type or known == wanted)
    return next(matching, None)


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
