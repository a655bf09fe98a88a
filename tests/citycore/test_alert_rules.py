"""Rules of alerts: what they make of values step by step, and what is wrong with documents."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycore.alerts.document import plain, read_rules, rule_of
from citycore.alerts.errors import AlertRuleInvalid
from citycore.alerts.model import IDLE, Both, Quiet, Rule, Sample, State
from citycore.alerts.rules import Watch, exceedance, rehearse, silence, step, told_at, watch

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BASE: dict[str, Any] = {
    "code": "a",
    "name": Both("A", "أ"),
    "text": Both("Look", "انظر"),
    "severity": "severe",
    "observed_property": "water_level",
}


def rule(**values: Any) -> Rule:
    return Rule(**{"kind": "threshold", **BASE, **values})


def story(watched: Watch, values: list[float | None], minutes: int = 1) -> list[tuple[str, int]]:
    """What happens, and in which minute, when a value comes every so many minutes; None is none."""
    state, found = IDLE, []
    before: tuple[datetime | None, float | None] = (None, None)
    for number, value in enumerate(values):
        if value is None:
            continue
        at = START + number * minutes * MINUTE
        state, events = step(watched, state, Sample(at, value, *before))
        found += [(event.happening, round((event.at - START) / MINUTE)) for event in events]
        before = (at, value)
    return found


@pytest.mark.parametrize(
    ("values", "series", "happened"),
    [
        ({"above": 2.0}, [1, 2, 2.1, 3, 2, 1], [("raised", 2), ("cleared", 4)]),
        ({"below": 2.0}, [3, 1.9, 2.0], [("raised", 1), ("cleared", 2)]),
        ({"above": 2.0, "hysteresis": 0.5}, [3, 1.9, 1.6, 2.5, 1.5], [("raised", 0), ("cleared", 4)]),
        # It has to hold for three minutes without a break.
        ({"above": 2.0, "duration_seconds": 180}, [3, 3, 3, 3], [("raised", 3)]),
        ({"above": 2.0, "duration_seconds": 180}, [3, 3, 1, 3, 3, 3, 3], [("raised", 6)]),
        ({"above": 2.0, "duration_seconds": 180}, [3, None, None, 3], [("raised", 3)]),
        ({"above": 2.0, "clear_seconds": 120}, [3, 1, 3, 1, 1, 1], [("raised", 0), ("cleared", 5)]),
        ({"above": 2.0}, [math.nan, math.inf, 1], []),
        ({"kind": "band", "low": 1.0, "high": 3.0}, [2, 4, 3, 0, 1], [("raised", 1), ("cleared", 2), ("raised", 3), ("cleared", 4)]),
        ({"kind": "band", "low": 1.0, "high": 3.0, "hysteresis": 0.5}, [4, 3, 2.5], [("raised", 0), ("cleared", 2)]),
        # Half a metre in a minute is 30 an hour.
        ({"kind": "rate", "above": 20.0}, [1, 1.1, 1.6, 1.7], [("raised", 2), ("cleared", 3)]),
        ({"kind": "rate", "below": -20.0}, [2, 1, 1], [("raised", 1), ("cleared", 2)]),
        ({"kind": "missing", "missing_seconds": 180}, [1, 1, 1], []),
        ({"kind": "missing", "missing_seconds": 180}, [1, None, None, None, None, 1], [("raised", 3), ("cleared", 5)]),
    ],
)  # fmt: skip
def test_what_values_bring_about(
    values: dict[str, Any], series: list[float | None], happened: list[tuple[str, int]]
) -> None:
    assert story(watch(rule(**values)), series) == happened


def test_values_too_far_apart_have_no_rate() -> None:
    assert story(watch(rule(kind="rate", above=1.0)), [0, 1_000], minutes=61) == []


def test_a_rule_in_another_unit_than_its_datastream() -> None:
    metres = watch(rule(above=2.0, hysteresis=0.5), factor=100.0)
    assert story(metres, [199, 201, 160, 150]) == [("raised", 1), ("cleared", 3)]
    fahrenheit = watch(rule(above=40.0), factor=1.8, shift=32.0)
    assert story(fahrenheit, [104, 105]) == [("raised", 1)]
    assert watch(rule(kind="rate", above=40.0), factor=1.8, shift=32.0).high == 72.0


def test_silence_is_by_the_clock_and_ends_with_a_value() -> None:
    watched = watch(rule(kind="missing", missing_seconds=180))
    assert silence(watched, IDLE, START, START + 3 * MINUTE) == (IDLE, ())
    state, (event,) = silence(watched, IDLE, START, START + 9 * MINUTE)
    assert (state, event.happening, event.at) == (State(is_raised=True), "raised", START + 3 * MINUTE)
    assert silence(watched, state, START, START + 10 * MINUTE) == (state, ())
    assert step(watched, state, Sample(START + 11 * MINUTE, 1.0, START))[1][0].happening == "cleared"
    assert silence(watch(rule(above=1.0)), IDLE, START, START + 9 * MINUTE) == (IDLE, ())


@pytest.mark.parametrize(
    ("above", "probability"),
    [(0, 1), (9.99, 1), (10, 0.975), (12.5, 0.9375), (15, 0.9), (20, 0.75), (25, 0.5), (35, 0.1), (40, 0), (99, 0)],
)  # fmt: skip
def test_how_probable_a_value_is(above: float, probability: float) -> None:
    bounds = (10, 15, 20, 25, 30, 35, 40)
    assert exceedance(bounds, above, None) == pytest.approx(probability)
    assert exceedance(bounds, None, above) == pytest.approx(1 - probability)


@pytest.mark.parametrize(
    ("severity", "start", "end", "hour", "told"),
    [
        ("severe", "22:00", "06:00", 21, 21),
        ("severe", "22:00", "06:00", 22, 30),
        ("severe", "22:00", "06:00", 3, 6),
        ("severe", "22:00", "06:00", 6, 6),
        ("severe", "13:00", "15:00", 14, 15),
        ("extreme", "22:00", "06:00", 23, 23),
    ],
)
def test_quiet_hours_are_those_of_the_city(severity: str, start: str, end: str, hour: int, told: int) -> None:
    quiet = Quiet(start, end)
    midnight = datetime(2026, 3, 1, 20, tzinfo=UTC)
    at = told_at(rule(severity=severity, above=1.0, quiet=quiet), midnight + timedelta(hours=hour))
    assert at == midnight + timedelta(hours=told)


@given(
    st.lists(st.one_of(st.none(), st.floats(0, 4)), max_size=60),
    st.integers(0, 5),
    st.integers(0, 5),
    st.floats(0, 1),
)
def test_alerts_are_raised_and_cleared_in_turn(
    values: list[float | None], hold: int, calm: int, hysteresis: float
) -> None:
    watched = watch(
        rule(above=2.0, duration_seconds=60 * hold, clear_seconds=60 * calm, hysteresis=hysteresis)
    )
    happened = [name for name, _ in story(watched, values)]
    assert happened == ["raised", "cleared"] * (len(happened) // 2) + ["raised"] * (len(happened) % 2)
    samples = [Sample(START + n * MINUTE, value) for n, value in enumerate(values) if value is not None]
    tally = rehearse(watched, samples, START + len(values) * MINUTE)
    assert (tally.raised, tally.is_open) == (happened.count("raised"), len(happened) % 2 == 1)


GOOD = """
[[rules]]
code = "wadi_flood"
kind = "threshold"
observed_property = "water_level"
above = 2.0
severity = "severe"
quiet = { from = "22:00", to = "06:00" }
name = { en = "Wadi", ar = "وادٍ" }
text = { en = "Keep away.", ar = "ابتعد." }
"""


def test_a_rule_comes_back_as_it_was_kept() -> None:
    (found,) = read_rules(GOOD)
    assert rule_of(plain(found)) == found
    assert (found.horizon, found.quiet is not None) == ((-math.inf, 2.0), True)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("code =", "code", "-"),
        ('"threshold"', '"threshhold"', "rules[0].kind"),
        ("above = 2.0", "", "rules[0]"),
        ("above = 2.0", "above = 2.0\nbelow = 1.0", "rules[0]"),
        ("above = 2.0", "above = 2.0\nmissing_seconds = 5", "rules[0].missing_seconds"),
        ("above = 2.0", "above = nan", "rules[0]"),
        ('kind = "threshold"', 'kind = "missing"', "rules[0].missing_seconds"),
        ('kind = "threshold"', 'kind = "forecast"', "rules[0].probability"),
        ('kind = "threshold"', 'kind = "band"', "rules[0].high"),
        ("above = 2.0", "above = 2.0\nhysteresis = -1", "rules[0].hysteresis"),
        ('observed_property = "water_level"', "", "rules[0]"),
        ('observed_property = "water_level"', 'index = "us"\ndatastream = 3', "rules[0].index"),
        ('ar = "وادٍ"', 'fr = "oued"', "rules[0].name"),
        ('"22:00"', '"22:00:00+04:00"', "rules[0].quiet"),
        ('"severe"', '"terrible"', "rules[0].severity"),
        ('code = "wadi_flood"', 'code = "Wadi"', "rules[0].code"),
        ("[[rules]]", "[[rule]]", "-"),
        (GOOD, GOOD + GOOD, "rules"),
        ('kind = "threshold"\n', 'kind = "anomaly"\nunit = "m"\n', "rules[0].unit"),
        ('kind = "threshold"\n', 'kind = "anomaly"\nduration_seconds = 60\n', "rules[0].duration_seconds"),
        ('"threshold"\nobserved_property = "water_level"\nabove = 2.0',
         '"anomaly"\nobserved_property = "water_level"\nabove = 0.5', "rules[0].above"),
        ('"threshold"\nobserved_property = "water_level"\nabove = 2.0',
         '"anomaly"\nobserved_property = "water_level"\nbelow = 2.0', "rules[0].above"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(old: str, new: str, where: str) -> None:
    with pytest.raises(AlertRuleInvalid) as told:
        read_rules(GOOD.replace(old, new, 1))
    assert str(told.value.details["where"]).startswith(where)
