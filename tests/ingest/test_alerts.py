"""Alerts from the commit of a batch on: exactly once, whoever is killed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from citycore.alerts import service
from citycore.alerts.errors import (
    AlertNotFound,
    AlertReceiverInvalid,
    AlertRuleInvalid,
    AlertRuleNotFound,
    AlertRuleNotPreviewed,
    AlertRulesFull,
)
from citycore.alerts.model import Rule
from citycore.alerts.settings import AlertSettings
from citycore.store.connections import Connection
from ingest.alerts import previewing
from ingest.alerts.evaluating import Evaluator
from ingest.alerts.previewing import make_wanted, preview
from tests.conftest import Database
from tests.ingest.alert_scene import LEVEL, MINUTE, NOW, RULE, SETTINGS, Scene, open_scene, work


@pytest.fixture
def scene(database: Database) -> Iterator[Scene]:
    with open_scene(database) as made:
        yield made


def test_an_alert_is_raised_and_cleared_by_event_time(scene: Scene) -> None:
    scene.rule()
    evaluator = scene.evaluator()
    scene.minutes("gauge", [1, 2.5, 3, 1.5, 1])
    scene.minutes("air", [900, 900])
    work(evaluator)
    assert scene.alerts() == [("flood", "datastream", -3, -1)]
    told = scene.ask("SELECT event, body FROM alert_deliveries ORDER BY created_at, event DESC")
    assert [event for event, _ in told] == ["raised", "cleared"]
    body = orjson.loads(told[0][1])
    assert (body["value"], body["at"], body["thing"]) == (2.5, "2026-03-02T11:57:00Z", "gauge")
    # What comes late changes nothing any more, and neither does what is bad.
    scene.commit("gauge", [(NOW - 10 * MINUTE, 9.0)])
    scene.commit("gauge", [(NOW + MINUTE, 9.0)], quality=4)
    work(evaluator)
    assert len(scene.alerts()) == 1


def test_nothing_of_before_the_rules_and_nothing_old_is_told(scene: Scene) -> None:
    scene.minutes("gauge", [9, 9])
    scene.rule()
    evaluator = scene.evaluator()
    scene.commit("gauge", [(NOW - timedelta(days=400), 9.0)])
    work(evaluator)
    assert scene.alerts() == []


def test_more_batches_than_one_transaction_takes_are_all_evaluated_in_their_order(scene: Scene) -> None:
    scene.rule()
    evaluator = scene.evaluator()
    scene.minutes("gauge", [1, 3] * 10)
    taken = []
    while done := evaluator.evaluate(NOW):
        taken.append(done)
    assert (sum(taken), max(taken)) == (20, SETTINGS.batches_max)
    assert len(scene.alerts()) == 10


def test_a_batch_that_commits_late_is_not_passed_over(scene: Scene) -> None:
    scene.rule()
    scene.commit("air", [(NOW - MINUTE, 1.0)])  # whoever makes a chunk keeps others from it until the commit
    evaluator = scene.evaluator()
    with scene.database.connect("ingest") as slow, slow.transaction():
        slow.execute(
            "INSERT INTO observations VALUES (%s, 1, %s, 9, 1000)", [scene.numbers["gauge"], NOW - MINUTE]
        )
        slow.execute(
            "INSERT INTO ingest_batches (batch_id, worker, messages, received, stored, duplicate, conflicting,"
            " quarantined, first_received_at) VALUES (1000, 'slow', 1, 1, 1, 0, 0, 0, now())"
        )
        scene.minutes("air", [1])
        work(evaluator)
        assert scene.alerts() == []
    work(evaluator)
    assert scene.alerts() == [("flood", "datastream", -1, None)]


@pytest.mark.parametrize("killed_at", range(6))
def test_whoever_evaluates_next_goes_on_where_the_one_before_was_killed(scene: Scene, killed_at: int) -> None:
    scene.rule(what=LEVEL + "above = 2.0\nduration_seconds = 120")
    scene.rule("rate", "rate", LEVEL + "above = 50.0")
    scene.rule("silent", "missing", LEVEL + "missing_seconds = 150")
    evaluator = scene.evaluator()
    values = [1, 3, 3, 3, 1, 3]
    for number, value in enumerate(values):
        scene.commit("gauge", [(NOW + number * MINUTE, value)])
        if number == killed_at:
            # Killed before the commit: nothing of it is there. Killed after it: all of it.
            with scene.worker.transaction(force_rollback=True):
                evaluator.evaluate(NOW)
            scene.worker.execute("SELECT pg_advisory_unlock_all()")
            evaluator = scene.evaluator()
        work(evaluator, NOW + number * MINUTE)
    scene.commit("gauge", [(NOW + 12 * MINUTE, 1.0)])
    work(evaluator, NOW + 12 * MINUTE)
    assert scene.alerts() == [
        ("rate", "datastream", 1, 2),
        ("flood", "datastream", 3, 4),
        ("rate", "datastream", 5, 12),
        ("silent", "datastream", 8, 12),
    ]
    counts = Counter(event for (event,) in scene.ask("SELECT event FROM alert_deliveries"))
    assert counts == {"raised": 4, "cleared": 4}
    assert scene.ask("SELECT count(*) FROM alert_events") == [(8,)]


def test_one_process_evaluates_and_another_stands_by(scene: Scene) -> None:
    evaluator = scene.evaluator()
    with scene.database.connect("worker") as second:
        second.autocommit = True
        assert not Evaluator(second, SETTINGS).lead()
        del evaluator
        scene.worker.execute("SELECT pg_advisory_unlock_all()")
        assert Evaluator(second, SETTINGS).lead()


def test_what_says_nothing_is_missing_unless_the_hub_was_away(scene: Scene) -> None:
    scene.rule("silent", "missing", LEVEL + "missing_seconds = 300")
    evaluator = scene.evaluator()
    scene.ask("UPDATE alert_rules SET switched_on_at = %s", NOW - 60 * MINUTE)
    evaluator.refresh(NOW)
    scene.ask(
        "INSERT INTO component_reports (component, reported_at) VALUES ('ingest', %s)", NOW - 60 * MINUTE
    )
    work(evaluator)
    assert scene.alerts() == [], "since ingest is away"
    scene.ask("UPDATE component_reports SET reported_at = %s", NOW)
    work(evaluator)
    assert scene.alerts() == [("silent", "datastream", -55, None)]
    scene.commit("gauge", [(NOW, 1.0)])
    work(evaluator)
    assert scene.alerts() == [("silent", "datastream", -55, 0)]


def test_a_forecast_raises_an_alert_and_the_next_one_clears_it(scene: Scene) -> None:
    scene.rule("foreseen", "forecast", LEVEL + "above = 25.0\nprobability = 0.4")
    evaluator = scene.evaluator()

    def issue(at: datetime, median: float) -> None:
        scene.ask(
            "WITH issue AS (INSERT INTO forecasts (datastream_id, issued_at, origin, horizon_hours, model, baseline,"
            " backtest_origins, training_start, training_hours, data_digest, candidates) VALUES (%s, %s, %s, 2, 'm', 'm',"
            " 1, %s, 1, 'x', '[]') RETURNING forecast_id)"
            " INSERT INTO forecast_values SELECT forecast_id, %s::timestamptz + n * interval '1 hour', v, v - 5, v + 5, v - 10,"
            " v + 10, v - 15, v + 15 FROM issue, (VALUES (0, 10.0), (1, %s::float8)) AS hours (n, v)",
            scene.numbers["gauge"], at, at, at, at, median,
        )  # fmt: skip

    issue(NOW - 2 * MINUTE, 10)
    work(evaluator)
    assert scene.alerts() == []
    issue(NOW - MINUTE, 25)
    work(evaluator)
    ((value, expected_at),) = scene.ask("SELECT value, expected_at FROM alerts")
    assert (value, expected_at) == (0.5, NOW - MINUTE + timedelta(hours=1))
    issue(NOW, 12)
    work(evaluator)
    assert scene.alerts() == [("foreseen", "datastream", -1, 0)]


def test_an_index_of_air_quality_is_watched(scene: Scene) -> None:
    scene.rule("dust", "threshold", 'index = "us"\nabove = 150.0\nthing = "air"')
    evaluator = scene.evaluator()

    def judge(hours: int, value: int | None, *, is_beyond: bool = False) -> None:
        scene.ask(
            "INSERT INTO air_quality_hours (thing_id, index_code, bucket_start, value, is_beyond, parts)"
            " SELECT thing_id, 'us', %s, %s, %s, '[]' FROM things",
            NOW - timedelta(hours=hours), value, is_beyond,
        )  # fmt: skip

    judge(4, 160)
    judge(3, None, is_beyond=True)
    work(evaluator)
    judge(2, 90)
    judge(1, None)
    work(evaluator)
    assert scene.alerts() == [("dust", "index", -180, -60)]


def test_a_rule_that_is_switched_off_lets_its_alerts_go(scene: Scene) -> None:
    scene.rule()
    evaluator = scene.evaluator()
    scene.minutes("gauge", [3])
    work(evaluator)
    service.switch(scene.registry, "flood", "off")
    evaluator.refresh(NOW + MINUTE)
    assert scene.alerts() == [("flood", "datastream", 0, 1)]
    assert scene.ask("SELECT 1 FROM alert_states") == []


def test_the_preview_takes_the_same_steps(scene: Scene) -> None:
    scene.rule(what=LEVEL + "above = 2.0\nduration_seconds = 60")
    evaluator = scene.evaluator()
    scene.minutes("gauge", [1, 3, 3, 3, 1, 1, 3, 3, 3])
    work(evaluator)
    kept = service.get_rule(scene.registry, "flood")
    found = preview(scene.registry, kept.rule, SETTINGS, NOW)
    assert found["raised_count"] == len(scene.alerts()) == 2
    (one,) = found["subjects"]
    assert (one["thing"], one["value_count"], one["is_open"]) == ("gauge", 9, True)
    assert (one["hours"], found["is_whole"]) == (round(3 / 60, 2), True)
    few = preview(scene.registry, kept.rule, AlertSettings(preview_values_max=5), NOW)
    assert not few["is_whole"]


def test_a_rule_is_a_draft_until_its_preview_was_seen(scene: Scene) -> None:
    text = RULE.format(code="flood", kind="threshold", what=LEVEL + "above = 2.0", severity="severe")
    service.load_rules(scene.registry, text, SETTINGS)
    with pytest.raises(AlertRuleNotPreviewed):
        service.switch(scene.registry, "flood", "on")
    scene.rule()
    service.load_rules(scene.registry, text, SETTINGS)
    assert service.get_rule(scene.registry, "flood").state == "on", "it is the same"
    service.load_rules(scene.registry, text.replace("2.0", "3.0"), SETTINGS)
    assert service.get_rule(scene.registry, "flood").state == "draft"
    with pytest.raises(AlertRuleInvalid):
        service.load_rules(scene.registry, text.replace("water_level", "water_leve"), SETTINGS)
    with pytest.raises(AlertRuleInvalid):
        service.load_rules(scene.registry, text.replace("above", 'unit = "Cel"\nabove'), SETTINGS)
    with pytest.raises(AlertRulesFull):
        service.load_rules(scene.registry, text.replace("flood", "other"), AlertSettings(rules_max=1))
    service.remove_rule(scene.registry, "flood")
    for work_on in (
        lambda: service.remove_rule(scene.registry, "flood"),
        lambda: service.switch(scene.registry, "flood", "off"),
    ):
        with pytest.raises(AlertRuleNotFound):
            work_on()


def test_an_alert_is_looked_after_and_its_rule_has_a_share_of_false_alarms(scene: Scene) -> None:
    scene.rule()
    evaluator = scene.evaluator()
    scene.minutes("gauge", [3, 1, 3, 1, 3])
    work(evaluator)
    newest, *others = service.list_alerts(scene.registry, 10)
    assert [one.alert_id for one in service.list_alerts(scene.registry, 10, is_open=True)] == [
        newest.alert_id
    ]
    service.acknowledge(scene.registry, newest.alert_id, "Salim")
    service.acknowledge(scene.registry, newest.alert_id, "Maryam")
    service.assign(scene.registry, newest.alert_id, "Salim", "Civil Defence")
    service.assess(scene.registry, newest.alert_id, "Salim", is_false=False)
    service.assess(scene.registry, others[0].alert_id, "Salim", is_false=True, note="a branch")
    kept = service.get_rule(scene.registry, "flood")
    assert (kept.raised_count, kept.assessed_count, kept.false_share) == (3, 2, 0.5)
    events = [(one.event, one.by_whom, one.note) for one in service.history(scene.registry, newest.alert_id)]
    assert events == [
        ("raised", None, None),
        ("acknowledged", "Salim", None),
        ("acknowledged", "Maryam", None),
        ("assigned", "Salim", "Civil Defence"),
        ("assessed", "Salim", "justified"),
    ]
    seen = service.list_alerts(scene.registry, 1)[0]
    assert (seen.acknowledged_by, seen.assigned_to, seen.is_false) == ("Salim", "Civil Defence", False)
    with pytest.raises(AlertNotFound):
        service.acknowledge(scene.registry, scene.ask("SELECT gen_random_uuid()")[0][0], "Salim")


@pytest.mark.parametrize(
    "address",
    ["", "ftp://host/x", "https://", "https://a:b@host/x", "http://[x", "salim", "a@b@c", "a b@c.om", "https://h/" + "x" * 600],
)  # fmt: skip
def test_what_is_no_address(scene: Scene, address: str) -> None:
    with pytest.raises(AlertReceiverInvalid):
        service.keep_receiver(scene.registry, "r", address, "en", SETTINGS)


def test_a_position_of_another_database_is_left_for_that_of_this_one(scene: Scene) -> None:
    scene.rule()
    evaluator = scene.evaluator()
    scene.ask("UPDATE alert_cursor SET position = '900000000:900000000:'")
    scene.minutes("gauge", [1])
    work(evaluator)
    scene.minutes("gauge", [3], NOW + MINUTE)
    work(evaluator, NOW + MINUTE)
    assert scene.alerts() == [("flood", "datastream", 1, None)]


def test_nothing_of_a_recording_is_missing(scene: Scene) -> None:
    scene.ask("UPDATE sources SET kind = 'recorded'")
    scene.rule("silent", "missing", LEVEL + "missing_seconds = 300")
    assert scene.evaluator().watched.missing == []


def test_a_preview_that_cannot_be_reckoned_holds_up_no_other(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    for code in ("broken", "whole"):
        document = RULE.format(code=code, kind="threshold", what=LEVEL + "above = 2.0", severity="severe")
        service.load_rules(scene.registry, document, SETTINGS)
        service.want_preview(scene.registry, code)

    def reckon(connection: Connection, rule: Rule, *given: Any) -> dict[str, Any]:
        if rule.code == "broken":
            raise ArithmeticError("no such figure")
        return preview(connection, rule, *given)

    monkeypatch.setattr(previewing, "preview", reckon)
    with pytest.raises(ArithmeticError):
        make_wanted(scene.worker, SETTINGS, NOW)
    kept = {each.rule.code: each for each in service.list_rules(scene.registry)}
    assert (kept["whole"].preview or {})["subject_count"] == 1
    assert kept["broken"].preview is None
    assert make_wanted(scene.worker, SETTINGS, NOW) == 0, "it is asked for anew by who wants it"
    with pytest.raises(AlertRuleNotFound):
        service.want_preview(scene.registry, "unheard_of")
