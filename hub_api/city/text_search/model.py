"""The words of things and observed properties, ready to be searched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: Number, thing and observed property of a datastream.
Observing = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Texts:
    """Normalised texts: of things by number, of observed properties by code; and which thing observes what."""

    things: Mapping[int, str]
    properties: Mapping[str, str]
    #: Numbers and observed properties, by thing.
    datastreams: Mapping[int, list[tuple[int, str]]]
    #: Things, by what they observe.
    observing: Mapping[str, set[int]]


@dataclass(frozen=True, slots=True)
class Found:
    """Whatever has all words of a question: in its own names, or in those of its place or observed property."""

    things: list[int]
    datastreams: list[int]


def texts_of(things: Mapping[int, str], properties: Mapping[str, str], each: Iterable[Observing]) -> Texts:
    datastreams: dict[int, list[tuple[int, str]]] = {}
    observing: dict[str, set[int]] = {}
    for number, thing, observed in each:
        datastreams.setdefault(thing, []).append((number, observed))
        observing.setdefault(observed, set()).add(thing)
    return Texts(things, properties, datastreams, observing)
