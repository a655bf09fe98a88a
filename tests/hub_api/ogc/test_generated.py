"""Schemathesis over the definition of OGC API, all checks: a few operations as a rule, all of them with --long."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.hub_api.conftest import City, serving_process

#: More than the maximum of `limit` is answered as the maximum, as Part 1 asks; to the program that would be wrong data taken.
LARGER_LIMITS = """
import schemathesis


@schemathesis.hook
def before_load_schema(context, raw_schema):
    raw_schema["components"]["parameters"]["limit"]["schema"].pop("maximum")
"""
#: Patterns of filters take long to make examples of.
FEW = ("radius", "locations", "collections")


def test_what_the_definition_allows_is_answered_and_nothing_else(
    standing_city: City, tmp_path: Path, is_long: bool
) -> None:
    chosen = [] if is_long else [word for name in FEW for word in ("--include-operation-id", name)]
    phases = [] if is_long else ["--phases=fuzzing"]
    (tmp_path / "larger_limits.py").write_text(LARGER_LIMITS, "utf-8")
    (tmp_path / "schemathesis.toml").write_text('[generation]\ndatabase = "none"\n', "utf-8")
    with serving_process(standing_city.database, tmp_path / "hub.log") as (url, _):
        run = subprocess.run(
            [
                sys.executable, "-m", "schemathesis.cli", "--config-file", str(tmp_path / "schemathesis.toml"), "run",
                f"{url}/ogc/api", f"--max-examples={200 if is_long else 8}", "--continue-on-failure",
                "--suppress-health-check=all", "--request-timeout=30", *chosen, *phases,
            ],
            cwd=tmp_path, env={**os.environ, "NO_PROXY": "127.0.0.1", "SCHEMATHESIS_HOOKS": "larger_limits", "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    said = run.stdout + run.stderr
    assert run.returncode == 0, said
    tested, passed = re.search(r"Tested: (\d+)", said), re.search(r"generated, (\d+) passed", said)
    assert tested is not None
    assert passed is not None
    assert int(tested[1]) >= len(FEW)
    assert int(passed[1]) >= 20
