"""What ingest answers about formats, and what it says a message would become, through the real process."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from citycore.registry.document import Document
from citycore.registry.service import apply
from stack.broker import PrivateBroker
from stack.postgres import PrivatePostgres
from tests.conftest import Database, open_database
from tests.hub_api.conftest import NOW
from tests.ingest.conftest import IngestProcess, open_ingest

SENSOR = {
    "Time": "2026-05-01T08:00:00",
    "BME280": {"Temperature": 87.8, "Humidity": 40},
    "TempUnit": "F",
}


@pytest.fixture(scope="module")
def database(postgres: PrivatePostgres) -> Iterator[Database]:
    with open_database(postgres) as database:
        yield database


@pytest.fixture(scope="module")
def ingest_process(
    database: Database, broker: PrivateBroker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[IngestProcess]:
    """One for all tests here, which only ask it."""
    with open_ingest(database, broker, "worker-of-desk", tmp_path_factory.mktemp("desk") / "log") as process:
        process.start()
        yield process


def ask(process: IngestProcess, path: str, body: bytes | None = None) -> tuple[int, Any]:
    request = urllib.request.Request(f"http://127.0.0.1:{process.port}{path}", data=body)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def question(payload: bytes = b"", **source: Any) -> bytes:
    described = {"code": "plugs", "name_en": "Plugs", "name_ar": "مقابس", "decoder": "tasmota", **source}
    sent = payload or json.dumps(SENSOR).encode()
    return json.dumps(
        {
            "source": described,
            "topic": "falaj/v1/plugs/tele/kitchen/SENSOR",
            "payload": b64encode(sent).decode(),
        }
    ).encode()


def test_what_a_message_would_become_can_be_registered(
    database: Database, ingest_process: IngestProcess
) -> None:
    _, formats = ask(ingest_process, "/decoders")
    named = {each["code"]: each for each in formats["decoders"]}
    assert (named["tasmota"]["name"], named["tasmota"]["topics"]) == ("Tasmota", ["tele/#", "stat/#"])
    status, outcome = ask(ingest_process, "/try", question(zone="Asia/Muscat"))
    assert status == 200
    value = next(each for each in outcome["values"] if each["datastream"] == "air_temperature/bme280")
    assert value["result"] == pytest.approx(31.0)
    assert (value["unit"], value["sent_unit"], value["time"]) == ("Cel", "[degF]", "2026-05-01T04:00:00Z")
    proposal = msgspec.convert(outcome["proposal"], Document)
    with database.connect("registry") as connection:
        changes = apply(connection, proposal, NOW)
    assert (changes.new["thing"], changes.new["datastream"], changes.new["sensor"]) == (1, 2, 1)


def test_a_message_that_states_no_zone_is_refused_with_the_reason(ingest_process: IngestProcess) -> None:
    status, outcome = ask(ingest_process, "/try", question())
    assert status == 200
    assert {each["reason"] for each in outcome["refused"]} == {"naive_time"}


def mapping(sent: bytes, choices: list[dict[str, Any]] | None = None) -> bytes:
    asked = json.loads(question(sent, decoder="json_fields", zone="Asia/Muscat", time_policy="receive_time"))
    return json.dumps({**asked, "choices": choices or []}).encode()


def test_the_fields_of_a_message_come_with_what_would_be_stored(ingest_process: IngestProcess) -> None:
    sent = b'{"id":"roof","temp_f":86,"gizmo":7}'
    status, guessed = ask(ingest_process, "/map", mapping(sent))
    assert status == 200
    assert [(each["path"], each["role"], each["unit"]) for each in guessed["fields"]] == [
        ("id", "thing", None),
        ("temp_f", "property", "[degF]"),
        ("gizmo", "unknown", None),
    ]
    (value,) = guessed["outcome"]["values"]
    assert (value["thing"], value["result"], value["unit"]) == ("plugs-roof", 30, "Cel")
    assert [each["reason"] for each in guessed["outcome"]["refused"]] == ["field_unmapped"]
    said = [{"path": "gizmo", "role": "property", "observed_property": "distance", "unit": "cm"}]
    _, chosen = ask(ingest_process, "/map", mapping(sent, said))
    assert chosen["source"]["codec"]["fields"]["gizmo"] == {"property": "distance", "unit": "cm"}
    assert not chosen["outcome"]["refused"]
    _, faulty = ask(ingest_process, "/map", mapping(sent, [{**said[0], "unit": "kg"}]))
    assert [(each["path"], each["reason"]) for each in faulty["faults"]] == [("gizmo", "unit_of_other")]
    assert "outcome" not in faulty


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b'{"a":', "unreadable_payload"),
        (b'{"a":1,"a":2}', "doubled_key"),
        (b"{" + b",".join(b'"%d":1' % number for number in range(7_000)) + b"}", "too_large"),
    ],
)
def test_a_message_without_fields_says_why(ingest_process: IngestProcess, sent: bytes, reason: str) -> None:
    status, answer = ask(ingest_process, "/map", mapping(sent))
    assert (status, answer["unreadable"]["reason"]) == (200, reason)


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/try", b"{", 422, "question_unreadable"),
        ("/try", question(decoder="no_such_format"), 422, "unknown_decoder"),
        ("/try", question(code="No Code"), 422, "question_unreadable"),
        ("/try", question(zone="Asia/Nowhere"), 422, "question_unreadable"),
        ("/try", question(b"x" * 65_537), 413, "message_too_large"),
        ("/try", b"x" * 5_000_000, 413, "message_too_large"),
        ("/map", b"{", 422, "question_unreadable"),
        ("/map", question(b"x" * 65_537), 413, "message_too_large"),
        ("/map", mapping(b"{}", [{"path": "a", "role": "no_such"}]), 422, "question_unreadable"),
        ("/nowhere", b"{}", 404, "no_such_path"),
        ("/nowhere", None, 404, "no_such_path"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_code(
    ingest_process: IngestProcess, path: str, body: bytes | None, status: int, code: str
) -> None:
    try:
        answer = ask(ingest_process, path, body)
    except urllib.error.URLError:  # it hung up on a body that is too large before all of it was sent
        assert status == 413
        return
    assert (answer[0], answer[1]["code"]) == (status, code)
