"""Make what a draft describes, with all that hangs on it, in one transaction. Observations are left for ingest."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from citycore.store.connections import Connection
from hub_api.standards.sensorthings.writing import repository
from hub_api.standards.sensorthings.writing.errors import EntityInvalid
from hub_api.standards.sensorthings.writing.model import Draft, Reference, Writer
from hub_api.standards.sensorthings.writing.places import Places
from hub_api.standards.sensorthings.writing.rights import check_writer, own, referred
from hub_api.standards.sensorthings.writing.rules import result_type_of, slug
from hub_api.standards.sensorthings.writing.times import moment_of
from hub_api.standards.sensorthings.writing.units import ucum_of

_CODE_CHARACTERS_MAX = 48
#: What is made first, so that the rest can hang on it.
_PLACE = {"Location": "location", "FeatureOfInterest": "feature"}


@dataclass(frozen=True, slots=True)
class Observed:
    """An observation that waits for its datastream to be there. ``feature_id`` is its own, if it says one."""

    draft: Draft
    datastream_id: int
    feature_id: int | None


@dataclass(slots=True)
class Made:
    """What one request has made: entities by kind and number, the last ones first to go again; and what is left for ingest."""

    entities: list[tuple[str, int]] = field(default_factory=list)
    observed: list[Observed] = field(default_factory=list)


class Creation:
    """One body on its way, in the transaction of ``connection``."""

    def __init__(self, connection: Connection, writer: Writer, now: datetime) -> None:
        self.made = Made()
        self._connection = connection
        self._writer = writer
        self._now = now
        self._places = Places(connection)
        self._source_id = self._source()

    def make(self, draft: Draft, around: int | None = None) -> int | None:
        """The number of the entity, None for an observation. ``around``: of what it hangs on, where that is being made."""
        if draft.entity.name == "Observation":
            self._observation(draft, around)
            return None
        check_writer(self._writer)
        if name := _PLACE.get(draft.entity.name):
            where = f"{draft.where}.{name}" if draft.where else name
            self._places.check(where, draft.values["encodingType"], draft.values[name])
        method = getattr(self, f"_{draft.entity.name.lower()}")
        key: int = method(draft, around)
        return key

    @property
    def told(self) -> list[tuple[str, int]]:
        """All that is new."""
        return [*self.made.entities, *self._places.noted]

    def _source(self) -> int | None:
        if self._writer.source_id is not None:
            return self._writer.source_id
        row = repository.one(self._connection, "source_of_code")
        if row is None:
            repository.execute(self._connection, "own_source")
            row = repository.one(self._connection, "source_of_code")
        return None if row is None else row[0]

    def _note(self, draft: Draft, key: int) -> int:
        self.made.entities.append((draft.entity.name, key))
        return key

    def _all(self, draft: Draft, name: str, around: int | None = None) -> list[int]:
        """The numbers of all that hangs on a draft by this relation; what is not there yet is made."""
        return [self._linked(each, around) for each in draft.links.get(name, ())]

    def _linked(self, link: Reference | Draft, around: int | None) -> int:
        if isinstance(link, Reference):
            return referred(self._connection, link)
        key = self.make(link, around)
        return 0 if key is None else key

    def _one(self, draft: Draft, name: str, around: int | None, back: str) -> int:
        """What an entity hangs on: named, made, or what is around it (``back``: as that calls it)."""
        found = self._all(draft, name)
        if found:
            return found[0]
        assert around is not None, back
        return around

    def _thing(self, draft: Draft, _around: int | None) -> int:
        values = {**draft.values, "code": self._code(draft.values["name"], "thing", "-")}
        key = repository.number(
            self._connection, "add_thing", name=values["name"], code=values["code"], source_id=self._source_id
        )
        repository.save(self._connection, "Thing", key, draft.values)
        self._note(draft, key)
        if locations := self._all(draft, "Locations"):
            self._places.move(key, locations, self._now)
        for each in draft.links.get("HistoricalLocations", ()):
            self._inner(each, key)
        for each in draft.links.get("Datastreams", ()):
            self._inner(each, key)
        return key

    def _inner(self, link: Reference | Draft, around: int) -> None:
        """What belongs to one entity alone cannot be taken from another."""
        if isinstance(link, Reference):
            raise EntityInvalid(link.where, "not_changeable", relation=link.target)
        self.make(link, around)

    def _location(self, draft: Draft, _around: int | None) -> int:
        key = self._note(
            draft,
            repository.add(self._connection, "Location", draft.values, source_id=self._writer.source_id),
        )
        for link in draft.links.get("Things", ()):
            thing_id = self._linked(link, None)
            own(self._connection, self._writer, "Thing", thing_id)
            self._places.move(thing_id, [key], self._now)
        for link in draft.links.get("HistoricalLocations", ()):
            historical = referred(self._connection, link) if isinstance(link, Reference) else None
            if historical is None:
                raise EntityInvalid(link.where, "references_alone", relation="HistoricalLocations")
            own(self._connection, self._writer, "HistoricalLocation", historical)
            repository.execute(self._connection, "link_history", id=historical, location_id=key)
        return key

    def _historicallocation(self, draft: Draft, around: int | None) -> int:
        thing_id = self._one(draft, "Thing", around, "HistoricalLocations")
        own(self._connection, self._writer, "Thing", thing_id)
        locations = self._all(draft, "Locations")
        key = self._places.remember(thing_id, locations, moment_of(draft.values["time"]))
        return self._note(draft, key)

    def _sensor(self, draft: Draft, _around: int | None) -> int:
        code = self._code(draft.values["name"], "sensor", "-")
        key = repository.number(self._connection, "add_sensor", name=draft.values["name"], code=code)
        repository.save(self._connection, "Sensor", key, draft.values, source_id=self._writer.source_id)
        self._note(draft, key)
        for each in draft.links.get("Datastreams", ()):
            self._inner(each, key)
        return key

    def _observedproperty(self, draft: Draft, _around: int | None) -> int:
        code = self._code(draft.values["name"], "property", "_")
        key = repository.number(
            self._connection,
            "add_observedproperty",
            name=draft.values["name"],
            definition=draft.values["definition"],
            code=code,
        )
        owner = self._writer.source_id
        repository.save(self._connection, "ObservedProperty", key, draft.values, source_id=owner)
        self._note(draft, key)
        for each in draft.links.get("Datastreams", ()):
            self._inner(each, key)
        return key

    def _featureofinterest(self, draft: Draft, _around: int | None) -> int:
        owner = self._writer.source_id
        key = repository.add(self._connection, "FeatureOfInterest", draft.values, source_id=owner)
        self._note(draft, key)
        for each in draft.links.get("Observations", ()):
            if isinstance(each, Reference):
                raise EntityInvalid(each.where, "not_changeable", relation="Observations")
            self._observation(each, None, key)
        return key

    def _datastream(self, draft: Draft, around: int | None) -> int:
        thing_id, sensor_id, property_id = (
            self._one(draft, name, around, "Datastreams") for name in ("Thing", "Sensor", "ObservedProperty")
        )
        own(self._connection, self._writer, "Thing", thing_id)
        unit = ucum_of(draft.values["unitOfMeasurement"])
        result_type = result_type_of(draft.values["observationType"])
        links = {
            "thing_id": thing_id,
            "sensor_id": self.free_sensor(thing_id, sensor_id, property_id),
            "observed_property_id": property_id,
        }
        own_type = {"unit": unit, "result_type": result_type}
        repository.execute(self._connection, "fit_property", id=property_id, **own_type)
        key = repository.number(self._connection, "add_datastream", **links, **own_type)
        repository.save(self._connection, "Datastream", key, draft.values)
        self._note(draft, key)
        for each in draft.links.get("Observations", ()):
            self._inner(each, key)
        return key

    def free_sensor(
        self, thing_id: int, sensor_id: int, property_id: int, datastream_id: int | None = None
    ) -> int | None:
        """The sensor as the registry keeps it: where the thing has such a datastream already, one that stands for it."""
        own_sensor = sensor_id or None
        asked: dict[str, Any] = {
            "thing_id": thing_id,
            "sensor_id": own_sensor,
            "observed_property_id": property_id,
            "id": datastream_id,
        }
        if own_sensor is None or not repository.is_any(self._connection, "is_doubled", **asked):
            return own_sensor
        values = repository.read(self._connection, "Sensor", own_sensor)
        assert values is not None
        code = self._code(values["name"], "sensor", "-")
        hidden = repository.number(self._connection, "add_sensor", name=values["name"], code=code)
        repository.save(self._connection, "Sensor", hidden, values, stands_for=own_sensor)
        return hidden

    def _observation(self, draft: Draft, around: int | None, feature_id: int | None = None) -> None:
        datastream_id = self._one(draft, "Datastream", around, "Observations")
        features: Sequence[int] = self._all(draft, "FeatureOfInterest")
        own_feature = features[0] if features else feature_id
        self.made.observed.append(Observed(draft, datastream_id, own_feature))

    def _code(self, name: str, instead: str, separator: str) -> str:
        """A code that nobody has, as near to the name as codes are."""
        code = slug(name, separator, _CODE_CHARACTERS_MAX) or instead
        if not code[0].isalpha():
            code = f"{instead}{separator}{code}"
        if repository.is_any(self._connection, "is_taken", code=code):
            code = f"{code}{separator}{secrets.token_hex(4)}"
        return code
