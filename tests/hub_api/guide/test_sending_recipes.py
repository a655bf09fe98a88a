"""The recipes that send data: through the real broker and the real ingest process, into a source of one's own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from citycore.broker.credentials import issue
from citycore.broker.security import Signature
from citycore.registry.document import DatastreamEntry, Document, SourceEntry, ThingEntry
from citycore.registry.service import apply
from stack.broker import PrivateBroker
from stack.waiting import wait_until
from tests.conftest import Database
from tests.hub_api.conftest import NOW, serving_process
from tests.hub_api.guide.conftest import Block, bash, blocks_of, of, python
from tests.ingest import conftest as processes
from tests.ingest.conftest import BUSY_SECONDS_MAX, IngestProcess

ingest_process = processes.ingest_process
needs_mosquitto_pub = pytest.mark.skipif(
    shutil.which("mosquitto_pub") is None, reason="needs mosquitto_pub: apt-get install -y mosquitto-clients"
)


@pytest.fixture
def source(database: Database, source_code: str) -> str:
    """With the device that the recipes name."""
    roof = ThingEntry(
        code=f"{source_code}-roof",
        device="roof",
        kind="device",
        name_en="Roof",
        name_ar="سطح",
        datastreams=[DatastreamEntry(observed_property="air_temperature")],
    )
    entry = SourceEntry(
        code=source_code, name_en="Recipes", name_ar="وصفات", time_policy="receive_time", things=[roof]
    )
    with database.connect("registry") as connection:
        apply(connection, Document(sources=[entry]), NOW)
    return source_code


@pytest.fixture
def signature(database: Database, broker: PrivateBroker, source: str) -> Signature:
    """What its devices sign in with, at the broker and by HTTP."""
    with database.connect("registry") as connection:
        return issue(connection, broker.settings, source).signature


@pytest.fixture
def blocks(
    database: Database,
    broker: PrivateBroker,
    ingest_process: IngestProcess,
    source: str,
    signature: Signature,
    tmp_path: Path,
) -> Iterator[list[Block]]:
    """As the page of this hub has them, with what a reader has typed in before."""
    ingest_process.start()
    settings = {"FALAJ_API_INGEST_URL": f"http://127.0.0.1:{ingest_process.port}"}
    with (
        serving_process(database, tmp_path / "api.log", **settings) as (url, _),
        pytest.MonkeyPatch.context() as patch,
    ):
        said = {
            "FALAJ_SOURCE": source,
            "FALAJ_USER": signature.username,
            "FALAJ_SECRET": signature.secret,
            "FALAJ_BROKER": "127.0.0.1",
            "FALAJ_BROKER_PORT": str(broker.port),
        }
        for name, value in said.items():
            patch.setenv(name, value)
        yield blocks_of(httpx.get(f"{url}/docs/guide").text)


def has(database: Database, result: float) -> bool:
    with database.connect() as owner:
        row = owner.execute("SELECT count(*) FROM observations WHERE result = %s", [result]).fetchone()
    return row == (1,)


def test_by_http_and_by_python(database: Database, blocks: list[Block], folder: Path) -> None:
    answer = json.loads(bash(of(blocks, "send", "bash", "curl"), folder))
    assert (answer["data"]["stored"], answer["data"]["refused"]) == (1, [])
    assert has(database, 31.2)
    assert python(of(blocks, "send", "python"), folder) == ""
    assert wait_until(lambda: has(database, 31.4), BUSY_SECONDS_MAX)


@needs_mosquitto_pub
def test_by_mosquitto_pub(database: Database, blocks: list[Block], folder: Path) -> None:
    bash(of(blocks, "send", "bash", "mosquitto_pub"), folder)
    assert wait_until(lambda: has(database, 31.3), BUSY_SECONDS_MAX)


def test_what_a_board_would_send_is_stored(
    database: Database, blocks: list[Block], source: str, signature: Signature
) -> None:
    """The board itself is not here; its message and its topic are."""
    code = of(blocks, "send", "cpp").code
    assert '"falaj/v1/SOURCE/roof"' in code
    hub = of(blocks, "send", "bash", "curl").code.partition('"http')[2].partition("/v1/")[0]
    answer = httpx.post(
        f"http{hub}/v1/ingest/{source}?topic=roof",
        content='{"results": {"air_temperature": 31.5}}',
        auth=(signature.username, signature.secret),
    )
    assert (answer.status_code, answer.json()["data"]["stored"]) == (200, 1)
    assert has(database, 31.5)
