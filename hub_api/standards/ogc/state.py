"""What OGC API remembers for a moment: where and when collections have something, how many features fit, and all areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request

from hub_api.serving.memory import Memory
from hub_api.standards.ogc.environmental_data.model import Parameter, Station
from hub_api.standards.ogc.features.repository import Extent
from hub_api.standards.ogc.settings import OgcSettings

COUNTS_MAX = 2_000
DOCUMENTS_MAX = 100


class Ogc:
    """One per application."""

    def __init__(self, settings: OgcSettings) -> None:
        self.settings = settings
        self.extents: Memory[str, Extent] = Memory(DOCUMENTS_MAX)
        self.counts: Memory[tuple[object, ...], int | None] = Memory(COUNTS_MAX)
        #: The outlines of all places by their codes, under one key.
        self.areas: Memory[str, Mapping[str, Any]] = Memory(1)
        #: Stations with their parameters, under one key.
        self.stations: Memory[str, tuple[Sequence[Station], Mapping[str, Parameter]]] = Memory(1)
        #: Descriptions of the interface, by language and address.
        self.documents: Memory[tuple[str, ...], bytes] = Memory(DOCUMENTS_MAX)


def ogc_of(request: Request) -> Ogc:
    """That of the application."""
    ogc: Ogc = request.app.state.ogc
    return ogc
