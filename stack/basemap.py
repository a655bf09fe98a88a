"""``falaj basemap``: what lies under the dashboards' map, from extracts that somebody has fetched.

Nothing is fetched here. Files are GeoJSON or whatever else GDAL reads with lines, such as ``.osm.pbf``; roads are known by
``highway`` and coasts by ``natural=coastline``, as OpenStreetMap has them, or both by ``kind`` (``road``, ``coast``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from citycore.errors import InvalidFile
from stack.texts import text

#: Roads that a map of a city shows whole.
ROADS = frozenset({"motorway", "trunk", "primary"})
#: How far a drawn line may lie from the one in the file, in degrees: some 50 m.
TOLERANCE_DEGREES = 0.0005
DECIMALS = 5
Box = tuple[float, float, float, float]


def basemap(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help=text("help.basemap_files"))
    ],
    out: Annotated[Path, typer.Option("--out", help=text("help.basemap_out"))],
    licence: Annotated[str, typer.Option("--licence", help=text("help.basemap_licence"))],
    attribution: Annotated[str, typer.Option("--attribution", help=text("help.basemap_attribution"))],
    bbox: Annotated[str | None, typer.Option("--bbox", help=text("help.basemap_bbox"))] = None,
) -> None:
    box = None if bbox is None else box_of(bbox)
    features = [one for file in files for one in features_of(read(file), box)]
    if not features:
        raise InvalidFile(file=files[0], line=1, reason=text("basemap.no_lines"))
    document = {
        "type": "FeatureCollection",
        "licence": licence,
        "attribution": attribution,
        "features": features,
    }
    out.write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")), "utf-8")
    typer.echo(text("basemap.written", file=out, count=len(features), bytes=out.stat().st_size))


def box_of(written: str) -> Box:
    """West, south, east, north in WGS 84 degrees."""
    try:
        west, south, east, north = map(float, written.split(","))
    except ValueError as error:
        raise typer.BadParameter(text("basemap.bbox_wrong")) from error
    if not (-180 <= west < east <= 180 and -85 < south < north < 85):
        raise typer.BadParameter(text("basemap.bbox_wrong"))
    return west, south, east, north


def read(file: Path) -> list[dict[str, Any]]:
    """The rows of a file, with its lines as ``geometry`` in WGS 84. :class:`InvalidFile` if it cannot be read."""
    import geopandas  # heavy: only this command needs it

    layer = {"layer": "lines"} if file.name.endswith((".osm", ".osm.pbf", ".pbf")) else {}
    try:
        frame = geopandas.read_file(file, **layer)
        if frame.crs is not None and frame.crs.to_epsg() != 4326:
            frame = frame.to_crs(4326)
    except Exception as error:  # whatever GDAL raises, the user's question is "which file, why"
        raise InvalidFile(file=file, line=1, reason=str(error).splitlines()[0]) from error
    return [dict(row._asdict()) for row in frame.itertuples(index=False)]


def features_of(rows: Iterable[Mapping[str, Any]], box: Box | None) -> Iterator[dict[str, Any]]:
    """Roads and coasts as features of a basemap: cut to the box, simplified, rounded."""
    from shapely.geometry import box as rectangle
    from shapely.geometry import mapping

    area = None if box is None else rectangle(*box)
    for row in rows:
        kind, line = kind_of(row), row.get("geometry")
        if kind is None or line is None or line.geom_type not in {"LineString", "MultiLineString"}:
            continue
        drawn = (line if area is None else line.intersection(area)).simplify(TOLERANCE_DEGREES)
        for part in getattr(drawn, "geoms", [drawn]):
            if part.geom_type == "LineString" and not part.is_empty:
                yield {"type": "Feature", "properties": {"kind": kind}, "geometry": _rounded(mapping(part))}


def kind_of(row: Mapping[str, Any]) -> str | None:
    """``road``, ``coast``, or None for what a basemap does not show."""
    if row.get("kind") in {"road", "coast"}:
        return str(row["kind"])
    if row.get("highway") in ROADS:
        return "road"
    # The driver for OpenStreetMap keeps most tags in one text.
    is_coast = row.get("natural") == "coastline" or '"natural"=>"coastline"' in str(row.get("other_tags"))
    return "coast" if is_coast else None


def _rounded(geometry: Mapping[str, Any]) -> dict[str, Any]:
    corners = [[round(value, DECIMALS) for value in corner[:2]] for corner in geometry["coordinates"]]
    return {"type": geometry["type"], "coordinates": corners}
