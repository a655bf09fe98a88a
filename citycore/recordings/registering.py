"""What a mapping says of source, things and datastreams, as a document for the registry. Pure."""

from __future__ import annotations

from dataclasses import asdict

import msgspec

from citycore.recordings.mapping import Mapping
from citycore.registry.document import DatastreamEntry, Document, SensorEntry, SourceEntry, ThingEntry


def document_of(mapping: Mapping) -> Document:
    """The source of a recording with its things; :func:`citycore.registry.service.apply` registers it."""
    source = asdict(mapping.source) | {"kind": mapping.source.kind.value}
    things = [_thing(mapping, value) for value in mapping.things]
    return Document(
        sensors=[
            SensorEntry(code=code, name_en=named.name_en, name_ar=named.name_ar)
            for code, named in mapping.sensor_names.items()
        ],
        sources=[msgspec.convert(source | {"things": things}, SourceEntry)],
    )


def _thing(mapping: Mapping, value: str) -> ThingEntry:
    thing = mapping.things[value]
    datastreams = [
        DatastreamEntry(
            observed_property=stream.observed_property,
            sensor=mapping.sensors.get(name),
            unit=stream.unit,
            result_type=stream.result_type,
            interval_seconds=stream.interval_seconds,
        )
        for name, stream in mapping.columns.items()
        if mapping.thing_of.get(name, value) == value
    ]
    return ThingEntry(
        code=thing.code,
        kind=thing.kind,
        name_en=thing.name_en,
        name_ar=thing.name_ar,
        longitude=thing.longitude,
        latitude=thing.latitude,
        datastreams=datastreams,
    )
