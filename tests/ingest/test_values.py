"""Values that no sensor means, and what else one message can hold: each is a row or a refusal, never an end."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from citycore.model import Quality
from citycore.units import bounds_in
from citycore.vocabulary import observed_properties
from ingest.load.results import read_results
from ingest.model import Checked, Datastream, Family, Received, Thing
from ingest.physical import are_physical, is_physical, position_refusal
from ingest.rules import Checker
from ingest.settings import IngestSettings
from simulators.city import Scenario, build_city
from simulators.signals import series
from tests.poison import POISONED_TIMES, poisoned_values

NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)
NOW_MICROSECONDS = int(NOW.timestamp()) * 1_000_000
TOPIC = "falaj/v1/s/t"
KNOWN = observed_properties()
MAX, MIN = 1.7976931348623157e308, 2.2250738585072014e-308
DATASTREAMS = {
    "pm2_5": Datastream(1, "ug/m3", Family.MEASUREMENT, "keep_first", 0.0, 1_000.0),
    "water_level": Datastream(2, "m", Family.MEASUREMENT, "keep_first"),
    "weather": Datastream(3, "1", Family.CATEGORY, "keep_first"),
    "location": Datastream(4, "deg", Family.POSITION, "keep_first"),
}


def check(payload: bytes, zone: ZoneInfo | None = None, *, takes_receive_time: bool = False) -> Checked:
    thing = Thing(takes_receive_time, zone, False, DATASTREAMS)
    message = Received(TOPIC, payload, NOW_MICROSECONDS, False, (0, 0))
    return Checker({TOPIC: thing}, IngestSettings()).check([message])


def result(text: str, name: str = "water_level") -> bytes:
    return f'{{"phenomenon_time":"2026-11-24T18:00:00Z","results":{{"{name}":{text}}}}}'.encode()


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (0.0, ""), (-0.0, ""), (1.0, ""), (1e100, ""), (-1e100, ""), (MIN, ""), (-MIN, ""), (2**53 + 1, ""),
        (math.nextafter(1e100, math.inf), "not_physical"), (-math.nextafter(1e100, math.inf), "not_physical"),
        (MAX, "not_physical"), (-MAX, "not_physical"), (1e308, "not_physical"), (-1e308, "not_physical"),
        (9e307, "not_physical"), (5e-324, "not_physical"), (-5e-324, "not_physical"),
        (math.nextafter(MIN, 0), "not_physical"), (-math.nextafter(MIN, 0), "not_physical"),
        (10**101, "not_physical"), (10**200, "not_physical"), (-(10**308), "not_physical"),
        (10**309, "non_finite"), (-(10**4000), "non_finite"),
    ],
)  # fmt: skip
def test_a_number_is_physical_or_has_a_reason(number: float, reason: str) -> None:
    """By message and by file alike, as a number and as a text that says it."""
    checked = check(result(repr(number)))
    assert [r.reason for r in checked.rejections] == [reason] * bool(reason)
    assert checked.values == 1
    assert is_physical(number) == (reason == "")
    assert position_refusal((number, 0.0)) in ({"", None, "wrong_type"} if not reason else {reason})
    if reason != "non_finite":
        for column in (pa.array([float(number), 1.0]), pa.array([repr(number), "1"])):
            _, reasons = read_results(column, Family.MEASUREMENT, 10)
            assert reasons.tolist() == [reason, ""]


@pytest.mark.parametrize("text", ["nan", "inf", "-inf"])
def test_what_is_not_finite_says_so(text: str) -> None:
    for column in (pa.array([float(text), 1e200]), pa.array([text, "1e200"])):
        _, reasons = read_results(column, Family.MEASUREMENT, 10)
        assert reasons.tolist() == ["non_finite", "not_physical"]


def test_the_rule_for_columns_is_the_rule_for_numbers() -> None:
    values = poisoned_values(20261127, 10_000)
    assert are_physical(np.array(values)).tolist() == [is_physical(value) for value in values]


def test_ten_thousand_poisoned_numbers_each_have_one_end() -> None:
    values = poisoned_values(7, 10_000, finite=True)
    messages = [Received(TOPIC, result(repr(value)), NOW_MICROSECONDS, False, (0, 0)) for value in values]
    thing = Thing(False, None, False, DATASTREAMS)
    checked = Checker({TOPIC: thing}, IngestSettings()).check(messages)
    stored = checked.rows[Family.MEASUREMENT].results
    assert len(stored) + len(checked.rejections) == checked.values == len(values)
    assert {r.reason for r in checked.rejections} == {"not_physical"}
    assert np.isfinite(np.square(stored).sum()), "no sum of them overflows"


@pytest.mark.parametrize(
    ("number", "quality"),
    [
        (0, Quality.GOOD), (1_000.0, Quality.GOOD), (-0.0, Quality.GOOD),
        (-5, Quality.BAD), (-1e-300, Quality.BAD), (1_000.0000001, Quality.BAD), (1.2e29, Quality.BAD),
        (1e100, Quality.BAD),
    ],
)  # fmt: skip
def test_within_the_bounds_a_result_is_good_and_outside_of_them_kept_and_bad(
    number: float, quality: Quality
) -> None:
    rows = check(result(repr(number), "pm2_5")).rows[Family.MEASUREMENT]
    assert (rows.results.tolist(), rows.qualities.tolist()) == ([number], [quality])


def test_bad_is_worse_than_a_suspect_time() -> None:
    payload = b'{"results":{"pm2_5":-1,"water_level":-1}}'
    rows = check(payload, takes_receive_time=True).rows[Family.MEASUREMENT]
    assert rows.qualities.tolist() == [Quality.BAD, Quality.NOT_EVALUATED]


DEEP = [200, 900, 950, 980, 990, 1_000, 30_000]


@pytest.mark.parametrize(
    "payload",
    [
        *(result("[" * depth + "]" * depth) for depth in DEEP),
        *(result('{"a":' * depth + "1" + "}" * depth) for depth in DEEP),
        *(result("[" * depth + "]" * depth, "location") for depth in DEEP),
        *(b"[" * depth + b"]" * depth for depth in DEEP),
        *(result("1" + "0" * digits) for digits in (308, 400, 4_299, 4_300, 4_301, 60_000)),
        *(result("-" + "9" * digits, "weather") for digits in (308, 4_299, 4_300, 60_000)),
        result("1e309"), result("1e999999999999999999999"), result("-1e-99999999999999", "weather"),
        result("0." + "0" * 60_000 + "1", "nothing"), result('"\\ud800"', "weather"), result('"\\udc00\\ud800"', "weather"),
        b'{"phenomenon_time":"2026-11-24T18:00:00Z","results":{"\\u0000":1}}',
        b'{"phenomenon_time":"2026-11-24T18:00:00Z","results":{"\\ud800":1}}',
        b'{"phenomenon_time":"2026-11-24T18:00:00Z","results":{"weather":"\xed\xa0\x80"}}',
        b'{"phenomenon_time":"2026-11-24T18:00:00Z","location":[1e999,0]}',
        b'{"phenomenon_time":"2026-11-24T18:00:00Z","location":[5e-324,0]}',
        b"\x00", b"\xef\xbb\xbf{}", b"nullnull", b'"' * 60_000,
    ],
)  # fmt: skip
def test_no_payload_ends_the_check(payload: bytes) -> None:
    checked = check(payload)
    assert len(checked.rejections) == checked.values == 1
    assert len(checked.rejections[0].detail) <= 200


@pytest.mark.parametrize(
    "zone", [None, ZoneInfo("Asia/Muscat"), ZoneInfo("America/Chicago"), ZoneInfo("Pacific/Kiritimati")]
)
@pytest.mark.parametrize("text", POISONED_TIMES)
def test_no_time_ends_the_check(text: str, zone: ZoneInfo | None) -> None:
    payload = msgspec.json.encode({"phenomenon_time": text, "results": {"pm2_5": 1}})
    checked = check(payload, zone)
    allowed = {"clock_unset", "clock_ahead", "naive_time", "unreadable_payload", "leap_second"}
    stored = sum(len(rows) for rows in checked.rows.values())
    assert stored + len(checked.rejections) == 1
    assert {r.reason for r in checked.rejections} <= allowed
    assert not stored, "none of them lies between 2000 and now"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2016-12-31T23:59:60Z", "leap_second"),
        ("2016-12-31T23:59:60.5Z", "leap_second"),
        ("2017-01-01T03:59:60+04:00", "leap_second"),
        ("2016-12-31t23:59:60z", "leap_second"),
        ("2016-12-31T23:59:61Z", "unreadable_payload"),
        ("2016-12-31T23:60:00Z", "unreadable_payload"),
    ],
)
def test_a_leap_second_has_a_message_of_its_own(text: str, reason: str) -> None:
    payload = msgspec.json.encode([{"phenomenon_time": text, "results": {"pm2_5": 1}}])
    (rejection,) = check(payload).rejections
    assert rejection.reason == reason
    assert reason != "leap_second" or rejection.detail == text


def test_every_measured_property_has_sound_bounds() -> None:
    for known in observed_properties().values():
        if known.result_type == "measurement":
            assert known.lower_bound is not None, known.code
            assert known.upper_bound is not None, known.code
            assert known.lower_bound < known.upper_bound


@pytest.mark.parametrize(
    ("code", "unit", "impossible", "possible"),
    [
        ("air_temperature", "Cel", (-91, 65.5, 900), (-89.2, 56.7)),
        ("air_temperature", "K", (-5, 180, 400), (184.0, 310.07)),
        ("air_temperature", "[degF]", (-131, 150), (-128, 134)),
        ("pm2_5", "ug/m3", (-5, 1.2e29), (0, 999)),
        ("pm2_5", "mg/m3", (-0.005, 1_000), (0.012,)),
        ("no2", "[ppb]", (-1,), (0, 749)),
        ("relative_humidity", "%", (-1, 101), (0, 100)),
        ("air_pressure", "kPa", (29, 111), (101.3,)),
        ("wind_speed", "km/h", (-1, 600), (0, 408)),
    ],
)
def test_bounds_hold_in_any_unit_of_the_quantity(
    code: str, unit: str, impossible: tuple[float, ...], possible: tuple[float, ...]
) -> None:
    known = observed_properties()[code]
    lower, upper = bounds_in(unit, known.unit, known.lower_bound, known.upper_bound)
    assert not any(lower <= value <= upper for value in impossible)
    assert all(lower <= value <= upper for value in possible)


def test_without_a_known_unit_nothing_is_impossible() -> None:
    assert bounds_in("{furlong}", "m", 0, 1) == (-math.inf, math.inf)
    assert bounds_in("m", "m", None, None) == (-math.inf, math.inf)


@pytest.mark.parametrize("scenario", Scenario)
def test_the_simulated_city_stays_within_the_bounds(scenario: Scenario) -> None:
    start = datetime(2026, 7, 1, tzinfo=UTC).timestamp()
    city = replace(build_city(), scenario=scenario, scenario_at=start)
    seconds = start + np.arange(0, 4 * 86_400, 1_200, dtype=np.float64)
    for thing in city.things:
        for code, values in series(thing, seconds, city).items():
            if code in KNOWN:
                known = KNOWN[code]
                lower, upper = bounds_in(known.unit, known.unit, known.lower_bound, known.upper_bound)
                assert lower <= values.min() <= values.max() <= upper, (thing.code, code)
