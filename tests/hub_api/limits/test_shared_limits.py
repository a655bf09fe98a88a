"""The command line's keys against two API processes that share a limit through the database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from stack.waiting import wait_until
from tests.hub_api.conftest import serving_process

ROOT = Path(__file__).resolve().parents[3]
QUOTA = 200


def falaj(database: Any, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "stack", "keys", *arguments], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, **database.environment(), "FALAJ_LANGUAGE": "en", "COLUMNS": "120"},
    )  # fmt: skip


def is_refused(client: httpx.Client, url: str) -> bool:
    return client.get(f"{url}/v1/sources").status_code == 401


@pytest.fixture
def two_processes(city: Any, tmp_path: Path) -> Iterator[list[str]]:
    settings = {
        "FALAJ_LIMITS_FREE_NETWORKS": "", "FALAJ_LIMITS_USAGE_SECONDS": "0.2", "FALAJ_LIMITS_KEY_CACHE_SECONDS": "1",
    }  # fmt: skip
    with ExitStack() as running:
        served = [
            running.enter_context(serving_process(city.database, tmp_path / f"{number}.log", **settings))
            for number in range(2)
        ]
        yield [url for url, _ in served]


def test_a_key_from_issue_to_revocation_over_two_processes(city: Any, two_processes: list[str]) -> None:
    issued = falaj(
        city.database,
        "issue",
        "team-1",
        "--owner",
        "Team 1",
        f"--requests-per-day={QUOTA}",
        "--requests-per-minute=1000",
    )
    assert issued.returncode == 0, issued.stderr
    key = issued.stdout.strip()
    assert len(key) == len("falaj-key-") + 64
    assert "shown only now" in issued.stderr
    header = {"authorization": f"Bearer {key}"}
    with httpx.Client(headers=header) as client:
        alone = [client.get(f"{two_processes[0]}/v1/sources").status_code for _ in range(10)]
        statuses = [client.get(f"{two_processes[n % 2]}/v1/sources").status_code for n in range(QUOTA + 60)]
        assert alone == [200] * 10
        assert statuses.count(200) == QUOTA - 10, "together exactly the limit"
        assert statuses.count(429) == 70
        listed = falaj(city.database, "list").stdout
        assert "team-1" in listed
        assert "Team 1" in listed
        assert key not in listed
        assert wait_until(
            lambda: f"{QUOTA} requests, 70 refused" in falaj(city.database, "usage", "team-1").stdout, 30
        )
        assert falaj(city.database, "revoke", "team-1").returncode == 0
        for url in two_processes:
            assert wait_until(partial(is_refused, client, url), 30)
    assert "revoked" in falaj(city.database, "list").stdout


def test_what_cannot_be_done_is_one_line(database: Any) -> None:
    assert falaj(database, "issue", "team-1").returncode == 0
    for arguments, status, words in (
        (("issue", "team-1"), 1, "already a key"),
        (("revoke", "nobody"), 1, "no key named"),
        (("usage", "nobody"), 1, "no key named"),
        (("issue", "Team 1"), 2, "a name has"),
        (("issue", "team-2", "--expires", "2020-01-01"), 2, "begun already"),
        (("issue", "team-2", "--requests-per-day", "0"), 2, ""),
    ):
        outcome = falaj(database, *arguments)
        assert outcome.returncode == status, outcome.stderr
        assert words in " ".join(outcome.stderr.replace("│", " ").split())
        assert "Traceback" not in outcome.stderr
    assert "not been used" in falaj(database, "usage", "team-1").stdout
