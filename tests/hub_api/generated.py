"""Schemathesis over one of the hub's OpenAPI documents: thousands of right and wrong requests."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

#: Of each operation and phase; a thousand with --long.
EXAMPLES, EXAMPLES_LONG = 3, 1_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What it said, and of how many operations and with how many requests."""

    said: str
    code: int
    tested: int
    generated: int


def generate(document: str, config: Path, folder: Path, *options: str, is_long: bool) -> Outcome:
    """A run over the document at this address. The edges of a parameter that several operations have are tried at one of
    them, and with ``is_long`` at each.
    """
    described = httpx.get(document, timeout=60).json()
    text = config.read_text("utf-8")
    if not is_long:
        text += f"\n[[operations]]\ninclude-operation-id = {json.dumps(spared(described))}\nphases.coverage.enabled = false\n"
    written = folder / "schemathesis.toml"
    written.write_text(text, "utf-8")
    run = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "--config-file", str(written), "run", document,
            f"--max-examples={EXAMPLES_LONG if is_long else EXAMPLES}", "--continue-on-failure",
            "--suppress-health-check=all", "--request-timeout=30", *options,
        ],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(config.parent)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = run.stdout + run.stderr
    tested, generated = re.search(r"Tested: (\d+)", said), re.search(r"(\d+) generated", said)
    assert tested is not None, said
    assert generated is not None, said
    return Outcome(said, run.returncode, int(tested[1]), int(generated[1]))


def spared(described: Any) -> list[str]:
    """Operations all of whose parameters and fields others have too: what is left out has its edges tried elsewhere."""
    asked = dict(_operations(described))
    chosen: set[str] = set()
    while missing := frozenset[str]().union(*asked.values()).difference(*(asked[name] for name in chosen)):
        # Most of what it is asked with is new.
        chosen.add(max(asked, key=lambda name: (len(asked[name] & missing) / len(asked[name]), name)))
    return sorted(asked.keys() - chosen)


def _operations(described: Any) -> Iterator[tuple[str, frozenset[str]]]:
    """Each with what it is asked with: the names of parameters and of the fields of its body."""
    for methods in described["paths"].values():
        for method, operation in methods.items():
            asked = {f"{one['in']} {one['name']}" for one in operation.get("parameters", ())}
            for media in operation.get("requestBody", {}).get("content", {}).values():
                asked |= {f"body {name}" for name in _fields(described, media.get("schema", {}))}
            yield operation["operationId"], frozenset({method, *asked})


def _fields(described: Any, schema: Mapping[str, Any]) -> set[str]:
    if "$ref" in schema:
        return _fields(described, described["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    return set(schema.get("properties", {}))
