"""What every handler needs, in one value: settings, database, clock, cursors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sized
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from time import monotonic
from typing import Annotated, Any, Final, TypeVar

from fastapi import Depends, Request

from citycore.archive.place import Place
from citycore.clock import Clock
from hub_api.serving.database import QUERIES, Database
from hub_api.serving.errors import TooManyQuestions
from hub_api.serving.exports.readers import Readers
from hub_api.serving.exports.shelf import Shelf
from hub_api.serving.memory import Memory
from hub_api.serving.pages.finished import Finished
from hub_api.serving.paging import Cursors
from hub_api.serving.settings import ServingSettings

Answer = TypeVar("Answer", bound=Sized)
#: Rows of the registry's answers that are remembered at once (about 1 KiB each), and for how long.
REGISTRY_ROWS_MAX, REGISTRY_ANSWER_SECONDS_MAX = 20_000, 3_600.0
#: What ``include`` may ask for.
UNREVIEWED: Final = "unreviewed"


@dataclass(slots=True)
class Hub:
    """One per application."""

    settings: ServingSettings
    database: Database
    clock: Clock
    cursors: Cursors
    #: Which datastreams questions meant, by their filters; :mod:`hub_api.city.selection` keeps them.
    selections: Memory[tuple[tuple[str, str], ...], Any] = field(init=False)
    #: The words of the registry, under one key; :mod:`hub_api.city.text_search` keeps them.
    texts: Memory[str, Any] = field(init=False)
    #: What documented examples name, under one key.
    examples: Memory[str, Mapping[str, str]] = field(init=False)
    #: The documentation as it is sent.
    finished: Finished = field(init=False)
    #: Exports that lie ready, and the places of those who have some made.
    shelf: Shelf = field(init=False)
    readers: Readers = field(init=False)
    #: The same of slow questions.
    slow_readers: Readers = field(init=False)
    #: Where observations are that the store has let go of.
    archive: Place = field(init=False)
    #: The same hub for questions that ask for what is not accepted, too (``include=unreviewed``).
    of_all: Hub | None = None
    #: Answers of the registry by its version and by what was asked.
    _of_registry: Memory[tuple[int, Hashable], Any] = field(init=False)
    _has_gone: bool = field(default=False, init=False)
    _asked_gone_at: float = field(default=-inf, init=False)

    def __post_init__(self) -> None:
        self.selections = Memory(self.settings.selected_datastreams_max)
        self.examples = Memory(1)
        self._of_registry = Memory(REGISTRY_ROWS_MAX)
        self.texts = Memory(1)
        self.archive = Place(self.settings.archive)
        self.finished = Finished(self.settings)
        self.shelf = Shelf(self.settings)
        self.readers = Readers(
            self.settings.export_connections_per_reader_max,
            wait_seconds_max=self.settings.export_place_seconds_max,
            seconds_max=self.settings.export_seconds_max,
        )
        self.slow_readers = Readers(
            self.settings.slow_connections_per_reader_max,
            wait_seconds_max=self.settings.slow_place_seconds_max,
            seconds_max=self.settings.slow_seconds_max,
            refusal=TooManyQuestions,
        )

    async def has_gone(self) -> bool:
        """Whether the store may have let go of anything. Where nobody has said where the archive is, that is looked up now and
        then: an answer without what is there would be a shorter one, and nobody would know.
        """
        if self.settings.archive.url is not None or self._has_gone:
            return True
        if monotonic() - self._asked_gone_at >= self.settings.archive.unset_check_seconds:
            self._asked_gone_at = monotonic()
            self._has_gone = (await self.database.fetch(QUERIES["has_gone"]))[0][0]
        return self._has_gone

    async def ask_registry(self, question: Hashable, fetch: Callable[[], Awaitable[Answer]]) -> Answer:
        """What ``fetch`` answers of the registry, which is asked again once a row of the registry has changed.

        Counts over all datastreams grow with the registry, which changes seldom. Nobody may change the answer.
        """
        ((version,),) = await self.database.fetch(QUERIES["registry_version"])
        return await self.recall_registry(version, question, fetch)

    async def recall_registry(
        self, version: int, question: Hashable, fetch: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        """Do what :meth:`ask_registry` does, with a version of the registry that is known from another statement."""
        known: Answer | None = self._of_registry.recall((version, question))
        if known is None:
            # What has changed meanwhile is in the answer, and has another version.
            known = await fetch()
            self._of_registry.keep(
                (version, question), known, REGISTRY_ANSWER_SECONDS_MAX, weight=1 + len(known)
            )
        return known

    async def newest_phenomenon_time(self) -> datetime | None:
        """The instant of the newest observation of the whole hub."""
        rows = await self.database.fetch(QUERIES["newest_phenomenon_time"])
        newest: datetime | None = rows[0][0]
        return newest


async def hub_of(request: Request) -> Hub:
    """That of the application, or the one that shows what is not accepted. Only endpoints that document ``include`` take it.

    A coroutine, since FastAPI would run a plain function in a thread.
    """
    return hub_for(request, request.query_params.get("include"))


def hub_for(request: Request, include: object) -> Hub:
    """The same where ``include`` was read already: to split the query again would take as long as to count the request."""
    hub: Hub = request.app.state.hub
    return hub.of_all if hub.of_all is not None and include == UNREVIEWED else hub


HubHere = Annotated[Hub, Depends(hub_of)]
