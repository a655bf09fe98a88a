"""The rules that ship, on what the simulated city measures: they are raised by what they are about, and by little else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from citycore.alerts.document import check_property, example_rules, read_rules
from citycore.alerts.model import Sample
from citycore.alerts.rules import Tally, rehearse, watch
from citycore.vocabulary import observed_properties
from simulators.city import Scenario, build_city
from simulators.signals import series

RULES = {rule.code: rule for rule in read_rules(example_rules())}
#: A summer in Muscat.
SUMMER = datetime(2026, 6, 1, tzinfo=UTC)


def tally(
    code: str, things: str, days: Sequence[float], scenario: Scenario = Scenario.CALM
) -> dict[str, Tally]:
    """What a rule makes of the days from one to another after the first of June, thing by thing."""
    city = build_city()
    first, last = (SUMMER.timestamp() + day * 86_400 for day in days)
    if scenario is not Scenario.CALM:
        city = replace(city, scenario=scenario, scenario_at=first + 3_600)
    seconds = np.arange(first, last, 300.0)
    watched = watch(RULES[code])
    found = {}
    for thing in city.things:
        if thing.description.kind == things:
            values = series(thing, seconds, city)[str(RULES[code].observed_property)]
            times = [datetime.fromtimestamp(moment, UTC) for moment in seconds.tolist()]
            samples = [
                Sample(at, value, *before)
                for at, value, before in zip(
                    times,
                    values.tolist(),
                    [(None, None), *zip(times, values.tolist(), strict=True)],
                    strict=False,
                )
            ]
            found[thing.code] = rehearse(watched, samples, times[-1])
    return found


def test_they_are_rules_of_this_hub() -> None:
    assert set(RULES) == {"wadi_flood", "wadi_rising", "dust_storm", "heat", "silent_sensor"}
    for rule in RULES.values():
        check_property(rule, observed_properties())


@pytest.mark.parametrize("code", ["wadi_flood", "wadi_rising"])
def test_floods_of_a_winter_are_found_and_nothing_else(code: str) -> None:
    winter = tally(code, "wadi_gauge", (160, 290))
    summer = tally(code, "wadi_gauge", (0, 60))
    assert 1 <= sum(one.raised for one in winter.values()) <= 30
    assert max(one.seconds for one in winter.values()) < 2 * 86_400
    assert sum(one.raised for one in summer.values()) <= len(summer)


def test_a_dust_storm_is_found_at_every_station_once() -> None:
    staged = tally("dust_storm", "air_quality_station", (0, 0.4), Scenario.SANDSTORM)
    assert {one.raised for one in staged.values()} == {1}
    began = [one.first_at for one in staged.values() if one.first_at is not None]
    assert max(began) - min(began) < timedelta(hours=2), "no flutter, and soon everywhere"


def test_a_heatwave_is_found_and_an_ordinary_day_is_not() -> None:
    assert sum(one.raised for one in tally("heat", "weather_station", (0, 2)).values()) == 0
    staged = tally("heat", "weather_station", (40, 43), Scenario.HEATWAVE)
    assert {"wx-amerat-01", "wx-hajir-01", "wx-mazara-01"} >= {
        code for code, one in staged.items() if one.raised
    }
    assert any(one.raised for one in staged.values()), "inland, where it is hottest"


def test_a_gauge_that_falls_silent_is_found_after_an_hour() -> None:
    watched = watch(RULES["silent_sensor"])
    times = [SUMMER + minutes * timedelta(minutes=5) for minutes in range(10)]
    found = rehearse(watched, [Sample(at, 0.2) for at in times], times[-1] + timedelta(hours=5))
    assert (found.raised, found.first_at, found.is_open) == (1, times[-1] + timedelta(hours=1), True)
