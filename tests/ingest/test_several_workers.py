"""Several workers of one hub: what they find does not follow from who got which message, and whoever lives answers."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from psycopg.types.json import Jsonb

from citycore.model import DatastreamDescription
from citycore.settings import BrokerSettings
from citycore.store.registry import register
from citycore.topics import Address, build_topic
from citycore.wire import encode
from ingest.metrics import Metrics
from ingest.model import Account, Received
from ingest.service import Ingest
from ingest.sessions import client_id, find_hub_id
from ingest.settings import IngestSettings
from ingest.writer import Batch
from stack.broker import PrivateBroker
from stack.waiting import wait_until
from tests.conftest import Database
from tests.ingest import test_formats
from tests.ingest.conftest import (
    BUSY_SECONDS_MAX,
    IngestProcess,
    Publisher,
    describe_source,
    describe_thing,
    end_session,
    settle,
)
from tests.ingest.test_desk import ask, question
from tests.ingest.test_formats import post, sent

source = test_formats.source

AT = datetime(2026, 3, 1, tzinfo=UTC)
TESTS = {
    "spike": {"suspect": 5, "fail": 20},
    "rate_of_change": {"suspect": 0.1},
    "flat_line": {"suspect_seconds": 600, "fail_seconds": 1_200, "tolerance": 0.05},
    "sentinel": {"values": [-200]},
}
Flags = list[tuple[int, int, list[str]]]


def series(count: int, seed: int) -> list[float]:
    """A slow wave with steps, spikes, flat parts, marks of no value, and results that are not possible."""
    rng, results, level = random.Random(seed), [], 20.0
    while len(results) < count:
        kind = rng.random()
        if kind < 0.05:
            results.append(level + rng.choice([-1, 1]) * rng.uniform(4, 40))
        elif kind < 0.08:
            results += [level] * rng.randrange(5, 30)
        elif kind < 0.11:
            level += rng.uniform(-15, 15)
        elif kind < 0.13:
            results.append(rng.choice([-200.0, 90.0]))
        else:
            level = min(50.0, max(0.0, level + rng.uniform(-2, 2)))
            results.append(level)
    return [round(result, 2) for result in results[:count]]


@pytest.fixture
def twins(database: Database, source_code: str) -> tuple[str, str]:
    """Two things with the same tests of quality: one for a lone worker, one for several."""
    names = f"{source_code}-lone", f"{source_code}-shared"
    with database.connect() as owner:
        own = DatastreamDescription(observed_property="air_temperature", interval_seconds=60)
        register(owner, describe_source(source_code), [describe_thing(name, own) for name in names])
        owner.execute("UPDATE datastreams SET quality_tests = %s", [Jsonb(TESTS)])
    return names


def flags_of(database: Database, thing: str) -> Flags:
    with database.connect() as owner:
        return owner.execute(
            "SELECT (extract(epoch FROM phenomenon_time - %s) / 60)::int, quality, ARRAY(SELECT test || quality::text"
            " FROM observation_flags f WHERE f.datastream_id = o.datastream_id"
            " AND f.phenomenon_time = o.phenomenon_time ORDER BY test)"
            " FROM observations o JOIN datastreams USING (datastream_id) JOIN things USING (thing_id)"
            " WHERE things.code = %s ORDER BY phenomenon_time",
            [AT, thing],
        ).fetchall()


def messages(source: str, thing: str, results: Sequence[float]) -> list[Received]:
    topic, now = build_topic(Address(source, thing)), int(datetime.now(UTC).timestamp() * 1e6)
    return [
        Received(topic, encode(AT + timedelta(minutes=n), {"air_temperature": result}), now, False, (0, 0))
        for n, result in enumerate(results)
    ]


def store(ingest: Ingest, some: list[Received]) -> None:
    """What the loop of a worker does with a batch."""
    checked = ingest._check(some)
    ingest._writer.write(Batch(checked))
    ingest._comparing.end()
    ingest._recents |= ingest._seen
    ingest._formats.keep(checked.notes.memory)


@pytest.fixture
def make_worker(database: Database) -> Iterator[Callable[..., Ingest]]:
    made: list[Ingest] = []

    def make(name: str, *, is_shared: bool) -> Ingest:
        settings = IngestSettings(worker=name, is_shared=is_shared)
        made.append(Ingest(BrokerSettings(), database.settings(), settings, Metrics()))
        return made[-1]

    yield make
    for one in made:
        one._writer.close()


@pytest.mark.parametrize("seed", range(6))
def test_flags_follow_from_results_and_not_from_who_got_which(
    database: Database,
    twins: tuple[str, str],
    source_code: str,
    make_worker: Callable[..., Ingest],
    seed: int,
) -> None:
    """Three workers get a part each and store it in any order, in batches of any size; late batches too."""
    lone, shared = twins
    results, rng = series(240, seed), random.Random(seed)
    alone = make_worker("lone", is_shared=False)
    for message in messages(source_code, lone, results):
        store(alone, [message])
    workers = [make_worker(f"w-{number}", is_shared=True) for number in range(3)]
    waiting = [messages(source_code, shared, results)[number::3] for number in range(3)]
    while any(waiting):
        number = rng.choice([n for n in range(3) if waiting[n]])
        size = rng.choice([1, 2, 7, 30])
        batch, waiting[number] = waiting[number][:size], waiting[number][size:]
        store(workers[number], batch)
    expected, found = flags_of(database, lone), flags_of(database, shared)
    assert found == expected
    tests = {test for _, _, given in expected for test in given}
    assert {"spike3", "spike4", "rate_of_change3", "flat_line3", "sentinel9"} <= tests, (
        "else it proves nothing"
    )


@pytest.fixture
def two_workers(
    database: Database, broker: PrivateBroker, ingest_process: IngestProcess, source_code: str
) -> Iterator[IngestProcess]:
    """Started; one that dies does not come back while the test lasts."""
    ingest_process.environment["FALAJ_INGEST_RESTART_DELAY_SECONDS_MIN"] = "600"
    ingest_process.environment["FALAJ_INGEST_RESTART_DELAY_SECONDS_MAX"] = "600"
    ingest_process.start("--workers", "2")
    assert wait_until(lambda: len(present(ingest_process)) == 2, BUSY_SECONDS_MAX)
    assert wait_until(lambda: connected(database) == 2, BUSY_SECONDS_MAX)
    yield ingest_process
    ingest_process.stop()
    with database.connect("ingest") as connection:
        hub = find_hub_id(connection)
    for number in (1, 2):
        end_session(broker, client_id(hub, f"worker-{source_code}-{number}"))


def present(process: IngestProcess) -> list[int]:
    assert process.process is not None
    children = psutil.Process(process.process.pid).children()
    return [child.pid for child in children if child.status() != psutil.STATUS_ZOMBIE]


def states_of_threads(pid: int) -> set[str]:
    """As the kernel names them: ``T`` stands still."""
    stats = (file.read_text("ascii", "replace") for file in Path(f"/proc/{pid}/task").glob("*/stat"))
    return {stat.rpartition(")")[2].split()[0] for stat in stats}


def connected(database: Database) -> int:
    with database.connect("ingest") as connection:
        return connection.execute("SELECT FROM ingest_sessions WHERE is_connected").rowcount


def test_two_processes_that_get_messages_in_turn_find_the_same(
    database: Database,
    two_workers: IngestProcess,
    twins: tuple[str, str],
    source_code: str,
    publisher: Publisher,
    make_worker: Callable[..., Ingest],
    ledger: Callable[[], Account],
) -> None:
    lone, shared = twins
    results = series(600, 7)
    alone = make_worker("lone", is_shared=False)
    for message in messages(source_code, lone, results):
        store(alone, [message])
    publisher.publish(shared, [message.payload for message in messages(source_code, shared, results)])
    settle(ledger, 2 * len(results), BUSY_SECONDS_MAX)
    with database.connect() as owner:
        shares = owner.execute(
            "SELECT worker, sum(stored) FROM ingest_batches WHERE worker LIKE %s GROUP BY 1", ["worker-%"]
        ).fetchall()
    assert len(shares) == 2, "the broker divides them"
    assert flags_of(database, shared) == flags_of(database, lone)


def test_a_unit_that_one_worker_heard_of_counts_for_the_other(
    database: Database, source: str, source_code: str, make_worker: Callable[..., Ingest]
) -> None:
    """The sensor changes its unit and back, and another worker gets each message."""
    workers = [make_worker(f"w-{number}", is_shared=True) for number in range(2)]
    for number, (value, unit) in enumerate(
        [(20.0, "Cel"), (293.15, "K"), (21.0, "Cel"), (295.15, "K"), (296.15, "K")]
    ):
        payload = sent(value, unit, at=test_formats.AT + 60 * number)
        now = int(datetime.now(UTC).timestamp() * 1e6)
        store(workers[number % 2], [Received(f"falaj/v1/{source}/x", payload, now, False, (0, 0))])
    with database.connect() as owner:
        units = owner.execute(
            "SELECT sent_unit, (extract(epoch FROM since) - %s)::int / 60 FROM datastream_units ORDER BY since",
            [test_formats.AT],
        ).fetchall()
    assert units == [("K", 1), ("Cel", 2), ("K", 3)]


def test_what_one_worker_hears_of_a_format_the_other_remembers(
    database: Database, source_code: str, make_worker: Callable[..., Ingest]
) -> None:
    """A sensor describes itself to Home Assistant once; the worker that knew of nothing there hears of it."""
    with database.connect() as owner:
        own = DatastreamDescription(observed_property="air_temperature")
        register(
            owner, describe_source(source_code, time_policy="receive_time"), [describe_thing("roof", own)]
        )
        owner.execute(
            "UPDATE sources SET decoder = 'home_assistant', mapping = %s",
            [Jsonb({"air_temperature/temp": {"observed_property": "air_temperature"}})],
        )
        owner.execute("UPDATE things SET device = 'roof-1'")
    described = {
        "stat_t": "garden/roof",
        "dev_cla": "temperature",
        "unit_of_meas": "°C",
        "val_tpl": "{{ value_json.t }}",
        "dev": {"ids": ["roof-1"]},
    }

    def come(worker: Ingest, topic: str, content: object) -> None:
        now = int(datetime.now(UTC).timestamp() * 1e6)
        payload = json.dumps(content).encode()
        store(worker, [Received(f"falaj/v1/{source_code}/{topic}", payload, now, False, (0, 0))])

    first, second = (make_worker(f"w-{number}", is_shared=True) for number in range(2))
    come(second, "garden/roof", {"t": 19.0})
    come(first, "homeassistant/sensor/roof/temp/config", described)
    come(second, "garden/roof", {"t": 21.5})
    with database.connect() as owner:
        letters = owner.execute("SELECT reason, detail FROM dead_letters").fetchall()
        stored = owner.execute("SELECT result FROM observations").fetchall()
    assert [reason for reason, _ in letters] == ["not_described"], letters
    assert stored == [(21.5,)]


def test_messages_and_questions_by_http_are_answered_whichever_worker_dies(
    database: Database, two_workers: IngestProcess, source: str, source_code: str
) -> None:
    answers: list[int] = []
    stopping = threading.Event()

    def go_on() -> None:
        while not stopping.is_set():
            number = len(answers)
            try:
                answers.append(post(two_workers, source, sent(20.0, at=test_formats.AT + 60 * number))[0])
            except OSError:  # it was in the hands of the one that was killed
                answers.append(0)

    sender = threading.Thread(target=go_on)
    sender.start()
    try:
        assert wait_until(lambda: len(answers) > 10, BUSY_SECONDS_MAX)
        workers = present(two_workers)
        os.kill(workers[0], signal.SIGKILL)
        before = len(answers)
        assert wait_until(lambda: len(answers) > before + 10, BUSY_SECONDS_MAX)
    finally:
        stopping.set()
        sender.join()
    assert present(two_workers) == workers[1:], "nobody took its place"
    assert answers.count(0) <= 1
    assert set(answers) <= {0, 200}, answers
    assert ask(two_workers, "/try", question(zone="Asia/Muscat"))[0] == 200
    assert ask(two_workers, "/decoders")[0] == 200


def test_a_worker_that_does_not_answer_keeps_nobody_waiting(two_workers: IngestProcess, source: str) -> None:
    frozen = present(two_workers)[0]
    os.kill(frozen, signal.SIGSTOP)
    # On a busy machine some of its threads run on for a moment, and what they take in then waits as long as it does.
    assert wait_until(lambda: states_of_threads(frozen) <= {"T"}, BUSY_SECONDS_MAX)
    try:
        for number in range(5):
            assert post(two_workers, source, sent(20.0, at=test_formats.AT + 60 * number))[0] == 200
    finally:
        os.kill(frozen, signal.SIGCONT)
