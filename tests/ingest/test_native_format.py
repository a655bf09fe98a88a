"""The published schema and page say what the decoder does."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from citycore.language import Catalogue
from citycore.topics import Address, parse_topic
from ingest.decoders.model import Unreadable
from ingest.decoders.native import decode
from ingest.model import Datastream, Family, Received, Thing
from ingest.rules import Checker
from ingest.settings import IngestSettings

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCHEMA = json.loads((DOCS / "native-format.schema.json").read_text("utf-8"))
PAGE = (DOCS / "native-format.md").read_text("utf-8")
EXAMPLES = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
ASYNCAPI = json.loads((DOCS / "asyncapi.json").read_text("utf-8"))
TOPIC = "falaj/v1/city/station"
THING = Thing(
    False,
    None,
    False,
    {
        "pm2_5": Datastream(1, "ug/m3", Family.MEASUREMENT, "keep_first"),
        "no2": Datastream(2, "ug/m3", Family.MEASUREMENT, "keep_first"),
        "vehicle_speed": Datastream(3, "km/h", Family.MEASUREMENT, "keep_first"),
        "weather": Datastream(4, "1", Family.CATEGORY, "keep_first"),
        "location": Datastream(5, "deg", Family.POSITION, "keep_first"),
    },
)
NOW = int(datetime(2026, 11, 24, 18, tzinfo=UTC).timestamp()) * 1_000_000


def refused(document: Any) -> bool:
    payload = document if isinstance(document, bytes) else json.dumps(document).encode()
    checked = Checker({TOPIC: THING}, IngestSettings()).check([Received(TOPIC, payload, NOW, False, (1, 1))])
    return bool(checked.rejections)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_page_is_valid_and_is_stored(example: str) -> None:
    jsonschema.validate(json.loads(example), SCHEMA)
    assert not refused(json.loads(example))


@pytest.mark.parametrize("example", ASYNCAPI["components"]["messages"]["observations"]["examples"])
def test_every_example_of_the_topics_document_is_stored(example: Any) -> None:
    jsonschema.validate(example["payload"], SCHEMA)
    assert not refused(example["payload"])


def test_the_topics_document_names_our_topics_and_its_references_exist() -> None:
    channel = ASYNCAPI["channels"]["observations"]
    codes = {name: parameter["examples"][0] for name, parameter in channel["parameters"].items()}
    assert parse_topic(channel["address"].format(**codes)) == Address(**codes)
    for reference in re.findall(r'"\$ref": "([^"]+)"', json.dumps(ASYNCAPI)):
        if not reference.startswith(
            "#/"
        ):  # tests/hub_api/test_topics.py holds the document against all rules
            assert (DOCS / reference).exists()
            continue
        found = ASYNCAPI
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]


def test_who_takes_the_time_of_arrival_has_nothing_refused_for_its_time() -> None:
    taking = replace(THING, takes_receive_time=True)
    said = PAGE.partition("`time_policy: receive_time` takes the time of arrival")[2]
    for stated, words in (
        (None, "missing"), ("2026-11-24T17:40:00", "without an offset"), ("1999-12-31T23:59:59Z", "before 2000"),
        ("2026-11-24T18:06:00Z", "ahead"),
    ):  # fmt: skip
        document = {"results": {"pm2_5": 1.0}, **({} if stated is None else {"phenomenon_time": stated})}
        assert refused(document), words
        payload = json.dumps(document).encode()
        checked = Checker({TOPIC: taking}, IngestSettings()).check(
            [Received(TOPIC, payload, NOW, False, (1, 1))]
        )
        (rows,) = checked.rows.values()
        assert (checked.rejections, rows.times.tolist(), rows.qualities.tolist()) == (
            [],
            [NOW],
            [2 if stated is None else 3],
        ), words
        assert words in said.partition("\n- ")[0]


TIME = "2026-11-24T17:40:00Z"


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        7,
        {"phenomenon_time": TIME, "results": {}},
        {"phenomenon_time": TIME, "results": {"pm2_5": None}},
        {"phenomenon_time": TIME, "results": {"pm2_5": True}},
        {"phenomenon_time": TIME, "results": {"pm2_5": {"value": 1}}},
        {"phenomenon_time": TIME, "results": {"location": [181, 0]}},
        {"phenomenon_time": TIME, "results": {"pm2_5": 1}, "extra": 1},
        {"phenomenon_time": "yesterday", "results": {"pm2_5": 1}},
        {"phenomenon_time": 1_795_555_555, "results": {"pm2_5": 1}},
        {"phenomenon_time": TIME, "location": [58.4]},
    ],
)
def test_schema_and_decoder_refuse_the_same(document: Any) -> None:
    assert refused(document)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)


def test_the_page_names_every_reason() -> None:
    reasons = {
        key.split(".")[1] for key in Catalogue("citycore").texts["en"] if key.startswith("dead_letter.")
    }
    rows = re.findall(r"^\| (`[^|]*`) \|", PAGE.split("| reason |")[1], re.MULTILINE)
    named = {reason for row in rows for reason in re.findall(r"`([a-z_]+)`", row)}
    formats = "".join((DOCS / name).read_text("utf-8") for name in ("formats.md", "formats-binary.md"))
    assert named <= reasons
    assert reasons - named <= set(re.findall(r"`([a-z_]+)`", formats)), "reasons of other formats"


def test_the_topic_of_the_page_is_the_grammar_s() -> None:
    assert parse_topic("falaj/v1/SOURCE/THING".lower()) is not None


@pytest.mark.parametrize(
    ("payload", "doubled"),
    [
        (b'{"phenomenon_time": "2026-01-01T00:00:00Z", "results": {"pm2_5": 1, "pm2_5": 2}}', "pm2_5"),
        (b'{"results": {"a": 1}, "results": {"b": 2}}', "results"),
        (b'[{"results" : {"a": 1}}, {"results": {"a": 1, "b": 2, "a" : 3}}]', "a"),
    ],
)
def test_a_key_that_stands_twice_is_refused(payload: bytes, doubled: str) -> None:
    with pytest.raises(Unreadable) as caught:
        decode(payload, 10)
    assert (caught.value.reason, caught.value.detail) == ("doubled_key", doubled)


@pytest.mark.parametrize(
    "payload",
    [
        b'{"results" : {"a": 1}}',
        b'{"unit": null, "observed_property": "a", "result": "\\": x\\":"}',
        b'{"results": {"a": {"b": 1}}}',
    ],
)
def test_what_only_looks_like_it_is_read(payload: bytes) -> None:
    assert len(decode(payload, 10)) == 1
