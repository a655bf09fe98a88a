"""``/ogc/collections/observations/{locations,position,radius,area}`` (OGC API – Environmental Data Retrieval 1.1)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from shapely import Point
from shapely.geometry.base import BaseGeometry

from hub_api.serving.errors import InvalidParameters, nearest
from hub_api.serving.hub import Hub, HubHere
from hub_api.serving.parameters import Box
from hub_api.serving.slow import slow
from hub_api.serving.texts import language_of
from hub_api.standards.ogc.answers import (
    chosen_format,
    json_answer,
    page_answer,
    parts_answer,
    text_of,
    told_warnings,
)
from hub_api.standards.ogc.cql2.rules import read_geometry
from hub_api.standards.ogc.environmental_data import service
from hub_api.standards.ogc.environmental_data.description import FORMATS, WITHIN_UNITS
from hub_api.standards.ogc.environmental_data.model import Station
from hub_api.standards.ogc.environmental_data.writing import coverage_json, csv_text, geojson
from hub_api.standards.ogc.errors import NoSuchFeature, refused, shorten
from hub_api.standards.ogc.features.model import OBSERVATIONS
from hub_api.standards.ogc.features.routes import GivenQuery
from hub_api.standards.ogc.links import GEOJSON, HTML, JSON, alternates, link, root_of
from hub_api.standards.ogc.parameters import (
    Warned,
    check_names,
    read_box,
    read_crs,
    read_number,
    warnings_of_box,
)
from hub_api.standards.ogc.state import Ogc, ogc_of
from hub_api.standards.ogc.times import read_window
from hub_api.standards.ogc.times import text_of as written_moment

router = APIRouter(include_in_schema=False)
NAME = OBSERVATIONS.name
HERE = f"/ogc/collections/{NAME}"
#: OWSLib writes the names of parameters its own way.
SYNONYM = "parameter_names"
COMMON = ("datetime", "parameter-name", "crs")
#: A height, a range of them, a list, or some from one on; nothing here has heights, so that they are read and left out (EDR 1.2, ``/req/edr/z-response``).
HEIGHT = re.compile(
    r"{0}(?:,{0})*|(?:{0}|\.\.)/(?:{0}|\.\.)|R\d{{1,6}}/{0}/{0}".format(r"[+-]?\d{1,9}(?:\.\d{1,9})?"),
    re.ASCII,
)
HEIGHT_CHARACTERS_MAX = 500
SHAPES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "point": ("POINT(58.5 23.6)", ("Point",)),
    "area": ("POLYGON((58 23,59 23,59 24,58 24,58 23))", ("Polygon", "MultiPolygon")),
}


@router.get(f"{HERE}/position")
@slow
async def show_position(request: Request, hub: HubHere, _: GivenQuery) -> Response:
    """The thing that stands nearest."""
    ogc, known, wanted = await _asked(request, hub, ("coords", "z"))
    spot = _coords(request, ogc, "point")
    stations = service.observing(known[0], wanted.names)
    chosen = service.nearest_things(stations, Point(spot.x, spot.y), ogc.settings.position_metres_max)
    return await _values(request, hub, known, (chosen, wanted, []))


@router.get(f"{HERE}/radius")
@slow
async def show_radius(request: Request, hub: HubHere, _: GivenQuery) -> Response:
    """All things within a distance."""
    ogc, known, wanted = await _asked(request, hub, ("coords", "z", "within", "within-units"))
    spot, metres = _coords(request, ogc, "point"), _within(request)
    stations = service.observing(known[0], wanted.names)
    chosen = service.around(stations, Point(spot.x, spot.y), metres)
    warned = service.warnings_of(
        stations, chosen, lambda: service.around(stations, Point(spot.y, spot.x), metres)
    )
    return await _values(request, hub, known, (chosen, wanted, warned))


@router.get(f"{HERE}/area")
@slow
async def show_area(request: Request, hub: HubHere, _: GivenQuery) -> Response:
    """All things within a polygon."""
    ogc, known, wanted = await _asked(request, hub, ("coords", "z"))
    area = _coords(request, ogc, "area")
    stations = service.observing(known[0], wanted.names)
    chosen = service.inside(stations, area)
    warned = service.warnings_of(stations, chosen, lambda: service.inside(stations, service.turned(area)))
    return await _values(request, hub, known, (chosen, wanted, warned))


@router.get(f"{HERE}/locations/{{location}}")
@slow
async def show_location(request: Request, hub: HubHere, location: str, _: GivenQuery) -> Response:
    """One thing by its code."""
    known, wanted = (await _asked(request, hub, ()))[1:]
    chosen = [one for one in known[0] if one.datastream.thing == location]
    if not chosen:
        raise NoSuchFeature(collection=f"{NAME}/locations", name=shorten(location))
    return await _values(request, hub, known, (chosen, wanted, []))


@router.get(f"{HERE}/locations")
async def list_locations(request: Request, hub: HubHere, _: GivenQuery) -> Response:
    """Everything that stands still and observes, as features."""
    offered = {"GeoJSON": GEOJSON, "html": HTML}
    chosen = chosen_format(request, {**offered, "json": GEOJSON}, "GeoJSON")
    known, wanted = (await _asked(request, hub, ("bbox",)))[1:]
    stations, warned = service.observing(known[0], wanted.names), []
    if "bbox" in request.query_params:
        box = read_box(request.query_params["bbox"])
        warned = warnings_of_box(box, _extent(stations))
        stations = [one for one in stations if _is_in(box, one)]
    if wanted.window is not None and wanted.window.start is not None:
        since = wanted.window.start
        stations = [one for one in stations if one.newest is not None and one.newest >= since]
    features = _locations(request, stations)
    text, seconds = text_of(language_of(request)), hub.settings.registry_cache_seconds
    if chosen == "html":
        rows = [(one["id"], one["properties"]["label"]) for one in features]
        return page_answer(
            request,
            "list",
            text("link.locations"),
            seconds,
            rows=rows,
            intro=text("data.locations"),
        )
    links = [
        *alternates(
            request,
            "json",
            (("json", GEOJSON, text("link.locations")), ("html", HTML, text("link.locations"))),
        ),
        link(root_of(request) + f"/collections/{NAME}", "collection", JSON, text("link.collection")),
    ]
    told: dict[str, Any] = {
        "type": "FeatureCollection",
        "links": links,
        "numberMatched": len(features),
        "numberReturned": len(features),
        "features": features,
    }
    if warned:
        told["warnings"] = told_warnings(warned, language_of(request))
    return json_answer(request, told, seconds, GEOJSON)


def _locations(request: Request, stations: Sequence[Station]) -> list[dict[str, Any]]:
    language, root = language_of(request), root_of(request)
    by_thing: dict[str, list[Station]] = {}
    for one in stations:
        by_thing.setdefault(one.datastream.thing, []).append(one)
    features = []
    for thing, several in by_thing.items():
        first = several[0]
        newest = max((one.newest for one in several if one.newest is not None), default=None)
        properties = {
            "label": first.name_ar if language == "ar" else first.name_en,
            "name_en": first.name_en,
            "name_ar": first.name_ar,
            "datetime": f"../{'..' if newest is None else written_moment(newest)}",
            "parameter-name": sorted({one.datastream.observed_property for one in several}),
            "edrqueryendpoint": f"{root}/collections/{NAME}/locations/{thing}",
        }
        if newest is None:
            properties["datetime"] = ""
        features.append(
            {
                "type": "Feature",
                "id": thing,
                "geometry": {"type": "Point", "coordinates": [first.longitude, first.latitude]},
                "properties": properties,
            }
        )
    return features


def _extent(stations: Sequence[Station]) -> Box | None:
    if not stations:
        return None
    longitudes, latitudes = [one.longitude for one in stations], [one.latitude for one in stations]
    return Box(min(longitudes), min(latitudes), max(longitudes), max(latitudes))


def _is_in(box: Box, one: Station) -> bool:
    across = (
        box.west <= one.longitude <= box.east
        if box.west <= box.east
        else one.longitude >= box.west or one.longitude <= box.east
    )
    return across and box.south <= one.latitude <= box.north


async def _asked(
    request: Request, hub: Hub, more: Collection[str]
) -> tuple[Ogc, service.Known, service.Wanted]:
    """What every query has: names of parameters, and a window."""
    given, ogc = dict(request.query_params), ogc_of(request)
    if SYNONYM in given:
        given.setdefault("parameter-name", given.pop(SYNONYM))
    check_names(given, (*COMMON, *more))
    read_crs("crs", given.get("crs"))
    known = await service.known_stations(hub, ogc)
    names = given["parameter-name"].split(",") if "parameter-name" in given else []
    for name in names:
        if name not in known[1]:
            likely = nearest(shorten(name), known[1])
            listed = ", ".join(known[1] if likely is None else [likely, *known[1]])
            raise refused("parameter-name", "no_such_parameter_name", name=name, known=listed)
    height = given.get("z", "0")
    if len(height) > HEIGHT_CHARACTERS_MAX or HEIGHT.fullmatch(height) is None:
        raise refused("z", "not_a_height", found=height)
    window = read_window(given["datetime"]) if "datetime" in given else None
    return ogc, known, service.Wanted(frozenset(names), window)


def _coords(request: Request, ogc: Ogc, wanted: str) -> Any:
    expected, kinds = SHAPES[wanted]
    text = request.query_params.get("coords")
    if text is None:
        raise refused("coords", "coords_missing", expected=expected)
    try:
        geometry: BaseGeometry = read_geometry(text, ogc.settings)
    except InvalidParameters:
        raise refused("coords", "not_coords", expected=expected) from None
    # An area that crosses itself was made valid, and may have become several; one without extent stays as it is.
    if wanted == "point" and geometry.geom_type not in kinds:
        raise refused("coords", "not_coords", expected=expected)
    if wanted == "area" and not text.lstrip().upper().startswith(("POLYGON", "MULTIPOLYGON")):
        raise refused("coords", "not_coords", expected=expected)
    return geometry


def _within(request: Request) -> float:
    text, unit = request.query_params.get("within"), request.query_params.get("within-units")
    if text is None:
        raise refused("within", "within_missing")
    if unit is None:
        raise refused("within-units", "within_units_missing", known=", ".join(WITHIN_UNITS))
    if unit not in WITHIN_UNITS:
        raise refused("within-units", "not_one_of", expected=", ".join(WITHIN_UNITS))
    metres = read_number("within", text) * WITHIN_UNITS[unit]
    if not 0 < metres <= service.HALF_AROUND_METRES:
        raise refused("within", "within_range")
    return metres


async def _values(
    request: Request,
    hub: Hub,
    known: service.Known,
    asked: tuple[Sequence[Station], service.Wanted, list[Warned]],
) -> Response:
    chosen, wanted, warned = asked
    kind = chosen_format(request, FORMATS, "CoverageJSON")
    data, more = await service.read_values(hub, ogc_of(request), known, chosen, wanted)
    warned = [*warned, *more]
    language = language_of(request)
    told: dict[str, Any] = {"warnings": told_warnings(warned, language)} if warned else {}
    headers = {"Content_Crs": "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"}
    if kind == "CSV":
        headers["Content_Disposition"] = 'attachment; filename="observations.csv"'
        body = await asyncio.to_thread(csv_text, data)
    elif kind == "GeoJSON":
        told["links"] = alternates(request, kind, [(name, media, name) for name, media in FORMATS.items()])
        body = await asyncio.to_thread(geojson, data, told)
    else:
        is_single = len({one.datastream.thing for one in chosen}) == 1
        body = [await asyncio.to_thread(partial(coverage_json, data, told, is_single=is_single))]
    return parts_answer(request, body, FORMATS[kind], hub.settings.live_cache_seconds, **headers)
