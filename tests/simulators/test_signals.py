"""The shapes of the simulated city, and that nothing but seed and instant decides them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from citycore.clock import CITY_ZONE
from citycore.vocabulary import observed_properties
from simulators.calendar import DAY_KINDS, day_kind, local_time
from simulators.city import City, Scenario, SimulatedThing, build_city
from simulators.faults import message_of
from simulators.noise import Floats, chance, grain, key_of, smooth
from simulators.signals import readings, results, series
from simulators.transit import distance_kilometres
from simulators.weather import dust, rain_events

#: A Sunday in October without holidays near it, 00:00 in Muscat.
SUNDAY = datetime(2026, 10, 11, tzinfo=CITY_ZONE)
YEAR = SUNDAY.timestamp() + 3_600.0 * np.arange(365 * 24)


def _city(seed: int = 7) -> City:
    return build_city(seed)


def _thing(code: str, city: City | None = None) -> SimulatedThing:
    return next(thing for thing in (city or _city()).things if thing.code == code)


def _calm_week(city: City) -> Floats:
    """The first week from a Sunday of October on without dust or rain, in steps of ten minutes."""
    for week in range(12):
        seconds = SUNDAY.timestamp() + week * 7 * 86_400 + 600.0 * np.arange(7 * 144)
        wet = rain_events(city, seconds)[0]
        holiday = (day_kind(local_time(seconds).day)[: 5 * 144] != 0).any()
        if dust(city, seconds).max() < 0.02 and not ((wet >= 0) & (wet < 86_400)).any() and not holiday:
            return seconds
    raise AssertionError("no calm week in twelve")


def _at(day: int, hour: float) -> slice:
    """Half an hour around an hour of a day (0 = Sunday) of the calm week."""
    middle = round(day * 144 + hour * 6)
    return slice(middle - 2, middle + 3)


def test_the_same_seed_gives_the_same_bytes() -> None:
    instant = datetime(2026, 11, 24, 17, 40, tzinfo=UTC)
    first = [message_of(results(thing, instant, _city())) for thing in _city().things]
    build_city.cache_clear()
    assert [message_of(results(thing, instant, _city())) for thing in _city().things] == first
    other = _city(8)
    assert [message_of(results(thing, instant, other)) for thing in other.things] != first


@pytest.mark.parametrize(
    "kind", ["air_quality_station", "weather_station", "traffic_counter", "bus", "car_park"]
)
def test_an_instant_alone_equals_the_same_instant_in_a_backfill(kind: str) -> None:
    city = _city()
    thing = next(thing for thing in city.things if thing.description.kind == kind)
    seconds = SUNDAY.timestamp() + 3_600.0 * np.arange(48)
    together = readings(thing, seconds, city)
    alone = [results(thing, datetime.fromtimestamp(moment, UTC), city) for moment in seconds[::-1]][::-1]
    assert together == alone


def test_a_golden_reading_so_that_no_change_goes_unnoticed() -> None:
    city = _city()
    reading = results(_thing("tc-qurm-01"), SUNDAY + timedelta(hours=7), city)
    assert reading.phenomenon_time == datetime(2026, 10, 11, 3, tzinfo=UTC)
    assert (key_of(7, "a"), round(chance(key_of(7, "a")), 12)) == GOLDEN_NOISE
    assert reading.results == GOLDEN_TRAFFIC


GOLDEN_NOISE = (17_645_086_853_241_175_479, 0.999258684229)
GOLDEN_TRAFFIC = {"vehicle_flow": 4_325.0, "vehicle_speed": 59.8}


def test_working_days_fridays_and_nights_differ_on_the_road() -> None:
    city = _city()
    week = _calm_week(city)
    flow = series(_thing("tc-qurm-01"), week, city)["vehicle_flow"]
    speed = series(_thing("tc-qurm-01"), week, city)["vehicle_speed"]
    rush, night, noon = flow[_at(1, 7)].mean(), flow[_at(1, 3)].mean(), flow[_at(1, 11)].mean()
    friday_morning, friday_prayer, friday_evening = (flow[_at(5, hour)].mean() for hour in (7, 12, 19))
    assert rush > 5 * night
    assert rush > 1.4 * noon
    assert rush > 4 * friday_morning
    assert friday_prayer < 0.6 * flow[_at(5, 10)].mean()
    assert friday_evening > 3 * friday_prayer
    assert speed[_at(1, 7)].mean() < 0.85 * speed[_at(1, 3)].mean()


def test_traffic_leaves_town_in_the_afternoon() -> None:
    city = _city()
    week = _calm_week(city)
    inbound, outbound = (series(_thing(f"tc-qurm-0{n}"), week, city)["vehicle_flow"] for n in (1, 2))
    assert inbound[_at(1, 7)].mean() > 1.4 * outbound[_at(1, 7)].mean()
    assert outbound[_at(1, 14)].mean() > 1.3 * inbound[_at(1, 14)].mean()


def test_a_public_holiday_is_no_working_day() -> None:
    days = np.array([local_time(np.array([datetime(2026, 11, day, 12, tzinfo=CITY_ZONE).timestamp()])).day[0]
                     for day in (24, 25, 27, 28, 29)])  # fmt: skip
    assert [DAY_KINDS[kind] for kind in day_kind(days)] == [
        "working", "saturday", "friday", "saturday", "working",
    ]  # fmt: skip


def test_car_parks_fill_when_people_come() -> None:
    city = _city()
    week = _calm_week(city)
    offices = series(_thing("cp-khuwair-01"), week, city)["free_spaces"]
    shops = series(_thing("cp-mawaleh-01"), week, city)["free_spaces"]
    assert offices[_at(1, 10)].mean() < 0.4 * offices[_at(1, 22)].mean()
    assert offices[_at(5, 10)].mean() > 2 * offices[_at(1, 10)].mean()
    assert shops[_at(5, 19)].mean() < 0.5 * shops[_at(5, 12)].mean()
    for free, spaces in ((offices, 520), (shops, 1200)):
        assert free.min() >= 0
        assert free.max() <= spaces
        assert (free == np.rint(free)).all()


def test_air_and_weather_hang_together() -> None:
    city = _city()
    week = _calm_week(city)
    air = series(_thing("aq-khuwair-01"), week, city)
    weather = series(_thing("wx-ghubrah-01"), week, city)
    hour = local_time(week).hour
    temperature, humidity = weather["air_temperature"], weather["relative_humidity"]
    assert temperature[(hour > 13) & (hour < 16)].mean() > temperature[(hour > 4) & (hour < 6)].mean() + 4
    assert np.corrcoef(temperature, humidity)[0, 1] < -0.4
    assert air["no2"][_at(1, 7)].mean() > 2 * air["no2"][_at(1, 3)].mean()
    assert air["no2"][_at(1, 7)].mean() > 1.5 * air["no2"][_at(5, 7)].mean()
    assert air["o3"][(hour > 13) & (hour < 16)].mean() > 1.5 * air["o3"][(hour > 6) & (hour < 8)].mean()
    assert (air["pm10"] > air["pm2_5"]).all()
    windy = weather["wind_speed"][(hour > 14) & (hour < 16)].mean()
    assert windy > 1.5 * weather["wind_speed"][(hour > 2) & (hour < 5)].mean()


def test_summer_is_hot_and_winter_mild() -> None:
    temperature = series(_thing("wx-airport-01"), YEAR, _city())["air_temperature"]
    month = np.array([datetime.fromtimestamp(moment, CITY_ZONE).month for moment in YEAR])
    assert 31 < temperature[month == 6].mean() < 37
    assert 20 < temperature[month == 1].mean() < 25


@pytest.mark.parametrize("kind", sorted({thing.description.kind for thing in build_city().things}))
def test_a_year_stays_within_physical_bounds(kind: str) -> None:
    city = _city()
    thing = next(thing for thing in city.things if thing.description.kind == kind)
    for name, values in series(thing, YEAR, city).items():
        assert np.isfinite(values).all()
        known = observed_properties().get(name)
        if known is not None and known.lower_bound is not None:
            assert values.min() >= known.lower_bound, name
        if known is not None and known.upper_bound is not None:
            assert values.max() <= known.upper_bound, name


def test_a_staged_dust_storm() -> None:
    calm = _city()
    start = _calm_week(calm)[_at(1, 9)][0]
    city = replace(calm, scenario=Scenario.SANDSTORM, scenario_at=start)
    around = start + np.array([-60.0, 300.0, 3_600.0])
    air = series(_thing("aq-ruwi-01"), around, city)
    weather = series(_thing("wx-ruwi-01"), around, city)
    assert air["pm10"][0] < 200
    assert air["pm10"][2] > 1_000
    assert air["pm2_5"][2] > 5 * air["pm2_5"][0]
    assert weather["visibility"][2] < 1 < weather["visibility"][0]
    assert weather["wind_speed"][2] > 8
    assert 270 <= weather["wind_direction"][2] < 360
    before = series(_thing("aq-ruwi-01"), around, calm)
    assert air["pm10"][0] == before["pm10"][0]  # what was before the scenario stays as it was
    flow = series(_thing("tc-ruwi-01"), around, city)["vehicle_flow"]
    assert flow[2] < 0.8 * series(_thing("tc-ruwi-01"), around, calm)["vehicle_flow"][2]


def test_heatwave_and_rush_hour() -> None:
    calm = _city()
    start = _calm_week(calm)[_at(2, 3)][0]
    later = np.array([start + 3_600.0])
    hot = replace(calm, scenario=Scenario.HEATWAVE, scenario_at=start)
    busy = replace(calm, scenario=Scenario.RUSH_HOUR, scenario_at=start)
    weather, road = _thing("wx-seeb-01"), _thing("tc-seeb-01")
    assert (
        series(weather, later, hot)["air_temperature"] > series(weather, later, calm)["air_temperature"] + 5
    )
    assert series(road, later, busy)["vehicle_flow"] > 5 * series(road, later, calm)["vehicle_flow"]


def test_dust_and_rain_are_rare_and_come_from_the_seed() -> None:
    dusty = {seed: dust(_city(seed), YEAR) > 0.3 for seed in (7, 8)}
    assert 0.001 < dusty[7].mean() < 0.06
    assert (dusty[7] != dusty[8]).any()
    levels = series(_thing("wadi-sarayn-01"), YEAR, _city())["water_level"]
    assert np.median(levels) < 0.4
    assert levels.max() > 0.9
    rise, fall = np.diff(levels).max(), -np.diff(levels).min()
    assert rise > 2 * fall  # a flash comes faster than it goes


def test_buses_move_believably_and_never_jump() -> None:
    city = _city()
    seconds = SUNDAY.timestamp() + 20.0 * np.arange(2 * 4_320)  # two days
    for code in ("bus-1-01", "bus-2-04", "bus-6-02"):
        track = series(_thing(code), seconds, city)
        points = list(zip(track["longitude"].tolist(), track["latitude"].tolist(), strict=True))
        steps = np.array([distance_kilometres(a, b) for a, b in pairwise(points)])
        assert steps.max() * 180 < 50  # km/h over 20 s
        assert 0 < track["vehicle_speed"].max() < 46
        hour = local_time(seconds).hour
        assert (track["vehicle_speed"][(hour > 1) & (hour < 5)] == 0).all()
        assert (track["occupancy"][(hour > 1) & (hour < 5)] == 0).all()
        assert track["occupancy"].max() > 10
        assert steps.sum() > 100


def test_noise_is_smooth_bounded_and_independent_of_order() -> None:
    seconds = np.linspace(0.0, 1e6, 10_001)
    curve = smooth(key_of(1), seconds, 3_600.0)
    assert np.abs(curve).max() <= 1
    assert np.abs(np.diff(curve)).max() < 0.12
    assert (smooth(key_of(1), seconds[::-1], 3_600.0)[::-1] == curve).all()
    noise = grain(key_of(1), np.arange(20_000.0))
    assert abs(noise.mean()) < 0.02
    assert 0.2 < noise.std() < 0.5
    assert abs(np.corrcoef(noise[:-1], noise[1:])[0, 1]) < 0.03
