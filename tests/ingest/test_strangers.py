"""What comes on topics that nobody registered: a dead letter each, bounded, and everything counted."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from citycore.broker.connecting import sign_in
from citycore.settings import BrokerSettings
from citycore.wire import encode
from ingest.model import Account, Checked, Received, Rejection
from ingest.settings import IngestSettings
from ingest.strangers import Strangers
from stack.waiting import wait_until
from tests.conftest import Database
from tests.ingest.conftest import IngestProcess, Publisher, settle

START = datetime(2026, 11, 20, tzinfo=UTC)
#: As devices of other systems send them.
FOREIGN = (
    ("zigbee2mqtt/kitchen", b'{"temperature":21.5,"humidity":48,"linkquality":120}'),
    ("tele/plug/SENSOR", b'{"ENERGY":{"Power":12}}'),
    ("shellies/door/sensor/battery", b"87"),
    ("falaj", b"hello"),
    ("falaj/v1/Upper/Case", b"{}"),
    ("/leading", b"\xff\x00"),
)
Ledger = Callable[[], Account]


def checked(*reasons: str) -> Checked:
    received = [Received(f"t/{n}", b"x", 0, False, (1, n)) for n in range(len(reasons))]
    return Checked(received, {}, [Rejection(n, reason, "") for n, reason in enumerate(reasons)])


def test_letters_of_strangers_are_bounded_and_nobody_elses() -> None:
    now = [0.0]
    strangers = Strangers(2, 0.5, lambda: now[0])

    def kept(*reasons: str) -> list[bool]:
        return [rejection.is_kept for rejection in strangers.apply(checked(*reasons)).rejections]

    assert kept("unknown_topic", "wrong_type", "unknown_topic", "unknown_topic", "wrong_type") == [
        True, True, True, False, True,
    ]  # fmt: skip
    now[0] = 2.0
    assert kept("unknown_topic", "unknown_topic") == [True, False]
    now[0] = 1_000.0
    assert kept(*["unknown_topic"] * 4) == [True, True, False, False]
    assert kept("unknown_thing") == [True]


@pytest.mark.parametrize(
    ("given", "filters"),
    [
        ("#", ("#",)),
        ("", ("falaj/v1/#",)),
        ("tele/#, zigbee2mqtt/#", ("falaj/v1/#", "tele/#", "zigbee2mqtt/#")),
    ],
)
def test_filters_are_set_with_commas_and_the_hubs_own_is_always_there(
    monkeypatch: pytest.MonkeyPatch, given: str, filters: tuple[str, ...]
) -> None:
    monkeypatch.setenv("FALAJ_INGEST_TOPIC_FILTERS", given)
    assert IngestSettings().topic_filters == filters


@pytest.fixture
def device(broker_settings: BrokerSettings) -> Any:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    sign_in(client, broker_settings)
    client.connect(broker_settings.host, broker_settings.port)
    client.loop_start()
    yield client
    client.disconnect()
    client.loop_stop()


def publish(client: mqtt.Client, messages: list[tuple[str, bytes]]) -> Counter[int]:
    """Publish with QoS 1; how often the broker gave which reason."""
    reasons: Counter[int] = Counter()
    client.on_publish = lambda _c, _d, _mid, reason, _p: reasons.update([reason.value])
    for topic, payload in messages:
        client.publish(topic, payload, qos=1)
    assert wait_until(lambda: reasons.total() == len(messages), 30), reasons
    return reasons


def letters(database: Database) -> dict[tuple[str, bytes], str]:
    with database.superuser() as connection:
        rows = connection.execute("SELECT topic, payload, reason FROM dead_letters").fetchall()
    return {(topic, bytes(payload)): reason for topic, payload, reason in rows}


def test_foreign_topics_are_dead_letters_and_a_flood_of_them_takes_nobodys_place(
    database: Database,
    ingest_process: IngestProcess,
    publisher: Publisher,
    device: mqtt.Client,
    station: str,
    ledger: Ledger,
) -> None:
    ingest_process.environment |= {
        "FALAJ_INGEST_UNKNOWN_TOPIC_LETTERS_MAX": "10",
        "FALAJ_INGEST_UNKNOWN_TOPIC_LETTERS_PER_SECOND_MAX": "0",
    }
    ingest_process.start()
    assert publish(device, list(FOREIGN)) == Counter({0: len(FOREIGN)}), "somebody listens"
    assert settle(ledger, len(FOREIGN)) == Account(6, 6, 0, 0, 0, 6)
    assert letters(database) == dict.fromkeys(FOREIGN, "unknown_topic")
    publish(device, [("flood/x", f"{n}".encode()) for n in range(300)])
    publisher.publish(station, [b"{broken", encode(START, {"pm2_5": 1.0})])
    account = settle(ledger, 308)
    assert account == Account(308, 308, 1, 0, 0, 307), "each is counted once, and the account closes"
    kept = Counter(letters(database).values())
    assert kept == {"unknown_topic": 10, "unreadable_payload": 1}
    with database.connect("read") as connection:
        removed = connection.execute(
            "SELECT reason, status, removed_count, removed_bytes FROM dead_letter_removals"
        ).fetchall()
    assert removed == [("unknown_topic", "open", 296, sum(len(f"{n}") for n in range(4, 300)))]
    assert "falaj_ingest_letters_not_kept_total 296.0" in ingest_process.metrics()
    assert 'falaj_ingest_quarantined_total{reason="unknown_topic"} 306.0' in ingest_process.metrics()


def test_a_narrower_filter_ends_the_wider_one_and_publishers_hear_that_nobody_listens(
    database: Database, ingest_process: IngestProcess, device: mqtt.Client, ledger: Ledger
) -> None:
    ingest_process.start()
    assert publish(device, [("tele/a", b"1"), ("zigbee2mqtt/a", b"1")]) == Counter({0: 2})
    settle(ledger, 2)
    ingest_process.stop()
    ingest_process.environment["FALAJ_INGEST_TOPIC_FILTERS"] = "tele/#"
    ingest_process.start()
    assert publish(device, [("tele/a", b"2"), ("falaj/v1/nobody/x", b"2")]) == Counter({0: 2})
    assert publish(device, [("zigbee2mqtt/a", b"2")]) == Counter({16: 1})
    assert settle(ledger, 4).quarantined == 4
    with database.superuser() as connection:
        (filters,) = connection.execute("SELECT filters FROM ingest_sessions").fetchone() or ([],)
    assert sorted(filters) == ["falaj/v1/#", "tele/#"]


def test_filters_that_overlap_are_refused_in_a_line(ingest_process: IngestProcess) -> None:
    ingest_process.environment["FALAJ_INGEST_TOPIC_FILTERS"] = "+/v1/x"
    assert ingest_process.run() == 1
    said = ingest_process.log.read_text()
    assert "FALAJ_INGEST_TOPIC_FILTERS" in said
    assert "both" in said
    assert "Traceback" not in said


def test_what_real_devices_send_on_their_own_topics_is_kept(
    database: Database,
    ingest_process: IngestProcess,
    device: mqtt.Client,
    ledger: Ledger,
    shared_data: Path,
) -> None:
    file = shared_data / "devices" / "real_payloads.jsonl"
    if not file.exists():
        pytest.skip("needs the devices' payloads")
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    messages = [(_own_topic(line, number), json.dumps(line).encode()) for number, line in enumerate(lines)]
    ingest_process.start()
    publish(device, messages)
    assert settle(ledger, len(messages)).quarantined == len(messages)
    assert letters(database) == dict.fromkeys(messages, "unknown_topic")


def _own_topic(line: dict[str, object], number: int) -> str:
    topic = str(line.get("topic", ""))
    return topic if re.fullmatch(r"[\w/.-]+", topic) else f"real/{number}"
