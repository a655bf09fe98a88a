"""What the benchmark of the live stream counts: every number once, and only for those who asked for it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import numpy as np
import orjson
import pytest

from benchmarks.listeners import Listener
from benchmarks.numbered import MILLISECOND, describe, facts, fitting, instant, number_of
from benchmarks.stream import Outcome, Plan, cases_of

BEGAN_MS = 1_795_000_000_000
HEARTBEAT = b'event: heartbeat\nid: 1:2:\ndata: {"as_of":"x"}\n\n'


def observations(*numbers: int) -> bytes:
    rows = [{"phenomenon_time": instant(number, BEGAN_MS)} for number in numbers]
    content = orjson.dumps({"data": rows}, option=orjson.OPT_UTC_Z)
    return b"event: observations\ndata: " + content + b"\n\n"


def chunked(*events: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(event), event) for event in events)


def heard(pieces: list[bytes], count: int = 40, **filters: str) -> Listener:
    listener = Listener(filters, count, BEGAN_MS)
    listener.data_received(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    for piece in pieces:
        listener.data_received(piece)
    return listener


def outcome(*listeners: Listener, stored: int, slow: Any = ()) -> Outcome:
    committed_at = np.full(40, np.nan)
    committed_at[:stored] = 1.0
    return Outcome(listeners, slow, committed_at, [0.1], [2**20] * 8, 1.0, 2.0)


@pytest.mark.usefixtures("wire")
def test_a_number_is_told_by_its_time_and_its_facts_by_its_number() -> None:
    assert [number_of(instant(n, BEGAN_MS), BEGAN_MS) for n in (0, 1, 59_999)] == [0, 1, 59_999]
    assert instant(1, BEGAN_MS) - instant(0, BEGAN_MS) == MILLISECOND == timedelta(milliseconds=1)
    source, places, things = describe()
    registered = {(thing.code, stream.observed_property) for thing in things for stream in thing.datastreams}
    assert {(facts(n)["thing"], facts(n)["observed_property"]) for n in range(100)} == registered
    assert {facts(n)["place"] for n in range(100)} == {place.code for place in places}
    assert facts(0)["source"] == source.code
    assert fitting(range(100), {"thing": "t3"}) == [3, 23, 43, 63, 83]
    assert len(fitting(range(100), {})) == 100


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_events_are_read_whole_however_they_are_cut(size: int) -> None:
    told = chunked(HEARTBEAT, observations(0, 1), observations(2, 1), b"event: end\ndata: {}\n\n")
    listener = heard([told[n : n + size] for n in range(0, len(told), size)])
    assert listener.is_joined
    assert listener.times_heard[:4].tolist() == [1, 2, 1, 0]
    assert np.isnan(listener.heard_at[3])
    assert not np.isnan(listener.heard_at[:3]).any()
    assert listener.endings == [b"end"]


def test_what_is_missed_doubled_or_unasked_is_counted() -> None:
    exact = heard([chunked(observations(*range(20)))])
    misses = heard([chunked(observations(*range(19)))])
    doubles = heard([chunked(observations(3, 3))], thing="t3")
    unasked = heard([chunked(observations(3, 4))], thing="t3")

    def figures(*listeners: Listener) -> dict[str, float]:
        found = outcome(*listeners, stored=20)
        return {case.name: case.value for case in cases_of(Plan(len(listeners), 20, 1), found)}

    assert figures(exact)["missed by a listener"] == 0
    assert figures(exact)["heard twice or unasked"] == 0
    assert figures(exact, misses)["missed by a listener"] == 1
    assert figures(doubles)["heard twice or unasked"] == 1
    assert figures(unasked)["heard twice or unasked"] == 1


def test_slow_readers_count_when_the_hub_ended_them() -> None:
    slow = [b'{"reason":"too_slow"}', b"cut", TimeoutError()]
    found = outcome(heard([]), stored=0, slow=slow)
    assert found.dropped() == 2


def test_every_kind_of_filter_is_among_the_listeners() -> None:
    chosen = list(Plan(200, 1_000, 60).filters())
    assert len(chosen) == 200
    assert sum(not filters for filters in chosen) == 10
    assert {name for filters in chosen for name in filters} == {"observed_property", "place", "thing"}


@pytest.mark.usefixtures("wire")
def test_a_listener_asks_for_its_filters() -> None:
    async def asked() -> bytes:
        received: list[bytes] = []
        done = asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            received.append(await reader.readuntil(b"\r\n\r\n"))
            writer.close()
            done.set()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            listener = Listener({"thing": "t1"}, 1, BEGAN_MS)
            await asyncio.get_running_loop().create_connection(lambda: listener, "127.0.0.1", port)
            await done.wait()
            listener.close()
        return received[0]

    assert asyncio.run(asked()).startswith(b"GET /v1/stream?thing=t1 HTTP/1.1\r\n")
