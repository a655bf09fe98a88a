"""Schemathesis finds nothing in the whole API: thousands of right and wrong requests, every answer of a documented
status, type and shape, none a 500, and nothing refused that the document allows.

``--long`` looks longer, ``--seed`` elsewhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx

from tests.hub_api.conftest import serving_process
from tests.hub_api.generated import generate, spared

CONFIG = Path(__file__).resolve().parent / "schemathesis.toml"


def test_schemathesis_finds_nothing(city: Any, tmp_path: Path, is_long: bool, seed: int) -> None:
    with serving_process(city.database, tmp_path / "api.log") as (url, process):
        document = f"{url}/openapi.json"
        run = generate(document, CONFIG, tmp_path, f"--seed={seed}", is_long=is_long)
        operations = len(httpx.get(document).json()["paths"])
        assert run.code == 0, run.said
        assert process.poll() is None
    assert run.tested == operations
    assert run.generated > 1_000
    assert "Traceback" not in (tmp_path / "api.log").read_text()


def test_what_is_spared_is_tried_elsewhere() -> None:
    def operation(name: str, *parameters: str) -> dict[str, Any]:
        return {"operationId": name, "parameters": [{"in": "query", "name": one} for one in parameters]}

    paths = {"/a": operation("a", "x"), "/b": operation("b", "x", "y"), "/c": operation("c", "z")}
    assert spared({"paths": {path: {"get": one} for path, one in paths.items()}}) == ["a"]
