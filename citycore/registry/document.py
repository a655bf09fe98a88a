"""A registry, or a part of it, as one document: YAML or JSON; its things also as CSV.

What a document names becomes as it says; what it does not name stays.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import yaml

from citycore.model import (
    DatastreamDescription,
    PlaceDescription,
    ResultType,
    SourceDescription,
    SourceKind,
    ThingDescription,
)
from citycore.registry.errors import DocumentInvalid
from citycore.vocabulary import ObservedProperty, Sector

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


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A part of a document: unknown fields are refused."""


class PlaceEntry(PlaceDescription, Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An area. Without an outline (GeoJSON Polygon or MultiPolygon) that of a known place stays."""

    geometry: dict[str, Any] | None = None  # type: ignore[assignment]  # what is described has one
    provenance: str | None = None  # type: ignore[assignment]  # the same


class SensorEntry(Entry, frozen=True, kw_only=True):
    """A kind of device that measures."""

    code: str
    name_en: str
    name_ar: str
    manufacturer: str | None = None
    model: str | None = None
    datasheet_url: str | None = None


class DatastreamEntry(DatastreamDescription, Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One observed property of one thing. Without ``unit`` and ``result_type`` those of the property count."""

    sensor: str | None = None
    result_type: ResultType | None = None
    quality_tests: dict[str, Any] = msgspec.field(default_factory=dict)


class ThingEntry(ThingDescription, Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A thing. ``device`` is what it calls itself in its messages; ``since`` is when it came to where it stands."""

    device: str | None = None
    since: datetime | None = None
    datastreams: list[DatastreamEntry] = msgspec.field(default_factory=list)


class MeaningEntry(Entry, frozen=True, kw_only=True):
    """What a name as sent means."""

    observed_property: str
    sensor: str | None = None
    unit: str | None = None


class SourceEntry(SourceDescription, Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who publishes, in which format, and what its dataset says about itself."""

    kind: SourceKind = SourceKind.DEVICE
    decoder: str = "native"
    topic_filters: list[str] = msgspec.field(default_factory=list)
    mapping: dict[str, MeaningEntry | None] = msgspec.field(default_factory=dict)
    codec: dict[str, Any] | None = None
    owner: str | None = None
    things: list[ThingEntry] = msgspec.field(default_factory=list)


class Document(Entry, frozen=True, kw_only=True):
    """Everything, or any part."""

    sectors: list[Sector] = []
    observed_properties: list[ObservedProperty] = []
    places: list[PlaceEntry] = []
    sensors: list[SensorEntry] = []
    sources: list[SourceEntry] = []


class _OneSource(Entry, frozen=True, kw_only=True):
    """The shape of before: a source, and its things beside it."""

    source: SourceEntry
    things: list[ThingEntry] = []


class UniqueKeys(yaml.constructor.SafeConstructor):
    """Refuses a key that stands twice, which would silently win over the first."""

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


class RegistryLoader(UniqueKeys, yaml.CSafeLoader):
    """Reads YAML in C: a large registry has a million lines."""


def read_text(text: str) -> Document:
    """A document out of YAML or JSON; :class:`DocumentInvalid` says where it is wrong."""
    if len(text) > BYTES_MAX:
        raise DocumentInvalid(where="", reason=f"longer than {BYTES_MAX} characters")
    try:
        # A list of yaml's own loader: it makes plain values and no objects.
        content = yaml.load(text, Loader=RegistryLoader)  # noqa: S506  # a safe loader
    except yaml.MarkedYAMLError as error:
        raise DocumentInvalid(where=f"line {line_of(error, text)}", reason=str(error.problem)) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise DocumentInvalid(where="", reason=str(error).splitlines()[0]) from error
    return read(content)


def line_of(error: yaml.MarkedYAMLError, text: str) -> int:
    """The line of a fault; the last one where the text ends too early."""
    mark = error.problem_mark
    return 1 if mark is None else max(1, min(mark.line + 1, len(text.splitlines())))


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


class _Inline(dict[str, Any]):
    """Numbers of an outline, which nobody reads a line each."""


class _Dumper(yaml.SafeDumper):
    """Plain values alone, as the safe one writes them."""


_Dumper.add_representer(
    _Inline, lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value, flow_style=True)
)


def write_yaml(document: Document) -> str:
    """As people read it: short, in the order of the fields, Arabic as it is."""
    content = msgspec.to_builtins(document)
    for place in content.get("places", ()):
        if "geometry" in place:
            place["geometry"] = _Inline(place["geometry"])
    text: str = yaml.dump(
        content,
        Dumper=_Dumper,
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
