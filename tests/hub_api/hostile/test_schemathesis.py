"""Schemathesis finds nothing in the whole API but its stream: thousands of right and wrong requests, every answer
of a documented status, type and shape, none a 500.

``--long`` looks longer, ``--seed`` elsewhere.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from tests.hub_api.conftest import serving_process

HERE = Path(__file__).resolve().parent
#: Of each operation and phase; a thousand with --long.
EXAMPLES = 5


def test_schemathesis_finds_nothing(city: Any, tmp_path: Path, is_long: bool, seed: int) -> None:
    with serving_process(city.database, tmp_path / "api.log") as (url, process):
        run = subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run",
             f"{url}/openapi.json", f"--max-examples={1_000 if is_long else EXAMPLES}", f"--seed={seed}",
             "--continue-on-failure", "--suppress-health-check=all", "--request-timeout=30"],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(HERE)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        operations = len(httpx.get(f"{url}/openapi.json").json()["paths"])
        assert run.returncode == 0, run.stdout + run.stderr
        assert process.poll() is None
    tested = re.search(r"Tested: (\d+)", run.stdout)
    assert tested is not None, run.stdout
    assert int(tested[1]) == operations - 1, "all but the stream"
    generated = re.search(r"(\d+) generated", run.stdout)
    assert generated is not None, run.stdout
    assert int(generated[1]) > 1_000
    assert "Traceback" not in (tmp_path / "api.log").read_text()
