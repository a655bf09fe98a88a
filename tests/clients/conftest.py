"""Foreign programs, unmodified and in an environment of their own, against a hub on the loopback."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stack.postgres import PrivatePostgres
from tests.conftest import Template, make_template
from tests.hub_api.conftest import City, open_city, seeded_city, serving_process

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = ROOT / ".venv-clients" / "bin"
SECONDS_MAX = 120

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def foreign() -> Run:
    """Runs a program of the clients' environment, which knows nothing of ours."""
    if not (CLIENTS / "python").exists():
        pytest.skip("there is no environment of clients (requirements-clients.txt)")

    def run(program: str, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "FALAJ_"))
        }
        return subprocess.run(
            [str(CLIENTS / program), *arguments],
            env={**kept, "NO_PROXY": "127.0.0.1", "PYTHONWARNINGS": "ignore"},
            cwd=cwd, capture_output=True, text=True, check=False, timeout=SECONDS_MAX,
        )  # fmt: skip

    return run


@pytest.fixture(scope="session")
def clients_template(postgres: PrivatePostgres) -> Template[dict[str, int]]:
    return make_template(postgres, "clients_template", lambda database: seeded_city(database).datastreams)


@pytest.fixture(scope="module")
def clients_city(postgres: PrivatePostgres, clients_template: Template[dict[str, int]]) -> Iterator[City]:
    with open_city(postgres, clients_template) as city:
        yield city


@pytest.fixture(scope="module")
def hub_url(clients_city: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small city, served by a process."""
    log = tmp_path_factory.mktemp("hub") / "hub.log"
    with serving_process(clients_city.database, log) as (url, _):
        yield url
