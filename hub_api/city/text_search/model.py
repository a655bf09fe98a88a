"""The words of things and observed properties, ready to be searched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Number, thing and observed property of a datastream.
Observing = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Texts:
    """Normalised texts: of things by number, of observed properties by code; and which thing observes what."""

    things: Mapping[int, str]
    properties: Mapping[str, str]
    datastreams: tuple[Observing, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Whatever has all words of a question: in its own names, or in those of its place or observed property."""

    things: list[int]
    datastreams: list[int]
