"""What is wrong in every format in the same way: times, numbers, keys, topics, and sources that cannot be read."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.decoders import known
from tests.ingest.decoders.dry_runs import AT, dry_run

#: By format, a topic and a message of one value; ``TIME`` and ``VALUE`` stand for what is put there.
CARRIERS: dict[str, tuple[str, str]] = {
    "native": ("gate", '{"phenomenon_time":"TIME","results":{"pm2_5":VALUE}}'),
    "tasmota": ("tele/gate/SENSOR", '{"Time":"TIME","SDS0X1":{"PM2.5":VALUE}}'),
    "zigbee2mqtt": ("zigbee2mqtt/gate", '{"last_seen":"TIME","pm25":VALUE}'),
    "ngsi": ("", '{"id":"gate","type":"Sensor","dateObserved":"TIME","pm25":VALUE}'),
    "things_stack": (
        "v3/a@t/devices/gate/up",
        (
            '{"end_device_ids":{"device_id":"gate"},'
            '"uplink_message":{"received_at":"TIME","decoded_payload":{"pm2_5":VALUE}}}'
        ),
    ),
    "chirpstack": (
        "application/1/device/gate/event/up",
        '{"time":"TIME","deviceInfo":{"devEui":"gate"},"object":{"pm2_5":VALUE}}',
    ),
    "sensorthings": (
        "v1.1/Datastreams('gate/pm2_5')/Observations",
        '{"phenomenonTime":"TIME","result":VALUE}',
    ),
    "csv_line": ("gate", "time,pm2_5\nTIME,VALUE"),
}
GOOD = AT.strftime("%Y-%m-%dT%H:%M:%SZ")


def outcome_of(code: str, time: str = GOOD, value: str = "12.5", **source: Any) -> Any:
    topic, message = CARRIERS[code]
    return dry_run(code, topic, message.replace("TIME", time).replace("VALUE", value), **source)


@pytest.mark.parametrize("code", CARRIERS)
@pytest.mark.parametrize(
    ("time", "reason"),
    [
        ("2016-12-31T23:59:60Z", "leap_second"),
        (GOOD.removesuffix("Z"), "naive_time"),
        ("1970-01-01T00:33:28Z", "clock_unset"),
        ("2031-01-01T00:00:00Z", "clock_ahead"),
    ],
)
def test_a_time_that_is_none_is_refused(code: str, time: str, reason: str) -> None:
    outcome = outcome_of(code, time, zone=None, time_policy="reject")
    assert ([each.reason for each in outcome.refused], outcome.values) == ([reason], [])


@pytest.mark.parametrize("code", CARRIERS)
def test_a_wrong_clock_gives_way_to_the_time_of_arrival_where_the_source_says_so(code: str) -> None:
    for time in ("1970-01-01T00:33:28Z", "2031-01-01T00:00:00Z"):
        (value,) = outcome_of(code, time).values
        assert (value.quality, value.time > AT) == (3, True)


@pytest.mark.parametrize("code", CARRIERS)
@pytest.mark.parametrize(
    ("sent", "result", "reason"),
    [
        ("-0.0", 0.0, None),
        ("9007199254740993", 2.0**53, None),
        ("1e308", None, "not_physical"),
        ("5e-324", None, "not_physical"),
        ("NaN", None, "non_finite"),
        ("1" + "0" * 400, None, "non_finite"),
    ],
)
def test_a_number_is_the_nearest_double_or_refused(
    code: str, sent: str, result: float | None, reason: str | None
) -> None:
    outcome = outcome_of(code, value=sent)
    refused = [each.reason for each in outcome.refused]
    if reason is None:
        assert ([each.result for each in outcome.values], refused) == ([result], [])
    elif code == "native" and reason == "non_finite":
        assert refused in (["non_finite"], ["unreadable_payload"])
    else:
        assert (outcome.values, refused) == ([], [reason])


@pytest.mark.parametrize("code", [code for code in CARRIERS if code != "csv_line"])
def test_a_key_that_stands_twice_is_refused(code: str) -> None:
    topic, message = CARRIERS[code]
    name = message.rpartition(":VALUE")[0].rpartition(",")[2].rpartition("{")[2]
    doubled = message.replace("TIME", GOOD).replace("VALUE", f"1,{name}:2")
    outcome = dry_run(code, topic, doubled)
    assert (outcome.values, [each.reason for each in outcome.refused]) == ([], ["doubled_key"])


@pytest.mark.parametrize("code", [*known(), "no_such_format"])
def test_a_topic_of_64_kib_and_a_message_of_nothing_have_an_outcome(code: str) -> None:
    for topic in ("x" * 65_500, "a/" * 32_700, "", "/"):
        for payload in (b"", b"{}", b"[]", b"null", b"\xff", b"[" * 60_000, b"1" * 60_000):
            outcome = dry_run(code, topic, payload)
            assert outcome.refused or outcome.values or outcome.remark
            if code == "no_such_format":
                assert [each.reason for each in outcome.refused] == ["unknown_decoder"]


@pytest.mark.parametrize(
    "entry",
    [
        {"fields": [{"skip": 0}]},
        {"fields": []},
        {"fields": [{"name": "pm2_5", "type": "u8", "formula": "x" + "+x" * 300}]},
        {"fields": [{"name": "pm2_5", "type": "u8", "at": 0, "optional": True}]},
    ],
)
def test_a_codec_cannot_loop(entry: dict[str, Any]) -> None:
    """Each step of a stream takes a byte at least, and there is no step backwards."""
    codec = {"layout": "tlv", "head": ["type"], "entries": {"01": entry}}
    outcome = dry_run("raw_bytes", "gate", b"\x01" * 9_000, codec=codec)
    assert [each.reason for each in outcome.refused] in (["unreadable_payload"], ["too_large"])
    assert outcome.values == []
