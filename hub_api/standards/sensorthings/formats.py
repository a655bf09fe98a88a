"""``$resultFormat``: a page as JSON, as a data array, as GeoJSON or as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from hub_api.standards.sensorthings.columns import dumped
from hub_api.standards.sensorthings.errors import RequestInvalid
from hub_api.standards.sensorthings.service import Collection
from hub_api.standards.sensorthings.shaping import Document, self_link

#: In parts, since there may be much of it, and its type.
Body = tuple[list[bytes], str]
JSON: Final = "application/json"


def head_of(page: Collection) -> Document:
    """What stands before the entities of a page."""
    head: Document = {}
    if page.count is not None:
        head["@iot.count"] = page.count
    if page.is_estimate:
        head["@falaj.countIsEstimate"] = True
    if page.next_link is not None:
        head["@iot.nextLink"] = page.next_link
    if page.gone_until is not None:
        head["@falaj.archivedUntil"] = page.gone_until
    return head


def json_page(page: Collection) -> Body:
    return _page(page, page.entities), JSON


def _page(page: Collection, value: Sequence[bytes]) -> list[bytes]:
    """``value`` is JSON already."""
    begin, end = dumped({**head_of(page), "value": []}).removesuffix(b"]}"), b"]}"
    parts = [b","] * max(2 * len(value) - 1, 0)
    parts[::2] = value
    return [begin, *parts, end]


def data_array(page: Collection) -> Body:
    """Observations by their datastreams, each a row of a table."""
    shaping = page.shaping
    if not shaping.entity.is_observation:
        raise RequestInvalid("$resultFormat", "only_observations")
    told = shaping.told
    components = (["id"] if shaping.has_id else []) + [one.property.name for one in told]
    groups: dict[int, list[bytes]] = {}
    if page.rows:
        columns = list(zip(*page.rows, strict=True))
        values: list[Sequence[bytes]] = [shaping.ids(columns)] if shaping.has_id else []
        values += [one.encode(*columns[one.columns]) for one in told]
        arrays = [b",".join(row) for row in zip(*values, strict=True)] if values else [b""] * len(page.rows)
        for number, array in zip(columns[0], arrays, strict=True):
            groups.setdefault(number, []).append(b"[%b]" % array)
    prefix = f"{shaping.root}/Datastreams("
    value = []
    for number, rows in groups.items():
        head = {
            "Datastream@iot.navigationLink": self_link(prefix, number),
            "components": components,
            "dataArray@iot.count": len(rows),
        }
        value.append(b'%b,"dataArray":[%b]}' % (dumped(head)[:-1], b",".join(rows)))
    return _page(page, value), JSON


def geojson(page: Collection) -> Body:
    """A feature for each entity, where its own geometry is, that of its first location, or that of what it observes."""
    features = []
    for document in page.documents:
        flat: Document = {}
        geometry, name = _geometry(document)
        for key, value in document.items():
            if key != name:
                _flatten(flat, key, value)
        feature: Document = {"type": "Feature", "geometry": geometry, "properties": flat}
        if "@iot.id" in document:
            feature["id"] = document["@iot.id"]
        features.append(feature)
    found = dumped({"type": "FeatureCollection", **head_of(page), "features": features})
    return [found], "application/geo+json"


def _geometry(document: Mapping[str, Any]) -> tuple[Any, str | None]:
    """The geometry that stands for an entity, and the property that is nothing else."""
    for name in ("location", "feature", "observedArea"):
        if (found := _shape(document.get(name))) is not None:
            return found, name
    if (found := _shape(document.get("result"))) is not None:
        return found, "result"
    for inner in (
        document.get("FeatureOfInterest"),
        *_all(document.get("Locations")),
        document.get("Thing"),
        document.get("Datastream"),
    ):
        if isinstance(inner, Mapping):
            found, _ = _geometry(inner)
            if found is not None:
                return found, None
    return None, None


def _all(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _shape(value: object) -> Any:
    """A geometry of GeoJSON, or that of a feature."""
    if not isinstance(value, Mapping):
        return None
    if value.get("type") == "Feature":
        return value.get("geometry")
    return value if "coordinates" in value or "geometries" in value else None


def _flatten(flat: Document, key: str, value: object) -> None:
    """``{"properties": {"kind": …}}`` as ``properties/kind``."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _flatten(flat, f"{key}/{name}", inner)
    elif isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        for place, inner in enumerate(value):
            _flatten(flat, f"{key}/{place}", inner)
    else:
        flat[key] = value


def as_csv(page: Collection) -> Body:
    """A line for each entity; what is within something has a column of its own. Links are left out."""
    lines: list[Document] = []
    names: dict[str, None] = {}
    for document in page.documents:
        flat: Document = {}
        for key, value in document.items():
            if not key.endswith("Link"):
                _flatten(flat, key, value)
        names |= dict.fromkeys(flat)
        lines.append(flat)
    if not lines:
        shaping = page.shaping
        names = dict.fromkeys(
            (["@iot.id"] if shaping.has_id else []) + [one.property.name for one in shaping.told]
        )
    with io.StringIO(newline="") as text:
        writer = csv.writer(text)
        writer.writerow(names)
        writer.writerows([_cell(flat.get(name)) for name in names] for flat in lines)
        return [text.getvalue().encode()], "text/csv; charset=utf-8"


def _cell(value: object) -> object:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list() | dict():
            return dumped(value).decode()
        case _:
            return value


WRITERS: Final[Mapping[str | None, Callable[[Collection], Body]]] = {
    None: json_page,
    "json": json_page,
    "dataArray": data_array,
    "GeoJSON": geojson,
    "CSV": as_csv,
}
