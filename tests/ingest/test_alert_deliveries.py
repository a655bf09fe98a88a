"""Alerts on their way to receivers: signed, repeated until they are acknowledged, and by one identifier each."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from citycore.alerts import service
from citycore.alerts.errors import AlertReceiverNotFound
from citycore.alerts.settings import AlertSettings
from citycore.clock import system_clock
from ingest.alerts.delivering import Courier, Delivery, Webhooks, tidy
from tests.conftest import Database
from tests.ingest.alert_scene import LEVEL, NOW, RULE, SETTINGS, Receiver, Scene, open_scene, work


@pytest.fixture
def scene(database: Database) -> Iterator[Scene]:
    with open_scene(database) as made:
        yield made


@pytest.fixture
def send() -> Iterator[Callable[[Delivery], str | None]]:
    webhooks = Webhooks(SETTINGS, system_clock)
    yield webhooks.send
    webhooks.close()


def test_a_webhook_is_signed_and_sent_again_until_it_is_acknowledged(scene: Scene, send: Any) -> None:
    with Receiver([500, 0, 302]) as receiver, ThreadPoolExecutor(2) as pool:
        secret = service.keep_receiver(scene.registry, "operations", receiver.url, "ar", SETTINGS)
        scene.rule()
        evaluator = scene.evaluator()
        scene.minutes("gauge", [3, 1])
        work(evaluator)
        courier = Courier(send, pool, AlertSettings(retry_seconds_min=10, attempts_max=9, send_seconds_max=2))
        tries = [
            courier.deliver(scene.worker, NOW + seconds * timedelta(seconds=1))
            for seconds in (0, 9, 10, 29, 30, 69, 70, 71)
        ]
        # Twice as long each time, and the clearing waits for the raising.
        assert tries == [1, 0, 1, 0, 1, 0, 1, 1]
        raised = [
            (headers, body) for headers, body in receiver.got if headers["Falaj-Event"] == "alert.raised"
        ]
        assert len({(headers["Falaj-Delivery"], body) for headers, body in raised}) == 1
        headers, body = raised[-1]
        at, _, digest = headers["Falaj-Signature"].removeprefix("t=").partition(",v1=")
        assert digest == hmac.new(str(secret).encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
        assert abs(int(at) - time.time()) < 60
        assert receiver.got[-1][0]["Falaj-Event"] == "alert.cleared"
        assert scene.ask("SELECT count(*) FROM alert_deliveries WHERE done_at IS NULL") == [(0,)]
        assert scene.ask("SELECT failure_count, resting_until FROM alert_receivers") == [(0, None)]


def test_a_dead_receiver_keeps_nobody_waiting_and_is_given_up(scene: Scene, send: Any) -> None:
    with Receiver([]) as receiver, ThreadPoolExecutor(2) as pool:
        service.keep_receiver(scene.registry, "dead", "http://127.0.0.1:9/hook", "ar", SETTINGS)
        service.keep_receiver(scene.registry, "operations", receiver.url, "ar", SETTINGS)
        scene.rule(what=LEVEL + "above = 2.0")
        document = RULE.format(code="other", kind="threshold", what=LEVEL + "above = 2.0", severity="severe")
        (rule,) = service.load_rules(scene.registry, document.replace("operations", "dead"), SETTINGS)
        service.keep_preview(scene.registry, rule, {})
        service.switch(scene.registry, "other", "on")
        evaluator = scene.evaluator()
        scene.minutes("gauge", [3])
        work(evaluator)
        courier = Courier(send, pool, SETTINGS)
        assert courier.deliver(scene.worker, NOW) == 2
        assert len(receiver.got) == 1
        for hours in range(1, 5):
            courier.deliver(scene.worker, NOW + timedelta(hours=hours))
        ((attempts, reason, is_failed),) = scene.ask(
            "SELECT attempt_count, last_error, failed_at IS NOT NULL FROM alert_deliveries WHERE receiver_code = 'dead'"
        )
        assert (attempts, is_failed) == (SETTINGS.attempts_max, True)
        assert "ConnectError" in reason


def test_what_a_killed_process_had_in_hand_is_sent_again(scene: Scene) -> None:
    scene.rule()
    evaluator = scene.evaluator()
    scene.minutes("gauge", [3])
    work(evaluator)
    sent: list[Delivery] = []

    def killed(delivery: Delivery) -> str | None:
        sent.append(delivery)
        raise KeyboardInterrupt

    def good(delivery: Delivery) -> None:
        sent.append(delivery)

    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(KeyboardInterrupt):
            Courier(killed, pool, SETTINGS).deliver(scene.worker, NOW)
        assert Courier(good, pool, SETTINGS).deliver(scene.worker, NOW) == 0, "somebody has it"
        scene.ask("UPDATE alert_deliveries SET leased_until = now() - interval '1 second'")
        assert Courier(good, pool, SETTINGS).deliver(scene.worker, NOW) == 1
        assert Courier(good, pool, SETTINGS).deliver(scene.worker, NOW) == 0
    assert len({(each.delivery_id, each.body) for each in sent}) == 1
    assert len(sent) == 2


def test_what_is_due_for_a_receiver_that_was_removed_is_given_up(scene: Scene) -> None:
    scene.rule()
    evaluator = scene.evaluator()
    scene.minutes("gauge", [3])
    work(evaluator)
    service.remove_receiver(scene.registry, "operations")
    with ThreadPoolExecutor(1) as pool:
        assert Courier(lambda _: None, pool, SETTINGS).deliver(scene.worker, NOW) == 0
    assert scene.ask("SELECT last_error FROM alert_deliveries") == [("the receiver was removed",)]
    with pytest.raises(AlertReceiverNotFound):
        service.remove_receiver(scene.registry, "operations")


def test_deliveries_are_forgotten_and_alerts_are_not(scene: Scene) -> None:
    scene.rule()
    evaluator = scene.evaluator()
    scene.minutes("gauge", [3, 1])
    work(evaluator)
    scene.ask("UPDATE alert_deliveries SET done_at = %s WHERE event = 'raised'", NOW - timedelta(days=91))
    tidy(scene.worker, SETTINGS, NOW)
    assert scene.ask("SELECT event FROM alert_deliveries") == [("cleared",)]
    assert len(scene.alerts()) == 1
