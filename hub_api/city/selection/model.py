"""Which datastreams a question means, with what their values need to be understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from citycore.licences import Licence
from citycore.model import ResultType


@dataclass(frozen=True, slots=True, kw_only=True)
class Datastream:
    """One selected datastream. Longitude and latitude are those of a thing that stands still."""

    number: int
    thing: str
    observed_property: str
    unit: str
    result_type: ResultType
    interval_seconds: int | None
    source: str
    simulated: bool
    longitude: float | None
    latitude: float | None
    licence: Licence | None
    attribution: str | None
    #: Whose days its days are, and those of its source's bulk files.
    zone: str
    source_zone: str
    #: As ``/v1/datastreams`` describes it.
    element: Mapping[str, Any]
    #: What people call the thing and the observed property.
    thing_name_en: str
    thing_name_ar: str
    observed_property_name_en: str
    observed_property_name_ar: str
    #: Which of the thing's sensors observes it, where they are named.
    sensor: str | None = None


@dataclass(frozen=True)
class Selection:
    """Datastreams ordered by number. ``is_one``: the question named exactly one."""

    datastreams: tuple[Datastream, ...]
    is_one: bool

    @cached_property
    def result_types(self) -> frozenset[ResultType]:
        return frozenset(one.result_type for one in self.datastreams)

    @cached_property
    def sources(self) -> tuple[Datastream, ...]:
        """A datastream for each source, by their codes."""
        known = {one.source: one for one in self.datastreams}
        return tuple(known[code] for code in sorted(known))

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """Whose days theirs are, each once."""
        return tuple(sorted({one.zone for one in self.datastreams}))

    def numbers(self, *result_types: ResultType) -> list[int]:
        """The numbers of all datastreams of these types."""
        return [one.number for one in self.datastreams if one.result_type in result_types]

    def only(self, result_type: ResultType) -> Selection:
        """Those of one type."""
        chosen = tuple(one for one in self.datastreams if one.result_type == result_type)
        return self if len(chosen) == len(self.datastreams) else Selection(chosen, self.is_one)
