"""What a mapping says of source, things and datastreams, as a document for the registry. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from citycore.recordings.mapping import Mapping
from citycore.registry.document import Document, SensorEntry


def document_of(mapping: Mapping) -> Document:
    """The source of a recording with its things; :func:`citycore.registry.service.apply` registers it."""
    return Document(
        sensors=[
            SensorEntry(code=code, name_en=named.name_en, name_ar=named.name_ar)
            for code, named in mapping.sensor_names.items()
        ],
        sources=[replace(mapping.source, things=list(mapping.things.values()))],
    )
