"""The worker's threads for alerts: from a commit to the webhook and to the outbox, and past what fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from citycore.alerts import service
from citycore.alerts.settings import AlertSettings
from citycore.clock import system_clock
from citycore.model import DatastreamDescription
from citycore.store.registry import register
from ingest.alerts.previewing import preview
from stack.waiting import wait_until
from stack.worker.alert_loop import AlertLoop
from stack.worker.guard import Guard
from stack.worker.outage import StoreState
from stack.worker.settings import WorkerSettings
from tests.conftest import Database
from tests.ingest.alert_scene import LEVEL, RULE, Receiver, Scene
from tests.ingest.conftest import describe_source, describe_thing

ALERTS = AlertSettings(poll_seconds=0.2, look_seconds=0.2, gather_seconds=0.01)
SECONDS_MAX = 20.0


@pytest.fixture
def scene(database: Database) -> Iterator[Scene]:
    gauge = describe_thing(
        "gauge", DatastreamDescription(observed_property="water_level", interval_seconds=60)
    )
    with database.connect() as owner:
        register(owner, describe_source("s"), [gauge])
    with database.connect("worker") as worker, database.connect("registry") as registry:
        worker.autocommit = registry.autocommit = True
        made = Scene(database, worker, registry)
        made.numbers = dict(
            made.ask("SELECT code, datastream_id FROM datastreams JOIN things USING (thing_id)")  # type: ignore[arg-type]
        )
        yield made


def test_a_value_is_at_the_webhook_and_in_the_outbox_once(scene: Scene) -> None:
    store, settings = scene.database.settings(), WorkerSettings()
    loop = AlertLoop(
        store, settings, StoreState(), Guard(store, settings, system_clock), clock=system_clock, alerts=ALERTS
    )
    with Receiver([500]) as receiver:
        service.keep_receiver(scene.registry, "operations", receiver.url, "ar", ALERTS)
        service.keep_receiver(scene.registry, "duty", "duty@example.om", "ar", ALERTS)
        loop.start()
        try:
            assert wait_until(lambda: bool(scene.ask("SELECT 1 FROM alert_cursor")), SECONDS_MAX)
            # A rule that is switched on while the worker runs counts from then on.
            text = RULE.format(code="flood", kind="threshold", what=LEVEL + "above = 2.0", severity="severe")
            document = text.replace('notify = ["operations"]', 'notify = ["operations", "duty"]')
            (rule,) = service.load_rules(scene.registry, document, ALERTS)
            service.keep_preview(scene.registry, rule, preview(scene.registry, rule, ALERTS, system_clock()))
            service.switch(scene.registry, "flood", "on")
            scene.ask("INSERT INTO component_reports (component, reported_at) VALUES ('ingest', now())")

            def high() -> bool:
                scene.commit("gauge", [(system_clock() - timedelta(seconds=1), 3.0)])
                scene.ask("SELECT pg_notify('falaj_batches', '1')")
                return bool(scene.ask("SELECT 1 FROM alerts"))

            assert wait_until(high, SECONDS_MAX)
            assert loop.lives
            assert wait_until(lambda: len(receiver.got) >= 2, SECONDS_MAX)
            mails = "SELECT recipient, template, fields ->> 'alert' FROM innovation.outbox"
            assert wait_until(lambda: bool(scene.ask(mails)), SECONDS_MAX)
        finally:
            assert loop.stop(SECONDS_MAX)
        assert not loop.lives
        assert scene.ask(mails) == [("duty@example.om", "alerts/raised", "وادٍ")]
        assert len({headers["Falaj-Delivery"] for headers, _ in receiver.got}) == 1
        assert scene.ask("SELECT count(*) FROM alerts") == [(1,)]


def test_what_is_not_reviewed_raises_no_alert_of_the_city(scene: Scene) -> None:
    """The same loop with the same rule: what a stranger says is passed over until it is accepted."""
    roof = describe_thing("roof", DatastreamDescription(observed_property="water_level", interval_seconds=60))
    with scene.database.connect() as owner:
        register(owner, describe_source("strange"), [roof])
    scene.ask("UPDATE sources SET review = 'waiting' WHERE code = 'strange'")
    scene.numbers = dict(
        scene.ask("SELECT code, datastream_id FROM datastreams JOIN things USING (thing_id)")  # type: ignore[arg-type]
    )
    service.keep_receiver(scene.registry, "operations", "http://127.0.0.1:9/hook", "ar", ALERTS)
    scene.rule()
    store, settings = scene.database.settings(), WorkerSettings()
    loop = AlertLoop(
        store, settings, StoreState(), Guard(store, settings, system_clock), clock=system_clock, alerts=ALERTS
    )

    def say(name: str) -> bool:
        """A high value, until somebody has evaluated it."""
        scene.commit(name, [(system_clock() - timedelta(seconds=1), 9.0)])
        scene.ask("SELECT pg_notify('falaj_batches', '1')")
        return name in {
            thing for (thing,) in scene.ask("SELECT code FROM alerts JOIN things USING (thing_id)")
        }

    loop.start()
    try:
        assert wait_until(lambda: bool(scene.ask("SELECT 1 FROM alert_cursor")), SECONDS_MAX)
        say("roof")
        assert wait_until(lambda: say("gauge"), SECONDS_MAX)
        assert not say("roof"), "what came before the gauge's value has been evaluated"
        scene.ask("UPDATE sources SET review = 'accepted' WHERE code = 'strange'")
        assert wait_until(lambda: say("roof"), SECONDS_MAX)
        scene.ask("UPDATE sources SET review = 'taken_out' WHERE code = 'strange'")
        going_on = "SELECT code FROM alerts JOIN things USING (thing_id) WHERE cleared_at IS NULL"
        assert scene.ask(going_on) == [("gauge",)]
    finally:
        assert loop.stop(SECONDS_MAX)
