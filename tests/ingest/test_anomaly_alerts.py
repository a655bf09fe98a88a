"""Alerts on anomalies: raised while one goes on, once, and cleared with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import orjson
import pytest

from ingest.alerts.evaluating import Evaluator
from tests.conftest import Database
from tests.ingest.alert_scene import LEVEL, MINUTE, NOW, Scene, open_scene, work


@pytest.fixture
def scene(database: Database) -> Iterator[Scene]:
    with open_scene(database) as made:
        yield made


class Odd:
    """Anomalies of a gauge, as runs of nowcasts note them."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def note(self, start: int, worst: int, size: float, end: int | None = None, name: str = "gauge") -> None:
        """Minutes from noon; ``end`` is the beginning of the last step outside."""
        self.scene.ask(
            "INSERT INTO anomalies (datastream_id, expected_by, starts_at, ends_at, step_count, worst_at, observed, expected,"
            " lower_95, upper_95, size) VALUES (%s, 'nowcast', %s, %s, 2, %s, %s, 1, 0, 2, %s)"
            " ON CONFLICT (datastream_id, expected_by, starts_at) DO UPDATE SET ends_at = EXCLUDED.ends_at,"
            " worst_at = EXCLUDED.worst_at, observed = EXCLUDED.observed, size = EXCLUDED.size, changed_at = clock_timestamp()",
            self.scene.numbers[name], NOW + start * MINUTE, None if end is None else NOW + end * MINUTE,
            NOW + worst * MINUTE, 1 + size, size,
        )  # fmt: skip
        self.scene.ask("UPDATE nowcast_runs SET issued_until = clock_timestamp()")


@pytest.fixture
def odd(scene: Scene) -> Odd:
    return Odd(scene)


def watching_anomalies(scene: Scene, above: float) -> Evaluator:
    scene.rule("odd", "anomaly", LEVEL + f"above = {above}")
    scene.ask("UPDATE alert_rules SET switched_on_at = %s", NOW - 600 * MINUTE)
    return scene.evaluator()


def test_an_anomaly_raises_an_alert_while_it_goes_on(scene: Scene, odd: Odd) -> None:
    evaluator = watching_anomalies(scene, 2.0)
    odd.note(-60, -45, 1.5)
    odd.note(-60, -45, 9.0, name="air")  # nobody watches that
    work(evaluator)
    assert scene.alerts() == []
    odd.note(-60, -30, 4.0)  # it grew
    work(evaluator)
    odd.note(-60, -30, 4.0)
    work(evaluator)
    assert scene.alerts() == [("odd", "datastream", -30, None)]
    ((body,),) = scene.ask("SELECT body FROM alert_deliveries")
    told = orjson.loads(body)
    assert (told["value"], told["unit"]) == (5.0, "m")
    odd.note(-60, -30, 4.0, end=-15)
    work(evaluator)
    assert scene.alerts() == [("odd", "datastream", -30, 0)], "at the end of the last quarter outside"
    odd.note(5, 5, 3.0)
    work(evaluator)
    assert scene.alerts()[1:] == [("odd", "datastream", 5, None)]
    events = scene.ask("SELECT event, value FROM alert_events ORDER BY event_id")
    assert events == [("raised", 5.0), ("cleared", None), ("raised", 4.0)]


def test_whoever_evaluates_next_tells_of_an_anomaly_once_and_of_its_end(scene: Scene, odd: Odd) -> None:
    evaluator = watching_anomalies(scene, 1.0)
    odd.note(-60, -45, 1.5)
    with scene.worker.transaction(force_rollback=True):
        evaluator.look(NOW)
    scene.worker.execute("SELECT pg_advisory_unlock_all()")
    for _ in range(2):
        evaluator = scene.evaluator()
        work(evaluator)
        scene.worker.execute("SELECT pg_advisory_unlock_all()")
    assert scene.alerts() == [("odd", "datastream", -45, None)]
    odd.note(-60, -45, 1.5, end=-45)
    # Days later, for the worker was away.
    work(scene.evaluator(), NOW + timedelta(days=3))
    assert scene.alerts() == [("odd", "datastream", -45, -30)]


def test_an_anomaly_that_was_over_before_the_rule_or_is_old_raises_nothing(scene: Scene, odd: Odd) -> None:
    odd.note(-90, -90, 5.0, end=-75)
    odd.note(-3000, -3000, 5.0, end=-2000, name="air")
    scene.rule("odd", "anomaly", LEVEL + "above = 1.0")
    scene.rule("dusty", "anomaly", 'observed_property = "pm10"\nabove = 1.0')
    ((counted,),) = scene.ask("SELECT preview->'raised_count' FROM alert_rules WHERE code = 'odd'")
    assert counted == 1, "but the preview counts it"
    scene.ask("UPDATE alert_rules SET switched_on_at = %s WHERE code = 'odd'", NOW)
    scene.ask("UPDATE alert_rules SET switched_on_at = %s WHERE code = 'dusty'", NOW - timedelta(days=9))
    work(scene.evaluator())
    assert scene.alerts() == []
