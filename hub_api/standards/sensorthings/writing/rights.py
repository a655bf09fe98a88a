"""Whether an entity is there, and whether whoever writes may change it."""

from __future__ import annotations

from citycore.store.connections import Connection
from hub_api.standards.sensorthings.writing import repository
from hub_api.standards.sensorthings.writing.errors import EntityInvalid, EntityMissing, WriterForbidden
from hub_api.standards.sensorthings.writing.model import Reference, Stream, Writer

ENTITY_MAX = 2**31 - 1


def key_of(entity: str, text: str) -> int:
    """The number of an entity; :class:`EntityMissing` for what can be none."""
    plain = text.strip("'")
    if not (plain.isascii() and plain.isdigit() and len(plain) <= 10 and int(plain) <= ENTITY_MAX):
        raise EntityMissing("no_such_entity", entity=entity, id=text)
    return int(plain)


def observation_key(text: str) -> tuple[int, int]:
    """Datastream and microseconds of an observation's id."""
    datastream, dash, moment = text.strip("'").partition("-")
    digits = moment.removeprefix("-")
    is_id = dash and datastream.isdigit() and digits.isdigit() and text.isascii()
    if not is_id or len(datastream) > 10 or len(digits) > 17 or int(datastream) > ENTITY_MAX:
        raise EntityMissing("no_such_entity", entity="Observation", id=text)
    return int(datastream), int(moment)


def check_observations(writer: Writer, stream: Stream) -> None:
    """Whether observations of this datastream may be written."""
    is_own = writer.source_id == stream.source_id and writer.thing_id in {None, stream.thing_id}
    if not writer.is_administrator and not is_own:
        raise WriterForbidden("not_yours", entity="Datastream")


def check_writer(writer: Writer) -> None:
    """A device changes nothing but its observations."""
    if writer.thing_id is not None:
        raise WriterForbidden("observations_alone")


def own(connection: Connection, writer: Writer, entity: str, key: int) -> None:
    """Hold an entity to change it: :class:`EntityMissing`, :class:`WriterForbidden`."""
    check_writer(writer)
    if entity == "Sensor" and key == 0:
        raise WriterForbidden("not_stated_sensor")
    row = repository.one(connection, f"owner_of_{entity.lower()}", id=key)
    if row is None:
        raise EntityMissing("no_such_entity", entity=entity, id=key)
    if not writer.is_administrator and row[0] != writer.source_id:
        raise WriterForbidden("not_yours", entity=entity)


def referred(connection: Connection, reference: Reference) -> int:
    """The number of an entity that a body names, which is wrong where there is none; where the path names it, nothing is there."""
    key = _number_of(connection, reference)
    if key is not None:
        return key
    missing = {"entity": reference.target, "id": reference.id}
    if not reference.where:
        raise EntityMissing("no_such_entity", **missing)
    raise EntityInvalid(reference.where, "no_such_entity", **missing)


def _number_of(connection: Connection, reference: Reference) -> int | None:
    try:
        key = key_of(reference.target, reference.id)
    except EntityMissing:
        return None
    if reference.target == "Sensor" and key == 0:
        return 0
    row = repository.one(connection, f"owner_of_{reference.target.lower()}", id=key)
    return None if row is None else key
