"""Change an entity, in one transaction: what is given counts, the rest stays, or with ``is_whole`` goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
import structlog
from psycopg.types.json import Jsonb

from citycore.store.connections import Connection
from hub_api.standards.sensorthings.writing import repository
from hub_api.standards.sensorthings.writing.errors import EntityInvalid, EntityMissing, WritingConflict
from hub_api.standards.sensorthings.writing.linking import Linking
from hub_api.standards.sensorthings.writing.model import Draft, Reference, Row, Span, Writable, Writer
from hub_api.standards.sensorthings.writing.observations import own_of, row_of
from hub_api.standards.sensorthings.writing.patches import patched
from hub_api.standards.sensorthings.writing.places import Places
from hub_api.standards.sensorthings.writing.rights import check_observations, observation_key, own, referred
from hub_api.standards.sensorthings.writing.rules import Reader, result_type_of
from hub_api.standards.sensorthings.writing.slots import Slots
from hub_api.standards.sensorthings.writing.telling import tell
from hub_api.standards.sensorthings.writing.times import microseconds, moment_of, written
from hub_api.standards.sensorthings.writing.units import ucum_of

log = structlog.get_logger()
_OBSERVED = ("phenomenonTime", "result", "resultTime", "validTime", "resultQuality", "parameters")
_DETAILS = ("resultTime", "validTime", "resultQuality", "parameters")


class Change:
    """One request that changes an entity, in the transaction of ``connection``."""

    def __init__(self, connection: Connection, writer: Writer, now: datetime, reader: Reader) -> None:
        self._connection = connection
        self._writer = writer
        self._now = now
        self._reader = reader

    def change(self, draft: Draft, key: int, *, is_whole: bool) -> None:
        """Anything but an observation."""
        entity = draft.entity
        own(self._connection, self._writer, entity.name, key)
        present = repository.read(self._connection, entity.name, key)
        if present is None:
            raise EntityMissing("no_such_entity", entity=entity.name, id=key)
        values = draft.values if is_whole else {**present, **draft.values}
        self._reader.check_encoded(values, entity, "")
        if entity.name == "Datastream":
            self._check_datastream(key, present, values)
        if draft.values or is_whole:
            repository.save(self._connection, entity.name, key, values, source_id=self._writer.source_id)
        if entity.name == "Location":
            self._moved(draft, key, values)
        linking = Linking(self._connection, self._writer, self._now)
        noted: list[tuple[str, int | str]] = []
        for name, links in draft.links.items():
            named = [each for each in links if isinstance(each, Reference)]
            noted += linking.relink(entity.name, key, name, named)
        names = {name for name in entity.fields if values.get(name) != present.get(name)}
        tell(self._connection, [(entity.name, key)], [*(names if is_whole else names | {*draft.values})])
        tell(self._connection, noted)

    def _moved(self, draft: Draft, key: int, values: dict[str, Any]) -> None:
        """A location that is elsewhere now takes its things along on the map."""
        if {"location", "encodingType"} & draft.values.keys():
            places = Places(self._connection)
            places.check("location", values["encodingType"], values["location"])
            for thing_id in repository.numbers(self._connection, "things_at", id=key):
                places.refresh(thing_id, self._now)

    def _check_datastream(self, key: int, present: dict[str, Any], values: dict[str, Any]) -> None:
        """Results that are there keep their meaning: their type, and their unit. An administrator may say that it was another one."""
        row = repository.one(self._connection, "links_of_datastream", id=key)
        assert row is not None
        *_, result_type, unit = row
        is_same = result_type == "position" or values["observationType"] == present["observationType"]
        wanted = result_type if is_same else result_type_of(values["observationType"])
        wanted_unit = ucum_of(values["unitOfMeasurement"])
        if (wanted, wanted_unit) == (result_type, unit):
            return
        if repository.count_observations(self._connection, [key], 1):
            is_wider = result_type == "measurement" and values["observationType"].endswith("/OM_Observation")
            if not self._writer.is_administrator or (wanted != result_type and not is_wider):
                what = "observationType" if wanted != result_type else "unitOfMeasurement"
                raise WritingConflict("not_changeable", relation=what)
            wanted = result_type  # numbers are results of any type, and stay where they are
            log.warning("sensorthings_unit_restated", datastream_id=key, before=unit, after=wanted_unit)
        repository.execute(self._connection, "refit_datastream", id=key, unit=wanted_unit, result_type=wanted)

    def observation(
        self, entity: Writable, text: str, content: Any, *, is_whole: bool
    ) -> tuple[Row | None, datetime | None]:
        """Details at once; a row for ingest where the result or the time is another, and the time at which it was before."""
        datastream_id, moment = observation_key(text)
        stream = repository.streams(self._connection, [datastream_id]).get(datastream_id)
        present = (
            None
            if stream is None
            else repository.read_observation(self._connection, datastream_id, moment_of(moment))
        )
        if stream is None or present is None:
            raise EntityMissing("no_such_entity", entity="Observation", id=text)
        check_observations(self._writer, stream)
        if isinstance(content, list):  # a JSON Patch
            result = self._as_sent(stream.is_json, present["result"], stream.observation_type)
            content = patched(_written({**present, "result": result}), content)
        draft = self._reader.changes(entity, content, is_whole=is_whole)
        _check_stays(draft, datastream_id)
        for each in draft.links.get("FeatureOfInterest", ()):
            assert isinstance(each, Reference)
            present["feature_id"] = referred(self._connection, each)
        kept: datetime = present.pop("key")
        values: dict[str, Any] = (
            {name: draft.values.get(name) for name in _DETAILS} if is_whole else {**present}
        )
        values |= draft.values
        if present["resultQuality"] is None and is_flag(values.get("resultQuality")):
            values["resultQuality"] = None  # nobody's word but the hub's, sent back
        if values.get("phenomenonTime") is None:
            values["phenomenonTime"] = present["phenomenonTime"]
        time: Span = values["phenomenonTime"]
        before: Span = present["phenomenonTime"]
        is_moved = time.start != before.start
        if "result" in draft.values or is_moved:
            if "result" not in draft.values:
                values["result"] = self._as_sent(stream.is_json, present["result"], stream.observation_type)
            row = row_of(values, stream, present["feature_id"], time.start, "result")
            row = own_of(self._writer, row)
            if is_moved:
                (row,) = Slots(self._connection).settled([row])
                return row, kept
            if row.result != present["result"]:  # the same one is nothing new to ingest
                return _stays(row, kept), None
        self._keep(datastream_id, kept, values, present["feature_id"])
        own = f"{datastream_id}-{microseconds(kept)}"
        tell(self._connection, [("Observation", own)], [*(_OBSERVED if is_whole else draft.values)])
        return None, None

    def _keep(
        self, datastream_id: int, kept: datetime, values: dict[str, Any], feature_id: int | None
    ) -> None:
        """What comes with a result that stays."""
        time: Span = values["phenomenonTime"]
        lasting: Span | None = values.get("validTime")
        repository.execute(
            self._connection,
            "save_details",
            id=datastream_id,
            time=kept,
            phenomenon_end=_moment(time.end),
            result_time=_moment(values.get("resultTime")),
            valid_start=None if lasting is None else _moment(lasting.start),
            valid_end=None if lasting is None else _moment(lasting.end),
            result_quality=_json(values.get("resultQuality")),
            parameters=_json(values.get("parameters")),
            feature_id=feature_id,
        )

    @staticmethod
    def _as_sent(is_json: bool, result: Any, observation_type: str) -> Any:
        """A kept result as it was posted."""
        if is_json:
            return orjson.loads(result)
        if observation_type.endswith("OM_TruthObservation"):
            return bool(result)
        return {"type": "Point", "coordinates": list(result)} if isinstance(result, tuple) else result


def is_flag(quality: Any) -> bool:
    """Whether this is how an answer tells the flag of quality control where nobody stated a quality."""
    is_told = isinstance(quality, dict) and quality.keys() == {"scheme", "flag", "meaning"}
    return is_told and quality["scheme"] == "QARTOD"


def _check_stays(draft: Draft, datastream_id: int) -> None:
    """An observation is of one datastream for good."""
    if any(
        isinstance(each, Reference) and each.id.strip("'") != str(datastream_id)
        for each in draft.links.get("Datastream", ())
    ):
        raise EntityInvalid("Datastream", "not_changeable", relation="Datastream")


def _stays(row: Row, kept: datetime) -> Row:
    """A row where it is, though its time may be before that."""
    place = microseconds(kept)
    return row if row.time == place else replace(row, time=place, phenomenon_start=row.time)


def _written(present: dict[str, Any]) -> dict[str, Any]:
    """An observation as it was posted."""
    told = {name: present[name] for name in ("result", "resultQuality", "parameters")}
    for name in ("phenomenonTime", "validTime"):
        span: Span | None = present[name]
        if span is not None:
            told[name] = (
                written(span.start) if span.end is None else f"{written(span.start)}/{written(span.end)}"
            )
    if present["resultTime"] is not None:
        told["resultTime"] = written(present["resultTime"])
    return told


def _moment(value: int | None) -> datetime | None:
    return None if value is None else moment_of(value)


def _json(value: Any) -> Any:
    return None if value is None else Jsonb(value)
