"""The client for scripts and notebooks: it waits for each answer."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar

import httpx

from falaj_client import (
    air_questions,
    downloads,
    forecast_questions,
    market_questions,
    participation_questions,
    presence_questions,
    questions,
    transit_questions,
)
from falaj_client.errors import Closed
from falaj_client.exchange import TAKEN, WHOLE, Answer, Ask, Broken, Core, Pause, Reading, Sink, Steps
from falaj_client.listening import Listening, gap_of
from falaj_client.listings import Listing, LocatedListing, SeriesListing
from falaj_client.live import LiveObservation, StreamEvent
from falaj_client.model import Language, Page
from falaj_client.options import Options
from falaj_client.questions import Flow, Many, One
from falaj_client.signatures import asking, called_like
from falaj_client.transport import FAILURES, answer_of, broken_by, is_stream, patience

P = ParamSpec("P")
Element = TypeVar("Element")
Value = TypeVar("Value")


class Stream:
    """Observations as they are committed, while you iterate; it comes back by itself when it is cut off.

    ``last_event_id`` is where it stands: a new iteration, or a new stream that is given it, goes on from
    there. What you were working on when you left comes again.
    """

    def __init__(self, client: Client, question: Flow) -> None:
        self.last_event_id = question.last_event_id
        self._client = client
        self._question = question

    @property
    def url(self) -> str:
        """The address of the stream, for curl or a browser."""
        return self._client.core.address(self._question.path, self._question.parameters)

    def __iter__(self) -> Iterator[LiveObservation]:
        """The observations; :class:`Gap` if some were missed and are not replayed."""
        for event in self.events():
            if event.kind == "gap":
                raise gap_of(event, self._client.core.language)
            yield from event.observations

    def events(self) -> Iterator[StreamEvent]:
        """Every event, also those that say that there is nothing new, a gap or the end."""
        question = replace(self._question, last_event_id=self.last_event_id)
        listening = Listening(self._client.core, question, time.monotonic)
        for event in self._client.listen(listening):
            yield event
            self.last_event_id = event.id or self.last_event_id


def _one(question: Callable[P, One[Value]]) -> Callable[Concatenate[Client, P], Value]:
    def ask(self: Client, /, *args: P.args, **kwargs: P.kwargs) -> Value:
        return self.run(self.core.one(question(*args, **kwargs)))

    return called_like(question, ask, "{}")


class Client:
    """One API, read with plain calls. Use it in a ``with`` block, or close it.

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
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.core = Core(
            url=url, language=language, key=key, options=options or Options(), chance=random.random
        )
        self._http = httpx.Client(
            transport=transport,
            trust_env=trust_env,
            timeout=self.core.options.timeout_seconds,
            follow_redirects=True,
        )
        self._ahead = ThreadPoolExecutor(thread_name_prefix="falaj-client")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._ahead.shutdown(cancel_futures=True)
        self._http.close()

    things = asking(questions.things, LocatedListing)
    thing = _one(questions.thing)
    datastreams = asking(questions.datastreams, Listing)
    datastream = _one(questions.datastream)
    presence = asking(presence_questions.presence, Listing)
    gaps = asking(presence_questions.gaps, Listing)
    flags = asking(presence_questions.flags, Listing)
    observed_properties = asking(questions.observed_properties, Listing)
    sources = asking(questions.sources, Listing)
    datasets = asking(questions.datasets, Listing)
    dataset = _one(questions.dataset)
    bulk = asking(questions.bulk, Listing)
    places = asking(questions.places, LocatedListing)
    latest = asking(questions.latest, LocatedListing)
    observations = asking(questions.observations, SeriesListing)
    statistics = asking(questions.statistics, SeriesListing)
    air_quality = asking(air_questions.air_quality, LocatedListing)
    nowcasts = asking(forecast_questions.nowcasts, LocatedListing)
    anomalies = asking(forecast_questions.anomalies, LocatedListing)
    alerts = asking(air_questions.alerts, LocatedListing)
    annotations = asking(air_questions.officer_annotations, Listing)
    limits = asking(air_questions.limits, Listing)
    calendar_days = asking(air_questions.calendar_days, Listing)
    transport_routes = asking(transit_questions.transport_routes, Listing)
    transport_service_alerts = asking(transit_questions.transport_service_alerts, Listing)
    transport_performance = asking(transit_questions.transport_performance, LocatedListing)
    transport_segments = asking(transit_questions.transport_segments, LocatedListing)
    transport_roads = asking(transit_questions.transport_roads, LocatedListing)
    transport_parking = asking(transit_questions.transport_parking, LocatedListing)
    forecasts = asking(forecast_questions.forecasts, Listing)
    forecast = _one(forecast_questions.forecast)
    forecast_exceedance = asking(air_questions.forecast_exceedance, Listing)
    forecast_skill = asking(air_questions.forecast_skill, Listing)
    forecast_scenario = asking(air_questions.forecast_scenario, Listing)
    hackathons = asking(questions.hackathons, Listing)
    challenges = asking(questions.challenges, Listing)
    submissions = asking(questions.submissions, Listing)
    results = asking(questions.results, Listing)
    awards = asking(questions.awards, Listing)
    calls = asking(market_questions.calls, Listing)
    funding_awards = asking(market_questions.funding_awards, Listing)
    needs = asking(market_questions.needs, Listing)
    offerings = asking(market_questions.offerings, Listing)
    vendors = asking(market_questions.vendors, Listing)
    introductions = asking(market_questions.introductions, Listing)
    pilots = asking(market_questions.pilots, Listing)
    decisions = asking(participation_questions.decisions, Listing)
    surveys = asking(participation_questions.surveys, Listing)
    figures = asking(participation_questions.figures, Listing)
    sessions = asking(participation_questions.sessions, Listing)
    ideas = asking(participation_questions.ideas, Listing)
    media_reach = asking(participation_questions.media_reach, Listing)
    themes = asking(participation_questions.themes, Listing)
    search = asking(participation_questions.search, Listing)
    ledger = _one(questions.ledger)
    stream = asking(questions.stream, Stream)

    def url(self, question: Many[Element] | One[Element]) -> str:
        """The address of a question of :mod:`falaj_client.questions`, as a person can open it."""
        return self.core.address(question.path, question.parameters)

    def pages(self, question: Many[Element]) -> Iterator[Page[Element]]:
        """The pages of a list."""
        reading = Reading(self.core, question)
        page = self.run(reading.next_page())
        while not reading.is_over:
            # A thread fetches the next page while the caller works on this one.
            ahead = self._ahead.submit(self.run, reading.next_page()) if self._is_reading_ahead() else None
            try:
                yield page
            except GeneratorExit:
                if ahead is not None:
                    ahead.cancel()
                raise
            page = self.run(reading.next_page()) if ahead is None else self._arrived(ahead)
        yield page

    def _arrived(self, ahead: Future[Page[Element]]) -> Page[Element]:
        try:
            return ahead.result()
        except CancelledError:
            raise Closed(self.core.language) from None

    def _is_reading_ahead(self) -> bool:
        return self.core.options.is_reading_ahead and not self._http.is_closed

    def first_page(self, question: Many[Element]) -> Page[Element]:
        """The beginning of a list: its first element, if there is one."""
        return self.run(Reading(self.core, questions.cut(question, 1)).next_page())

    def export(self, question: Many[Element], sink: Sink) -> None:
        """A series into a sink, whole or not at all."""
        self.run(self.core.export(question, sink))

    def download_bulk(
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
        return [self.run(downloads.fetch(self.core, file, Path(folder))) for file in files]

    def listen(self, listening: Listening) -> Iterator[StreamEvent]:
        """The events of a live stream, over as many connections as it takes."""
        while True:
            if self._http.is_closed:
                raise Closed(self.core.language)
            ask = listening.ask()
            failure: Answer | Broken | None = None
            try:
                with self._http.stream(
                    "GET", ask.url, headers=ask.headers, timeout=patience(self.core.options)
                ) as response:
                    if is_stream(response):
                        for piece in response.iter_bytes():
                            yield from listening.hear(piece)
                    else:
                        failure = answer_of(response, response.read())
            except FAILURES as error:
                failure = broken_by(error)
            pause = listening.left(failure)
            if pause is None:
                return
            time.sleep(pause)

    def run(self, steps: Steps[Value]) -> Value:
        """Do what the core asks for until it has its value."""
        if self._http.is_closed:
            raise Closed(self.core.language)
        try:
            step = next(steps)
            while True:
                outcome = self._do(step)
                step = steps.throw(outcome) if isinstance(outcome, Broken) else steps.send(outcome)
        except StopIteration as finished:
            value: Value = finished.value
            return value

    def _do(self, step: Ask | Pause) -> Answer | Broken | None:
        if isinstance(step, Ask):
            return self._send(step)
        time.sleep(step.seconds)
        return None

    def _send(self, ask: Ask) -> Answer | Broken:
        try:
            with self._http.stream("GET", ask.url, headers=ask.headers) as response:
                if ask.sink is None or response.status_code not in TAKEN:
                    return answer_of(response, response.read())
                if response.status_code == WHOLE:
                    ask.sink.begin()
                for piece in response.iter_bytes():
                    ask.sink.feed(piece)
                return answer_of(response, b"")
        except FAILURES as error:
            return broken_by(error)
