"""Outlines of places: reading them, ring direction, and which place holds a point.

GeoJSON (RFC 7946) wants exterior rings counter-clockwise, Vega draws only clockwise ones.
The store keeps them clockwise; the API turns them for the world, the dashboards use both.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, cast, get_args
from zoneinfo import available_timezones

from shapely import make_valid, prepare
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Point, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient as orient_polygon

from citycore.errors import InvalidFile
from citycore.model import PlaceDescription

PLACES_MAX = 5_000
PlaceKind = Literal["governorate", "wilayat", "other"]


def orient(geometry: Mapping[str, Any], *, clockwise: bool) -> dict[str, Any]:
    """The same Polygon or MultiPolygon with its exterior rings in the given direction."""
    outline = shape(dict(geometry))
    sign = -1.0 if clockwise else 1.0
    if isinstance(outline, Polygon):
        return dict(mapping(orient_polygon(outline, sign)))
    assert isinstance(outline, MultiPolygon), "places are areas"
    return dict(mapping(MultiPolygon([orient_polygon(part, sign) for part in outline.geoms])))


def is_outline(geometry: Mapping[str, Any]) -> bool:
    """Whether it is a valid GeoJSON Polygon or MultiPolygon within the bounds of WGS 84."""
    if geometry.get("type") not in {"Polygon", "MultiPolygon"}:
        return False
    try:
        area = shape(dict(geometry))
        west, south, east, north = area.bounds
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        return False
    return bool(area.is_valid) and -180 <= west <= east <= 180 and -90 <= south <= north <= 90


def read_outlines(outlines: Mapping[str, Mapping[str, Any]]) -> dict[str, BaseGeometry]:
    """Shapes of outlines by the codes of their places, in the order of the codes, made ready to be asked for many points."""
    shapes = {code: shape(dict(geometry)) for code, geometry in sorted(outlines.items())}
    prepare(list(shapes.values()))
    return shapes


def place_of(longitude: float, latitude: float, outlines: Mapping[str, BaseGeometry]) -> str | None:
    """The code of the first place whose outline covers the point, or None. WGS 84 degrees."""
    point = Point(longitude, latitude)
    return next((code for code, outline in outlines.items() if outline.covers(point)), None)


def read_places(file: Path) -> list[PlaceDescription]:
    """Places from any GeoJSON (or other format GDAL reads) with polygons.

    Names come from ``name_en``/``name_ar`` (or ``name``: a text, or both languages as in ``/v1/places``), the code from
    ``code``, ``place``, ``iso_3166_2`` or the English name (numbered if two features share it), the kind from
    ``kind``, the parent from ``parent`` (a code of the same file) or ``iso_3166_2_region`` if
    that region is in the file, the zone from ``zone``. Invalid outlines are repaired. :class:`InvalidFile` if the file
    cannot be read, a feature is no area or has no name, or a code is written twice.
    """
    import geopandas  # heavy: only this command needs it

    try:
        frame = geopandas.read_file(file)
    except Exception as error:  # whatever GDAL raises, the user's question is "which file, why"
        raise InvalidFile(file=file, line=1, reason=str(error).splitlines()[0]) from error
    if len(frame) > PLACES_MAX:
        raise InvalidFile(file=file, line=1, reason=f"more than {PLACES_MAX} places")
    if frame.crs is not None and frame.crs.to_epsg() != 4326:
        frame = frame.to_crs(4326)
    rows = [row._asdict() for row in frame.itertuples(index=False)]
    codes = _codes(file, rows)
    return [_place(file, number, row, codes) for number, row in enumerate(rows, 1)]


def _place(file: Path, number: int, row: dict[str, Any], codes: list[str]) -> PlaceDescription:
    name_en, name_ar = _names(row)
    geometry = row["geometry"]
    if name_en is None:
        raise InvalidFile(file=file, line=number, reason="the feature has neither name_en nor name")
    outline = None if geometry is None else _areas(geometry)
    if outline is None:
        raise InvalidFile(file=file, line=number, reason=f"{name_en} is not an area")
    return PlaceDescription(
        code=codes[number - 1],
        kind=_kind(file, number, row),
        parent_code=_parent(file, number, row, codes),
        name_en=name_en,
        name_ar=name_ar or name_en,
        geometry=orient(dict(mapping(outline)), clockwise=True),
        provenance=_text(row, "provenance", "src_geom") or file.name,
        zone=_zone(file, number, row),
    )


def _names(row: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """In English and Arabic. GDAL gives an object as its text."""
    name = row.get("name")
    if isinstance(name, str) and name.startswith("{"):
        with suppress(ValueError):
            name = json.loads(name)
    both = name if isinstance(name, dict) else {"en": name}
    return _text(row, "name_en") or _text(both, "en"), _text(row, "name_ar") or _text(both, "ar")


def _zone(file: Path, number: int, row: Mapping[str, Any]) -> str | None:
    zone = _text(row, "zone")
    if zone is not None and zone not in available_timezones():
        raise InvalidFile(file=file, line=number, reason=f"the zone {zone!r} is none of the IANA database")
    return zone


def _text(row: Mapping[str, Any], *names: str) -> str | None:
    for name in names:
        value = row.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return None


def _code(text: str) -> str:
    import re
    import unicodedata

    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_-]+", "-", plain).strip("-_")[:63]


def _areas(geometry: Any) -> Polygon | MultiPolygon | None:
    valid = geometry if geometry.is_valid else make_valid(geometry)
    parts = [part for part in getattr(valid, "geoms", [valid]) if isinstance(part, Polygon)]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _kind(file: Path, number: int, row: Mapping[str, Any]) -> PlaceKind:
    written = _text(row, "kind")
    if written is None:
        return "governorate" if _text(row, "iso_3166_2") else "wilayat"
    for kind in get_args(PlaceKind):
        if written == kind:
            return cast("PlaceKind", kind)
    raise InvalidFile(file=file, line=number, reason=f"the kind {written!r} is none of {get_args(PlaceKind)}")


def _parent(file: Path, number: int, row: Mapping[str, Any], codes: list[str]) -> str | None:
    written = _text(row, "parent")
    if written is not None and _code(written) not in codes:
        raise InvalidFile(file=file, line=number, reason=f"the parent {written!r} is not in the file")
    region = written or _text(row, "iso_3166_2_region")
    return _code(region) if region is not None and _code(region) in codes else None


def _codes(file: Path, rows: list[dict[str, Any]]) -> list[str]:
    """One code a feature, unique: written ones as they are, the others from the names."""
    written = [_code(_text(row, "code", "place", "iso_3166_2") or "") for row in rows]
    taken = {code for code in written if code}
    for number, code in enumerate(written, 1):
        if code and code in written[: number - 1]:
            raise InvalidFile(file=file, line=number, reason=f"the code {code!r} occurs twice")
    codes: list[str] = []
    for row, code in zip(rows, written, strict=True):
        codes.append(code or _free_code(_code(_names(row)[0] or "") or "place", taken))
        taken.add(codes[-1])
    return codes


def _free_code(wanted: str, taken: set[str]) -> str:
    if wanted not in taken:
        return wanted
    return next(code for n in range(2, PLACES_MAX + 2) if (code := f"{wanted[:58]}-{n}") not in taken)
