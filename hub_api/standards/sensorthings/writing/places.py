"""Where things are: their locations, what was before, and the point on the hub's map. In the transaction of whoever writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shapely.geometry.base import BaseGeometry

from citycore.places import place_of
from citycore.store.connections import Connection
from citycore.store.described import outlines_of_places
from hub_api.standards.sensorthings.writing import repository
from hub_api.standards.sensorthings.writing.errors import EntityInvalid
from hub_api.standards.sensorthings.writing.geometry import point_of


class Places:
    """Of one transaction; the outlines of places are read once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._outlines: dict[str, BaseGeometry] | None = None
        #: The HistoricalLocations that were made.
        self.noted: list[tuple[str, int]] = []
        repository.execute(connection, "own_locations")

    def check(self, where: str, encoding: str, value: Any) -> None:
        """Coordinates that would lie in a place of the hub if they were swapped, and lie in none as they are, are swapped."""
        point = point_of(encoding, value)
        if point is None or abs(point[0]) > 90:
            return
        if self._place(*point) is None and (likely := self._place(point[1], point[0])) is not None:
            raise EntityInvalid(where, "swapped_here", longitude=point[0], latitude=point[1], place=likely)

    def move(self, thing_id: int, locations: Sequence[int], since: datetime) -> None:
        """Here the thing is from now on; a HistoricalLocation says so."""
        self._note(thing_id, locations, since)
        self._settle(thing_id, locations, since)

    def remember(self, thing_id: int, locations: Sequence[int], time: datetime) -> int:
        """A HistoricalLocation; where it is the newest and says where, the thing is there now."""
        historical = self._note(thing_id, locations, time)
        if locations and repository.is_any(self._connection, "is_newest", id=thing_id, time=time):
            self._settle(thing_id, locations, time)
        return historical

    def refresh(self, thing_id: int, since: datetime) -> None:
        """The point on the map, after one of its locations has changed or is gone."""
        found = [
            point
            for _, encoding, value in repository.rows(self._connection, "places_of", id=thing_id)
            if (point := point_of(encoding, value)) is not None
        ]
        longitude, latitude = found[0] if found else (None, None)
        code = None if longitude is None or latitude is None else self._place(longitude, latitude)
        own = {"id": thing_id, "longitude": longitude, "latitude": latitude, "place_code": code}
        repository.execute(self._connection, "put_on_map", **own)
        if longitude is not None:
            repository.execute(self._connection, "note_on_map", **own, since=since)

    def _note(self, thing_id: int, locations: Sequence[int], time: datetime) -> int:
        historical = repository.number(
            self._connection, "add_historicallocation", thing_id=thing_id, time=time
        )
        for location_id in locations:
            repository.execute(self._connection, "link_history", id=historical, location_id=location_id)
        self.noted.append(("HistoricalLocation", historical))
        return historical

    def _settle(self, thing_id: int, locations: Sequence[int], since: datetime) -> None:
        repository.execute(self._connection, "leave_places", id=thing_id)
        for location_id in locations:
            repository.execute(self._connection, "link_place", id=thing_id, location_id=location_id)
        self.refresh(thing_id, since)

    def _place(self, longitude: float, latitude: float) -> str | None:
        if self._outlines is None:
            self._outlines = outlines_of_places(self._connection)
        return place_of(longitude, latitude, self._outlines)
