"""What ingest says that messages would become, as pages show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from casework.sources.service import read_proposal
from citycore.registry import owned
from citycore.registry.document import DatastreamEntry, Document, SensorEntry, SourceEntry, ThingEntry
from hub_api.serving.ingest import Ingest


@dataclass(slots=True)
class Heard:
    """A device that something waits of: what it would bring, and how many letters wait."""

    thing: ThingEntry
    is_new: bool
    letters: int = 0
    datastreams: list[DatastreamEntry] = field(default_factory=list)


def timed(outcome: Mapping[str, Any]) -> dict[str, Any]:
    """What a message would become, with the times of its values as instants that a page writes as it writes all others."""
    values = [{**value, "time": datetime.fromisoformat(value["time"])} for value in outcome["values"]]
    return {**outcome, "values": values}


async def heard_of(
    ingest: Ingest, entry: SourceEntry, letters: Sequence[owned.Letter]
) -> tuple[list[Heard], Document]:
    """Devices of which something waits that accepting them would mend, and what that would register."""
    heard: dict[str, Heard] = {}
    sensors: dict[str, SensorEntry] = {}
    for letter in letters:
        proposal = read_proposal(await ingest.try_(entry, letter.topic, letter.payload))
        sensors |= {each.code: each for each in proposal.sensors}
        for thing in (each for source in proposal.sources for each in source.things):
            _add(heard, entry, thing, letter.letters)
    found = [each for each in heard.values() if each.is_new or each.datastreams]
    things = [replace(each.thing, datastreams=each.datastreams) for each in found]
    return found, Document(sensors=list(sensors.values()), sources=[replace(entry, things=things)])


def _add(heard: dict[str, Heard], entry: SourceEntry, thing: ThingEntry, letters: int) -> None:
    registered = next((each for each in entry.things if each.code == thing.code), None)
    one = heard.setdefault(thing.code, Heard(thing, registered is None))
    one.letters += letters
    known = {_key(each) for each in (*(registered.datastreams if registered else ()), *one.datastreams)}
    one.datastreams += _unknown(thing.datastreams, known)


def _unknown(
    datastreams: Iterable[DatastreamEntry], known: set[tuple[str, str | None]]
) -> list[DatastreamEntry]:
    return [each for each in datastreams if _key(each) not in known]


def _key(datastream: DatastreamEntry) -> tuple[str, str | None]:
    return datastream.observed_property, datastream.sensor
