"""What somebody subscribes to: the path of a GET behind ``v1.1/``, with its options, and whether an entity that has changed is meant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from citycore.clock import EPOCH
from hub_api.serving.hub import Hub
from hub_api.standards.sensorthings.compiling.statements import Question
from hub_api.standards.sensorthings.errors import NothingThere, RequestInvalid
from hub_api.standards.sensorthings.model import ENTITIES, ROOT, Key, id_of
from hub_api.standards.sensorthings.resources import Resource, resource_of
from hub_api.standards.sensorthings.service import Reader
from hub_api.standards.sensorthings.settings import SensorThingsSettings
from hub_api.standards.sensorthings.shaping import Shaping
from hub_api.standards.sensorthings.syntax import tree
from hub_api.standards.sensorthings.syntax.options import Options, parse_query
from hub_api.standards.sensorthings.syntax.paths import parse_path

PREFIX: Final = f"{ROOT.rpartition('/')[2]}/"
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """An entity that is new or has changed. ``changed``: its properties, None where it is new or nobody knows which. ``has_moved`` of an
    observation whose old ids lead here now: collections have heard of it already, as of a new one.
    """

    entity: str
    key: Key
    changed: frozenset[str] | None = None
    has_moved: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic, as whoever subscribes has written it."""

    text: str
    path: str
    resource: Resource
    options: Options

    @property
    def entity(self) -> str:
        return self.resource.entity.name

    @property
    def is_plain(self) -> bool:
        """All entities of a kind."""
        return self.resource.is_collection and not self.resource.steps and self.options.filter is None

    @property
    def datastream(self) -> int | None:
        """Of ``Datastreams(7)/Observations``, where that is all."""
        first = self.resource
        steps = first.steps
        is_it = len(steps) == 1 and steps[0].link.name == "Observations" and steps[0].key is None
        is_one = is_it and first.first.name == "Datastream" and self.options.filter is None
        return first.key if is_one and isinstance(first.key, int) else None

    def wants(self, change: Change) -> bool:
        """Whether it can be about that, by the names alone."""
        if change.entity != self.entity or (change.has_moved and self.resource.is_collection):
            return False
        asked = (
            {self.resource.tail[0]} if self.resource.tail else {path[0] for path in self.options.select or ()}
        )
        return not asked or "*" in asked or change.changed is None or bool(asked & change.changed)


def read_topic(text: str, settings: SensorThingsSettings) -> Topic | None:
    """None for what is no topic of the standard: a filter with wildcards, an option that makes no sense here."""
    if not text.startswith(PREFIX) or "+" in text or "#" in text:
        return None
    path, _, query = text.removeprefix(PREFIX).partition("?")
    try:
        resource = resource_of(parse_path(path, settings))
        options = parse_query(query, settings)
        # Names that the entity does not have.
        Question(resource.entity, options, settings, EPOCH)
        Shaping(resource.entity, options, "")
    except (NothingThere, RequestInvalid):
        return None
    return Topic(text, path.strip("/"), resource, options) if _fits(resource, options) else None


def _fits(resource: Resource, options: Options) -> bool:
    """Whether a change can be told so: one entity, or one property of it."""
    is_page = options.order or options.skip or options.count or options.result_format or options.after
    if is_page or options.top is not None or resource.ending is not None or len(resource.tail) > 1:
        return False
    if resource.tail:
        return not (options.select or options.expand or options.filter)
    return options.filter is None or resource.is_collection


class Telling:
    """What is told of one change, over the reading side; each document is made once."""

    def __init__(self, hub: Hub, settings: SensorThingsSettings, root: str, now: datetime) -> None:
        self._hub, self._settings, self._root, self._now = hub, settings, root, now
        self._made: dict[tuple[Key, tuple[tuple[str, str], ...]], Document | None] = {}

    async def document(self, topic: Topic, change: Change) -> Document | None:
        """What subscribers of a topic are sent, None where it is not about that."""
        resource = topic.resource
        if not topic.is_plain and not await self._is_meant(topic, change):
            return None
        found = await self._entity(change, topic.options)
        if found is None or not resource.tail:
            return found
        return {resource.tail[0]: found.get(resource.tail[0])}

    async def _is_meant(self, topic: Topic, change: Change) -> bool:
        reader = self._reader(topic.path)
        resource = replace(topic.resource, tail=())
        if not resource.is_collection and not resource.steps:
            same = resource.key == change.key
            if same or not isinstance(change.key, tuple):
                return same
        try:
            if not resource.is_collection:
                return await reader.id_at(resource) == _text(change.key)
            own = tree.Binary("eq", tree.Path(("id",)), tree.Literal(_literal(change.key)))
            wanted = topic.options.filter
            asked = own if wanted is None else tree.Binary("and", own, wanted)
            return await reader.count(resource, Options(filter=asked)) > 0
        except (NothingThere, RequestInvalid):
            return False

    async def _entity(self, change: Change, options: Options) -> Document | None:
        known = (change.key, options.written)
        if known not in self._made:
            self._made[known] = await self._read(change, options)
        return self._made[known]

    async def _read(self, change: Change, options: Options) -> Document | None:
        resource = Resource(ENTITIES[change.entity], change.key)
        plain = Options(select=options.select, expand=options.expand, written=options.written)
        try:
            found = await self._reader(f"{resource.first.collection}({_text(change.key)})").entity(
                resource, plain
            )
        except (
            NothingThere,
            RequestInvalid,
        ):  # it is gone again, or what is expanded has not what is asked for
            return None
        return found.documents[0]

    def _reader(self, path: str) -> Reader:
        return Reader(self._hub, self._settings, self._root, path, self._now)


def _text(key: Key) -> str:
    return id_of(*key) if isinstance(key, tuple) else str(key)


def _literal(key: Key) -> int | str:
    return id_of(*key) if isinstance(key, tuple) else key
