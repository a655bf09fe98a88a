"""What a path below the root means for whoever writes: a collection to add to, or an entity to change."""

from __future__ import annotations

from dataclasses import dataclass

from hub_api.standards.sensorthings.settings import SensorThingsSettings
from hub_api.standards.sensorthings.syntax.paths import Segment, parse_path
from hub_api.standards.sensorthings.writing.errors import EntityMissing
from hub_api.standards.sensorthings.writing.model import (
    BY_COLLECTION,
    WRITABLES,
    Reference,
    Relation,
    Writable,
)


@dataclass(frozen=True, slots=True)
class Address:
    """``id`` is None for a collection; ``parent`` is the entity before it, with the relation that leads from it here."""

    entity: Writable
    id: str | None = None
    parent: Reference | None = None
    relation: Relation | None = None


def address_of(path: str, settings: SensorThingsSettings) -> Address | None:
    """None for a path that leads to something that is never written (a property, ``$ref``); :class:`EntityMissing` for none."""
    segments = parse_path(path, settings)
    if not segments:
        return None
    address = _first(segments[0])
    for segment in segments[1:]:
        if address is None or address.id is None:
            return None
        relation = address.entity.relations.get(segment.name)
        if relation is None:
            return None
        parent = Reference(address.entity.name, address.id)
        address = Address(WRITABLES[relation.target], segment.key, parent, relation)
    if address is not None and address.relation is not None and not address.relation.is_many:
        return None
    return address


def _first(segment: Segment) -> Address | None:
    entity = BY_COLLECTION.get(segment.name)
    if entity is None:
        raise EntityMissing("no_such_entity", entity=segment.name, id=segment.key or "")
    return Address(entity, segment.key)
