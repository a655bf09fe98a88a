"""Writing as one does it: a request, its transaction in the registry's role, then ingest for the observations."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import anyio.to_thread

from citycore.clock import Clock
from citycore.errors import FalajError
from citycore.store.connections import Connection
from hub_api.serving.registry import Registry
from hub_api.standards.sensorthings.writing import repository
from hub_api.standards.sensorthings.writing.addresses import Address
from hub_api.standards.sensorthings.writing.changing import Change
from hub_api.standards.sensorthings.writing.creating import Creation, Made
from hub_api.standards.sensorthings.writing.deleting import Deletion
from hub_api.standards.sensorthings.writing.errors import EntityInvalid, WritingConflict
from hub_api.standards.sensorthings.writing.model import Draft, Reference, Row, Writer
from hub_api.standards.sensorthings.writing.observations import (
    STORED,
    Outlet,
    check_fate,
    check_possible,
    rows_of,
)
from hub_api.standards.sensorthings.writing.patches import patched
from hub_api.standards.sensorthings.writing.rights import key_of, own
from hub_api.standards.sensorthings.writing.rules import Reader
from hub_api.standards.sensorthings.writing.settings import WritingSettings
from hub_api.standards.sensorthings.writing.telling import tell
from hub_api.standards.sensorthings.writing.times import microseconds, moment_of

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class Changed:
    """An observation with a result or at a time that ingest has to store; ``was`` is where it is kept now, if it moves."""

    row: Row
    was: datetime | None = None
    #: As the request named it.
    id: str = ""


@dataclass(slots=True)
class Group:
    """Requests of a batch that count together: one transaction, and observations once that has committed."""

    connection: Connection
    made: Made = field(default_factory=Made)
    rows: list[Row] = field(default_factory=list)
    #: Observations that are there with another result, or at another time than until now.
    changed: list[Changed] = field(default_factory=list)
    #: Whether anything was changed or deleted that was there before.
    has_touched: bool = False

    @property
    def is_judged(self) -> bool:
        """Whether observations that are refused once it has committed would leave half of it."""
        return bool(self.changed) or (self.has_touched and bool(self.rows))


#: That in which a request runs, if it is part of one.
GROUP: ContextVar[Group | None] = ContextVar("sta_group", default=None)


@dataclass(frozen=True, slots=True)
class Writing:
    """One per application."""

    registry: Registry
    outlet: Outlet
    clock: Clock
    settings: WritingSettings
    #: Groups hold a connection of the registry each, of which there are few.
    groups: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))

    async def create(self, writer: Writer, address: Address, content: Any) -> str:
        """The id of what was made, with all that hangs on it."""
        draft = self._draft(address, content)
        now, group = self.clock(), GROUP.get()
        waiting = None if group is None else group.rows

        def work(connection: Connection) -> tuple[int | None, Made, list[Row]]:
            with connection.transaction():
                creation = Creation(connection, writer, now)
                key = creation.make(draft)
                made = creation.made
                rows = rows_of(connection, writer, made.observed, microseconds(now), waiting)
                tell(connection, creation.told)
                return key, made, rows

        key, made, rows = await self.run(work)
        kept = await self._store(made, rows)
        return kept[0].id if key is None else str(key)

    def _draft(self, address: Address, content: Any) -> Draft:
        reader = Reader(self.settings)
        draft = reader.new(address.entity, content, around=address.relation)
        if address.parent is not None and address.relation is not None:
            back = address.relation.back
            for each in draft.links.get(back, ()):
                if not isinstance(each, Reference) or each.id.strip("'") != address.parent.id:
                    raise EntityInvalid(back, "given_around", relation=back)
            draft.links[back] = [address.parent]
        return draft

    async def change(self, writer: Writer, address: Address, content: Any, *, is_whole: bool) -> str:
        """The id, which is another one where an observation's time has changed."""
        assert address.id is not None
        entity, text, now = address.entity, address.id, self.clock()
        reader = Reader(self.settings)
        if entity.name == "Observation":
            return await self._change_observation(writer, address, content, is_whole=is_whole)

        def work(connection: Connection) -> None:
            with connection.transaction():
                change = Change(connection, writer, now, reader)
                body, whole = content, is_whole
                if isinstance(content, list):  # a JSON Patch
                    present = repository.read(connection, entity.name, key_of(entity.name, text))
                    body, whole = patched(present or {}, content), True
                draft = reader.changes(entity, body, is_whole=whole)
                change.change(draft, key_of(entity.name, text), is_whole=whole)

        await self._touch(work)
        return text

    async def _touch(self, work: Callable[[Connection], Outcome]) -> Outcome:
        """Change what is there."""
        group = GROUP.get()
        if group is not None:
            group.has_touched = True
        return await self.run(work)

    async def _change_observation(
        self, writer: Writer, address: Address, content: Any, *, is_whole: bool
    ) -> str:
        assert address.id is not None
        text, now = address.id, self.clock()
        reader = Reader(self.settings)
        _check_once(text)

        def work(connection: Connection) -> tuple[Row | None, datetime | None]:
            with connection.transaction():
                change = Change(connection, writer, now, reader)
                return change.observation(address.entity, text, content, is_whole=is_whole)

        row, was = await self._touch(work)
        if row is None:
            return text
        group = GROUP.get()
        if group is not None:
            group.changed.append(Changed(row, was, text.strip("'")))
            return row.id
        return (await self._restate(Changed(row, was))).id

    async def _restate(self, changed: Changed) -> Row:
        """Where it moves, what is there already at the new time stays; where it does not, the new result takes its place."""
        was = changed.was
        if was is None:
            (fate,) = await self.outlet.send([changed.row], replaces=True)
            check_fate(changed.row, fate)
            return changed.row
        ((row,), (fate,)) = await self.outlet.keep([changed.row])
        check_fate(row, fate)
        await self.registry.run(lambda connection: _move(connection, row, was))
        return row

    async def judge(self, group: Group) -> None:
        """Before it commits: whether ingest would take the observations of a group. What was changed could not be taken back."""
        if group.is_judged:
            new = {key for entity, key in group.made.entities if entity == "Datastream"}
            rows = [*group.rows, *(each.row for each in group.changed)]
            await self.run(lambda connection: check_possible(connection, rows, new))
            await self.outlet.judge(rows, new)

    async def finish(self, group: Group) -> dict[str, str]:
        """Once it has committed: hand its observations on. By the ids that were told, those that they have."""
        kept = [*await self.store(group.made, group.rows)]
        told = [*group.rows]
        for each in group.changed:
            kept.append(await self._restate(each))
            told.append(each.row)
        return {one.id: other.id for one, other in zip(told, kept, strict=True) if one.id != other.id}

    async def delete(self, writer: Writer, address: Address) -> None:
        assert address.id is not None
        entity, text, now = address.entity.name, address.id, self.clock()
        if entity == "Observation":
            _check_once(text)

        def work(connection: Connection) -> None:
            with connection.transaction():
                Deletion(connection, writer, now, self.settings).delete(entity, text)

        await self._touch(work)

    async def check_owned(self, writer: Writer, address: Address) -> None:
        """:class:`EntityMissing` or a refusal, before the body is looked at."""
        entity, text = address.entity.name, address.id or ""
        if entity != "Observation":
            await self.run(lambda connection: _check(connection, writer, entity, text))

    async def run(self, work: Callable[[Connection], Outcome]) -> Outcome:
        """In the group that there is, or on a connection of its own."""
        group = GROUP.get()
        if group is None:
            return await self.registry.run(work)
        return await anyio.to_thread.run_sync(work, group.connection)

    async def _store(self, made: Made, rows: Sequence[Row]) -> Sequence[Row]:
        group = GROUP.get()
        if group is None:
            return await self.store(made, rows)
        group.made.entities += made.entities
        group.rows += rows
        return rows

    async def store(self, made: Made, rows: Sequence[Row]) -> Sequence[Row]:
        """Hand observations on, and say where they are; where one of them cannot be, nothing of the request is left."""
        if not rows:
            return rows
        new: list[Row] = []
        try:
            kept, fates = await self.outlet.keep(rows)
            new = [row for row, fate in zip(kept, fates, strict=True) if fate == STORED]
            for row, fate in zip(kept, fates, strict=True):
                check_fate(row, fate)
        except FalajError:
            if made.entities or new:
                await self.undo(made, new)
            raise
        return kept

    async def undo(self, made: Made, new: Sequence[Row] = ()) -> None:
        """Delete what a request has made, and its observations."""
        now = self.clock()

        def work(connection: Connection) -> None:
            with connection.transaction():
                deletion = Deletion(connection, Writer(), now, self.settings)
                for row in new:
                    deletion.forget(row.datastream_id, moment_of(row.time))
                for entity, key in reversed(made.entities):
                    deletion.undo(entity, key)

        await self.registry.run(work)


def _check_once(text: str) -> None:
    """What a group changes of an observation is stored after it, so another request of it would see what was before."""
    group = GROUP.get()
    id_ = text.strip("'")
    if group is not None and any(id_ in (each.id, each.row.id) for each in group.changed):
        raise WritingConflict("batch_changed_twice", id=id_)


def _check(connection: Connection, writer: Writer, entity: str, text: str) -> None:
    with connection.transaction():
        own(connection, writer, entity, key_of(entity, text))


def _move(connection: Connection, row: Row, was: datetime) -> None:
    """The observation is stored at its new time; that of before goes, and its id leads on."""
    with connection.transaction():
        moved = {"id": row.datastream_id, "was": was, "time": moment_of(row.time)}
        repository.number(
            connection, "forget_observations", id=row.datastream_id, since=was, until=was + Deletion.NEXT
        )
        repository.execute(connection, "carry_moves", **moved)
        repository.execute(connection, "note_move", **moved)
        tell(connection, [("Observation", row.id)], has_moved=True)
