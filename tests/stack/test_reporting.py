"""What the worker notes for the status: that it lives, and what the broker holds while nobody stores it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from citycore.broker.connecting import sign_in
from citycore.clock import system_clock
from citycore.settings import BrokerSettings
from stack.ports import free_port
from stack.waiting import wait_until
from stack.worker.reporting import BrokerEar, Reporter, Waiting
from tests.conftest import Database

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_waiting_begins_when_the_broker_was_last_seen_without_any():
    waiting = Waiting(0, None).after(3, NOON)
    assert waiting == Waiting(3, NOON)
    assert waiting.after(2, NOON + SECOND) == Waiting(2, NOON)
    assert waiting.after(0, NOON + SECOND).after(1, NOON + 2 * SECOND) == Waiting(1, NOON + 2 * SECOND)


@contextmanager
def reporting(database: Database, broker: BrokerSettings, *, lives: bool = True) -> Iterator[None]:
    """A reporter beside an event loop that turns no more once it has started."""
    reporter = Reporter(database.settings(), BrokerEar(broker, system_clock), 0.1, lambda: lives)
    with asyncio.Runner() as runner:

        async def start() -> None:
            reporter.start()

        runner.run(start())
        try:
            yield
        finally:
            reporter.stop()


def reports(database: Database) -> dict[str, tuple[Any, ...]]:
    with database.connect("read") as connection:
        rows = connection.execute(
            "SELECT component, now() - reported_at < interval '30 s', waiting_messages, waiting_since"
            " FROM component_reports"
        )
        return {component: tuple(figures) for component, *figures in rows.fetchall()}


def test_messages_that_nobody_fetches_are_counted_and_since_when(
    database: Database, broker_settings: BrokerSettings, source_code: str
):
    name = f"frozen-{source_code}"
    with reporting(database, broker_settings):
        assert wait_until(lambda: {"worker", "broker"} <= set(reports(database)), 40)
        before = reports(database)["broker"][1]
        subscriber = connected(name, broker_settings)
        subscriber.subscribe(f"{source_code}/#", qos=1)
        wait_until(lambda: False, 0.5)
        stop(subscriber)  # its session stays, and what is published waits in it
        publisher = connected(f"device-{source_code}", broker_settings)
        for number in range(50):
            publisher.publish(f"{source_code}/x", str(number), qos=1).wait_for_publish(40)
        assert wait_until(lambda: reports(database)["broker"][1] >= before + 50, 40)
        is_fresh, _, since = reports(database)["broker"]
        assert is_fresh
        assert abs(time.time() - since.timestamp()) < 60
        stop(publisher)
    stop(connected(name, broker_settings, clean=True))


def test_a_broker_that_is_away_is_not_heard_and_the_worker_lives_all_the_same(database: Database):
    with reporting(database, BrokerSettings(host="127.0.0.1", port=free_port())):
        assert wait_until(lambda: "worker" in reports(database), 40)
    assert "broker" not in reports(database)


def test_a_worker_whose_loop_or_roll_ups_do_not_go_on_reports_nothing(
    database: Database, broker_settings: BrokerSettings, monkeypatch: pytest.MonkeyPatch
):
    with reporting(database, broker_settings, lives=False):
        wait_until(lambda: bool(reports(database)), 1)
    monkeypatch.setattr("stack.worker.reporting.LOOP_SECONDS_MAX", 0.0)
    with reporting(database, broker_settings):
        wait_until(lambda: bool(reports(database)), 1)
    assert reports(database) == {}


def connected(name: str, broker: BrokerSettings, *, clean: bool = False) -> mqtt.Client:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, clean_session=clean)
    sign_in(client, broker)
    client.connect(broker.host, broker.port)
    client.loop_start()
    return client


def stop(client: mqtt.Client) -> None:
    client.disconnect()
    client.loop_stop()
