"""A registry, or a part of it, as one document: YAML or JSON; its things also as CSV.

What a document names becomes as it says; what it does not name stays.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
import yaml

from citycore.model import ConflictPolicy, ResultType
from citycore.registry.errors import DocumentInvalid

BYTES_MAX = 64 * 2**20
#: The columns of a table of things: a row for each datastream, or one for a thing without any.
COLUMNS = (
    "source",
    "code",
    "device",
    "kind",
    "name_en",
    "name_ar",
    "longitude",
    "latitude",
    "since",
    "observed_property",
    "sensor",
    "unit",
    "result_type",
    "conflict_policy",
    "interval_seconds",
)
_OF_DATASTREAM = COLUMNS[COLUMNS.index("observed_property") :]
_NUMBERS = {"longitude": float, "latitude": float, "interval_seconds": int}


class Entry(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A part of a document: unknown fields are refused."""


class SectorEntry(Entry):
    code: str
    name_en: str
    name_ar: str


class PropertyEntry(Entry):
    """An observed property. Bounds are in ``unit``."""

    code: str
    name_en: str
    name_ar: str
    sector: str
    unit: str
    lower_bound: float | None = None
    upper_bound: float | None = None
    lowest_possible: float | None = None
    highest_possible: float | None = None
    is_circular: bool = False
    is_forecast: bool = False
    is_amount: bool = False
    result_type: ResultType = "measurement"
    aliases: list[str] = []
    definition: str | None = None
    quality_tests: dict[str, Any] = {}


class PlaceEntry(Entry):
    """An area. Without an outline (GeoJSON Polygon or MultiPolygon) that of a known place stays."""

    code: str
    kind: Literal["governorate", "wilayat", "other"]
    name_en: str
    name_ar: str
    parent_code: str | None = None
    zone: str | None = None
    geometry: dict[str, Any] | None = None
    provenance: str | None = None


class SensorEntry(Entry):
    """A kind of device that measures."""

    code: str
    name_en: str
    name_ar: str
    manufacturer: str | None = None
    model: str | None = None
    datasheet_url: str | None = None


class DatastreamEntry(Entry):
    """One observed property of one thing. Without ``unit`` and ``result_type`` those of the property count."""

    observed_property: str
    sensor: str | None = None
    unit: str | None = None
    result_type: ResultType | None = None
    conflict_policy: ConflictPolicy = "keep_first"
    interval_seconds: int | None = None
    quality_tests: dict[str, Any] = {}


class ThingEntry(Entry):
    """A thing. ``device`` is what it calls itself in its messages; ``since`` is when it came to where it stands."""

    code: str
    kind: str
    name_en: str
    name_ar: str
    device: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    since: datetime | None = None
    datastreams: list[DatastreamEntry] = []


class MeaningEntry(Entry):
    """What a name as sent means."""

    observed_property: str
    sensor: str | None = None
    unit: str | None = None


class SourceEntry(Entry):
    """Who publishes, in which format, and what its dataset says about itself."""

    code: str
    name_en: str
    name_ar: str
    kind: Literal["device", "simulated", "recorded"] = "device"
    decoder: str = "native"
    topic_filters: list[str] = []
    mapping: dict[str, MeaningEntry | None] = {}
    codec: dict[str, Any] | None = None
    owner: str | None = None
    time_policy: Literal["reject", "receive_time"] = "reject"
    zone: str | None = None
    retained_policy: Literal["store", "ignore"] = "store"
    licence: str | None = None
    attribution: str | None = None
    description_en: str | None = None
    description_ar: str | None = None
    provider_en: str | None = None
    provider_ar: str | None = None
    homepage: str | None = None
    licence_url: str | None = None
    licence_name_en: str | None = None
    licence_name_ar: str | None = None
    things: list[ThingEntry] = []


class Document(Entry):
    """Everything, or any part."""

    sectors: list[SectorEntry] = []
    observed_properties: list[PropertyEntry] = []
    places: list[PlaceEntry] = []
    sensors: list[SensorEntry] = []
    sources: list[SourceEntry] = []


class _OneSource(Entry):
    """The shape of before: a source, and its things beside it."""

    source: SourceEntry
    things: list[ThingEntry] = []


class UniqueKeys(yaml.SafeLoader):
    """A key that stands twice would silently win over the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # yaml's own
        seen = set()
        for key_node, _ in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else id(key_node)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_text(text: str) -> Document:
    """A document out of YAML or JSON; :class:`DocumentInvalid` says where it is wrong."""
    if len(text) > BYTES_MAX:
        raise DocumentInvalid(where="", reason=f"longer than {BYTES_MAX} characters")
    try:
        # A list of yaml's own loader: it makes plain values and no objects.
        content = yaml.load(text, Loader=UniqueKeys)  # noqa: S506  # a safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        raise DocumentInvalid(where=f"line {line}", reason=str(error.problem)) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise DocumentInvalid(where="", reason=str(error).splitlines()[0]) from error
    return read(content)


def read(content: Any) -> Document:
    """A document out of what JSON or YAML hold."""
    try:
        if isinstance(content, Mapping) and "source" in content:
            one = msgspec.convert(content, _OneSource)
            return Document(sources=[msgspec.structs.replace(one.source, things=one.things)])
        return msgspec.convert(content, Document)
    except msgspec.ValidationError as error:
        reason, _, where = str(error).partition(" - at `")
        raise DocumentInvalid(where=where.strip("`").removeprefix("$."), reason=reason) from error


def read_csv(text: str) -> dict[str, list[ThingEntry]]:
    """Things by the code of their source, out of a table with :data:`COLUMNS`."""
    reader = csv.DictReader(io.StringIO(text))
    unknown = sorted(set(reader.fieldnames or ()) - set(COLUMNS))
    if unknown or "code" not in (reader.fieldnames or ()):
        reason = f"unknown columns: {', '.join(unknown)}" if unknown else "there is no column “code”"
        raise DocumentInvalid(where="line 1", reason=reason)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in reader:
        try:
            values = {key: _NUMBERS.get(key, str)(value) for key, value in row.items() if key and value}
        except ValueError as error:
            raise DocumentInvalid(where=f"line {reader.line_num}", reason=str(error)) from error
        own = {key: value for key, value in values.items() if key not in _OF_DATASTREAM}
        thing = found.setdefault((own.pop("source", ""), own.get("code", "")), own | {"datastreams": []})
        datastream = {key: value for key, value in values.items() if key in _OF_DATASTREAM}
        if datastream:
            thing["datastreams"].append(datastream)
    things: dict[str, list[ThingEntry]] = {}
    for number, ((source, _), thing) in enumerate(found.items()):
        try:
            things.setdefault(source, []).append(msgspec.convert(thing, ThingEntry, strict=False))
        except msgspec.ValidationError as error:
            raise DocumentInvalid(where=f"thing {number + 1}", reason=str(error)) from error
    return things


def write_yaml(document: Document) -> str:
    """As people read it: short, in the order of the fields, Arabic as it is."""
    text: str = yaml.safe_dump(
        msgspec.to_builtins(document),
        sort_keys=False,
        allow_unicode=True,
        width=120,
        default_flow_style=False,
    )
    return text


def write_csv(sources: Sequence[SourceEntry]) -> str:
    """The things of sources as a table, a row for each datastream."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for source in sources:
        for thing in source.things:
            own = msgspec.to_builtins(thing) | {"source": source.code}
            for datastream in own.pop("datastreams", []) or [{}]:
                writer.writerow({**own, **datastream})
    return out.getvalue()
