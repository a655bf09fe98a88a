"""``$resultFormat``: a page as JSON, as a data array, as GeoJSON or as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import orjson

from hub_api.serving.turns import in_turns, texts_at_once
from hub_api.standards.sensorthings.budget import MIB, Budget
from hub_api.standards.sensorthings.columns import dumped
from hub_api.standards.sensorthings.errors import RequestInvalid
from hub_api.standards.sensorthings.service import Collection
from hub_api.standards.sensorthings.shaping import Document, self_link

#: In parts, since there may be much of it, and its type.
Body = tuple[list[bytes], str]
JSON: Final = "application/json"
#: Of one entity that is told as GeoJSON or CSV.
READ_MIB_MAX: Final = 2


def head_of(page: Collection) -> Document:
    """What stands before the entities of a page."""
    head: Document = {}
    if page.count is not None:
        head["@iot.count"] = page.count
    if page.next_link is not None:
        head["@iot.nextLink"] = page.next_link
    return head


async def json_page(page: Collection, _: Budget) -> Body:
    return _page(page, page.entities), JSON


def _page(page: Collection, value: Sequence[bytes]) -> list[bytes]:
    """``value`` is JSON already."""
    begin, end = dumped({**head_of(page), "value": []}).removesuffix(b"]}"), b"]}"
    return [begin, *_listed(value), end]


def _listed(value: Sequence[bytes]) -> list[bytes]:
    """With commas in between."""
    parts = [b","] * max(2 * len(value) - 1, 0)
    parts[::2] = value
    return parts


async def data_array(page: Collection, _: Budget) -> Body:
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


async def geojson(page: Collection, budget: Budget) -> Body:
    """A feature for each entity, where its own geometry is, that of its first location, or that of what it observes."""
    _check_read(page.entities)
    length = 0

    def write(texts: Sequence[bytes]) -> list[bytes]:
        nonlocal length
        # A text of orjson keeps all the memory that was reserved to write it, often several times its length: only their copy is held.
        features = b",".join(map(_feature_text, texts))
        # Names of what is deep are long: a feature may be several times its entity.
        length += len(features)
        budget.check_bytes(length)
        return [features]

    features = await in_turns(write, page.entities, texts_at_once(page.entities))
    begin, end = (
        dumped({"type": "FeatureCollection", **head_of(page), "features": []}).removesuffix(b"]}"),
        b"]}",
    )
    return [begin, *_listed(features), end], "application/geo+json"


def _check_read(entities: Sequence[bytes]) -> None:
    """``RequestInvalid`` where one of them is too long to be read again, which takes several times its length."""
    if max(map(len, entities), default=0) > READ_MIB_MAX * MIB:
        raise RequestInvalid("$resultFormat", "entity_too_long", maximum=READ_MIB_MAX)


def _feature_text(text: bytes) -> bytes:
    return dumped(_feature(orjson.loads(text)))


def _feature(document: Document) -> Document:
    flat: Document = {}
    geometry, name = _geometry(document)
    for key, value in document.items():
        if key != name:
            _flatten(flat, key, value)
    feature: Document = {"type": "Feature", "geometry": geometry, "properties": flat}
    if "@iot.id" in document:
        feature["id"] = document["@iot.id"]
    return feature


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


async def as_csv(page: Collection, budget: Budget) -> Body:
    """A line for each entity; what is within something has a column of its own. Links are left out.

    Entities are read twice, first for their columns: no more than one of them is held as more than its text.
    """
    _check_read(page.entities)
    names: dict[str, None] = {}

    def note(texts: Sequence[bytes]) -> list[None]:
        for one in texts:
            names.update(dict.fromkeys(_line(one)))
        return []

    at_once = texts_at_once(page.entities)
    await in_turns(note, page.entities, at_once)
    if not page.entities:
        shaping = page.shaping
        names = dict.fromkeys(
            (["@iot.id"] if shaping.has_id else []) + [one.property.name for one in shaping.told]
        )
    # Of what is empty there are still the commas.
    budget.check_bytes(len(names) * len(page.entities))

    def write(texts: Sequence[bytes]) -> list[bytes]:
        lines = map(_line, texts)
        return [_table([_cell(flat.get(name)) for name in names] for flat in lines)]

    return [_table([list(names)]), *await in_turns(write, page.entities, at_once)], "text/csv; charset=utf-8"


def _line(text: bytes) -> Document:
    """The columns of an entity, in their order."""
    flat: Document = {}
    for key, value in orjson.loads(text).items():
        if not key.endswith("Link"):
            _flatten(flat, key, value)
    return flat


def _table(rows: Iterable[Sequence[object]]) -> bytes:
    with io.StringIO(newline="") as text:
        csv.writer(text).writerows(rows)
        return text.getvalue().encode()


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


WRITERS: Final[Mapping[str | None, Callable[[Collection, Budget], Awaitable[Body]]]] = {
    None: json_page,
    "json": json_page,
    "dataArray": data_array,
    "GeoJSON": geojson,
    "CSV": as_csv,
}
