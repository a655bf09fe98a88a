"""What the path of a request names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub_api.standards.sensorthings.errors import NothingThere
from hub_api.standards.sensorthings.model import (
    COLLECTIONS,
    ENTITIES,
    ID_NAMES,
    EntityType,
    Key,
    Link,
    key_of,
)
from hub_api.standards.sensorthings.syntax.paths import Segment


@dataclass(frozen=True, slots=True)
class Step:
    """From an entity to one that it is linked to; without a key it is all of them, or the only one."""

    link: Link
    key: Key | None


@dataclass(frozen=True, slots=True)
class Resource:
    """``Things(1)/Datastreams(2)/Observations``: where it begins, the steps, and what is behind the last.

    ``key`` is of the first entity, None for a whole collection. ``tail`` are the keys of a property and of what is within it.
    """

    first: EntityType
    key: Key | None
    steps: tuple[Step, ...] = ()
    tail: tuple[str, ...] = ()
    #: ``$value``, ``$ref`` or ``$count``.
    ending: str | None = None

    @property
    def entity(self) -> EntityType:
        return ENTITIES[self.steps[-1].link.target] if self.steps else self.first

    @property
    def is_collection(self) -> bool:
        if not self.steps:
            return self.key is None
        last = self.steps[-1]
        return last.link.is_many and last.key is None


def resource_of(segments: Sequence[Segment]) -> Resource:
    """What the segments name; ``NothingThere`` says at which of them it ends."""
    segments, ending = _ending(segments)
    if not segments:
        raise NothingThere("no_collection", piece=f"${ending}", known=", ".join(COLLECTIONS))
    head = segments[0]
    first = COLLECTIONS.get(head.name)
    if first is None:
        raise NothingThere("no_collection", piece=head.name, known=", ".join(COLLECTIONS))
    found = Resource(first, _key(first, head), ending=ending)
    for place, segment in enumerate(segments[1:], start=1):
        if found.is_collection:
            raise NothingThere("behind_collection", piece=segment.name, collection=found.entity.collection)
        link = found.entity.link_named(segment.name)
        if link is None:
            tail = tuple(one.name for one in segments[place:])
            return _with_tail(found, segments[place:], tail)
        if segment.key is not None and not link.is_many:
            raise NothingThere("key_of_one", piece=segment.name)
        target = ENTITIES[link.target]
        found = Resource(first, found.key, (*found.steps, Step(link, _key(target, segment))), ending=ending)
    return _checked(found)


def _ending(segments: Sequence[Segment]) -> tuple[Sequence[Segment], str | None]:
    if segments and segments[-1].name in ("$value", "$ref", "$count"):
        return segments[:-1], segments[-1].name[1:]
    return segments, None


def _key(entity: EntityType, segment: Segment) -> Key | None:
    if segment.key is None:
        return None
    key = key_of(entity, segment.key)
    if key is None:
        raise NothingThere("no_entity", entity=entity.name, number=segment.key)
    return key


def _with_tail(found: Resource, segments: Sequence[Segment], tail: tuple[str, ...]) -> Resource:
    entity = found.entity
    known = entity.property_named(tail[0])
    is_id = tail[0] in ID_NAMES and len(tail) == 1
    if segments[0].key is not None or (known is None and not is_id and tail != ("@iot.selfLink",)):
        names = [*(one.name for one in entity.properties), *(one.name for one in entity.links)]
        raise NothingThere("no_property", piece=segments[0].name, entity=entity.name, known=", ".join(names))
    if any(one.key is not None for one in segments):
        raise NothingThere("no_segment", piece=segments[-1].name)
    return _checked(Resource(found.first, found.key, found.steps, tail, found.ending))


def _checked(found: Resource) -> Resource:
    """An ending fits only some resources."""
    fits = {
        "value": bool(found.tail),
        "ref": not found.tail,
        "count": found.is_collection,
        None: True,
    }
    if not fits[found.ending]:
        raise NothingThere("wrong_ending", piece=f"${found.ending}")
    return found
