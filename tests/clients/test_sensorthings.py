"""Two clients of SensorThings that others wrote, as they come."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize("client", ["frost", "stapy"])
def test_reads(foreign: Any, hub_url: str, tmp_path: Path, client: str) -> None:
    program = Path(__file__).with_name(f"sensorthings_{client}.py")
    done = foreign("python", str(program), f"{hub_url}/sta/v1.1", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "read\n"), done.stderr
