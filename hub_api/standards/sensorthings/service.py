"""From a request to the entities that it names, with what is expanded in them: a few statements, however many entities there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from urllib.parse import quote

import orjson
from psycopg import sql

from hub_api.serving.database import Row
from hub_api.serving.hub import Hub
from hub_api.standards.sensorthings.archived import Archive, ArchivedRows
from hub_api.standards.sensorthings.compiling.scope import Aliases, Place, join
from hub_api.standards.sensorthings.compiling.statements import Question
from hub_api.standards.sensorthings.compiling.streams import Narrowed, split
from hub_api.standards.sensorthings.compiling.values import Bound
from hub_api.standards.sensorthings.compiling.windows import window_of
from hub_api.standards.sensorthings.errors import NothingThere, StillSearching
from hub_api.standards.sensorthings.expanding import Expander
from hub_api.standards.sensorthings.model import ENTITIES, RESULT_TYPES, EntityType, Key, id_of, relation
from hub_api.standards.sensorthings.repository import Older, Store
from hub_api.standards.sensorthings.resources import Resource
from hub_api.standards.sensorthings.settings import SensorThingsSettings
from hub_api.standards.sensorthings.shaping import Document, Shaping
from hub_api.standards.sensorthings.syntax.options import Options
from hub_api.standards.sensorthings.walking import MARK, Walked, Wanted, read_page

#: What a link need not escape.
SAFE = "$()',/:;=@*!~"


@dataclass(slots=True)
class Collection:
    """One page, before it is written in a format."""

    shaping: Shaping
    rows: Sequence[Row]
    #: Each as JSON.
    entities: list[bytes]
    count: int | None = None
    next_link: str | None = None

    @property
    def documents(self) -> list[Document]:
        """Each as JSON is read: for what tells a page in another way."""
        return [orjson.loads(one) for one in self.entities]


@dataclass(frozen=True, slots=True)
class Found:
    """The entity at the end of a path."""

    entity: EntityType
    key: Key
    result_types: tuple[str, ...] = RESULT_TYPES


@dataclass(slots=True)
class Reader:
    """One request. ``root`` is where the client reaches the service, ``path`` what it asked behind it."""

    hub: Hub
    settings: SensorThingsSettings
    root: str
    path: str
    now: datetime
    older: Older = field(default_factory=lambda: Older(0.0))
    store: Store = field(init=False)
    archive: Archive = field(init=False)

    def __post_init__(self) -> None:
        self.store = Store(self.hub, self.settings, self.older)
        self.archive = Archive(self.hub, self.store, self.settings)

    async def collection(self, resource: Resource, options: Options) -> Collection:
        """A page of a collection; ``NothingThere`` where it belongs to an entity that does not exist, ``StillSearching`` where nothing
        was found in the time that a request has and there is more to look at.
        """
        await self.archive.check_related(resource.entity, options)
        parent = await self._parent(resource) if resource.steps else None
        shaping = Shaping(resource.entity, options, self.root)
        narrowed = await self._narrowed(resource, options, parent)
        make = partial(self._question, resource, options, parent, narrowed)
        question = _behind(make(), options.after)
        top = self.settings.top_default if options.top is None else min(options.top, self.settings.top_max)
        wanted = Wanted(shaping.columns, top, options.skip or 0, options.after)
        streams = _streams(parent, narrowed)
        walked = Walked(())
        if top:
            walked = await self._page(make, wanted, streams, options)
        shown = walked.rows[:top]
        found = Collection(shaping, shown, [])
        if len(walked.rows) > top:
            last = f"{shaping.id_of(shown[-1])}{walked.mark}"
            found.next_link = self._next_link(question, last, wanted.skip + top, options)
        elif walked.token is not None:
            changes = {"$skiptoken": walked.token, "$skip": str(walked.skip) if walked.skip else None}
            found.next_link = link_with(self._url, options, changes)
            if not shown:
                raise StillSearching(found.next_link)
        if options.count:
            found.count = await self._count(make, streams, options)
        found.entities = await self._expander(len(shown)).entities(shaping, shown, options.expand)
        return found

    async def _page(
        self, make: Callable[[], Question], wanted: Wanted, streams: Sequence[int] | None, options: Options
    ) -> Walked:
        """The rows of a page and one more, if there is one. What the store lets go of while it is read is read again."""

        def behind() -> Question:
            return _behind(make(), wanted.after)

        if not behind().entity.is_observation:
            return await read_page(self.store, behind(), wanted, self.settings)
        window = window_of(options.filter)
        subject = await self.archive.subject(behind, streams, window)
        while True:
            if subject is None:
                walked = await read_page(self.store, behind(), wanted, self.settings)
            else:
                walked = await self.archive.page(subject, wanted)
            known, subject = subject, await self.archive.subject(behind, streams, window)
            if (known and known.let_go) == (subject and subject.let_go):
                return walked

    async def _count(
        self, make: Callable[[], Question], streams: Sequence[int] | None, options: Options
    ) -> int:
        question = make()
        if question.entity.is_observation:
            subject = await self.archive.subject(make, streams, window_of(options.filter))
            if subject is not None:
                return await self.archive.count(subject)
        return await self.store.count(question)

    async def _narrowed(self, resource: Resource, options: Options, parent: Found | None) -> Narrowed | None:
        """The datastreams that a question about observations is about, where something in it says so. Which these are is known from
        thousands of rows, and their observations are found by key among tens of millions.
        """
        if not resource.entity.is_observation:
            return None
        of_stream, rest = (None, None) if options.filter is None else split(options.filter)
        found = None
        if of_stream is not None:
            wanted = Options(filter=of_stream)
            found = await self.store.narrowed(
                Question(ENTITIES["Datastream"], wanted, self.settings, self.now)
            )
        if parent is not None and parent.entity.name == "FeatureOfInterest" and isinstance(parent.key, int):
            at_feature = await self.store.narrowed_to_feature(parent.key)
            both = at_feature.numbers if found is None else {*at_feature.numbers} & {*found.numbers}
            found = replace(at_feature, numbers=sorted(both))
        return None if found is None else replace(found, rest=rest)

    def _question(
        self, resource: Resource, options: Options, parent: Found | None, narrowed: Narrowed | None
    ) -> Question:
        types = RESULT_TYPES if parent is None else parent.result_types
        if narrowed is not None:
            types = tuple(one for one in types if one in narrowed.result_types) or types
            options = replace(options, filter=narrowed.rest)
        question = Question(resource.entity, options, self.settings, self.now, types)
        if narrowed is not None:
            question.among(narrowed.numbers)
        if parent is None:
            question.listed()
            return question
        key = question.bound.bind(parent.key, "whole")
        if narrowed is not None and narrowed.spans is not None:
            question.at_feature(key, narrowed.spans)
        else:
            question.reached_from(resource.steps[-1].link, key)
        return question

    async def count(self, resource: Resource, options: Options) -> int:
        await self.archive.check_related(resource.entity, options)
        parent = await self._parent(resource) if resource.steps else None
        narrowed = await self._narrowed(resource, options, parent)
        make = partial(self._question, resource, options, parent, narrowed)
        return await self._count(make, _streams(parent, narrowed), options)

    async def entity(self, resource: Resource, options: Options) -> Collection:
        """The one entity at the end of a path, as a collection of one; ``NothingThere`` if it does not exist."""
        await self.archive.check_related(resource.entity, options)
        shaping = Shaping(resource.entity, options, self.root)
        row = await self._row(resource, shaping.columns)
        return Collection(shaping, [row], await self._expander(1).entities(shaping, [row], options.expand))

    async def id_at(self, resource: Resource) -> str:
        """The id of the one entity at the end of a path; ``NothingThere`` where a step leads nowhere."""
        e = sql.Identifier("e")
        names = [resource.entity.key, *(["phenomenon_time"] if resource.entity.is_observation else [])]
        row = await self._row(resource, [sql.SQL("{}.{}").format(e, sql.Identifier(name)) for name in names])
        return id_of(row[0], row[1]) if resource.entity.is_observation else str(row[0])

    def _expander(self, taken: int) -> Expander:
        left = self.settings.entities_max - taken
        return Expander(self.archive, self.root, self.now, left)

    async def _parent(self, resource: Resource) -> Found:
        """The entity whose collection is asked for."""
        above = replace(resource, steps=resource.steps[:-1], ending=None)
        entity = above.entity
        e = sql.Identifier("e")
        columns: list[sql.Composable] = [sql.SQL("{}.{}").format(e, sql.Identifier(entity.key))]
        is_datastream = entity.name == "Datastream"
        if is_datastream:
            columns.append(sql.SQL("e.result_type"))
        row = await self._row(above, columns)
        return Found(entity, row[0], (row[1],) if is_datastream else RESULT_TYPES)

    async def _row(self, resource: Resource, columns: Sequence[sql.Composable]) -> Row:
        """The columns of the entity that a path names, all of whose steps must lead somewhere."""
        rows = await self._rows(resource, columns)
        moved = None if rows else await self._moved(resource)
        if moved is not None:
            rows = await self._rows(moved, columns)
        if not rows:
            rows = await self._archived(moved or resource, columns)
        if not rows:
            raise NothingThere("no_such_entity", path=self.path)
        return rows[0]

    async def _archived(self, resource: Resource, columns: Sequence[sql.Composable]) -> Sequence[Row]:
        """The same where the path names an observation that lies in the archive."""
        keys = {resource.key, *(step.key for step in resource.steps)}
        for key in keys:
            if isinstance(key, tuple):
                async with self.archive.instant(key) as found:
                    if found is not None:
                        return await self._rows(resource, columns, found)
        return ()

    async def _moved(self, resource: Resource) -> Resource | None:
        """The same path to where an observation is whose time was changed since it was named; None if it never was."""
        keys = [resource.key, *(step.key for step in resource.steps)]
        there: dict[Key | None, Key | None] = {
            key: await self.store.moved_to(key) for key in keys if isinstance(key, tuple)
        }
        if not any(there.values()):
            return None
        steps = tuple(replace(one, key=there.get(one.key) or one.key) for one in resource.steps)
        return replace(resource, key=there.get(resource.key) or resource.key, steps=steps)

    async def _rows(
        self, resource: Resource, columns: Sequence[sql.Composable], archived: ArchivedRows | None = None
    ) -> Sequence[Row]:
        bound, aliases = Bound(), Aliases()
        last = len(resource.steps)
        types = () if archived is None else archived.result_types
        place = Place(resource.first, "e" if last == 0 else aliases.new(), archived=types)
        source: list[sql.Composable] = [
            sql.SQL("{} AS {}").format(relation(place.entity, archived=types), place.e)
        ]
        conditions = [_is(place, resource.key, bound)]
        for number, step in enumerate(resource.steps, start=1):
            alias = "e" if number == last else aliases.new()
            target = Place(ENTITIES[step.link.target], alias, archived=types)
            source.append(join(place, step.link, target, aliases))
            conditions.append(_is(target, step.key, bound))
            place = target
        text = sql.SQL("SELECT {} FROM {} WHERE {} LIMIT 1").format(
            sql.SQL(", ").join(columns), sql.SQL(" ").join(source), sql.SQL(" AND ").join(conditions)
        )
        if archived is None:
            return await self.store.rows(text, bound)
        return await archived.store.rows(text, bound, more=archived.parameters)

    def _next_link(self, question: Question, last: str, skip: int, options: Options) -> str:
        """With every option as it was given. Observations go on behind the last one, at any distance at the same price."""
        if question.entity.is_observation and question.by_id is not None:
            return link_with(self._url, options, {"$skiptoken": last, "$skip": None})
        return link_with(self._url, options, {"$skip": str(skip)})

    @property
    def _url(self) -> str:
        return f"{self.root}/{quote(self.path.strip('/'), safe=SAFE)}"


def _streams(parent: Found | None, narrowed: Narrowed | None) -> Sequence[int] | None:
    """The datastreams that a question about observations is about; None where these may be all."""
    numbers = None if narrowed is None else narrowed.numbers
    if parent is None or parent.entity.name != "Datastream" or not isinstance(parent.key, int):
        return numbers
    return [parent.key] if numbers is None or parent.key in numbers else []


def _behind(question: Question, token: str | None) -> Question:
    """The question for what follows the page that ended with a token."""
    if token is not None:
        question.after(token.removesuffix(MARK))
    return question


def link_with(url: str, options: Options, changes: dict[str, str | None]) -> str:
    """The address with the options as they were written, but for these."""
    kept = [(name, value) for name, value in options.written if name not in changes]
    kept += [(name, value) for name, value in changes.items() if value is not None]
    query = "&".join(f"{quote(name, safe=SAFE)}={quote(value, safe=SAFE)}" for name, value in kept)
    return f"{url}?{query}"


def _is(place: Place, key: Key | None, bound: Bound) -> sql.Composable:
    """The entity with this key, or any."""
    column = sql.SQL("{}.{}").format(place.e, sql.Identifier(place.entity.key))
    if key is None:
        return sql.SQL("{} IS NOT NULL").format(column)
    if isinstance(key, tuple):
        datastream, moment = bound.bind(key[0], "whole"), bound.bind(key[1], "time")
        return sql.SQL("({} = {} AND {}.phenomenon_time = {})").format(column, datastream, place.e, moment)
    return sql.SQL("{} = {}").format(column, bound.bind(key, "whole"))
