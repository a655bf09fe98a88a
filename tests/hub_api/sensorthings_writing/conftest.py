"""A hub with an ingest process of its own, and somebody with a key who writes through SensorThings."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import httpx
import pytest

from citycore.keys import KEY_BYTES, build_key, digest_of
from citycore.registry.document import Document, SourceEntry
from citycore.registry.service import apply
from hub_api.app import create_app
from hub_api.settings import ApiSettings
from stack.broker import PrivateBroker
from stack.postgres import PrivatePostgres
from tests.conftest import Database, open_database
from tests.hub_api.conftest import NOW, Api, serving
from tests.hub_api.sensorthings_writing.posted import COLLECTIONS, Service
from tests.hub_api.test_ingest import open_process
from tests.hub_api.turns import Turns

ROOT = "/sta/v1.1"
KEY = build_key(secrets.token_bytes(KEY_BYTES))
SECRET = "falaj-secret-of-a-test"
MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"


@pytest.fixture(scope="module")
def database(postgres: PrivatePostgres) -> Iterator[Database]:
    """One for all tests of a file."""
    with open_database(postgres) as database:
        yield database


@pytest.fixture(scope="module")
def ingest_url(
    database: Database, broker: PrivateBroker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("ingest")
    with open_process(database, broker, folder, f"rows-{secrets.token_hex(3)}") as process:
        yield f"http://127.0.0.1:{process.port}"


@dataclass(slots=True)
class Client:
    """Whoever writes with one key; ``authorization`` may be changed."""

    api: Api
    authorization: str = f"Bearer {KEY}"

    def ask(self, method: str, path: str, content: Any = None, **headers: str) -> httpx.Response:
        body = content if content is None or isinstance(content, (bytes, str)) else json.dumps(content)
        fields = {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
        if self.authorization:
            fields["Authorization"] = self.authorization
        url = path if path.startswith(("/", "http")) else f"{ROOT}/{path}"
        return self.api.request(method, url, content=body, headers=fields)

    def post(self, path: str, content: Any, **headers: str) -> httpx.Response:
        return self.ask("POST", path, content, **headers)

    def made(self, path: str, content: Any) -> Any:
        """The id of what was made."""
        answer = self.post(path, content)
        assert answer.status_code == 201, answer.text
        assert answer.headers["location"] == answer.json()["@iot.selfLink"]
        return answer.json()["@iot.id"]

    def get(self, path: str) -> Any:
        answer = self.ask("GET", path)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        return answer.json()

    def status(self, method: str, path: str, content: Any = None) -> int:
        answer = self.ask(method, path, content)
        if answer.status_code >= 400:
            told = answer.json()
            assert told["code"] == answer.status_code
            assert told["type"] == "error"
            assert told["message"]
        return answer.status_code


@pytest.fixture(scope="module")
def api(ingest_url: str, database: Database) -> Iterator[Api]:
    """One for all tests of a file, with a clock that goes."""
    with pytest.MonkeyPatch.context() as patch, Turns() as runner:
        patch.setenv("FALAJ_API_INGEST_URL", ingest_url)
        patch.setenv("FALAJ_API_ADMIN_KEY_SHA256", digest_of(KEY))
        app = create_app(ApiSettings(), database.settings(), lambda: datetime.now(UTC))
        context = serving(app)
        client = runner.run(context.__aenter__())
        yield Api(app, runner, client)
        runner.run(context.__aexit__(None, None, None))


@pytest.fixture
def client(api: Api) -> Client:
    return Client(api)


@pytest.fixture
def owner(api: Api, database: Database, source_code: str) -> Client:
    """Whoever has the credential of a source of its own."""
    entry = SourceEntry(code=source_code, name_en="Own", name_ar="خاص")
    with database.connect("registry") as connection:
        apply(connection, Document(sources=[entry]), NOW)
        connection.execute(
            "INSERT INTO source_credentials (source_id, username, secret_digest)"
            " SELECT source_id, code, %s FROM sources WHERE code = %s",
            [sha256(SECRET.encode()).digest(), source_code],
        )
    return Client(api, f"Bearer {source_code}:{SECRET}")


def thing(**more: Any) -> dict[str, Any]:
    return {"name": "Oven", "description": "An oven that is hot", "properties": {"owner": "Noah"}, **more}


def location(longitude: float = 58.4, latitude: float = 23.6, **more: Any) -> dict[str, Any]:
    return {
        "name": "Kitchen",
        "description": "Where it cooks",
        "encodingType": "application/geo+json",
        "location": {"type": "Point", "coordinates": [longitude, latitude]},
        **more,
    }


def sensor(**more: Any) -> dict[str, Any]:
    return {
        "name": "DS18B20",
        "description": "A thermometer",
        "encodingType": "application/pdf",
        "metadata": "https://example.org/DS18B20.pdf",
        **more,
    }


def observed_property(**more: Any) -> dict[str, Any]:
    return {
        "name": "Dew point",
        "definition": "https://example.org/dew",
        "description": "Where water falls out of air",
        **more,
    }


def datastream(**more: Any) -> dict[str, Any]:
    return {
        "name": "Temperature of the oven",
        "description": "How hot it is",
        "unitOfMeasurement": {"name": "degree Celsius", "symbol": "°C", "definition": "ucum:Cel"},
        "observationType": MEASUREMENT,
        "Sensor": sensor(),
        "ObservedProperty": observed_property(),
        **more,
    }


def station(client: Client, **more: Any) -> tuple[int, int]:
    """A thing with a location and a datastream: their ids."""
    own = client.made("Things", thing(Locations=[location()], Datastreams=[datastream(**more)]))
    return own, client.get(f"Things({own})/Datastreams")["value"][0]["@iot.id"]


@pytest.fixture(scope="class")
def service(api: Api) -> Iterator[Service]:
    found = Service(Client(api))
    for collection in COLLECTIONS:
        assert found.get(f"{collection}?$count=true") == {"@iot.count": 0, "value": []}, collection
    yield found
    found.clear()
