"""SenML records to readings (RFC 8428), and their encoding as CBOR."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import cbor2
import pytest

from ingest.decoders import find_decoder
from ingest.decoders.model import Arrival, Decoded, Limits, Remark, Unreadable
from ingest.decoders.reading import read_json
from ingest.decoders.senml_plain import convert_plain, decode_plain
from ingest.decoders.senml_records import readings_of
from tests.ingest.decoders.arrivals import NOW, decode
from tests.ingest.decoders.rows import Remembered

SENSOR = "urn:dev:ow:10e2073a01080063"


def plain(decoded: Decoded) -> list[tuple[Any, ...]]:
    return [
        (reading.thing, reading.message.phenomenon_time, reading.message.results, reading.message.units)
        for reading in decoded.readings
    ]


@pytest.mark.parametrize(
    ("record", "thing", "results"),
    [
        ({"bn": SENSOR + ":", "n": "voltage", "v": 1}, SENSOR, {"voltage": 1}),
        ({"bn": SENSOR, "n": "_temp", "v": 1}, SENSOR, {"temp": 1}),
        ({"n": SENSOR, "u": "Cel", "v": 1}, SENSOR, {"temperature": 1}),
        ({"n": f"{SENSOR}_out", "u": "Cel", "v": 1}, SENSOR, {"out": 1}),
        ({"bn": SENSOR + ":", "u": "%RH", "v": 1}, SENSOR, {"relative_humidity": 1}),
        ({"bn": SENSOR + ":", "u": "W", "v": 1}, SENSOR, {"W": 1}),
        ({"n": "station/7/pm2_5", "v": 1}, "station/7", {"pm2_5": 1}),
        ({"n": "pm2_5", "v": 1}, None, {"pm2_5": 1}),
        ({"bn": "station7", "v": 1}, "station7", {"value": 1}),
        ({"n": "a", "vs": "open"}, None, {"a": "open"}),
        ({"n": "a", "vb": False}, None, {"a": "false"}),
        ({"n": "a", "bv": 20, "v": 0.5}, None, {"a": 20.5}),
        ({"n": "a", "bv": 20}, None, {"a": 20}),
        ({"n": "a", "v": 1, "s": 4, "bs": 3, "u": "W"}, None, {"a": 1, "a_sum": 7}),
    ],
)
def test_names_and_values(record: dict[str, Any], thing: str | None, results: dict[str, Any]) -> None:
    decoded = readings_of([record], Limits())

    assert [(reading.thing, reading.message.results) for reading in decoded.readings] == [(thing, results)]
    assert not decoded.refusals


def test_base_fields_hold_until_others_come() -> None:
    decoded = readings_of(
        [
            {"bn": "a/", "bt": 1_700_000_000, "bu": "Cel", "n": "t", "v": 1},
            {"n": "t", "t": 5, "v": 2},
            {"bn": "b/", "n": "h", "u": "%RH", "v": 3},
        ],
        Limits(),
    )

    first = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert plain(decoded) == [
        ("a", first, {"t": 1}, {"t": "Cel"}),
        ("a", first + timedelta(seconds=5), {"t": 2}, {"t": "Cel"}),
        ("b", first, {"h": 3}, {"h": "%"}),
    ]


def test_relative_times_count_from_receipt() -> None:
    pack = [{"n": "a", "t": -10, "v": 1}, {"n": "a", "v": 2}]

    decoded = readings_of(pack, Limits(), NOW)
    without = readings_of(pack, Limits())

    assert [reading.message.phenomenon_time for reading in decoded.readings] == [
        NOW - timedelta(seconds=10),
        None,
    ]
    assert [refusal.reason for refusal in without.refusals] == ["missing_time"]
    assert len(without.readings) == 1


def test_a_position_is_two_records_of_one_instant() -> None:
    decoded = readings_of(
        [
            {"n": "bus/gps", "u": "lon", "v": 58.4},
            {"n": "bus/gps", "u": "lat", "v": 23.6},
            {"n": "x", "u": "lat", "v": 1},
        ],
        Limits(),
    )

    assert [(reading.thing, reading.message.location) for reading in decoded.readings] == [
        ("bus", (58.4, 23.6))
    ]
    assert [(refusal.name, refusal.reason) for refusal in decoded.refusals] == [("lat", "missing_result")]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"n": "a", "vd": "aGkK"}, "unsupported_value"),
        ({"n": "a", "v": "1"}, "wrong_type"),
        ({"n": "a", "v": True}, "wrong_type"),
        ({"n": "a", "vb": 1}, "wrong_type"),
        ({"n": "a", "v": 10**400, "bv": 1.5}, "non_finite"),
        ({"n": "a", "t": 1e200, "v": 1}, "missing_time"),
    ],
)
def test_a_value_that_is_none_is_refused_alone(record: dict[str, Any], reason: str) -> None:
    decoded = readings_of([record, {"n": "b", "bv": 0, "v": 1}], Limits(), NOW)

    assert [refusal.reason for refusal in decoded.refusals] == [reason]
    assert [reading.message.results for reading in decoded.readings] == [{"b": 1}]


@pytest.mark.parametrize(
    "records",
    [
        [],
        [1],
        [{"n": 5, "v": 1}],
        [{"n": "a", "v": 1, "vs": "x"}],
        [{"n": "a", "v": 1, "critical_": 1}],
        [{"bver": 11, "n": "a", "v": 1}],
        [{"bt": float("nan"), "n": "a", "v": 1}],
        [{"n": "x" * 501, "v": 1}],
    ],
)
def test_what_is_no_pack_is_unreadable(records: list[Any]) -> None:
    with pytest.raises(Unreadable):
        readings_of(records, Limits())


def test_base_fields_alone_hold_no_value() -> None:
    assert readings_of([{"bn": "a", "bt": 1_700_000_000}], Limits()).remark is Remark.STATUS


def test_a_pack_beyond_the_limits_is_too_large() -> None:
    instants = [{"n": "a", "t": 1_700_000_000 + second, "v": 1} for second in range(3)]

    with pytest.raises(Unreadable) as unreadable:
        readings_of(instants, Limits(instants_max=2))

    assert unreadable.value.reason == "too_large"


def test_the_same_name_twice_at_an_instant_stays_two_values() -> None:
    decoded = readings_of([{"n": "a", "v": 1}, {"n": "a", "v": 2}], Limits())

    assert [reading.message.results for reading in decoded.readings] == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (21, 21),
        (-5, -5),
        (0.5, 0.5),
        (Decimal("120.1"), 120.1),
        (Decimal("-2.5E+3"), -2500.0),
        (cbor2.CBORTag(5, [-1, 3]), 1.5),
        (2**70, 2**70),
    ],
)
def test_cbor_numbers_of_all_kinds(value: Any, expected: float) -> None:
    pack = cbor2.dumps([{-2: SENSOR + ":", -3: 1_700_000_000, 0: "t", 1: "Cel", 2: value}])

    decoded = decode("senml_cbor", pack)

    time = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert plain(decoded) == [(SENSOR, time, {"t": expected}, {"t": "Cel"})]


@pytest.mark.parametrize("half", [b"\xf9\x3e\x00", b"\xfa\x3f\xc0\x00\x00", b"\xfb\x3f\xf8" + bytes(6)])
def test_cbor_floats_of_all_sizes(half: bytes) -> None:
    assert plain(decode("senml_cbor", b"\x81\xa2\x00\x61a\x02" + half)) == [(None, None, {"a": 1.5}, None)]


def test_cbor_labels_each_have_their_meaning() -> None:
    pack = cbor2.dumps(
        [
            {-1: 10, -4: "W", -5: 1, -6: 2, 0: "a", 2: 3, 5: 4, 6: -1, 7: 60},
            {0: "b", 3: "x"},
            {0: "c", 4: True},
        ]
    )

    decoded = decode("senml_cbor", pack)

    assert plain(decoded)[0] == (
        None,
        NOW - timedelta(seconds=1),
        {"a": 4, "a_sum": 6},
        {"a": "W", "a_sum": "(W).s"},
    )
    assert plain(decoded)[1][2] == {"b": "x", "b_sum": 2, "c": "true", "c_sum": 2}


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{}",
        cbor2.dumps({0: "a", 2: 1}),
        cbor2.dumps([{0: "a", 2: 1}]) + b"\0",
        bytes.fromhex("81a102c5821a7fffffff01"),  # 2 to the power of two billion
        bytes.fromhex("81a102c4821a7fffffff01"),
        bytes.fromhex("9b7fffffffffffffff"),  # an array that says to be of 2^63 records
        bytes.fromhex("5b7fffffffffffffff"),
        bytes.fromhex("81d81c81d81d00"),  # an array within itself
        bytes.fromhex("81a202010203"),  # a label twice
        b"\x81" * 100_000,
        b"\xd8\x23\x65(a+)+$",  # a regular expression
    ],
)
def test_what_is_no_cbor_pack_is_unreadable(payload: bytes) -> None:
    with pytest.raises(Unreadable):
        decode("senml_cbor", payload)


LABELS: dict[str, list[Any]] = {
    "n": ["pm2_5", "no2", "a/b", "", "x" * 501, "urn:dev:ow:1_t", 3, None],
    "v": [1, -2.5, 10**400, True, "1", None],
    "vs": ["open", 1],
    "vb": [True, False, 0],
    "u": ["Cel", "ug/m3", "lon", "lat", "position", "", None, 4],
    "t": [0, 5, -5.5, 1_700_000_000, 1e301, True, None],
    "bn": ["urn:dev:mac:00/", "", None, 1],
    "bt": [1_700_000_000, 0, 1e15, -1e301, None],
    "bu": ["%RH", "lat", None],
    "bv": [1],
    "bs": [1],
    "bver": [10, 11],
    "x": [1],
    "x_": [1],
}


def some_pack(chance: random.Random) -> list[dict[str, Any]]:
    """Most records are plain; others have whatever there is."""
    pack: list[dict[str, Any]] = [{"bn": "station/", "bt": 1_700_000_000}] if chance.random() < 0.5 else []
    for _ in range(chance.randint(0, 5)):
        record: dict[str, Any] = {
            "n": chance.choice(["pm2_5", "no2", "o3", "pm10"]),
            "v": chance.uniform(0, 9),
        }
        if chance.random() < 0.5:
            record["u"] = "ug/m3"
        if chance.random() < 0.2:
            label = chance.choice([*LABELS])
            record[label] = chance.choice(LABELS[label])
        if chance.random() < 0.1:
            record.pop(chance.choice(["n", "v"]), None)
        pack.append(record)
    return pack


def outcome(read: Callable[[], Decoded]) -> Decoded | tuple[str, str]:
    try:
        return read()
    except Unreadable as error:
        return error.reason, error.detail


def test_packs_that_are_read_at_once_are_as_record_by_record() -> None:
    chance, limits, plain_ones = random.Random(1), Limits(3, 3), 0
    decoder = find_decoder("senml")
    assert decoder is not None
    for number in range(3_000):
        pack = some_pack(chance)
        payload = json.dumps(
            pack, separators=chance.choice([(",", ":"), (", ", ": "), (" , ", " : ")])
        ).encode()
        now = NOW if number % 2 else None
        if chance.random() < 0.1:
            payload = payload.replace(b'"v"', b'"v":1,"v"', 1)
        if (found := decode_plain(payload, limits, now)) is not None:
            plain_ones += 1
            assert found == readings_of(read_json(payload), limits, now)
        if (found := convert_plain(pack, limits, now)) is not None:
            assert found == readings_of(pack, limits, now)
        arrival = Arrival("", payload, Remembered(), limits, None, now)
        expected = outcome(lambda payload=payload, now=now: readings_of(read_json(payload), limits, now))  # type: ignore[misc]  # bound now
        assert outcome(lambda arrival=arrival: decoder.decode(arrival)) == expected  # type: ignore[misc]
    assert plain_ones > 200
