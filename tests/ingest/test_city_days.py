"""The simulated past is complete by what its things declare, so its local days have means, also in the guide."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from citycore.clock import CITY_ZONE
from citycore.settings import BrokerSettings
from citycore.store.registry import register
from ingest.model import Account
from ingest.rollups import roll_up, roll_up_days
from simulators.city import KINDS, describe_city
from simulators.process import Plan, staged_city
from stack.waiting import wait_until
from tests.conftest import Database
from tests.hub_api.conftest import serving_process
from tests.hub_api.guide.conftest import bash, blocks_of, of, python
from tests.ingest.conftest import ROOT, IngestProcess


def test_a_simulated_day_has_means_in_the_store_and_in_the_guide(
    database: Database,
    broker_settings: BrokerSettings,
    ingest_process: IngestProcess,
    ledger: Callable[[], Account],
    tmp_path: Path,
) -> None:
    plan = Plan(things_max=12, backfill_days=1)
    things = {thing.code for thing in staged_city(plan, datetime.now(UTC)).things}
    source, described = describe_city()
    with database.connect() as owner:
        register(owner, source, [thing for thing in described if thing.code in things])
    ingest_process.start()
    before = datetime.now(CITY_ZONE).date()
    messages = play_the_past(plan, broker_settings, tmp_path / "simulators.log")
    assert wait_until(lambda: ledger().messages >= messages, 60)
    account = ledger()
    assert account.stored == account.received > 20_000, "nothing was refused or came twice"
    with database.connect("worker") as worker:
        while roll_up(worker) or roll_up_days(worker):
            pass
    with database.superuser() as connection:
        # Midnight may have passed meanwhile: the day before is the first that the simulator played, and it played it whole.
        ((yesterday,),) = connection.execute(
            "SELECT (min(bucket_start) AT TIME ZONE 'Asia/Muscat')::date FROM observations_daily"
        ).fetchall()
        assert before - timedelta(days=1) <= yesterday < datetime.now(CITY_ZONE).date()
        days = connection.execute(
            "SELECT things.kind, observed_property_code, mean IS NOT NULL, observation_count = expected_count,"
            " valid_hour_count FROM observations_daily JOIN datastreams USING (datastream_id)"
            " JOIN things USING (thing_id) WHERE bucket_start = %s::timestamp AT TIME ZONE 'Asia/Muscat'",
            [yesterday],
        ).fetchall()
    measured = {(kind, name) for kind, (names, _) in KINDS.items() for name in names if name != "location"}
    assert {row[:2] for row in days} == measured
    assert {row[2:] for row in days} == {(True, True, 24)}
    with serving_process(database, tmp_path / "api.log") as (url, _):
        recipes = blocks_of(httpx.get(f"{url}/docs/guide").text)
        told = json.loads(bash(of(recipes, "days", "bash"), tmp_path))["data"]
        assert [day["mean"] is not None for day in told if day["local_date"] == str(yesterday)] == [True]
        said = python(of(recipes, "days", "python"), tmp_path)
        assert re.search(rf"^{yesterday} [\d.]+ [\d.]+ [\d.]+ 100% observed$", said, re.MULTILINE), said


def play_the_past(plan: Plan, broker: BrokerSettings, log: Path) -> int:
    """The simulator until its past is published, and the present has begun; how many messages that were."""
    options = ["--things-max", str(plan.things_max), "--backfill-days", str(plan.backfill_days)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "simulators", *options],
            cwd=ROOT, env={**os.environ, "FALAJ_BROKER_PORT": str(broker.port)}, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        finished = wait_until(
            lambda: b"backfill_finished" in log.read_bytes(), 180, alive=lambda: process.poll() is None
        )
        process.terminate()
        assert process.wait(60) == 0
    finally:
        process.kill()
    assert finished, log.read_text()
    (acknowledged,) = re.findall(r"simulation_stopped.*acknowledged=(\d+)", log.read_text())
    return int(acknowledged)
