"""An unmodified frost-sta-client makes, changes and deletes, as whoever it was written for would."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from citycore.keys import KEY_BYTES, build_key, digest_of
from stack.broker import PrivateBroker
from stack.postgres import PrivatePostgres
from tests.clients.conftest import Run
from tests.conftest import open_database
from tests.hub_api.conftest import serving_process
from tests.hub_api.test_ingest import open_process

KEY = build_key(secrets.token_bytes(KEY_BYTES))
PROGRAM = Path(__file__).with_name("frost_writing.py")


@pytest.fixture(scope="module")
def writable_url(
    postgres: PrivatePostgres, broker: PrivateBroker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """An empty hub with an ingest process, which knows an administrator's key."""
    folder = tmp_path_factory.mktemp("writing")
    worker = f"frost-{secrets.token_hex(3)}"
    with open_database(postgres) as database, open_process(database, broker, folder, worker) as process:
        own = {
            "FALAJ_API_INGEST_URL": f"http://127.0.0.1:{process.port}",
            "FALAJ_API_ADMIN_KEY_SHA256": digest_of(KEY),
        }
        with serving_process(database, folder / "hub.log", **own) as (url, _):
            yield url


def test_frost_sta_client_writes(foreign: Run, writable_url: str) -> None:
    done = foreign("python", str(PROGRAM), f"{writable_url}/sta/v1.1", "administrator", KEY)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "thing": "Tall mast",
        "properties": {"height": 10},
        "place": [58.4, 23.6],
        "stream": "Every hour",
        "results": [22.5],
    }
