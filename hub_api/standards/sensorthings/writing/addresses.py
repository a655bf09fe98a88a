"""What a path below the root means for whoever writes: a collection to add to, or an entity to change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from hub_api.standards.sensorthings.model import id_of
from hub_api.standards.sensorthings.resources import Resource
from hub_api.standards.sensorthings.writing.model import WRITABLES, Reference, Relation, Writable


@dataclass(frozen=True, slots=True)
class Address:
    """``id`` is None for a collection; ``parent`` is the entity before it, with the relation that leads from it here."""

    entity: Writable
    id: str | None = None
    parent: Reference | None = None
    relation: Relation | None = None


async def address_of(resource: Resource, look_up: Callable[[Resource], Awaitable[str]]) -> Address | None:
    """None for what is never written (a property, ``$ref``). ``look_up`` gives the id of the entity at the end of a path of several
    steps, such as ``Datastreams(1)/Thing``, and fails where one of them leads nowhere.
    """
    if resource.tail or resource.ending is not None:
        return None
    if not resource.is_collection:
        return Address(WRITABLES[resource.entity.name], await _id(resource, look_up))
    if not resource.steps:
        return Address(WRITABLES[resource.entity.name])
    above = replace(resource, steps=resource.steps[:-1])
    parent = Reference(above.entity.name, await _id(above, look_up))
    relation = WRITABLES[above.entity.name].relations[resource.steps[-1].link.name]
    return Address(WRITABLES[relation.target], None, parent, relation)


async def _id(resource: Resource, look_up: Callable[[Resource], Awaitable[str]]) -> str:
    if resource.steps:
        return await look_up(resource)
    key = resource.key
    return id_of(*key) if isinstance(key, tuple) else str(key)
