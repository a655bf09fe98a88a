"""Tests of quality: which results they find, what they leave alone, and what they cost nothing for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from citycore.quality import read_tests
from ingest.model import Family, Flag, Rows
from ingest.quality import Evaluation, Recent, evaluate, recent_of

HOUR = 3_600_000_000
MINUTE = 60_000_000


def rows_of(*values: tuple[int, float], quality: int = 2) -> Rows:
    count = len(values)
    return Rows(
        Family.MEASUREMENT,
        np.full(count, 7, dtype=np.int32),
        np.array([time for time, _ in values], dtype=np.int64),
        np.array([value for _, value in values]),
        np.full(count, quality, dtype=np.int16),
        np.arange(count, dtype=np.int32),
    )


def run(
    declared: dict[str, Any], *values: tuple[int, float], recent: Recent | None = None
) -> tuple[list[int], Evaluation]:
    tests = read_tests(declared)
    assert tests is not None
    rows = rows_of(*values)
    done = evaluate(rows, {7: tests}, {7: recent})
    return rows.qualities.tolist(), done


SPIKE = {"spike": {"suspect": 10, "fail": 50}}
FLAT = {"flat_line": {"suspect_seconds": 3600, "fail_seconds": 7200, "tolerance": 0.1}}


@pytest.mark.parametrize(
    ("declared", "values", "qualities", "tests"),
    [
        ({"sentinel": {"values": [-200, 999]}}, [1.0, 999.0, -200.0], [1, 9, 9], ["sentinel", "sentinel"]),
        (
            {"sentinel": {"values": [-127], "doubtful": [85]}},
            [21.0, 85.0, -127.0],
            [1, 3, 9],
            ["sentinel", "sentinel"],
        ),
        # What is no value is no neighbour either: neither is 20 a spike beside it nor a change.
        ({**SPIKE, "sentinel": {"values": [-127]}}, [20.0, -127.0, 20.5, 21.0], [1, 9, 1, 1], ["sentinel"]),
        # A doubtful one is compared with its neighbours as any other result is.
        ({**SPIKE, "sentinel": {"doubtful": [85]}}, [20.0, 85.0, 21.0], [1, 4, 1], ["sentinel", "spike"]),
        (SPIKE, [20.0, 45.0, 21.0], [2, 3, 2], ["spike"]),
        (SPIKE, [20.0, 95.0, 21.0], [2, 4, 2], ["spike"]),
        (SPIKE, [20.0, 45.0, 70.0], [2, 2, 2], []),  # a slope is no spike
        (SPIKE, [20.0, 95.0], [2, 2], []),  # nobody knows yet
        ({"rate_of_change": {"suspect": 0.1}}, [20.0, 25.0, 45.0], [2, 1, 3], ["rate_of_change"]),
        (
            {"climatology": {"ranges": [{"months": [1], "low": 0, "high": 30}]}},
            [20.0, 31.0],
            [1, 3],
            ["climatology"],
        ),
        ({"climatology": {"ranges": [{"months": [7], "low": 0, "high": 30}]}}, [20.0, 31.0], [2, 2], []),
        ({"sentinel": None}, [1.0], None, None),
    ],
)
def test_it_finds_what_it_is_for(
    declared: dict[str, Any], values: list[float], qualities: list[int] | None, tests: list[str] | None
) -> None:
    if qualities is None:
        assert read_tests(declared) is None, "switched off"
        return
    found, done = run(declared, *[(number * MINUTE, value) for number, value in enumerate(values)])
    assert (found, [flag.test for flag in done.flags]) == (qualities, tests)


def test_a_line_is_flat_once_it_has_lasted_so_long_and_a_change_ends_it() -> None:
    values = [(number * HOUR // 2, 5.0 + 0.01 * (number % 2)) for number in range(6)]
    assert run(FLAT, *values, (6 * HOUR // 2, 6.0))[0] == [2, 1, 3, 3, 4, 4, 1]


def test_a_spike_that_is_stored_already_is_flagged_late() -> None:
    recent = recent_of([0, MINUTE], [20.0, 95.0], 0.0)
    qualities, done = run(SPIKE, (2 * MINUTE, 21.0), recent=recent)
    assert qualities == [2]
    assert done.late == [Flag(7, MINUTE, "spike", 4, 95.0)]


def test_what_comes_late_is_looked_at_alone() -> None:
    recent = recent_of([10 * MINUTE, 11 * MINUTE], [20.0, 20.0], 0.0)
    qualities, done = run({"rate_of_change": {"suspect": 0.01}}, (MINUTE, 900.0), recent=recent)
    assert (qualities, done.recents) == ([2], {})


def test_what_passes_one_test_is_good_and_what_fails_another_is_not() -> None:
    declared = {**SPIKE, **FLAT, "sentinel": {"values": [999]}, "rate_of_change": {"suspect": 1}}
    values = [(0, 20.0), (MINUTE, 95.0), (2 * MINUTE, 21.0), (2 * MINUTE, 999.0), (3 * MINUTE, 21.5)]
    qualities, done = run(declared, *values)
    assert qualities == [1, 4, 3, 9, 1]
    assert [(flag.test, flag.result) for flag in done.flags] == [
        ("rate_of_change", 95.0),
        ("rate_of_change", 21.0),
        ("spike", 95.0),
        ("sentinel", 999.0),
        ("spike", 21.0),
    ]


def test_a_suspect_time_stays_suspect_where_the_result_passes() -> None:
    tests = read_tests({"sentinel": {"values": [999]}, "rate_of_change": {"suspect": 1}})
    assert tests is not None
    rows = rows_of((0, 20.0), (MINUTE, 21.0), quality=3)
    evaluate(rows, {7: tests}, {})
    assert rows.qualities.tolist() == [3, 3]


def test_the_same_result_sent_twice_has_one_flag_and_the_same_quality() -> None:
    qualities, done = run(
        {"rate_of_change": {"suspect": 0.1}}, (0, 20.0), (MINUTE, 45.0), (MINUTE, 45.0), (MINUTE, 21.0)
    )
    assert (qualities, len(done.flags)) == ([2, 3, 3, 2], 1)


def test_neighbours_too_far_apart_say_nothing() -> None:
    assert run(SPIKE, (0, 20.0), (7 * HOUR, 95.0), (14 * HOUR, 21.0))[0] == [2, 2, 2]


def test_batches_go_on_where_the_last_one_ended() -> None:
    values = [(number * MINUTE, 20.0 + (75 if number == 5 else 0)) for number in range(9)]
    whole = run(SPIKE, *values)[1]
    recent: Recent | None = None
    parted: set[Flag] = set()
    for value in values:
        done = run(SPIKE, value, recent=recent)[1]
        parted |= {*done.flags, *done.late}
        recent = done.recents[7]
    assert parted == set(whole.flags)


def test_a_doubtful_number_outside_of_the_bounds_is_no_value_and_what_is_missing_already_stays_so() -> None:
    tests = read_tests({"sentinel": {"doubtful": [85]}, "rate_of_change": {"suspect": 0.1}})
    assert tests is not None
    rows = rows_of((0, 20.0), (MINUTE, 85.0), (2 * MINUTE, 327.67), (3 * MINUTE, 20.5))
    rows.qualities[1], rows.qualities[2] = 4, 9
    done = evaluate(rows, {7: tests}, {})
    assert (rows.qualities.tolist(), [flag.test for flag in done.flags]) == ([1, 9, 9, 1], ["sentinel"])


def test_what_is_bad_already_is_no_neighbour() -> None:
    tests = read_tests(SPIKE)
    assert tests is not None
    rows = rows_of((0, 20.0), (MINUTE, 9999.0), (2 * MINUTE, 21.0))
    rows.qualities[1] = 4
    assert evaluate(rows, {7: tests}, {}).flags == []


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        ({"spik": {}}, "unknown field"),
        ({"spike": {"suspect": -1}}, "above 0"),
        ({"climatology": {"ranges": [{"months": [13], "low": 0, "high": 1}]}}, "months"),
        ({"flat_line": {"fail_seconds": "x"}}, "Expected `float"),
        ({"sentinel": {"values": list(range(51))}}, "at most 50"),
        ({"sentinel": {"models": ["DS18B20", "DS19B20"]}}, "no codes are known of DS19B20"),
    ],
)
def test_what_cannot_be_declared_is_told(declared: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_tests(declared)
