"""The live stream: events from bytes, coming back, and the real API."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from falaj_client import (
    AsyncClient,
    Client,
    Gap,
    LiveObservation,
    NotFound,
    NotThisApi,
    Options,
    Unavailable,
    Unreachable,
    questions,
)
from falaj_client.exchange import Answer, Broken, Core
from falaj_client.listening import EventParser, Listening, RawEvent
from tests.falaj_client.failing_server import Behaviour, Failing, busy, hangs_up, says
from tests.hub_api.conftest import City
from tests.hub_api.stream.test_stream import write

ROW = {
    "datastream": 7, "thing": "air-01", "observed_property": "pm2_5", "unit": "ug/m3", "result_type": "measurement",
    "phenomenon_time": "2026-11-24T12:00:00Z", "result": 1.5, "quality": 1, "simulated": True,
    "source": "simulator", "place": None,
}  # fmt: skip
QUICK = Options(pause_seconds_first=0.01, pause_seconds_max=0.05, stream_attempts_max=4)
END = {"reason": "time_is_over", "detail": {"en": "Over.", "ar": "انتهى."}}


def event(kind: str, data: object, place: str | None = None) -> bytes:
    at = "" if place is None else f"id: {place}\n"
    return f"event: {kind}\n{at}data: {json.dumps(data)}\n\n".encode()


def rows(*results: float) -> dict[str, Any]:
    return {"data": [{**ROW, "result": result} for result in results]}


SENT = b": hello\nretry: 2500\n\n" + event("a", {"x": 1}, "7") + b"data: one\r\ndata:two\r\nid\r\n\r\n"


@given(st.lists(st.integers(0, len(SENT)), max_size=12))
def test_events_arrive_however_the_bytes_are_cut(cuts: list[int]) -> None:
    parser = EventParser(1000)
    borders = [0, *sorted(cuts), len(SENT)]
    pieces = [SENT[begin:end] for begin, end in zip(borders, borders[1:])]  # noqa: B905, RUF007  # neighbours
    events = [one for piece in pieces for one in parser.feed(piece)]
    assert events == [RawEvent("a", '{"x": 1}', "7"), RawEvent("message", "one\ntwo", "")]
    assert parser.retry_seconds == 2.5


@pytest.mark.parametrize("sent", [b"data: " + b"x" * 2000, b"data: x\n" * 200])
def test_an_event_without_an_end_is_refused(sent: bytes) -> None:
    with pytest.raises(OverflowError):
        list(EventParser(1000).feed(sent))


def listening(clock: Callable[[], float] = lambda: 0.0, **asked: Any) -> Listening:
    core = Core(url="http://h", language="en", options=QUICK, chance=lambda: 1.0)
    return Listening(core, questions.stream(**asked), clock)


def test_it_goes_on_where_it_was() -> None:
    ear = listening(thing="air-01", last_event_id="5:5:")
    assert ear.ask().headers["last-event-id"] == "5:5:"
    heard = list(ear.hear(event("observations", rows(1)) + event("observations", rows(2), "6:6:")))
    assert [one.observations[0].result for one in heard] == [1, 2]
    assert ear.left(Broken("reset")) == 0.01
    assert ear.ask().headers["last-event-id"] == "6:6:"
    assert ear.ask().url == "http://h/v1/stream?thing=air-01"


def test_half_an_event_is_forgotten_when_the_connection_breaks() -> None:
    ear = listening()
    whole = event("observations", rows(1), "6:6:")
    assert list(ear.hear(whole[:40])) == []
    ear.left(Broken("reset"))
    assert len(list(ear.hear(whole))) == 1


def test_it_gives_up_after_so_many_failures_in_a_row_only() -> None:
    ear = listening()
    for _ in range(3):
        ear.left(Broken("reset"))
        ear.left(None)
        list(ear.hear(event("heartbeat", {"as_of": "2026-11-24T12:00:00Z", "database": True})))
    for _ in range(3):
        ear.left(Broken("reset"))
    with pytest.raises(Unreachable, match="reset"):
        ear.left(Broken("reset"))


def test_the_api_says_how_soon_to_come_back() -> None:
    ear = listening()
    list(ear.hear(b"retry: 30\n\n"))
    assert ear.left(None) == 0.03
    list(ear.hear(b"retry: 60000\n\n"))
    assert ear.left(None) == 0.05, "but no later than the options allow"


def test_time_counts_over_all_connections() -> None:
    now = [100.0]
    ear = listening(lambda: now[0], seconds=10)
    assert ear.ask().url.endswith("seconds=10")
    now[0] = 106.5
    assert ear.left(None) == 0.01
    assert ear.ask().url.endswith("seconds=4")
    now[0] = 110.0
    assert ear.left(Broken("reset")) is None


def test_after_the_end_of_its_time_it_is_over() -> None:
    ear = listening(seconds=10)
    assert [one.kind for one in ear.hear(event("end", END))] == ["end"]
    assert ear.left(None) is None


@pytest.mark.parametrize(
    "sent", [b"data: <html>\n\n", b"event: observations\ndata: {}\n\n", b"data: 3\n\n", b"data: []\n\n"]
)
def test_what_is_no_event_of_this_api_is_said_to_be_none(sent: bytes) -> None:
    with pytest.raises(NotThisApi):
        list(listening().hear(sent))


def test_problems_are_raised_or_waited_for() -> None:
    full = Answer(503, {"retry-after": "0"}, b'{"code": "too_many_listeners"}')
    assert listening().left(full) == 0.01
    with pytest.raises(NotFound):
        listening().left(Answer(404, {}, b"{}"))
    with pytest.raises(NotThisApi):
        listening().left(Answer(200, {"content-type": "text/html"}, b""))


def streams(*events: bytes) -> Behaviour:
    """A stream that says this and is then cut off."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream; charset=utf-8")
        handler.send_header("Content-Length", "1000000")
        handler.end_headers()
        for sent in events:
            handler.wfile.write(sent)
        handler.wfile.flush()
        handler.close_connection = True

    return behave


def heard(kind: str, url: str, work: str, **asked: Any) -> list[Any]:
    """What ``events()`` or the iteration of a stream gives."""

    async def within() -> list[Any]:
        async with AsyncClient(url, options=QUICK) as client:
            stream = client.stream(**asked)
            return [one async for one in (stream if work == "observations" else stream.events())]

    if kind == "async":
        return asyncio.run(within())
    with Client(url, options=QUICK) as client:
        stream = client.stream(**asked)
        return list(stream if work == "observations" else stream.events())


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_stream_that_is_cut_off_is_one_stream(kind: str, failing: Failing) -> None:
    failing.behaviours = [
        hangs_up, streams(event("observations", rows(1), "1:1:"), event("observations", rows(2, 3), "2:2:")),
        busy(503, "too_many_listeners"), streams(event("observations", rows(4), "3:3:")[:50]),
        streams(event("observations", rows(4), "3:3:") + event("end", END)),
    ]  # fmt: skip
    found = heard(kind, failing.url, "observations", seconds=30)
    assert [one.result for one in found] == [1, 2, 3, 4]
    assert all(isinstance(one, LiveObservation) for one in found)
    places = [headers.get("last-event-id") for headers in failing.headers]
    assert places == [None, None, "2:2:", "2:2:", "2:2:"]


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_gap_is_never_silent(kind: str, failing: Failing) -> None:
    gap = event("gap", {"detail": {"en": "Some was missed.", "ar": "فات بعضها."}}, "9:9:")
    failing.behaviours = [streams(gap, event("observations", rows(1), "10:10:"), event("end", END))]
    with pytest.raises(Gap, match="Some was missed") as caught:
        heard(kind, failing.url, "observations", last_event_id="1:1:")
    assert caught.value.last_event_id == "9:9:"
    events = heard(kind, failing.url, "events", last_event_id="1:1:")
    assert [one.kind for one in events] == ["gap", "observations", "end"]
    assert events[0].detail.ar == "فات بعضها."


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_what_cannot_be_heard_is_an_error(kind: str, failing: Failing) -> None:
    failing.behaviours = [busy(503, "too_many_listeners")]
    with pytest.raises(Unavailable):
        heard(kind, failing.url, "observations")
    assert len(failing.asked) == QUICK.stream_attempts_max
    failing.behaviours = [says(200, b"<html>", Content_Type="text/html")]
    with pytest.raises(NotThisApi):
        heard(kind, failing.url, "observations")


@pytest.mark.usefixtures("wire")
def test_what_one_left_in_the_middle_comes_again(failing: Failing) -> None:
    failing.behaviours = [
        streams(event("observations", rows(1), "1:1:"), event("observations", rows(2), "2:2:"))
    ]
    with Client(failing.url, options=QUICK) as client:
        stream = client.stream(thing="air-01")
        assert [one.result for one in (next(iter(stream)), next(iter(stream)))] == [1, 1]
        found = iter(stream)
        next(found)
        next(found)
        assert stream.last_event_id == "1:1:"
        found.close()  # type: ignore[attr-defined]  # it is a generator


@pytest.fixture
def writing(city: City, fine: int) -> Iterator[Callable[[], None]]:
    """Commits a batch a moment after it was asked to, again and again until the test is over."""
    over = threading.Event()
    threads: list[threading.Thread] = []

    def go() -> None:
        with city.database.connect("ingest") as connection:
            for batch in range(2000, 2100):
                if over.wait(0.1):
                    return
                write(connection, batch, fine, rows=2)

    def start() -> None:
        threads.append(threading.Thread(target=go))
        threads[0].start()

    yield start
    over.set()
    for thread in threads:
        thread.join()


def test_the_real_stream(api_url: str, fine: int, writing: Callable[[], None]) -> None:
    with Client(api_url) as client:
        stream = client.stream(thing="air-01", observed_property="pm2_5")
        events = stream.events()
        first = next(events)
        assert (first.kind, first.database) == ("heartbeat", True)
        writing()
        found = next(one for one in events if one.kind == "observations").observations
        events.close()  # type: ignore[attr-defined]  # it is a generator
        assert found[0].datastream == fine
        assert (found[0].unit, found[0].simulated, found[0].place) == ("ug/m3", True, "matrah")
        began_at = first.id
        replayed = []
        for one in client.stream(thing="air-01", last_event_id=began_at):
            replayed.append(one)
            if len(replayed) > len(found):
                break
        assert replayed[: len(found)] == list(found)
        assert list(client.stream(thing="bus-01", seconds=1)) == []
        with pytest.raises(NotFound):
            next(iter(client.stream(place="atlantis")))

    async def some() -> list[LiveObservation]:
        async with AsyncClient(api_url) as other:
            return [one async for one in other.stream(thing="air-01", last_event_id=began_at, seconds=1)]

    assert asyncio.run(some())[: len(found)] == list(found)
