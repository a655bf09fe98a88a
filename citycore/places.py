"""Outlines of places: reading them, ring direction, and which place holds a point.

GeoJSON (RFC 7946) wants exterior rings counter-clockwise, Vega draws only clockwise ones.
The store keeps them clockwise; the API turns them for the world, the dashboards use both.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shapely import make_valid
from shapely.geometry import MultiPolygon, Point, Polygon, mapping, shape
from shapely.geometry.polygon import orient as orient_polygon

from citycore.errors import InvalidFile
from citycore.model import PlaceDescription

PLACES_MAX = 5_000


def orient(geometry: Mapping[str, Any], *, clockwise: bool) -> dict[str, Any]:
    """The same Polygon or MultiPolygon with its exterior rings in the given direction."""
    outline = shape(dict(geometry))
    sign = -1.0 if clockwise else 1.0
    if isinstance(outline, Polygon):
        return dict(mapping(orient_polygon(outline, sign)))
    assert isinstance(outline, MultiPolygon), "places are areas"
    return dict(mapping(MultiPolygon([orient_polygon(part, sign) for part in outline.geoms])))


def place_of(longitude: float, latitude: float, outlines: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The code of the place whose outline covers the point, or None. WGS 84 degrees."""
    point = Point(longitude, latitude)
    for code, geometry in sorted(outlines.items()):
        if shape(dict(geometry)).covers(point):
            return code
    return None


def read_places(file: Path) -> list[PlaceDescription]:
    """Places from any GeoJSON (or other format GDAL reads) with polygons.

    Names come from ``name_en``/``name_ar`` (or ``name``), the code from ``code``,
    ``iso_3166_2`` or the English name. Invalid outlines are repaired.
    :class:`InvalidFile` if the file cannot be read or a feature is no area or has no name.
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
    rows = [
        _place(file, number, row._asdict()) for number, row in enumerate(frame.itertuples(index=False), 1)
    ]
    _refuse_twins(file, rows)
    return rows


def _place(file: Path, number: int, row: dict[str, Any]) -> PlaceDescription:
    name_en = _text(row, "name_en", "name")
    geometry = row["geometry"]
    if name_en is None:
        raise InvalidFile(file=file, line=number, reason="the feature has neither name_en nor name")
    outline = None if geometry is None else _areas(geometry)
    if outline is None:
        raise InvalidFile(file=file, line=number, reason=f"{name_en} is not an area")
    code = _text(row, "code", "iso_3166_2") or name_en
    return PlaceDescription(
        code=_code(code),
        kind="governorate" if _text(row, "iso_3166_2") else "wilayat",
        parent_code=None,
        name_en=name_en,
        name_ar=_text(row, "name_ar") or name_en,
        geometry=orient(dict(mapping(outline)), clockwise=True),
        provenance=_text(row, "provenance", "src_geom") or file.name,
    )


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
    return re.sub(r"[^a-z0-9_-]+", "-", plain).strip("-")[:63]


def _areas(geometry: Any) -> Polygon | MultiPolygon | None:
    valid = geometry if geometry.is_valid else make_valid(geometry)
    parts = [part for part in getattr(valid, "geoms", [valid]) if isinstance(part, Polygon)]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _refuse_twins(file: Path, rows: list[PlaceDescription]) -> None:
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        if not row.code or row.code in seen:
            raise InvalidFile(file=file, line=number, reason=f"the code {row.code!r} occurs twice")
        seen.add(row.code)
