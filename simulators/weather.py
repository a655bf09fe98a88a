"""The weather of the city: heat, humid air, sea breeze, rare rain, and dust from the north-west.

Orders of size follow what is commonly known of Muscat's climate; none of it is a measurement.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulators.calendar import DAY_SECONDS, local_time, season
from simulators.city import City, Scenario, SimulatedThing
from simulators.noise import Floats, grain, key_of, smooth, uniform

HOUR_SECONDS = 3600.0
#: How long a staged scenario needs to reach its full strength.
STAGE_SECONDS = 600.0
RAIN_SLOT_SECONDS = 5.0 * DAY_SECONDS
DUST_SLOT_SECONDS = 9.0 * DAY_SECONDS
MIDSUMMER = 180.0
MIDWINTER = 15.0


@dataclass(frozen=True, slots=True)
class Weather:
    """At one site: Celsius, %, m/s, degrees (from where the wind blows), hPa, km; dust and rain in [0, 1]."""

    air_temperature: Floats
    relative_humidity: Floats
    wind_speed: Floats
    wind_direction: Floats
    air_pressure: Floats
    visibility: Floats
    dust: Floats
    rain: Floats


def staged(city: City, scenario: Scenario, seconds: Floats) -> Floats:
    """How far a scenario is under way, in [0, 1]."""
    if city.scenario is not scenario:
        return np.zeros_like(seconds)
    return np.clip((seconds - city.scenario_at) / STAGE_SECONDS, 0.0, 1.0)


def dust(city: City, seconds: Floats) -> Floats:
    """Dust in the air of the whole city: rare storms, more of them in summer, or a staged one."""
    age, strength = _events(
        key_of(city.seed, "dust"),
        seconds,
        DUST_SLOT_SECONDS,
        lambda began: 0.25 + 0.2 * season(began, MIDSUMMER),
    )
    hours = age / HOUR_SECONDS
    shape = np.clip(hours / 1.5, 0.0, 1.0) * np.exp(-np.clip(hours - 6.0, 0.0, None) / 5.0)
    return np.maximum(np.where(age >= 0.0, shape * strength, 0.0), staged(city, Scenario.SANDSTORM, seconds))


def rain(city: City, seconds: Floats) -> Floats:
    """Rain of the whole city: a few hours, on a few days of winter."""
    age, strength = rain_events(city, seconds)
    hours = age / HOUR_SECONDS
    return np.where(
        (age >= 0.0) & (hours < 3.0), np.sin(np.pi * np.clip(hours / 3.0, 0.0, 1.0)) * strength, 0.0
    )


def rain_events(city: City, seconds: Floats) -> tuple[Floats, Floats]:
    """Seconds since the latest rain began (negative: none) and its strength in [0.3, 1]."""
    return _events(
        key_of(city.seed, "rain"),
        seconds,
        RAIN_SLOT_SECONDS,
        lambda began: 0.14 + 0.12 * season(began, MIDWINTER),
    )


def weather_at(city: City, thing: SimulatedThing, seconds: Floats) -> Weather:
    hour = local_time(seconds).hour
    dusty, wet = dust(city, seconds), rain(city, seconds)
    warmth = (3.0 + 3.5 * thing.inland) * np.cos(2.0 * np.pi * (hour - 14.5) / 24.0)
    heat = staged(city, Scenario.HEATWAVE, seconds)
    spell = smooth(key_of(city.seed, "spell"), seconds, 3.0 * DAY_SECONDS)
    temperature = (
        29.0
        + 6.0 * season(seconds, MIDSUMMER)
        + warmth
        + 1.8 * spell
        + 7.0 * heat
        - 1.5 * dusty
        - 4.0 * wet
        + 0.5 * _local(city, thing, "temperature", seconds, HOUR_SECONDS)
    )
    moisture = smooth(key_of(city.seed, "moisture"), seconds, 1.5 * DAY_SECONDS)
    humidity = (
        60.0
        - 16.0 * thing.inland
        - 2.2 * warmth
        + 12.0 * moisture
        - 12.0 * heat
        - 14.0 * dusty
        + 30.0 * wet
        + 2.0 * _local(city, thing, "humidity", seconds, HOUR_SECONDS)
    )
    speed, direction = _wind(city, thing, seconds, dusty)
    humid = np.clip(humidity, 8.0, 99.0)
    return Weather(
        air_temperature=temperature,
        relative_humidity=humid,
        wind_speed=speed,
        wind_direction=direction,
        air_pressure=_pressure(city, seconds)
        + 0.2 * _local(city, thing, "pressure", seconds, 2 * HOUR_SECONDS),
        visibility=(14.0 - 0.05 * humid) / (1.0 + 28.0 * dusty + 2.5 * wet),
        dust=dusty,
        rain=wet,
    )


def _pressure(city: City, seconds: Floats) -> Floats:
    # Twice a day the air of the tropics swings by itself; summer lows reach below 1000 hPa.
    tide = np.cos(4.0 * np.pi * (local_time(seconds).hour - 10.0) / 24.0)
    spell = smooth(key_of(city.seed, "pressure"), seconds, 4.0 * DAY_SECONDS)
    return 1008.0 + 8.0 * season(seconds, MIDWINTER) + 1.2 * tide + 1.5 * spell


def _wind(city: City, thing: SimulatedThing, seconds: Floats, dusty: Floats) -> tuple[Floats, Floats]:
    hour = local_time(seconds).hour
    # By day the sea breeze from the north-east, by night a weak land breeze from the south-west.
    breeze = np.exp(-(((hour - 15.0) / 4.0) ** 2)) * (1.0 - 0.4 * thing.inland)
    gust = _local(city, thing, "wind", seconds, 0.5 * HOUR_SECONDS)
    speed = np.clip(1.8 + 3.6 * breeze + 1.0 * gust + 11.0 * dusty, 0.1, None)
    turn = np.radians(25.0) * _local(city, thing, "direction", seconds, HOUR_SECONDS)
    bearings = ((45.0, 2.5 * breeze), (215.0, 0.8 * (1.0 - breeze)), (315.0, 6.0 * dusty))
    north = sum((weight * np.cos(np.radians(angle)) for angle, weight in bearings), np.zeros_like(seconds))
    east = sum((weight * np.sin(np.radians(angle)) for angle, weight in bearings), np.zeros_like(seconds))
    return speed, np.degrees(np.arctan2(east, north) + turn) % 360.0


def _local(city: City, thing: SimulatedThing, what: str, seconds: Floats, period_seconds: float) -> Floats:
    """What one site does of its own, in about [-1, 1]."""
    key = key_of(city.seed, thing.code, what)
    return 0.8 * smooth(key, seconds, period_seconds) + 0.2 * grain(key, seconds)


def _events(
    key: int, seconds: Floats, slot_seconds: float, likely: Callable[[Floats], Floats]
) -> tuple[Floats, Floats]:
    """The latest event of at most one a slot: seconds since it began (-1: none) and its strength."""
    slot = np.floor(seconds / slot_seconds).astype(np.int64)
    age, strength = np.full_like(seconds, -1.0), np.zeros_like(seconds)
    for candidate in (slot - 1, slot):
        # An event begins in the middle of its slot or before, so that it fades before the next one.
        began = (candidate + 0.5 * uniform(key ^ 1, candidate)) * slot_seconds
        since = seconds - began
        happens = (uniform(key, candidate) < likely(began)) & (since >= 0.0)
        age = np.where(happens, since, age)
        strength = np.where(happens, 0.3 + 0.7 * uniform(key ^ 2, candidate), strength)
    return age, strength
