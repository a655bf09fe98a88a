"""Hang an entity that there is on others that there are, in the transaction of a change. What is so already stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from citycore.store.connections import Connection
from hub_api.standards.sensorthings.writing import repository
from hub_api.standards.sensorthings.writing.creating import Creation
from hub_api.standards.sensorthings.writing.errors import EntityInvalid, EntityMissing
from hub_api.standards.sensorthings.writing.model import Reference, Writer
from hub_api.standards.sensorthings.writing.places import Places
from hub_api.standards.sensorthings.writing.rights import check_observations, observation_key, own, referred
from hub_api.standards.sensorthings.writing.times import moment_of

_OF_DATASTREAM: Final = {
    "Thing": "thing_id",
    "Sensor": "sensor_id",
    "ObservedProperty": "observed_property_id",
}
Noted = Sequence[tuple[str, int | str]]


class Linking:
    """Of one request."""

    def __init__(self, connection: Connection, writer: Writer, now: datetime) -> None:
        self._connection = connection
        self._writer = writer
        self._now = now

    def relink(self, entity: str, key: int, name: str, links: Sequence[Reference]) -> Noted:
        """What is new or changed by that. :class:`EntityInvalid` where this relation stays as it is."""
        match entity, name:
            case "Thing", "Locations":
                return self._move(key, [referred(self._connection, each) for each in links])
            case "Location", "Things":
                return self._take_in(key, links)
            case "HistoricalLocation", "Locations" if links:
                self._rewrite(key, links)
                return ()
            case "Datastream", "Thing" | "Sensor" | "ObservedProperty":
                self._rehang(key, name, referred(self._connection, links[0]))
                return ()
            case "Thing" | "Sensor" | "ObservedProperty", "Datastreams":
                return self._gather(entity, key, links)
            case _:
                self._check_so(entity, key, name, links)
                return ()

    def _move(self, thing_id: int, locations: Sequence[int]) -> Noted:
        places = Places(self._connection)
        places.move(thing_id, locations, self._now)
        return places.noted

    def _take_in(self, key: int, links: Sequence[Reference]) -> Noted:
        places = Places(self._connection)
        for each in links:
            thing_id = referred(self._connection, each)
            own(self._connection, self._writer, "Thing", thing_id)
            places.move(thing_id, [key], self._now)
        return places.noted

    def _rewrite(self, key: int, links: Sequence[Reference]) -> None:
        repository.execute(self._connection, "leave_history", id=key)
        for each in links:
            location_id = referred(self._connection, each)
            repository.execute(self._connection, "link_history", id=key, location_id=location_id)

    def _gather(self, entity: str, key: int, links: Sequence[Reference]) -> Noted:
        there = repository.numbers(self._connection, f"datastreams_of_{entity.lower()}", id=key)
        if there and not links:
            raise EntityInvalid("Datastreams", "not_changeable", relation="Datastreams")
        noted = []
        for each in links:
            datastream_id = referred(self._connection, each)
            if datastream_id not in there:
                own(self._connection, self._writer, "Datastream", datastream_id)
                self._rehang(datastream_id, entity, key)
                noted.append(("Datastream", datastream_id))
        return noted

    def _rehang(self, key: int, name: str, target: int) -> None:
        if name == "Thing":
            own(self._connection, self._writer, "Thing", target)
        row = repository.one(self._connection, "links_of_datastream", id=key)
        assert row is not None
        links = dict(zip(_OF_DATASTREAM.values(), row, strict=False)) | {_OF_DATASTREAM[name]: target}
        creation = Creation(self._connection, self._writer, self._now)
        links["sensor_id"] = creation.free_sensor(
            links["thing_id"], links["sensor_id"] or 0, links["observed_property_id"], key
        )
        repository.execute(self._connection, "rehang_datastream", id=key, **links)

    def _check_so(self, entity: str, key: int, name: str, links: Sequence[Reference]) -> None:
        """What cannot be changed may be named as it is, as a client does that sends back all that it was told."""
        is_so = (
            all(self._is_so(entity, key, each) for each in links)
            if links
            else self._is_none(entity, key, name)
        )
        if not is_so:
            raise EntityInvalid(name, "not_changeable", relation=name)

    def _is_none(self, entity: str, key: int, name: str) -> bool:
        if name == "HistoricalLocations":
            query = f"is_historicallocation_of_{entity.lower()}"
            return not repository.is_any(self._connection, query, id=key, other=None)
        return entity == "Datastream" and not repository.count_observations(self._connection, [key], 1)

    def _is_so(self, entity: str, key: int, link: Reference) -> bool:
        if link.target == "Observation":
            return self._is_observed(entity, key, link)
        asked = {"id": key, "other": referred(self._connection, link)}
        return repository.is_any(self._connection, f"is_{link.target.lower()}_of_{entity.lower()}", **asked)

    def _is_observed(self, entity: str, key: int, link: Reference) -> bool:
        """An observation of this datastream; of this feature it is one from now on, if it was not."""
        try:
            datastream_id, moment = observation_key(link.id)
        except EntityMissing:
            return False
        if entity == "Datastream":
            return datastream_id == key
        stream = repository.streams(self._connection, [datastream_id]).get(datastream_id)
        if stream is None:
            return False
        check_observations(self._writer, stream)
        found = repository.read_observation(self._connection, datastream_id, moment_of(moment))
        if found is not None:
            stated = {"id": key, "datastream_id": datastream_id, "times": [found["key"]]}
            repository.execute(self._connection, "state_feature", **stated)
        return found is not None
