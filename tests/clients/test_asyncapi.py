"""AsyncAPI's own parser, unmodified, finds the document valid as it is served and as it lies in ``docs``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ROOT / ".node-clients"
SHIPPED = ROOT / "docs" / "asyncapi.json"
ERROR, WARNING = 0, 1


@pytest.fixture(scope="module")
def node() -> str:
    program = shutil.which("node")
    if program is None or not (PACKAGES / "node_modules").is_dir():
        pytest.skip(
            "there is no Node.js, or its packages are not installed (tests/clients/package-lock.json)"
        )
    return program


def parsed(node: str, *sources: str) -> list[Any]:
    """Of each document its operations, None where it has none that can be read, and what was said of it."""
    run = subprocess.run(
        [node, str(Path(__file__).with_name("asyncapi_diagnostics.cjs")), *sources],
        cwd=PACKAGES, env={**os.environ, "NO_PROXY": "127.0.0.1"}, capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def grave(document: Any) -> list[Any]:
    return [one for one in document["said"] if one["severity"] <= WARNING]


def test_it_is_valid_as_it_is_served_and_as_it_lies_there(hub_url: str, node: str, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    shutil.copy(SHIPPED.parent / "native-format.schema.json", tmp_path)
    text = SHIPPED.read_text("utf-8").replace("https://hub.example/docs/native-format.md", "native format")
    wrong.write_text(text, "utf-8")
    served, shipped, broken = parsed(node, f"{hub_url}/asyncapi.json", str(SHIPPED), str(wrong))
    for document in (served, shipped):
        assert grave(document) == []
        assert document["operations"] == ["receive store", "send relay"]
    assert [(one["severity"], one["path"]) for one in grave(broken)] == [(ERROR, "info.externalDocs.url")]
