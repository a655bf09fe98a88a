"""Pages and counts of observations of which the store has let go of some: what the archive has of them joins each statement.

They are read a stretch of time at a time, in the order of the page, and in the order of ids a datastream at a time: until the page is
full or the time is up, when its link goes on where this one ended. An order that is told by nothing but the results has to read all.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic
from typing import Literal

from psycopg import sql

from citycore.clock import MICROSECOND
from hub_api.city.observations.archived import fetch_gone, joined_whole, stretches
from hub_api.city.observations.model import Reading
from hub_api.city.observations.rules import series_of
from hub_api.city.selection.service import select
from hub_api.serving.database import Row, Snapshot
from hub_api.serving.errors import QueryTooLong
from hub_api.serving.hub import Hub
from hub_api.standards.sensorthings.compiling.statements import Question
from hub_api.standards.sensorthings.compiling.streams import key_array
from hub_api.standards.sensorthings.compiling.windows import Window, related_windows
from hub_api.standards.sensorthings.errors import RequestInvalid
from hub_api.standards.sensorthings.model import ENTITY_MAX, FIRST_INSTANT, LAST_INSTANT, EntityType, id_of
from hub_api.standards.sensorthings.repository import Extent, LetGo, Store
from hub_api.standards.sensorthings.settings import SensorThingsSettings
from hub_api.standards.sensorthings.syntax.options import Options
from hub_api.standards.sensorthings.walking import MARK, Walked, Wanted, key_of_token, read_page, walk

Direction = Literal["asc", "desc"]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question about observations is about: ``make`` puts it together anew, ``streams`` are its datastreams where they are
    named, ``let_go`` what the store lacks of them between the instants of ``window``.
    """

    make: Callable[[], Question]
    streams: Sequence[int] | None
    window: Window
    let_go: LetGo

    def has_between(self, first: int, last: int) -> bool:
        """Whether it is about any datastream from ``first`` to ``last``."""
        if first > last or self.streams is None:
            return first <= last
        ordered = sorted(self.streams)
        place = bisect_left(ordered, first)
        return place < len(ordered) and ordered[place] <= last


@dataclass(frozen=True, slots=True)
class ArchivedRows:
    """Rows of the archive as a statement binds them, of datastreams with these types of results; ``store`` is what it asks."""

    store: Store
    result_types: Collection[str]
    parameters: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Limit:
    """How many rows of each entity, and of all together."""

    each: int
    all: int


class Archive:
    """Of one request."""

    def __init__(self, hub: Hub, store: Store, settings: SensorThingsSettings) -> None:
        self._hub = hub
        self.store = store
        self.settings = settings

    async def subject(
        self, make: Callable[[], Question], streams: Sequence[int] | None, window: Window
    ) -> Subject | None:
        """What a question is about where the archive has some of it; None where the store has all. No ``streams`` are all."""
        let_go = await self.let_go(streams, window)
        return None if let_go is None else Subject(make, streams, window, let_go)

    async def let_go(self, streams: Sequence[int] | None, window: Window) -> LetGo | None:
        """Of which of these datastreams the store may have let go of observations in a window; no ``streams`` are all."""
        if window.is_empty or (streams is not None and not streams):
            return None
        return await self.store.let_go(streams, window.since or FIRST_INSTANT, window.until or LAST_INSTANT)

    async def check_related(self, entity: EntityType, options: Options) -> None:
        """``RequestInvalid`` where a condition or an order of entities asks for observations of theirs that lie in the archive."""
        for option, window in related_windows(entity, options):
            let_go = await self.let_go(None, window)
            if let_go is not None:
                until = let_go.until.astimezone(UTC).isoformat().replace("+00:00", "Z")
                raise RequestInvalid(option, "related_archived", known=until)

    async def page(self, subject: Subject, wanted: Wanted) -> Walked:
        """Up to one more than ``wanted.top``. ``RequestInvalid`` where an order would have to read more of the archive than is held."""
        order = subject.make().by_id
        if order == "time desc":
            newest = await self._newest(subject, wanted)
            if newest is not None:
                return newest
        filled = _Filled(wanted, monotonic() + self.settings.walk_seconds_max)
        if order is None:
            await self._whole(subject, filled)
        elif order == "id":
            await self._by_id(subject, filled)
        else:
            await self._by_time(subject, filled, "desc" if order == "time desc" else "asc")
        return filled.walked

    async def first_of_each(
        self,
        make: Callable[[], Question],
        text_of: Callable[[Question], sql.Composable],
        streams: Sequence[int],
        window: Window,
        limit: Limit,
    ) -> dict[int, list[Row]]:
        """The first rows of each of these datastreams, in an order that ids tell, a stretch of time of all of them at once. ``text_of``
        asks for those of ``parents``. ``RequestInvalid`` where these are not found in the time of one page, or are too many.
        """
        until = monotonic() + self.settings.walk_seconds_max
        found: dict[int, list[Row]] = {number: [] for number in streams}
        missing, count = list(streams), 0
        reading = await self._reading(missing, window, "desc" if make().by_id == "time desc" else "asc")
        async with self._stretches(reading, limit.each * len(missing)) as (snapshot, parts):
            async for part in parts:
                if monotonic() > until:
                    raise RequestInvalid("$expand", "expand_of_archived")
                question = make()
                more = _within(question, part) | {"parents": key_array(missing)}
                for number, *row in await self._asked(snapshot, question, text_of(question), more):
                    if len(found[number]) < limit.each:
                        found[number].append(tuple(row))
                        count += 1
                if count > limit.all:
                    raise RequestInvalid("$expand", "too_many_entities", maximum=self.settings.entities_max)
                missing = [number for number in missing if len(found[number]) < limit.each]
                if not missing:
                    break
        return found

    async def count(self, subject: Subject) -> int:
        """How many fit; ``QueryTooLong`` where they are not counted in time."""
        until = monotonic() + self.settings.count_seconds_max
        found = 0
        reading = await self._reading(subject.let_go.streams, subject.window, "asc")
        async with self._stretches(reading, self._hub.settings.archive.answer_rows_max) as (snapshot, parts):
            async for part in parts:
                if monotonic() > until:
                    raise QueryTooLong
                question = subject.make()
                found += await self._counted(snapshot, question, _within(question, part))
        return found

    @asynccontextmanager
    async def instant(self, key: tuple[int, datetime]) -> AsyncIterator[ArchivedRows | None]:
        """What the archive has of one instant of a datastream; None where the store has let go of nothing there."""
        number, moment = key
        window = Window(moment, _next(moment))
        if window.until is None or await self.let_go([number], window) is None:
            yield None
            return
        reading = await self._reading([number], window, "asc")
        async with self._stretches(reading, 1) as (snapshot, parts):
            async for part in parts:
                if part.archived is not None:
                    store = self.store.within(snapshot)
                    yield ArchivedRows(store, part.selection.result_types, part.archived.parameters)
                    return
            yield None

    async def _newest(self, subject: Subject, wanted: Wanted) -> Walked | None:
        """The page if it ends before what the store has let go of begins; then the store has all of it."""
        walked = await read_page(self.store, subject.make(), wanted, self.settings)
        if len(walked.rows) > wanted.top:
            end: datetime = walked.rows[-1][1]
        elif walked.token is not None:
            end = key_of_token(walked.token)[1]
        else:
            return None
        return walked if end >= subject.let_go.until else None

    async def _whole(self, subject: Subject, filled: _Filled) -> None:
        """The first of all in an order of which the archive knows nothing: all of it has to be held at once."""
        most = self._hub.settings.archive.answer_rows_max
        reading = await self._reading(subject.let_go.streams, subject.window, "asc")
        async with self._hub.database.snapshot() as snapshot:
            gone = await fetch_gone(self._hub, snapshot, reading)
            joined = await joined_whole(self._hub, snapshot, reading, gone, most)
            if joined is None:
                raise RequestInvalid("$orderby", "order_of_archived", maximum=most)
            await self._fill(snapshot, subject.make(), joined, filled)

    async def _by_id(self, subject: Subject, filled: _Filled) -> None:
        after = filled.after
        first = 1 if after is None else after[0] + (after[1] >= LAST_INSTANT)
        for number in subject.let_go.streams:
            if after is not None and (number, LAST_INSTANT) <= after:
                continue
            await self._between(subject, filled, first, number - 1)
            if filled.is_over:
                return
            begun = Window(_next(after[1])) if after is not None and number == after[0] else Window()
            of_one = replace(subject.let_go, streams=(number,))
            window = subject.window & begun
            await self._through(
                replace(subject, streams=[number], let_go=of_one, window=window), filled, "asc"
            )
            filled.go_on(id_of(number, LAST_INSTANT))
            if filled.is_over:
                return
            first = number + 1
        await self._between(subject, filled, first, await self.store.last_datastream())
        filled.end()

    async def _between(self, subject: Subject, filled: _Filled, first: int, last: int) -> None:
        """Those of neighbouring datastreams of which the store has all."""
        if not subject.has_between(first, last):
            return
        extent = Extent(FIRST_INSTANT, LAST_INSTANT, last)
        await self._walk(subject, filled, id_of(first, FIRST_INSTANT), extent)
        filled.go_on(id_of(last, LAST_INSTANT))

    async def _by_time(self, subject: Subject, filled: _Filled, direction: Direction) -> None:
        after = filled.after
        begun = Window() if after is None else _behind(after, is_back=direction == "desc")
        await self._through(replace(subject, window=subject.window & begun), filled, direction)
        filled.end()

    async def _through(self, subject: Subject, filled: _Filled, direction: Direction) -> None:
        """Stretch by stretch, until the page is full or the time is up."""
        if subject.window.is_empty:
            return
        streams = subject.streams
        number = streams[0] if streams is not None and len(streams) == 1 else None
        reading = await self._reading(subject.let_go.streams, subject.window, direction)
        async with self._stretches(reading, filled.missing) as (snapshot, parts):
            async for part in parts:
                edge = part.end if direction == "asc" else part.start
                question = subject.make()
                if number is not None:
                    question.among([number])
                is_rest = direction == "asc" and edge is None and part.archived is None
                if is_rest and question.is_walkable and number is None:
                    rest = None if part.start is None else id_of(0, part.start)
                    await self._walk(subject, filled, rest, None)
                    return
                try:
                    await self._fill(snapshot, question, part, filled)
                except QueryTooLong:
                    filled.stop()
                if filled.is_over or edge is None:
                    return
                if direction == "desc":
                    filled.go_on(id_of(ENTITY_MAX, edge))
                else:
                    filled.go_on(id_of(0, edge) if number is None else id_of(number, edge - MICROSECOND))
                if filled.is_over:
                    return

    async def _walk(
        self, subject: Subject, filled: _Filled, after: str | None, extent: Extent | None
    ) -> None:
        """What the store alone has, from a token on."""
        wanted = replace(filled.wanted, top=filled.room - 1, skip=filled.skip, after=after)
        seconds = max(filled.seconds, self.settings.walk_after_seconds)
        try:
            walked = await walk(self.store, subject.make(), wanted, seconds, extent)
        except RequestInvalid:
            if not filled.has_moved:
                raise
            filled.stop()
            return
        filled.take_walked(walked)

    @asynccontextmanager
    async def _stretches(
        self, reading: Reading, rows_min: int
    ) -> AsyncIterator[tuple[Snapshot, AsyncIterator[Reading]]]:
        """The parts of a reading in one state of the store."""
        async with self._hub.database.snapshot() as snapshot:
            gone = await fetch_gone(self._hub, snapshot, reading)
            async with aclosing(stretches(self._hub, snapshot, reading, gone, rows_min)) as parts:
                yield snapshot, parts

    async def _reading(self, streams: Sequence[int], window: Window, direction: Direction) -> Reading:
        is_one = len(streams) == 1
        selection = await select(
            self._hub, {"datastream": streams[0] if is_one else list(streams)}, is_one=is_one
        )
        series = series_of(selection.result_types, "raw")
        assert series is not None, "raw rows have a series"
        return Reading(
            selection=selection,
            bucket="raw",
            series=series,
            start=window.since,
            end=window.until,
            order=direction,
            qualities=None,
        )

    async def _fill(self, snapshot: Snapshot, question: Question, part: Reading, filled: _Filled) -> None:
        """The rows of a stretch, in the order of the page. Those to be skipped are counted, and never held."""
        more = _within(question, part)
        if filled.skip:
            counted = await self._counted(snapshot, question, more)
            if counted <= filled.skip:
                filled.skip -= counted
                return
        text = question.select(filled.wanted.columns, filled.room, filled.skip)
        filled.take(await self._asked(snapshot, question, text, more))

    async def _counted(self, snapshot: Snapshot, question: Question, more: Mapping[str, object]) -> int:
        return int((await self._asked(snapshot, question, question.count(), more))[0][0])

    async def _asked(
        self, snapshot: Snapshot, question: Question, text: sql.Composable, more: Mapping[str, object]
    ) -> Sequence[Row]:
        seconds = self.settings.count_seconds_max
        return await self.store.within(snapshot).rows(
            text, question.bound, question.spatial, more, seconds_max=seconds
        )


class _Filled:
    """A page as it fills."""

    def __init__(self, wanted: Wanted, until: float) -> None:
        self.wanted = wanted
        #: How many of what follows are still to be skipped.
        self.skip = wanted.skip
        #: Whether anything was looked at as a whole, so that the next page begins behind it.
        self.has_moved = False
        self._token: str | None = None
        self._is_ended = False
        self._until = until
        self._rows: list[Row] = []

    @property
    def after(self) -> tuple[int, datetime] | None:
        return None if self.wanted.after is None else key_of_token(self.wanted.after)

    @property
    def room(self) -> int:
        """For so many rows, of which the last says that there is another page."""
        return self.wanted.top + 1 - len(self._rows)

    @property
    def missing(self) -> int:
        """The same with those that are skipped."""
        return self.skip + self.room

    @property
    def seconds(self) -> float:
        return self._until - monotonic()

    @property
    def is_over(self) -> bool:
        return self.room == 0 or self._is_ended

    def take(self, rows: Sequence[Row]) -> None:
        if rows:
            self.skip = 0
            self._rows += rows

    def take_walked(self, walked: Walked) -> None:
        self._rows += walked.rows
        self.skip = walked.skip
        if self.room and walked.token is not None:
            self._token = walked.token.removesuffix(MARK)
            self.has_moved = self._is_ended = True

    def go_on(self, token: str) -> None:
        """All before a token was looked at: if the time is up, the next page begins there."""
        if not self.is_over:
            self._token = token
            self.has_moved = True
            self._is_ended = self.seconds <= 0

    def stop(self) -> None:
        """The time is up in the midst of a stretch; the first has to be looked at, or there would be no end."""
        if not self.has_moved:
            raise RequestInvalid("$filter", "too_many_observations")
        self._is_ended = True

    def end(self) -> None:
        """There is no more."""
        if not self.is_over:
            self._token = None

    @property
    def walked(self) -> Walked:
        if self.room == 0:
            return Walked(self._rows, mark=MARK)
        return Walked(self._rows, None if self._token is None else self._token + MARK, self.skip)


def _within(question: Question, part: Reading) -> dict[str, object]:
    """The question about a stretch, and what it binds for that."""
    question.in_stretch()
    more: dict[str, object] = {
        "piece_since": part.start or FIRST_INSTANT,
        "piece_until": part.end or LAST_INSTANT,
    }
    if part.archived is None:
        return more
    question.with_archived(part.selection.result_types)
    return more | dict(part.archived.parameters)


def _behind(after: tuple[int, datetime], *, is_back: bool) -> Window:
    """What follows a token in the order of times, or back in time; others of its instant may be in it."""
    number, moment = after
    if not is_back:
        return Window(since=moment)
    return Window(until=moment if number >= ENTITY_MAX else _next(moment))


def _next(moment: datetime) -> datetime | None:
    try:
        return moment + MICROSECOND
    except OverflowError:
        return None
