"""What lies under the districts: coast and main roads from a local file. Nothing is asked of anybody.

The file is GeoJSON in WGS 84 with lines whose ``kind`` is ``coast`` or ``road``; beside ``features`` it says its ``licence``
and its ``attribution`` (texts, or null for what ships with this project). ``falaj basemap`` writes one from an extract.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

Kind = Literal["coast", "road"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LINES = {"LineString", "MultiLineString"}


@dataclass(frozen=True, slots=True)
class Line:
    """A coast or a road; ``geometry`` is a GeoJSON line in WGS 84 degrees."""

    kind: Kind
    geometry: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Basemap:
    """``unread`` says why the operator's own file is not what is shown; None where it is, or where there is none."""

    lines: Sequence[Line]
    licence: str | None = None
    attribution: str | None = None
    unread: str | None = None


def basemap(file: Path | None, bytes_max: int) -> Basemap:
    """The operator's file, or what ships where there is none or it cannot be read."""
    if file is None:
        return _shipped()
    try:
        changed = file.stat()
        unread = f"more than {bytes_max} bytes" if changed.st_size > bytes_max else None
        if unread is None:
            return _read(file, changed.st_mtime_ns)
    except (OSError, ValueError) as error:
        unread = str(error)
    shipped = _shipped()
    return Basemap(shipped.lines, shipped.licence, shipped.attribution, unread)


@lru_cache(maxsize=2)
def _read(file: Path, _changed_at: int) -> Basemap:
    return parsed(file.read_text("utf-8"))


@lru_cache(maxsize=1)
def _shipped() -> Basemap:
    return parsed((files("dashboards.map") / "basemap.geojson").read_text("utf-8"))


def parsed(text: str) -> Basemap:
    """A basemap from its file; a ``ValueError`` for what is none."""
    document = json.loads(text)
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise ValueError("no collection of features")  # noqa: TRY004  # the file is wrong, not the program
    lines = [_line(number, one) for number, one in enumerate(features, 1)]
    return Basemap(lines, _text(document.get("licence")), _text(document.get("attribution")))


def _line(number: int, feature: Any) -> Line:
    try:
        kind, geometry = feature["properties"]["kind"], feature["geometry"]
        if kind not in KINDS or geometry["type"] not in LINES:
            raise ValueError(f"feature {number}: {kind}, {geometry['type']}")
        parts = [geometry["coordinates"]] if geometry["type"] == "LineString" else geometry["coordinates"]
        if not parts or not all(len(part) > 1 and all(map(_is_position, part)) for part in parts):
            raise ValueError(f"feature {number}: no line")
    except (KeyError, TypeError) as error:
        raise ValueError(f"feature {number}: {error}") from error
    return Line(kind, geometry)


def _is_position(position: Sequence[float]) -> bool:
    """Longitude and latitude that a Mercator map can show."""
    return abs(position[0]) <= 180 and abs(position[1]) < 85


def _text(given: object) -> str | None:
    return given if isinstance(given, str) and given else None
