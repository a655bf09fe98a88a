"""Other formats than the native one, through the real process: by the broker, by HTTP, with units and names of their own."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import cbor2
import pytest
from google.transit import gtfs_realtime_pb2 as gtfs
from psycopg.types.json import Jsonb

from citycore.model import DatastreamDescription
from citycore.store.registry import register
from ingest.decoding import Formats, Others
from ingest.model import Account
from ingest.settings import IngestSettings
from stack.broker import PrivateBroker
from stack.postgres import PrivatePostgres
from stack.waiting import wait_until
from tests.conftest import Database, open_database
from tests.ingest.conftest import (
    IngestProcess,
    Publisher,
    begin_anew,
    describe_source,
    describe_thing,
    open_ingest,
    settle,
)

DEVICE = "urn:dev:mac:0024befffe804ff1"
SECRET = "falaj-secret-of-a-test"
AT = int(datetime(2026, 3, 1, 8, tzinfo=UTC).timestamp())


def pack(*records: dict[int, Any]) -> bytes:
    """SenML as CBOR: -2 base name, -3 base time, 0 name, 1 unit, 2 value (RFC 8428, table 4)."""
    return cbor2.dumps(list(records))


def sent(value: float, unit: str = "Cel", name: str = "temperature", at: int = AT) -> bytes:
    return pack({-2: f"{DEVICE}:", -3: at, 0: name, 1: unit, 2: value})


def test_a_batch_that_is_decoded_again_does_not_meet_what_it_remembered_itself() -> None:
    """As where a property was not known and is looked up once more: a number in order must not look repeated."""
    formats = Formats(IngestSettings())
    first, second = Others(), Others()
    formats.put(1, "seq", 4, first)
    assert formats.get(1, "seq", lambda _source, _key: 3, first) == 4
    assert formats.get(1, "seq", lambda _source, _key: 3, second) == 3
    formats.keep(first.memory)
    assert formats.get(1, "seq", lambda _source, _key: 3, Others()) == 4


@pytest.fixture(scope="module")
def database(postgres: PrivatePostgres) -> Iterator[Database]:
    with open_database(postgres) as database:
        yield database


@pytest.fixture(scope="module")
def running(
    database: Database, broker: PrivateBroker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[IngestProcess]:
    """One for all tests here, which asks addresses often."""
    with open_ingest(
        database, broker, "worker-of-formats", tmp_path_factory.mktemp("formats") / "log"
    ) as process:
        process.environment |= {
            "FALAJ_INGEST_POLL_SECONDS_MIN": "0.5",
            "FALAJ_INGEST_REPORT_SECONDS": "0.5",
        }
        yield process


@pytest.fixture
def ingest_process(running: IngestProcess, database: Database) -> IngestProcess:
    begin_anew(running, database)
    return running


@pytest.fixture
def source(database: Database, source_code: str) -> str:
    """A source of another format with one device, which has a name of its own."""
    things = [
        describe_thing(
            f"{source_code}-roof",
            DatastreamDescription(observed_property="air_temperature"),
            DatastreamDescription(observed_property="pm2_5"),
        )
    ]
    with database.connect() as owner:
        register(owner, describe_source(source_code), things)
        owner.execute("UPDATE sources SET decoder = 'senml_cbor' WHERE code = %s", [source_code])
        owner.execute("UPDATE things SET device = %s WHERE code = %s", [DEVICE, things[0].code])
        owner.execute(
            "INSERT INTO source_credentials (source_id, username, secret_digest)"
            " SELECT source_id, code, %s FROM sources WHERE code = %s",
            [sha256(SECRET.encode()).digest(), source_code],
        )
    return source_code


def results(database: Database, source: str) -> list[tuple[str, float, int]]:
    with database.connect() as owner:
        return owner.execute(
            "SELECT observed_property_code, result, quality FROM observations JOIN datastreams USING (datastream_id)"
            " JOIN things USING (thing_id) JOIN sources USING (source_id) WHERE sources.code = %s"
            " ORDER BY phenomenon_time, 1",
            [source],
        ).fetchall()


def post(
    process: IngestProcess, source: str, payload: bytes, secret: str = SECRET, topic: str = ""
) -> tuple[int, dict[str, Any]]:
    credential = b64encode(f"{source}:{secret}".encode()).decode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{process.port}/ingest/{source}?topic={topic}",
        data=payload,
        headers={"Authorization": f"Basic {credential}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def test_a_device_is_known_by_its_own_name_and_units(
    database: Database,
    ingest_process: IngestProcess,
    publisher: Publisher,
    source: str,
    ledger: Callable[[], Account],
) -> None:
    publisher.publish("any/topic", [sent(23.5), sent(300.15, "K", at=AT + 60), sent(24.5, at=AT + 120)])
    settle(ledger, 3)
    found = [result for name, result, _ in results(database, source) if name == "air_temperature"]
    assert found == pytest.approx([23.5, 27.0, 24.5])
    with database.connect() as owner:
        units = owner.execute(
            "SELECT sent_unit, factor, shift FROM datastream_units JOIN datastreams USING (datastream_id)"
            " JOIN things USING (thing_id) WHERE code LIKE %s ORDER BY since",
            [f"{source}-%"],
        ).fetchall()
    assert units == [("K", 1.0, pytest.approx(-273.15)), ("Cel", 1.0, 0.0)]


def test_what_another_device_sends_waits_as_a_dead_letter_and_counts_once_it_is_registered(
    database: Database,
    ingest_process: IngestProcess,
    publisher: Publisher,
    source: str,
    ledger: Callable[[], Account],
) -> None:
    stranger = pack({-2: "urn:dev:mac:0024befffe804fff:", -3: AT, 0: "temperature", 1: "Cel", 2: 20.0})
    publisher.publish("x", [stranger])
    assert settle(ledger, 1).quarantined == 1
    with database.connect() as owner:
        reason, detail = owner.execute(
            "SELECT reason, detail FROM dead_letters WHERE topic LIKE %s", [f"falaj/v1/{source}/%"]
        ).fetchone() or ("", "")
        assert (reason, detail) == (
            "unknown_thing", "unknown_thing: urn:dev:mac:0024befffe804fff: temperature"
        )  # fmt: skip
        owner.execute(
            "UPDATE things SET device = 'urn:dev:mac:0024befffe804fff' WHERE code LIKE %s", [f"{source}-%"]
        )
    publisher.publish("x", [stranger])
    assert settle(ledger, 2).stored == 1, "heard of at once"


def test_a_flag_says_which_test_it_was_and_what_cannot_be_is_refused(
    database: Database, ingest_process: IngestProcess, source: str
) -> None:
    with database.connect() as owner:
        owner.execute(
            "UPDATE observed_properties SET lower_bound = 0, upper_bound = 1000, lowest_possible = -1, is_edited = true"
            " WHERE code = 'pm2_5'"
        )
    status, answer = post(ingest_process, source, sent(1500, "ug/m3", "pm2_5"))
    assert (status, answer["stored"]) == (200, 1)
    status, answer = post(ingest_process, source, sent(-40, "ug/m3", "pm2_5", AT + 60))
    assert (status, [each["reason"] for each in answer["refused"]]) == (422, ["not_physical"])
    with database.connect() as owner:
        flags = owner.execute("SELECT test, quality FROM observation_flags").fetchall()
    assert flags == [("gross_range", 4)]
    assert results(database, source) == [("pm2_5", 1500.0, 4)]


#: A message that stands for "no value" by what the table says, by the sensor that the registry names, by what no such property can
#: be, and a true one; what is stored, with its flag.
CODES = [
    ({"t": -127, "w": 21.5}, [("air_temperature", -127.0, 9), ("water_temperature", 21.5, 1)]),
    ({"t": 30.5, "w": 65.5}, [("air_temperature", 30.5, 1), ("water_temperature", 65.5, 9)]),
    ({"t": -999, "w": 85}, [("air_temperature", -999.0, 9), ("water_temperature", 85.0, 3)]),
]


@pytest.mark.parametrize(("message", "stored"), CODES)
def test_a_number_that_stands_for_no_value_is_missing(
    database: Database, ingest_process: IngestProcess, source: str, message: dict[str, Any], stored: list[Any]
) -> None:
    codec = {
        "fields": {
            "t": {"property": "air_temperature", "unit": "Cel"},
            "w": {"property": "water_temperature", "unit": "Cel", "sensor": "ds18b20", "missing": [65.5]},
        }
    }
    with database.connect() as owner:
        owner.execute(
            "INSERT INTO sensors (code, name_en, name_ar, model) VALUES ('ds18b20', 'Probe', 'مجس', 'DS18B20')"
            " ON CONFLICT (code) DO NOTHING"
        )
        owner.execute(
            "INSERT INTO datastreams (thing_id, observed_property_code, unit, sensor_id)"
            " SELECT thing_id, 'water_temperature', 'Cel', sensor_id FROM things, sensors"
            " WHERE device = %s AND sensors.code = 'ds18b20' ON CONFLICT DO NOTHING",
            [DEVICE],
        )
        owner.execute(
            "UPDATE sources SET decoder = 'json_fields', codec = %s, time_policy = 'receive_time' WHERE code = %s",
            [Jsonb(codec), source],
        )
    topic = urllib.parse.quote(DEVICE, safe="")
    status, answer = post(ingest_process, source, json.dumps(message).encode(), topic=topic)
    assert (status, answer["stored"]) == (200, 2), answer
    assert sorted(results(database, source)) == stored
    with database.connect() as owner:
        flags = owner.execute(
            "SELECT observed_property_code, test, quality FROM observation_flags JOIN datastreams USING (datastream_id)"
            " JOIN things USING (thing_id) JOIN sources USING (source_id) WHERE sources.code = %s ORDER BY 1",
            [source],
        ).fetchall()
    assert flags == [(name, "sentinel", quality) for name, _, quality in stored if quality > 2]


def test_whoever_posts_hears_what_became_of_each_value(
    database: Database, ingest_process: IngestProcess, source: str, ledger: Callable[[], Account]
) -> None:
    assert post(ingest_process, source, sent(21.0))[1]["stored"] == 1
    again = post(ingest_process, source, sent(21.0))[1]
    assert (again["stored"], again["duplicate"]) == (0, 1), "the same key and value counts once"
    other = post(ingest_process, source, sent(22.0))[1]
    assert (other["stored"], other["conflicting"]) == (0, 1)
    mixed = pack({-2: f"{DEVICE}:", -3: AT + 60, 0: "temperature", 1: "Cel", 2: 20.0}, {0: "flavour", 2: 1.0})
    status, answer = post(ingest_process, source, mixed)
    assert (status, answer["stored"], answer["quarantined"]) == (200, 1, 1)
    assert answer["refused"] == [{"reason": "unknown_property", "detail": "flavour"}]
    status, answer = post(ingest_process, source, b"\xff not cbor")
    assert (status, answer["refused"][0]["reason"]) == (422, "unreadable_payload")
    assert ledger().received == 6


@pytest.mark.parametrize(
    ("secret", "source_named", "status", "code"),
    [
        ("wrong", None, 401, "credential_unknown"),
        (SECRET, "no-such-source", 401, "credential_unknown"),
        (SECRET, "No Code", 404, "source_not_found"),
    ],
)
def test_nobody_posts_for_another_source(
    ingest_process: IngestProcess, source: str, secret: str, source_named: str | None, status: int, code: str
) -> None:
    answer = post(ingest_process, (source_named or source).replace(" ", "%20"), sent(1.0), secret)
    assert (answer[0], answer[1]["code"]) == (status, code)


def test_a_revoked_credential_counts_no_more_within_a_second(
    database: Database, ingest_process: IngestProcess, source: str
) -> None:
    assert post(ingest_process, source, sent(1.0))[0] == 200
    with database.connect() as owner:
        owner.execute("UPDATE source_credentials SET revoked_at = now() WHERE username = %s", [source])
    assert wait_until(lambda: post(ingest_process, source, sent(1.0))[0] == 401, 10)


def test_an_address_that_a_source_declares_is_asked_and_one_that_is_withdrawn_is_not(
    database: Database, ingest_process: IngestProcess, source: str, ledger: Callable[[], Account]
) -> None:
    asked: list[str] = []

    class Feed(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = sent(20.0 + len(asked), at=AT + 60 * len(asked))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    poll = {"url": f"http://127.0.0.1:{server.server_port}/feed", "seconds": 0.5}
    try:
        with database.connect() as owner:
            owner.execute("UPDATE sources SET codec = %s WHERE code = %s", [Jsonb({"poll": poll}), source])
        settle(ledger, 2)
        with database.connect() as owner:
            owner.execute("UPDATE sources SET codec = NULL WHERE code = %s", [source])

        def stopped() -> bool:
            before = len(asked)
            time.sleep(1.5)
            return len(asked) == before

        assert wait_until(stopped, 30)
    finally:
        server.shutdown()
        server.server_close()
    assert len(results(database, source)) == len(asked)


def test_service_alerts_of_a_feed_are_kept_beside_its_values(
    database: Database, ingest_process: IngestProcess, source: str
) -> None:
    with database.connect() as owner:
        owner.execute("UPDATE sources SET decoder = 'gtfs_realtime' WHERE code = %s", [source])
    header = gtfs.FeedHeader(gtfs_realtime_version="2.0", timestamp=AT)
    message = gtfs.FeedMessage(header=header)
    alert = message.entity.add(id="strike").alert
    alert.informed_entity.add(route_id="r1")
    assert post(ingest_process, source, message.SerializeToString(), topic="feed")[0] < 300
    with database.connect() as owner:
        kept = owner.execute(
            "SELECT topic, alert, informed -> 0 ->> 'route', gone_at FROM service_alerts JOIN sources USING (source_id)"
            " WHERE code = %s",
            [source],
        ).fetchall()
    assert kept == [("feed", "strike", "r1", None)]
