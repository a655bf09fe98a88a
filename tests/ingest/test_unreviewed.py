"""Sources that the hub's staff has not accepted: what they may send is bounded, and takes nobody's place."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from citycore.settings import BrokerSettings
from citycore.store.registry import register
from citycore.wire import encode
from ingest.allowances import BEYOND_ALLOWANCE, MESSAGE_BYTES, Allowance, Allowances
from ingest.model import Account, Checked, Datastream, Excess, Family, Received, Source, Thing
from ingest.row_posts import RowPost, Sent
from ingest.rules import Checker
from ingest.settings import IngestSettings
from stack.waiting import wait_until
from tests.conftest import Database
from tests.ingest.conftest import STANDARD, IngestProcess, Publisher, describe_source, describe_thing, settle

START = datetime(2026, 11, 20, tzinfo=UTC)
SETTINGS = IngestSettings(unreviewed_bytes_max=1_000, unreviewed_bytes_per_second_max=100)
#: What is larger than all of an allowance is taken once.
ONE_MESSAGE = IngestSettings(unreviewed_bytes_max=1, unreviewed_bytes_per_second_max=0)
CITY = Source(1, "city", "native", takes_receive_time=False, zone=None, ignores_retained=False)
ROOF, WALL = replace(CITY, source_id=2, is_accepted=False), replace(CITY, source_id=3, is_accepted=False)
FLOOD = 1_600
#: Of processor time, however busy the machine is; 10,000 a second then take half of a core.
SECONDS_PER_MESSAGE_MAX = 50e-6
Ledger = Callable[[], Account]


def test_an_allowance_is_spent_and_comes_back() -> None:
    now = [0.0]
    allowance = Allowance(10, 2, lambda: now[0])
    assert [allowance.take(cost) for cost in (6, 5, 4, 1)] == [True, False, True, False]
    now[0] = 2.0
    assert [allowance.take(cost) for cost in (3, 2, 1)] == [True, False, True]
    now[0] = 1_000.0
    assert [allowance.take(cost) for cost in (25, 1)] == [True, False], (
        "what is larger than all of it, when all is there"
    )
    now[0] += 8.0
    assert [allowance.take(cost) for cost in (1, 1)] == [True, False]


def test_each_source_that_is_not_accepted_has_an_allowance_of_its_own() -> None:
    now = [0.0]
    allowances = Allowances(SETTINGS, lambda: now[0])
    by_topic = {"city": CITY, "roof": ROOF, "wall": WALL}

    def beyond(*topics: str) -> tuple[list[str], dict[int, Excess]]:
        received = [Received(topic, b"x" * 300, 0, False, (1, 1)) for topic in topics]
        weighed = allowances.weigh(received, lambda message: by_topic.get(message.topic))
        return [topics[number] for number in sorted(weighed.messages)], weighed.excesses

    assert beyond(*["city"] * 50, "nobody", "roof", "wall", "roof") == ([], {})
    assert beyond("roof", "city", "roof", "wall", "wall") == (
        ["roof", "roof", "wall"],
        {2: Excess(2, 600), 3: Excess(1, 300)},
    )
    now[0] = 5.0
    assert beyond("roof", "roof") == (["roof"], {2: Excess(1, 300)})
    assert MESSAGE_BYTES + 300 == 500


def messages(count: int, topic: str) -> list[Received]:
    values = dict.fromkeys(("pm2_5", "no2", "o3", "wind_direction"), 1.5)
    return [
        Received(topic, encode(START + timedelta(seconds=n), values), 1_800_000_000_000_000, False, (1, n))
        for n in range(count)
    ]


def test_a_message_beyond_it_costs_next_to_nothing() -> None:
    """By processor time, without what storing it would cost: the flood of a stranger keeps nobody waiting."""
    datastreams = {code: Datastream(n, "1", Family.MEASUREMENT, "keep_first") for n, code in enumerate(("pm2_5", "no2", "o3", "wind_direction"))}  # fmt: skip
    thing = Thing(takes_receive_time=False, zone=None, ignores_retained=False, datastreams=datastreams)
    received = messages(2_000, "falaj/v1/roof/roof")

    def seconds(source: Source) -> tuple[float, Checked]:
        best, checked = float("inf"), None
        for _ in range(3):
            allowances = Allowances(ONE_MESSAGE)
            allowances.weigh(received[:1], lambda _: source)
            began = time.process_time()
            weighed = allowances.weigh(received, lambda _: source)
            checked = Checker({"falaj/v1/roof/roof": thing}, SETTINGS).check(received, weighed)
            best = min(best, time.process_time() - began)
        assert checked is not None
        return best, checked

    (_, stored), (refused, counted) = seconds(CITY), seconds(ROOF)
    assert (stored.values, len(stored.rows[Family.MEASUREMENT])) == (8_000, 8_000)
    assert (counted.values, counted.rows, counted.messages) == (2_000, {}, 2_000)
    assert Counter((each.reason, each.is_kept) for each in counted.rejections) == {
        (BEYOND_ALLOWANCE, False): 2_000
    }
    assert refused / len(received) < SECONDS_PER_MESSAGE_MAX


def test_rows_beyond_it_are_refused_by_their_request() -> None:
    sent = Sent(b"\1\0\0\0" * 2, b"\0" * 16, b"\0" * 16)  # two rows of datastream 1
    post = RowPost(sent)
    message = Received("", b"x" * 60, 5, False, (0, 0), post)
    allowances = Allowances(SETTINGS, lambda: 0.0)
    assert not allowances.weigh([message] * 3, lambda _: ROOF).messages
    weighed = allowances.weigh([message], lambda _: ROOF)
    checked = post.refuse(message, weighed)
    assert (checked.values, checked.messages, checked.notes.excesses) == (0, 1, {2: Excess(1, 60)})
    post.settle([], is_heard=True)
    assert post.fates == {0: BEYOND_ALLOWANCE, 1: BEYOND_ALLOWANCE}


@pytest.fixture
def roof(database: Database, broker_settings: BrokerSettings, source_code: str) -> Any:
    """A publisher of a source that is not accepted, with a thing of its own."""
    code = f"{source_code}-roof"
    with database.connect() as connection:
        register(connection, describe_source(code), [describe_thing("roof-1", *STANDARD)])
    review(database, code, "waiting")
    one = Publisher(broker_settings, code)
    yield one
    one.close()


def review(database: Database, code: str, stands: str) -> None:
    with database.superuser() as connection:
        connection.execute("UPDATE sources SET review = %s WHERE code = %s", [stands, code])


def counts(database: Database) -> dict[str, int]:
    with database.superuser() as connection:
        rows = connection.execute(
            "SELECT things.code, count(*) FROM observations JOIN datastreams USING (datastream_id)"
            " JOIN things USING (thing_id) GROUP BY things.code"
        ).fetchall()
    return dict(rows)


def test_a_flood_of_a_stranger_fills_no_store_and_keeps_nobody_waiting(
    database: Database,
    ingest_process: IngestProcess,
    publisher: Publisher,
    roof: Publisher,
    station: str,
    ledger: Ledger,
) -> None:
    ingest_process.environment |= {
        "FALAJ_INGEST_UNREVIEWED_BYTES_MAX": "30000",
        "FALAJ_INGEST_UNREVIEWED_BYTES_PER_SECOND_MAX": "0",
    }
    ingest_process.start()
    flood = [encode(START + timedelta(seconds=n), {"pm2_5": 1.0}) for n in range(FLOOD)]
    taken = 30_000 // (MESSAGE_BYTES + len(flood[0]))
    began = time.monotonic()
    for n in range(8):
        roof.publish("roof-1", flood[n * FLOOD // 8 : (n + 1) * FLOOD // 8])
        publisher.publish(station, [encode(START + timedelta(minutes=n), {"pm2_5": 2.0})])
    published = time.monotonic()
    assert wait_until(lambda: counts(database).get(station) == 8, 10), counts(database)
    assert time.monotonic() - published < 5 + (published - began), (
        "what is reviewed does not stand in a queue behind it"
    )
    account = settle(ledger, FLOOD + 8)
    assert account == Account(FLOOD + 8, FLOOD + 8, taken + 8, 0, 0, FLOOD - taken), "everything is counted"
    assert counts(database) == {station: 8, "roof-1": taken}
    with database.connect("registry") as connection:
        told = connection.execute("SELECT messages, payload_bytes FROM source_excesses").fetchall()
        letters = connection.execute("SELECT count(*) FROM dead_letters").fetchone()
    assert told == [(FLOOD - taken, (FLOOD - taken) * len(flood[0]))]
    assert letters == (0,)
    assert f'quarantined_total{{reason="beyond_allowance"}} {FLOOD - taken}.0' in ingest_process.metrics()
    review(database, roof.source, "accepted")
    roof.publish("roof-1", [encode(START + timedelta(days=1), {"pm2_5": 1.0})])
    settle(ledger, FLOOD + 9)
    roof.publish(
        "roof-1", [encode(START + timedelta(days=1, seconds=n), {"pm2_5": 1.0}) for n in range(1, 40)]
    )
    settle(ledger, FLOOD + 48)
    assert counts(database)["roof-1"] >= taken + 39, "what is accepted is bounded no longer"
