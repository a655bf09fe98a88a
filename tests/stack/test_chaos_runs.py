"""``falaj chaos`` for real: short runs with real faults, the counter-proof, and its own end."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from stack.chaos.rescue import have_ingest_replaced
from stack.chaos.schedule import FaultKind, schedule
from stack.chaos.servers import private_servers
from stack.chaos.settings import ChaosSettings
from stack.waiting import wait_until

pytestmark = pytest.mark.usefixtures("whole_hub")
ROOT = Path(__file__).resolve().parents[2]


def run_chaos(file: Path, *arguments: str, **settings: str) -> tuple[int, dict[str, dict[str, float]]]:
    """The exit code and the figures by name."""
    outcome = subprocess.run(
        [sys.executable, "-m", "stack", "chaos", *arguments, "--json", str(file)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=240,
        env={**os.environ, "FALAJ_LANGUAGE": "en", "PYTHONPATH": str(ROOT), "FALAJ_CHAOS_QUIET_SECONDS": "4", **settings},
    )  # fmt: skip
    assert outcome.returncode in {0, 1}, outcome.stdout + outcome.stderr
    assert "Traceback" not in outcome.stderr
    return outcome.returncode, {case["name"]: case for case in json.loads(file.read_text())["cases"]}


@pytest.mark.parametrize(
    ("minutes", "settings"),
    [
        (0.3, {"CALM_SECONDS_MIN": "0.3", "CALM_SECONDS_MAX": "1", "FAULT_SECONDS_MAX": "2"}),
        pytest.param(0.6, {"FAULT_SECONDS_MAX": "4"}, marks=pytest.mark.long),
    ],
)
def test_a_short_run_with_real_faults_loses_nothing(tmp_path: Path, minutes: float, settings: dict[str, str]):
    seed = 58  # with these settings faults of the database, of ingest and of the broker, but no lock of 12 s
    code, figures = run_chaos(
        tmp_path / "chaos.json",
        *("--minutes", str(minutes), "--seed", str(seed), "--rate", "300"),
        **{f"FALAJ_CHAOS_{name}": value for name, value in settings.items()},
    )
    wrong = ("lost", "duplicated", "wrong value", "never published", "dropped by the broker")
    assert [figures[name]["value"] for name in wrong] == [0] * 5
    assert figures["published"]["value"] == minutes * 60 * 300
    assert figures["rows as published"]["ratio"] == 1
    assert figures["ledger closes"]["value"] == figures["good"]["value"] == 1
    assert figures["received"]["value"] >= figures["stored"]["value"] > 0
    assert sum(case["value"] for name, case in figures.items() if name.startswith("fault: ")) >= 4
    for column in ("duplicate", "conflicting", "quarantined"):
        assert figures[column]["value"] > 0
    assert code == 0


def test_a_device_that_republishes_nothing_loses_what_a_killed_broker_forgot_and_it_is_found(tmp_path: Path):
    """The counter-proof: database away, broker emptied meanwhile, a small window in ingest."""
    code, figures = run_chaos(
        tmp_path / "chaos.json",
        *("--minutes", "0.2", "--seed", str(seed_that_forgets(0.2 * 60)), "--rate", "500"),
        FALAJ_CHAOS_REPUBLISH_SECONDS="0",
        FALAJ_INGEST_INBOX_BYTES_MAX=str(16 * 2**20),
    )
    assert figures["acknowledged"]["value"] == figures["published"]["value"]
    assert figures["lost"]["value"] > 1_000
    assert figures["rows as published"]["meets"] is False
    assert figures["duplicated"]["value"] == figures["never published"]["value"] == 0
    assert code == 1


def seed_that_forgets(seconds: float) -> int:
    """The first seed that empties the broker after the database was away for some seconds, and is then soon over."""
    for seed in count():
        faults = schedule(seed, seconds, ChaosSettings())
        for away, emptied in itertools.product(faults, faults):
            is_away = away.kind in {FaultKind.DATABASE_CRASHED, FaultKind.DATABASE_FROZEN}
            if is_away and emptied.kind is FaultKind.BROKER_EMPTIED and away.at + 3 < emptied.at < away.end:
                return seed
    raise AssertionError


def test_while_the_database_is_away_memory_stays_flat_and_order_is_kept(tmp_path: Path):
    code, figures = run_chaos(
        tmp_path / "outage.json",
        *("--outage", "0.1", "--rate", "500"),
        FALAJ_CHAOS_OUTAGE_MARGIN_SECONDS="3",
    )
    assert figures["database away"]["value"] == 6
    assert figures["longest stall"]["value"] >= 6
    assert 0 < figures["memory before"]["value"] <= figures["memory during, at most"]["value"]
    assert figures["memory limit to growth"]["meets"] is True
    assert figures["batches out of order"]["value"] == figures["dropped by the broker"]["value"] == 0
    assert figures["rows as published"]["ratio"] == 1
    assert code == 0


def test_stopping_it_leaves_no_process_no_folder_and_no_mount():
    seed = str(seed_that_begins_with(FaultKind.DATABASE_FROZEN))
    with tempfile.TemporaryDirectory(prefix="falaj-") as folder:
        Path(folder).chmod(0o755)
        with subprocess.Popen(
            [sys.executable, "-u", "-m", "stack", "chaos", "--minutes", "5", "--seed", seed, "--rate", "50"],
            cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True,
            env={**os.environ, "FALAJ_LANGUAGE": "en", "PYTHONPATH": str(ROOT), "TMPDIR": folder},
        ) as process:  # fmt: skip
            assert process.stdout is not None
            assert any("database_frozen" in line for line in process.stdout)
            [own] = Path(folder).iterdir()
            assert (own / "broker").exists()
            process.send_signal(signal.SIGINT)
            assert process.wait(40) == 130
        assert list(Path(folder).iterdir()) == []
        assert folder not in Path("/proc/mounts").read_text("utf-8")
        assert folder.encode() not in b"".join(commands_of_all_processes())


def seed_that_begins_with(kind: FaultKind) -> int:
    """The first seed with this fault, which lasts, as soon as anything may happen."""
    soon = ChaosSettings().calm_seconds_min * 1.5
    return next(
        seed
        for seed in count()
        if (first := schedule(seed, 300, ChaosSettings())[0]).kind is kind and first.at < soon
    )


def commands_of_all_processes() -> Iterator[bytes]:
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has just ended
            yield file.read_bytes()


def test_ingest_that_nobody_wakes_is_replaced_by_its_supervisor():
    settings = ChaosSettings()
    with private_servers(settings) as servers:
        frozen = servers.ingest_pid()
        assert frozen is not None
        os.kill(frozen, signal.SIGSTOP)
        have_ingest_replaced(servers, settings)
        assert servers.ingest_pid() not in {None, frozen}
        assert wait_until(servers.ingest_is_ready, 60), servers.ingest_log()
