"""A message by HTTP through the API and the real ingest process, and the registry as administrators keep it."""

from __future__ import annotations

import json
import secrets
import signal
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import yaml

from citycore.keys import KEY_BYTES, build_key, digest_of
from citycore.registry.document import DatastreamEntry, Document, SourceEntry, ThingEntry
from citycore.registry.service import apply
from ingest.sessions import client_id, find_hub_id
from stack.broker import PrivateBroker
from stack.ports import free_port
from stack.postgres import PrivatePostgres
from stack.waiting import wait_until
from tests.conftest import Database, open_database
from tests.hub_api.conftest import NOW, Api, serving_process
from tests.hub_api.generated import generate
from tests.ingest.conftest import IngestProcess, end_session

SECRET = "falaj-secret-of-a-test"
KEY = build_key(secrets.token_bytes(KEY_BYTES))
PLUG = {"Time": "2026-11-24T15:59:00", "ENERGY": {"Power": 12.5, "Voltage": 231}}


@pytest.fixture(scope="module")
def database(postgres: PrivatePostgres) -> Iterator[Database]:
    """One for all tests here: each has a source of its own."""
    with open_database(postgres) as database:
        yield database


@contextmanager
def open_process(
    database: Database, broker: PrivateBroker, folder: Path, worker: str
) -> Iterator[IngestProcess]:
    """One that answers; it is killed afterwards, and its session ended."""
    port = free_port()
    own = {"FALAJ_INGEST_HTTP_PORT": str(port), "FALAJ_INGEST_WORKER": worker}
    process = IngestProcess(database.environment() | broker.environment() | own, port, folder / "ingest.log")
    process.start()
    try:
        yield process
    finally:
        process.kill()
        with database.connect("ingest") as connection:
            end_session(broker, client_id(find_hub_id(connection), worker))


@pytest.fixture(scope="module")
def ingest_url(
    database: Database, broker: PrivateBroker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Of a process that serves all tests here."""
    with open_process(database, broker, tmp_path_factory.mktemp("ingest"), "worker-of-posts") as process:
        yield f"http://127.0.0.1:{process.port}"


@contextmanager
def open_api(ingest_url: str, make_api: Callable[..., Api]) -> Iterator[Api]:
    """One that asks this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FALAJ_API_INGEST_URL", ingest_url)
        patch.setenv("FALAJ_API_ADMIN_KEY_SHA256", digest_of(KEY))
        patch.setenv("FALAJ_LIMITS_FREE_NETWORKS", "")
        yield make_api()


@pytest.fixture
def api(ingest_url: str, make_api: Callable[..., Api]) -> Iterator[Api]:
    with open_api(ingest_url, make_api) as api:
        yield api


@pytest.fixture
def source(database: Database, source_code: str) -> str:
    entry = SourceEntry(
        code=source_code, name_en="Plugs", name_ar="مقابس", decoder="tasmota", zone="Asia/Muscat"
    )
    with database.connect("registry") as connection:
        apply(connection, Document(sources=[entry]), NOW)
        connection.execute(
            "INSERT INTO source_credentials (source_id, username, secret_digest)"
            " SELECT source_id, code, %s FROM sources WHERE code = %s",
            [sha256(SECRET.encode()).digest(), source_code],
        )
    return source_code


def send(
    api: Api, source: str, payload: Any = PLUG, credential: str | None = None, language: str = "en"
) -> httpx.Response:
    content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    headers = {
        "Authorization": credential or f"Bearer {source}:{SECRET}",
        "Content-Type": "text/plain",
        "Accept-Language": language,
    }
    url = f"/v1/ingest/{source}?topic=tele/kitchen/SENSOR"
    return api.request("POST", url, content=content, headers=headers)


def admin(api: Api, method: str, path: str, content: Any = None) -> httpx.Response:
    body = content if content is None or isinstance(content, (bytes, str)) else json.dumps(content)
    return api.request(method, f"/v1/admin{path}", content=body, headers={"Authorization": f"Bearer {KEY}"})


def test_from_a_source_to_a_stored_value_by_key_alone(api: Api, source: str) -> None:
    refused = send(api, source)
    assert (refused.status_code, refused.json()["code"]) == (409, "message_refused")
    assert [each["reason"] for each in refused.json()["refused"]] == ["unknown_thing"]
    assert refused.json()["refused"][0]["reason_text"].startswith("No thing of this source")
    arabic = send(api, source, language="ar").json()
    assert arabic["refused"][0]["reason_text"].startswith("لا يوجد شيء")
    described = yaml.safe_load(admin(api, "GET", f"/registry?source={source}&f=yaml").text)
    (entry,) = described["sources"]
    tried = admin(
        api,
        "POST",
        "/sources/try",
        {
            "source": entry,
            "topic": f"falaj/v1/{source}/tele/kitchen/SENSOR",
            "payload": b64encode(json.dumps(PLUG).encode()).decode(),
        },
    )
    proposal = tried.json()["data"]["proposal"]
    looked = admin(api, "POST", "/registry?dry_run=true", proposal).json()["data"]
    assert (looked["new"]["thing"], looked["dry_run"]) == (1, True)
    done = admin(api, "POST", "/registry", yaml.safe_dump(proposal)).json()["data"]
    assert (done["new"]["thing"], done["dry_run"]) == (1, False)
    stored = send(api, source)
    assert stored.status_code == 200, stored.text
    assert (stored.json()["data"]["stored"], stored.json()["data"]["refused"]) == (2, [])
    assert stored.headers["ratelimit"], "it counts as other requests do"
    assert send(api, source).json()["data"]["duplicate"] == 2


def test_the_example_of_the_document_works(api: Api, database: Database, source: str) -> None:
    (operation,) = api.get("/openapi.json").json()["paths"]["/v1/ingest/{source}"].values()
    example = operation["requestBody"]["content"]["application/json"]["example"]
    topic = next(one["example"] for one in operation["parameters"] if one["name"] == "topic")
    station = ThingEntry(
        code=f"{source}-roof",
        device=topic,
        kind="device",
        name_en="Roof",
        name_ar="سطح",
        datastreams=[DatastreamEntry(observed_property="air_temperature")],
    )
    entry = SourceEntry(code=source, name_en="Roofs", name_ar="أسطح", things=[station])
    with database.connect("registry") as connection:
        apply(connection, Document(sources=[entry]), NOW)
    answer = api.request("POST", f"/v1/ingest/{source}?topic={topic}", json=example, auth=(source, SECRET))
    assert (answer.status_code, answer.json()["data"]["stored"]) == (200, 1), answer.text
    assert {"401", "409", "413", "422", "503", "504"} <= operation["responses"].keys()


def test_schemathesis_finds_nothing_with_a_credential(
    ingest_url: str, database: Database, source: str, tmp_path: Path, is_long: bool, seed: int
) -> None:
    config = tmp_path / "known.toml"
    config.write_text(f'[generation]\ndatabase = "none"\n[parameters]\n"path.source" = "{source}"\n')
    credential = b64encode(f"{source}:{SECRET}".encode()).decode()
    with serving_process(database, tmp_path / "api.log", FALAJ_API_INGEST_URL=ingest_url) as (url, _):
        run = generate(
            f"{url}/openapi.json", config, tmp_path, f"--seed={seed}", "--include-operation-id=ingest",
            "--header", f"Authorization: Basic {credential}", is_long=is_long,
        )  # fmt: skip
        let_in = httpx.post(f"{url}/v1/ingest/{source}", content=b"\xff", auth=(source, SECRET))
    assert run.code == 0, run.said
    assert run.tested == 1
    assert run.generated > 20
    assert let_in.json()["code"] == "message_refused", "or it has shown that strangers are kept out"


@pytest.mark.parametrize(
    ("credential", "payload", "named", "status", "code"),
    [
        ("Bearer x:y", PLUG, None, 401, "credential_unknown"),
        ("Bearer falaj-key-0", PLUG, None, 401, "credential_unknown"),
        ("Basic !", PLUG, None, 401, "credential_unknown"),
        (None, PLUG, "no-such-source", 401, "credential_unknown"),
        (None, PLUG, "No-Code", 404, "not_found"),
        (None, b"x" * 70_000, None, 413, "message_too_large"),
        (None, b"\xff", None, 409, "message_refused"),
    ],
)
def test_what_is_wrong_is_a_problem_with_a_code(
    api: Api, source: str, credential: str | None, payload: Any, named: str | None, status: int, code: str
) -> None:
    answer = send(api, named or source, payload, credential)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    if status == 401:
        assert answer.headers["www-authenticate"].startswith("Basic")


def test_nothing_is_lost_without_a_word_where_ingest_is_away(make_api: Callable[..., Api]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FALAJ_API_INGEST_URL", f"http://127.0.0.1:{free_port()}")
        answer = send(make_api(), "plugs")
    assert (answer.status_code, answer.json()["code"]) == (503, "ingest_busy")
    assert answer.headers["retry-after"]


def is_asked(port: int) -> bool:
    """Whether somebody has connected, although nobody answers."""
    return any(
        each.status == psutil.CONN_ESTABLISHED and each.raddr.port == port
        for each in psutil.net_connections()
        if each.raddr
    )


def test_what_becomes_of_a_message_is_not_known_where_ingest_is_killed_with_it(
    database: Database, broker: PrivateBroker, make_api: Callable[..., Api], source: str, tmp_path: Path
) -> None:
    with (
        open_process(database, broker, tmp_path, "worker-that-dies") as doomed,
        open_api(f"http://127.0.0.1:{doomed.port}", make_api) as api,
    ):
        process = doomed.process
        assert process is not None
        process.send_signal(signal.SIGSTOP)
        with ThreadPoolExecutor() as threads:
            answer = threads.submit(send, api, source)
            assert wait_until(lambda: is_asked(doomed.port), 60)
            process.kill()
            gone = answer.result(60)
    assert (gone.status_code, gone.json()["code"]) == (504, "outcome_unknown")
    assert "again" in gone.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/registry", "sources: [{code: x}]", 422, "registry_document_invalid"),
        ("POST", "/registry", "{", 422, "registry_document_invalid"),
        ("GET", "/registry?source=no-such", None, 404, "source_not_found"),
        ("POST", "/sources/try", "{}", 422, "registry_document_invalid"),
        ("POST", "/registry?dry=1", "{}", 422, "invalid_parameter"),
    ],
)
def test_administrators_hear_what_is_wrong(
    api: Api, method: str, path: str, body: str | None, status: int, code: str
) -> None:
    answer = admin(api, method, path, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


def test_only_a_key_opens_the_registry(make_api: Callable[..., Api]) -> None:
    api = make_api()
    for method, path in (("GET", "/registry"), ("POST", "/registry"), ("POST", "/sources/try")):
        assert api.request(method, f"/v1/admin{path}").status_code == 401
    wrong = api.request("GET", "/v1/admin/registry", headers={"Authorization": f"Bearer {KEY}"})
    assert wrong.status_code == 403


def test_a_name_finds_the_properties_that_it_may_mean(api: Api) -> None:
    found = admin(api, "GET", "/properties?near=airtemperature").json()["data"]
    assert found[0]["observed_property"] == "air_temperature"
