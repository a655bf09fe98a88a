"""Sparkplug B: births, what is remembered of them, and what a node is asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ingest.decoders.model import Decoded, Limits, Remark, Unreadable
from ingest.decoders.sparkplug_b import property_codes
from ingest.decoders.sparkplug_payload import BOOLEAN, DOUBLE, FLOAT, UINT8, Payload
from tests.ingest.decoders.arrivals import NOW, Kept, decode, messages_of_devices
from tests.ingest.decoders.sparkplug_messages import (
    BD_SEQ,
    BORN,
    HEAT,
    PM,
    message,
    milliseconds,
    send,
    values,
)


@pytest.fixture
def memory() -> Kept:
    """That of a source whose node was born."""
    kept = Kept()
    send(kept, "NBIRTH", message(BD_SEQ, PM, {**HEAT, "properties": {"engUnit": "Cel"}}))
    return kept


def test_the_recorded_messages_of_a_node() -> None:
    folder, memory = messages_of_devices() / "sparkplug_b", Kept()

    birth, data, death = (
        send(memory, kind, (folder / f"{kind}.bin").read_bytes()) for kind in ("NBIRTH", "NDATA", "NDEATH")
    )

    born = datetime(2025, 11, 24, 10, 40, tzinfo=UTC)
    assert values(birth) == [
        ("City/edge1", {"connection": "online"}),
        ("City/edge1", {"pm2_5": 23.5, "temperature": 31.2, "count": 120, "ok": "true"}),
    ]
    assert {reading.message.phenomenon_time for reading in birth.readings} == {born}
    assert values(data) == [("City/edge1", {"pm2_5": 24.25, "count": 131})]
    assert data.readings[0].message.phenomenon_time == born + timedelta(minutes=1)
    assert [(refusal.name, refusal.reason) for refusal in data.refusals] == [
        ("temperature", "missing_result")
    ]
    assert values(death) == [("City/edge1", {"connection": "offline"})]
    assert not birth.requests
    assert not data.requests


def test_data_of_a_birth_that_was_missed_are_refused_and_the_birth_is_asked_for() -> None:
    memory = Kept()
    data = message(
        {"alias": 1, "float_value": 1.0}, {"name": "Spoken/Plainly", "datatype": FLOAT, "float_value": 2.0}
    )

    missed = send(memory, "NDATA", data)
    send(memory, "NBIRTH", message(BD_SEQ, PM))
    replayed = send(memory, "NDATA", data)

    assert [refusal.reason for refusal in missed.refusals] == ["unknown_alias"]
    assert values(missed) == [("City/edge1", {"plainly": 2.0})]
    (request,) = missed.requests
    assert request.topic == "spBv1.0/City/NCMD/edge1"
    command = Payload.FromString(request.payload)
    assert [(metric.name, metric.boolean_value, metric.datatype) for metric in command.metrics] == [
        (b"Node Control/Rebirth", True, BOOLEAN)
    ]
    assert command.timestamp == milliseconds(NOW)
    assert values(replayed) == [("City/edge1", {"pm2_5": 1.0, "plainly": 2.0})]


def test_aliases_carry_type_and_unit_of_the_birth(memory: Kept) -> None:
    decoded = send(memory, "NDATA", message({"alias": 2, "double_value": 30.5}, seq=1))

    assert [reading.message.results for reading in decoded.readings] == [{"temperature": 30.5}]
    assert decoded.readings[0].message.units == {"temperature": "Cel"}


def test_metrics_of_several_instants_stay_apart(memory: Kept) -> None:
    earlier = milliseconds(BORN - timedelta(hours=1))
    buffered = {"alias": 1, "float_value": 9.5, "timestamp": earlier, "is_historical": True}

    decoded = send(memory, "NDATA", message({"alias": 1, "float_value": 10.5}, buffered, seq=1))

    assert [(reading.message.phenomenon_time, reading.message.results) for reading in decoded.readings] == [
        (BORN, {"pm2_5": 10.5}),
        (BORN - timedelta(hours=1), {"pm2_5": 9.5}),
    ]


def test_control_metrics_are_no_values() -> None:
    control = {"name": "Node Control/Rebirth", "datatype": BOOLEAN, "boolean_value": False}

    decoded = send(Kept(), "NBIRTH", message(BD_SEQ, control))

    assert values(decoded) == [("City/edge1", {"connection": "online"})]
    assert not decoded.refusals


def test_names_give_properties() -> None:
    assert property_codes(
        [
            "Environment/PM2_5",
            "PM10",
            "relativeHumidity",
            "Air/CO2 Level",
            "Pump 1/Current",
            "Pump 2/Current",
            "درجة",
        ]
    ) == {
        "Environment/PM2_5": "pm2_5",
        "PM10": "pm10",
        "relativeHumidity": "relative_humidity",
        "Air/CO2 Level": "co2_level",
        "Pump 1/Current": "current/pump_1",
        "Pump 2/Current": "current/pump_2",
        "درجة": "درجة",
    }


def test_no_two_metrics_of_a_birth_are_one_property() -> None:
    names = ["a/b", "A/B", "a.b", "a_b", "b", "B", "//", "/b/"]

    codes = property_codes(names)

    assert len(set(codes.values())) == len(names)


def test_a_gap_in_the_sequence_is_noticed_and_asked_about_once(memory: Kept) -> None:
    data = {"alias": 1, "float_value": 1.0}

    outcomes = [send(memory, "NDATA", message(data, seq=seq)) for seq in (1, 2, 2, 5, 6, 255, 0)]

    assert [len(outcome.requests) for outcome in outcomes] == [0, 0, 0, 1, 0, 1, 0]
    assert all(outcome.readings for outcome in outcomes)


def test_devices_are_born_and_die_with_their_node(memory: Kept) -> None:
    flow = {"name": "Flow", "alias": 11, "datatype": DOUBLE, "double_value": 3.5}

    birth = send(memory, "DBIRTH", message(flow, seq=1), "pump")
    data = send(memory, "DDATA", message({"alias": 11, "double_value": 4.5}, seq=2), "pump")
    death = send(memory, "NDEATH", message(BD_SEQ, seq=None, time=BORN - timedelta(days=1)))

    assert values(birth) == [
        ("City/edge1/pump", {"connection": "online"}),
        ("City/edge1/pump", {"flow": 3.5}),
    ]
    assert values(data) == [("City/edge1/pump", {"flow": 4.5})]
    assert values(death) == [
        ("City/edge1", {"connection": "offline"}),
        ("City/edge1/pump", {"connection": "offline"}),
    ]
    # A will was written when its node connected; it is as old as its receipt.
    assert {reading.message.phenomenon_time for reading in death.readings} == {NOW}
    assert not [*birth.requests, *data.requests]


def test_a_device_dies_alone(memory: Kept) -> None:
    death = send(memory, "DDEATH", message(seq=1), "pump")

    assert values(death) == [("City/edge1/pump", {"connection": "offline"})]
    assert death.readings[0].message.phenomenon_time == BORN


def test_after_the_birth_of_the_node_aliases_of_its_devices_are_forgotten(memory: Kept) -> None:
    flow = {"name": "Flow", "alias": 11, "datatype": DOUBLE, "double_value": 3.5}
    send(memory, "DBIRTH", message(flow, seq=1), "pump")

    send(memory, "NBIRTH", message({**BD_SEQ, "long_value": 8}, PM, time=BORN + timedelta(hours=1)))
    data = send(memory, "DDATA", message({"alias": 11, "double_value": 4.5}, seq=1), "pump")

    assert [refusal.reason for refusal in data.refusals] == ["unknown_alias"]
    assert len(data.requests) == 1


def test_a_device_whose_node_was_not_born_is_read_and_the_node_asked() -> None:
    memory = Kept()
    flow = {"name": "Flow", "alias": 11, "datatype": DOUBLE, "double_value": 3.5}

    birth = send(memory, "DBIRTH", message(flow, seq=1), "pump")
    data = send(memory, "DDATA", message({"alias": 11, "double_value": 4.5}, seq=2), "pump")

    assert len(birth.requests) == 1
    assert values(data) == [("City/edge1/pump", {"flow": 4.5})]


def test_the_will_of_an_earlier_connection_says_nothing_of_this_one(memory: Kept) -> None:
    old = send(memory, "NDEATH", message({**BD_SEQ, "long_value": 6}, seq=None))
    data = send(memory, "NDATA", message({"alias": 1, "float_value": 1.0}, seq=1))

    assert old.remark is Remark.STATUS
    assert not old.readings
    assert not data.requests


def test_data_after_a_death_are_read_and_the_birth_asked_for(memory: Kept) -> None:
    send(memory, "NDEATH", message(BD_SEQ, seq=None))

    data = send(memory, "NDATA", message({"alias": 1, "float_value": 1.0}, seq=1))

    assert values(data) == [("City/edge1", {"pm2_5": 1.0})]
    assert len(data.requests) == 1


def test_a_replayed_birth_does_not_undo_a_later_one(memory: Kept) -> None:
    late = NOW - timedelta(hours=1)
    before = dict(memory)

    replayed = send(memory, "NBIRTH", message(BD_SEQ, {**HEAT, "alias": 1}, seq=0), received=late)

    assert {"temperature": 31.2} in [results for _, results in values(replayed)]
    assert memory == before
    assert not send(memory, "NDATA", message({"alias": 9, "float_value": 1.0}, seq=9), received=late).requests


def test_many_metrics_come_in_parts_that_the_store_takes() -> None:
    metrics = [{"name": f"m{number}", "datatype": UINT8, "int_value": 1} for number in range(1_500)]

    decoded = send(Kept(), "NBIRTH", message(*metrics))

    assert [len(reading.message.results or {}) for reading in decoded.readings] == [1, 1_000, 500]


@pytest.mark.parametrize(
    ("topic", "remark"),
    [
        ("spBv1.0/City/NCMD/edge1", Remark.COMMAND),
        ("spBv1.0/City/DCMD/edge1/pump", Remark.COMMAND),
        ("spBv1.0/STATE/host", Remark.STATUS),
        ("spBv1.0/City/STATE/host", Remark.STATUS),
        ("STATE/host", Remark.STATUS),
    ],
)
def test_what_is_for_others_has_a_remark(topic: str, remark: Remark) -> None:
    assert decode("sparkplug_b", b'{"online": true}', topic=topic) == Decoded(remark=remark)


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "spBv1.0/City/NDATA",
        "spBv1.0/City/NDATA/edge1/pump",
        "spBv1.0/City/DDATA/edge1",
        "spAv1.0/City/NDATA/e",
        "spBv1.0//NDATA/e",
        "spBv1.0/City/NDATA/" + "e" * 400,
    ],
)
def test_other_topics_are_unreadable(topic: str) -> None:
    with pytest.raises(Unreadable):
        decode("sparkplug_b", message(), topic=topic)


@pytest.mark.parametrize("payload", [b"\xff", b"\x12\xff\xff\xff\xff\x0f", b"\x0a\x01"])
def test_what_is_no_payload_is_unreadable(payload: bytes) -> None:
    with pytest.raises(Unreadable):
        send(Kept(), "NDATA", payload)


def test_a_compressed_payload_says_what_to_do() -> None:
    payload = Payload(uuid=b"SPBV1.0_COMPRESSED", body=b"x").SerializeToString()

    with pytest.raises(Unreadable, match="switch compression off"):
        send(Kept(), "NDATA", payload)


def test_what_is_remembered_is_bounded() -> None:
    memory = Kept()
    with pytest.raises(Unreadable, match="more than 5000 metrics"):
        send(memory, "NBIRTH", message(*[{"name": "m"}] * 5_001))
    send(memory, "NBIRTH", message(BD_SEQ))
    memory["sparkplug_devices/City/edge1"] = [f"d{number}" for number in range(1_000)]
    with pytest.raises(Unreadable, match="more than 1000 devices"):
        send(memory, "DBIRTH", message(PM, seq=1), "one_more")


def test_instants_are_bounded(memory: Kept) -> None:
    metrics = [{"alias": 1, "float_value": 1.0, "timestamp": number} for number in range(3)]

    with pytest.raises(Unreadable) as unreadable:
        decode(
            "sparkplug_b",
            message(*metrics, seq=1),
            topic="spBv1.0/City/NDATA/edge1",
            memory=memory,
            limits=Limits(instants_max=2),
        )

    assert unreadable.value.reason == "too_large"


def test_an_empty_message_is_in_order(memory: Kept) -> None:
    assert send(memory, "NDATA", message(seq=1)).remark is Remark.STATUS
