"""Delete an entity with what cannot be without it, as the standard's integrity constraints say.

A hub is trusted because nothing of it disappears. So observations go with what they hang on only where an administrator says so, in
a number that is bounded, never out of the archive, and the log says how many went.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

import psycopg
import structlog

from citycore.store.connections import Connection
from citycore.vocabulary import observed_properties
from hub_api.standards.sensorthings.writing import repository
from hub_api.standards.sensorthings.writing.errors import EntityMissing, WriterForbidden, WritingConflict
from hub_api.standards.sensorthings.writing.model import Writer
from hub_api.standards.sensorthings.writing.places import Places
from hub_api.standards.sensorthings.writing.rights import check_observations, key_of, observation_key, own
from hub_api.standards.sensorthings.writing.settings import WritingSettings
from hub_api.standards.sensorthings.writing.times import moment_of

log = structlog.get_logger()
_WITH_DATASTREAMS = frozenset({"Thing", "Datastream", "Sensor", "ObservedProperty"})


class Deletion:
    """One request that deletes, in the transaction of ``connection``."""

    #: The next instant that there is.
    NEXT: ClassVar = timedelta(microseconds=1)

    def __init__(
        self, connection: Connection, writer: Writer, now: datetime, settings: WritingSettings
    ) -> None:
        self._connection = connection
        self._writer = writer
        self._now = now
        self._settings = settings

    def delete(self, entity: str, text: str) -> None:
        """:class:`EntityMissing`, :class:`WriterForbidden`, :class:`WritingConflict`."""
        try:
            if entity == "Observation":
                self._observation(text)
                return
            key = key_of(entity, text)
            own(self._connection, self._writer, entity, key)
            if entity in _WITH_DATASTREAMS:
                self._with_datastreams(entity, key)
            elif entity == "Location":
                self._location(key)
            elif entity == "FeatureOfInterest":
                self._feature(key)
            else:
                self._historical(key)
        except psycopg.errors.ObjectNotInPrerequisiteState as error:
            raise WritingConflict("archived", entity=entity) from error
        except psycopg.errors.ForeignKeyViolation as error:
            raise WritingConflict("in_use", entity=entity) from error

    def undo(self, entity: str, key: int) -> None:
        """What a request has made and must not leave behind; it may be gone with what it hung on."""
        if repository.one(self._connection, f"owner_of_{entity.lower()}", id=key) is not None:
            self.delete(entity, str(key))

    def _observation(self, text: str) -> None:
        datastream_id, moment = observation_key(text)
        stream = repository.streams(self._connection, [datastream_id]).get(datastream_id)
        found = (
            None
            if stream is None
            else repository.read_observation(self._connection, datastream_id, moment_of(moment))
        )
        if stream is None or found is None:
            raise EntityMissing("no_such_entity", entity="Observation", id=text)
        check_observations(self._writer, stream)
        self.forget(datastream_id, found["key"])

    def forget(self, datastream_id: int, time: datetime) -> None:
        """One observation, by where it is kept."""
        repository.number(
            self._connection, "forget_observations", id=datastream_id, since=time, until=time + self.NEXT
        )
        repository.execute(self._connection, "drop_moves", id=datastream_id, time=time)

    def _with_datastreams(self, entity: str, key: int) -> None:
        datastreams = [key]
        if entity != "Datastream":
            datastreams = repository.numbers(self._connection, f"datastreams_of_{entity.lower()}", id=key)
        code = ""
        if entity == "ObservedProperty":
            row = repository.one(self._connection, "code_of_property", id=key)
            code = "" if row is None else row[0]
            if code in observed_properties():
                raise WritingConflict("of_the_vocabulary")
        self._check(entity, datastreams)
        forgotten = sum(
            repository.number(self._connection, "forget_datastream", id=each) for each in datastreams
        )
        if entity != "Datastream":
            repository.execute(self._connection, f"delete_{entity.lower()}", id=key)
        log.info(
            "sensorthings_deleted",
            entity=entity,
            id=key,
            datastreams=len(datastreams),
            observations=forgotten,
        )

    def _check(self, entity: str, datastreams: list[int]) -> None:
        """Whether the observations of these may go."""
        if not self._writer.is_administrator and repository.number(
            self._connection, "foreign_datastreams", ids=datastreams, source_id=self._writer.source_id
        ):
            raise WriterForbidden("not_yours", entity="Datastream")
        maximum = self._settings.deleted_observations_max
        count = repository.count_observations(self._connection, datastreams, maximum + 1)
        self._check_count(entity, count)

    def _check_count(self, entity: str, count: int) -> None:
        if count and not self._writer.is_administrator:
            raise WritingConflict("has_observations", entity=entity, count=count)
        if count > self._settings.deleted_observations_max:
            maximum = self._settings.deleted_observations_max
            raise WritingConflict("too_many_observations", entity=entity, maximum=maximum)

    def _location(self, key: int) -> None:
        things = repository.numbers(self._connection, "things_at", id=key)
        self._keep_feature(key)
        repository.execute(self._connection, "lone_history", id=key)
        repository.execute(self._connection, "delete_location", id=key)
        places = Places(self._connection)
        for thing_id in things:
            places.refresh(thing_id, self._now)

    def _keep_feature(self, key: int) -> None:
        """What was observed at a location stays what its observations are of, though the location goes."""
        spans = repository.rows(self._connection, "spans_of_feature", id=key)
        found = self._observed_in("Location", spans)
        is_used = any(found.values()) or repository.rows(
            self._connection, "own_of_feature", id=key, maximum=1
        )
        if is_used and repository.one(self._connection, "keep_feature", id=key) is not None:
            self._state_feature(key, found)

    def _historical(self, key: int) -> None:
        """Observations keep what they are of, though nothing else says any more that their thing was there."""
        spans = repository.rows(self._connection, "spans_of_history", id=key)
        for feature_id in sorted({row[3] for row in spans}):
            own = [row[:3] for row in spans if row[3] == feature_id]
            self._state_feature(feature_id, self._observed_in("HistoricalLocation", own))
        repository.execute(self._connection, "delete_historicallocation", id=key)

    def _observed_in(self, entity: str, spans: Sequence[tuple[Any, ...]]) -> dict[int, list[datetime]]:
        """By datastream, when observations are that have their feature of interest from these spans alone."""
        maximum = self._settings.deleted_observations_max
        found: dict[int, list[datetime]] = {}
        for datastream_id, since, until in spans:
            asked = {"datastream_id": datastream_id, "since": since, "until": until, "maximum": maximum + 1}
            times = [row[0] for row in repository.rows(self._connection, "own_times", **asked)]
            found.setdefault(datastream_id, []).extend(times)
            if sum(map(len, found.values())) > maximum:
                raise WritingConflict("too_many_observations", entity=entity, maximum=maximum)
        return found

    def _state_feature(self, key: int, found: dict[int, list[datetime]]) -> None:
        for datastream_id, times in found.items():
            if times:
                stated = {"id": key, "datastream_id": datastream_id, "times": times}
                repository.execute(self._connection, "state_feature", **stated)

    def _feature(self, key: int) -> None:
        maximum = self._settings.deleted_observations_max
        found: list[tuple[int, datetime]] = [
            (row[0], row[1])
            for row in repository.rows(self._connection, "own_of_feature", id=key, maximum=maximum + 1)
        ]
        for datastream_id, since, until in repository.rows(self._connection, "spans_of_feature", id=key):
            if repository.is_any(self._connection, "is_of_thing", id=key):
                raise WritingConflict("of_a_thing")
            asked = {"datastream_id": datastream_id, "since": since, "until": until, "maximum": maximum + 1}
            found += [
                (datastream_id, row[0]) for row in repository.rows(self._connection, "own_times", **asked)
            ]
        self._check_count("FeatureOfInterest", len(found))
        for datastream_id, time in found:
            self.forget(datastream_id, time)
        repository.execute(self._connection, "delete_featureofinterest", id=key)
        repository.execute(self._connection, "hide_feature", id=key)
        log.info("sensorthings_deleted", entity="FeatureOfInterest", id=key, observations=len(found))
