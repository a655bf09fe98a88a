"""The client for asyncio. What it can be asked is the same; what takes time is awaited."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from contextlib import aclosing
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Self, TypeVar

import httpx

from falaj_client import (
    air_questions,
    downloads,
    exports,
    forecast_questions,
    frames,
    market_questions,
    participation_questions,
    presence_questions,
    questions,
    tables,
    transit_questions,
)
from falaj_client.errors import Closed
from falaj_client.exchange import TAKEN, WHOLE, Answer, Ask, Broken, Core, Pause, Reading, Sink, Steps
from falaj_client.listening import Listening, gap_of
from falaj_client.live import LiveObservation, StreamEvent
from falaj_client.model import Count, Datastream, Language, Page
from falaj_client.options import Options
from falaj_client.questions import Flow, Many, One
from falaj_client.signatures import asking, called_like
from falaj_client.transport import FAILURES, answer_of, broken_by, is_stream, patience

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame
    from polars import DataFrame as PolarsFrame
    from pyarrow import Table

P = ParamSpec("P")
Element = TypeVar("Element")
Value = TypeVar("Value")


class AsyncListing(Generic[Element]):
    """A list on the API, read page by page in ``async for``; each iteration asks anew."""

    def __init__(self, client: AsyncClient, question: Many[Element]) -> None:
        self._client = client
        self._question = question

    @property
    def url(self) -> str:
        """The address of the question, as a person can open it."""
        return self._client.url(self._question)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._question.element.__name__}: {self.url}>"

    async def __aiter__(self) -> AsyncIterator[Element]:
        async with aclosing(self.pages()) as pages:
            async for page in pages:
                for element in page.elements:
                    yield element

    def pages(self) -> AsyncGenerator[Page[Element], None]:
        """Page by page, each with the freshness of the data; the next one is fetched meanwhile."""
        return self._client.pages(self._question)

    async def all(self) -> list[Element]:
        """Everything at once."""
        return [element async for element in self]

    async def first(self) -> Element | None:
        """The first element, None if there is none."""
        return (await self._client.first_page(self._question)).first

    async def to_pandas(self) -> DataFrame:
        """Everything as a table; names in both languages, instants in UTC."""
        return tables.to_pandas(self._question.element, await self.all())

    async def to_arrow(self) -> Table:
        """Everything as an Arrow table."""
        return tables.to_arrow(self._question.element, await self.all())

    async def to_polars(self) -> PolarsFrame:
        """Everything as a table of Polars."""
        frames.needed("polars", "polars", "to_polars()")
        return frames.polars_of(await self.to_arrow())


class AsyncLocatedListing(AsyncListing[Element]):
    """A list of what stands somewhere."""

    async def to_geopandas(self) -> GeoDataFrame:
        """Everything as a table with ``geometry`` in WGS 84."""
        return tables.to_geopandas(self._question.element, await self.all())


class AsyncSeriesListing(AsyncListing[Element]):
    """The history of datastreams. Tables and files are exports: one stream, checked to its end."""

    async def describe(self) -> Datastream | None:
        """Whose history it is; None where several datastreams may fit."""
        return (await self._client.first_page(self._question)).datastream

    async def count(self, *, exact: bool = False) -> Count:
        """How many rows there are, about or exactly."""
        found = (await self._client.first_page(questions.counted(self._question, exact=exact))).count
        assert found is not None, "it was asked for"
        return found

    async def to_pandas(self) -> DataFrame:
        """The whole window as a table; ``attrs`` hold the datastream, its unit and its source."""
        frames.needed("pandas", "pandas", "to_pandas()")
        described = await self.describe()
        return await self._exported(exports.CsvSink, lambda file: exports.frame_of(file, described))

    async def to_arrow(self) -> Table:
        """The whole window as an Arrow table; metadata hold the datastream, units, flags and licences."""
        frames.needed("pyarrow", "arrow", "to_arrow()")
        return await self._exported(lambda file: exports.BinarySink(file, "arrow"), exports.table_of)

    async def save_csv(self, path: str | Path, *, bom: bool = False) -> int:
        """The whole window as a CSV file, in constant memory; the number of rows.

        The file appears when it is complete. ``bom`` is for Excel, which needs it for Arabic.
        """
        with exports.replacing(Path(path)) as file:
            sink = exports.CsvSink(file, bom=bom)
            await self._client.export(self._question, sink)
        return sink.rows

    async def save_parquet(self, path: str | Path) -> int:
        """The whole window as a Parquet file, in constant memory; the number of rows. The file appears when it is complete."""
        with exports.replacing(Path(path)) as file:
            sink = exports.BinarySink(file, "parquet")
            await self._client.export(self._question, sink)
        return sink.rows

    async def _exported(self, sink: Callable[[IO[bytes]], Sink], made: Callable[[IO[bytes]], Value]) -> Value:
        with SpooledTemporaryFile(self._client.core.options.spool_bytes_max) as file:
            await self._client.export(self._question, sink(file))
            return await asyncio.to_thread(made, file)


class AsyncStream:
    """Observations as they are committed, while you iterate; it comes back by itself when it is cut off.

    ``last_event_id`` is where it stands: a new iteration, or a new stream that is given it, goes on from
    there. What you were working on when you left comes again.
    """

    def __init__(self, client: AsyncClient, question: Flow) -> None:
        self.last_event_id = question.last_event_id
        self._client = client
        self._question = question

    @property
    def url(self) -> str:
        """The address of the stream, for curl or a browser."""
        return self._client.core.address(self._question.path, self._question.parameters)

    async def __aiter__(self) -> AsyncIterator[LiveObservation]:
        """The observations; :class:`Gap` if some were missed and are not replayed."""
        async with aclosing(self.events()) as events:
            async for event in events:
                if event.kind == "gap":
                    raise gap_of(event, self._client.core.language)
                for observation in event.observations:
                    yield observation

    async def events(self) -> AsyncGenerator[StreamEvent, None]:
        """Every event, also those that say that there is nothing new, a gap or the end."""
        question = replace(self._question, last_event_id=self.last_event_id)
        listening = Listening(self._client.core, question, time.monotonic)
        async with aclosing(self._client.listen(listening)) as events:
            async for event in events:
                yield event
                self.last_event_id = event.id or self.last_event_id


def _one(
    question: Callable[P, One[Value]],
) -> Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, Value]]:
    async def ask(self: AsyncClient, /, *args: P.args, **kwargs: P.kwargs) -> Value:
        return await self.run(self.core.one(question(*args, **kwargs)))

    return called_like(question, ask, "{}")


class AsyncClient:
    """One API, read from asyncio. Use it in an ``async with`` block, or close it.

    ``language`` is that of the texts of errors. Nothing needs a ``key``; one raises the limits of a hub.
    ``trust_env`` lets proxies of the environment count.
    ``transport`` replaces the network, for those who bring their own.
    """

    def __init__(  # noqa: PLR0913  # all but the address by keyword
        self,
        url: str = "http://127.0.0.1:8000",
        *,
        language: Language = "en",
        key: str | None = None,
        options: Options | None = None,
        trust_env: bool = True,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.core = Core(
            url=url, language=language, key=key, options=options or Options(), chance=random.random
        )
        self._http = httpx.AsyncClient(
            transport=transport,
            trust_env=trust_env,
            timeout=self.core.options.timeout_seconds,
            follow_redirects=True,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    things = asking(questions.things, AsyncLocatedListing)
    thing = _one(questions.thing)
    datastreams = asking(questions.datastreams, AsyncListing)
    datastream = _one(questions.datastream)
    presence = asking(presence_questions.presence, AsyncListing)
    gaps = asking(presence_questions.gaps, AsyncListing)
    flags = asking(presence_questions.flags, AsyncListing)
    observed_properties = asking(questions.observed_properties, AsyncListing)
    sources = asking(questions.sources, AsyncListing)
    datasets = asking(questions.datasets, AsyncListing)
    dataset = _one(questions.dataset)
    bulk = asking(questions.bulk, AsyncListing)
    places = asking(questions.places, AsyncLocatedListing)
    latest = asking(questions.latest, AsyncLocatedListing)
    observations = asking(questions.observations, AsyncSeriesListing)
    statistics = asking(questions.statistics, AsyncSeriesListing)
    air_quality = asking(air_questions.air_quality, AsyncLocatedListing)
    nowcasts = asking(forecast_questions.nowcasts, AsyncLocatedListing)
    anomalies = asking(forecast_questions.anomalies, AsyncLocatedListing)
    alerts = asking(air_questions.alerts, AsyncLocatedListing)
    annotations = asking(air_questions.officer_annotations, AsyncListing)
    limits = asking(air_questions.limits, AsyncListing)
    calendar_days = asking(air_questions.calendar_days, AsyncListing)
    transport_routes = asking(transit_questions.transport_routes, AsyncListing)
    transport_service_alerts = asking(transit_questions.transport_service_alerts, AsyncListing)
    transport_performance = asking(transit_questions.transport_performance, AsyncLocatedListing)
    transport_segments = asking(transit_questions.transport_segments, AsyncLocatedListing)
    transport_roads = asking(transit_questions.transport_roads, AsyncLocatedListing)
    transport_parking = asking(transit_questions.transport_parking, AsyncLocatedListing)
    forecasts = asking(forecast_questions.forecasts, AsyncListing)
    forecast = _one(forecast_questions.forecast)
    forecast_exceedance = asking(air_questions.forecast_exceedance, AsyncListing)
    forecast_skill = asking(air_questions.forecast_skill, AsyncListing)
    forecast_scenario = asking(air_questions.forecast_scenario, AsyncListing)
    hackathons = asking(questions.hackathons, AsyncListing)
    challenges = asking(questions.challenges, AsyncListing)
    submissions = asking(questions.submissions, AsyncListing)
    results = asking(questions.results, AsyncListing)
    awards = asking(questions.awards, AsyncListing)
    calls = asking(market_questions.calls, AsyncListing)
    funding_awards = asking(market_questions.funding_awards, AsyncListing)
    needs = asking(market_questions.needs, AsyncListing)
    offerings = asking(market_questions.offerings, AsyncListing)
    vendors = asking(market_questions.vendors, AsyncListing)
    introductions = asking(market_questions.introductions, AsyncListing)
    pilots = asking(market_questions.pilots, AsyncListing)
    decisions = asking(participation_questions.decisions, AsyncListing)
    surveys = asking(participation_questions.surveys, AsyncListing)
    figures = asking(participation_questions.figures, AsyncListing)
    sessions = asking(participation_questions.sessions, AsyncListing)
    ideas = asking(participation_questions.ideas, AsyncListing)
    media_reach = asking(participation_questions.media_reach, AsyncListing)
    themes = asking(participation_questions.themes, AsyncListing)
    search = asking(participation_questions.search, AsyncListing)
    ledger = _one(questions.ledger)
    stream = asking(questions.stream, AsyncStream)

    def url(self, question: Many[Element] | One[Element]) -> str:
        """The address of a question of :mod:`falaj_client.questions`, as a person can open it."""
        return self.core.address(question.path, question.parameters)

    async def pages(self, question: Many[Element]) -> AsyncGenerator[Page[Element], None]:
        """The pages of a list."""
        reading = Reading(self.core, question)
        page = await self.run(reading.next_page())
        while not reading.is_over:
            # A task fetches the next page while the caller works on this one.
            ahead = asyncio.create_task(self.run(reading.next_page())) if self._is_reading_ahead() else None
            try:
                yield page
                page = await (ahead or self.run(reading.next_page()))
            finally:
                if ahead is not None:
                    ahead.cancel()
        yield page

    def _is_reading_ahead(self) -> bool:
        return self.core.options.is_reading_ahead and not self._http.is_closed

    async def first_page(self, question: Many[Element]) -> Page[Element]:
        """The beginning of a list: its first element, if there is one."""
        return await self.run(Reading(self.core, questions.cut(question, 1)).next_page())

    async def export(self, question: Many[Element], sink: Sink) -> None:
        """A series into a sink, whole or not at all."""
        await self.run(self.core.export(question, sink))

    async def download_bulk(
        self,
        folder: str | Path,
        *,
        dataset: str | None = None,
        first_date: date | str | None = None,
        last_date: date | str | None = None,
    ) -> list[Path]:
        """Bulk files into a folder that DuckDB, Spark and pandas read as one table; the files, in order.

        What is there already and whole stays; what broke off goes on. Both dates are included.
        """
        files = self.bulk(dataset=dataset, first_date=first_date, last_date=last_date)
        return [await self.run(downloads.fetch(self.core, file, Path(folder))) async for file in files]

    async def listen(self, listening: Listening) -> AsyncGenerator[StreamEvent, None]:
        """The events of a live stream, over as many connections as it takes."""
        while True:
            if self._http.is_closed:
                raise Closed(self.core.language)
            ask = listening.ask()
            failure: Answer | Broken | None = None
            try:
                async with self._http.stream(
                    "GET", ask.url, headers=ask.headers, timeout=patience(self.core.options)
                ) as response:
                    if is_stream(response):
                        async for piece in response.aiter_bytes():
                            for event in listening.hear(piece):
                                yield event
                    else:
                        failure = answer_of(response, await response.aread())
            except FAILURES as error:
                failure = broken_by(error)
            pause = listening.left(failure)
            if pause is None:
                return
            await asyncio.sleep(pause)

    async def run(self, steps: Steps[Value]) -> Value:
        """Do what the core asks for until it has its value."""
        if self._http.is_closed:
            raise Closed(self.core.language)
        try:
            step = next(steps)
            while True:
                outcome = await self._do(step)
                step = steps.throw(outcome) if isinstance(outcome, Broken) else steps.send(outcome)
        except StopIteration as finished:
            value: Value = finished.value
            return value

    async def _do(self, step: Ask | Pause) -> Answer | Broken | None:
        if isinstance(step, Ask):
            return await self._send(step)
        await asyncio.sleep(step.seconds)
        return None

    async def _send(self, ask: Ask) -> Answer | Broken:
        try:
            async with self._http.stream("GET", ask.url, headers=ask.headers) as response:
                if ask.sink is None or response.status_code not in TAKEN:
                    return answer_of(response, await response.aread())
                if response.status_code == WHOLE:
                    ask.sink.begin()
                async for piece in response.aiter_bytes():
                    ask.sink.feed(piece)
                return answer_of(response, b"")
        except FAILURES as error:
            return broken_by(error)
