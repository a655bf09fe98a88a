"""What every thing of the city would report at given instants.

Pure functions of city and instant: live, backfilled or asked twice, the answer is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from simulators.city import SOURCE_CODE, CarPark, City, Line, Point, Road, SimulatedThing
from simulators.noise import Floats, grain, key_of, smooth
from simulators.traffic import demand, free_spaces, vehicles
from simulators.transit import bus
from simulators.weather import HOUR_SECONDS, Weather, rain_events, weather_at

#: Decimals a real instrument of the kind would give.
DECIMALS = {
    "pm2_5": 1,
    "pm10": 1,
    "no2": 1,
    "o3": 1,
    "air_temperature": 1,
    "relative_humidity": 0,
    "wind_speed": 1,
    "wind_direction": 0,
    "air_pressure": 1,
    "visibility": 2,
    "vehicle_flow": 0,
    "vehicle_speed": 1,
    "occupancy": 0,
    "free_spaces": 0,
    "water_level": 2,
    "longitude": 5,
    "latitude": 5,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What one thing reports at one instant: results by observed property, and where it is if it moves.

    ``raw`` replaces the message of the reading, for devices that send something unreadable.
    """

    thing: str
    phenomenon_time: datetime
    results: dict[str, float]
    location: Point | None = None
    raw: bytes | None = None
    source: str = SOURCE_CODE


def results(thing: SimulatedThing, instant: datetime, city: City) -> Reading:
    """The reading of one instant (aware)."""
    (reading,) = readings(thing, np.array([instant.timestamp()]), city)
    return reading


def readings(thing: SimulatedThing, seconds: Floats, city: City) -> list[Reading]:
    """The readings at Unix times (one dimension), rounded as an instrument would."""
    rounded = {
        name: np.round(values, DECIMALS[name]).tolist()
        for name, values in series(thing, seconds, city).items()
    }
    longitudes, latitudes = rounded.pop("longitude", None), rounded.pop("latitude", None)
    return [
        Reading(
            thing=thing.code,
            source=thing.source,
            phenomenon_time=datetime.fromtimestamp(moment, UTC),
            results={name: values[position] for name, values in rounded.items()},
            location=None
            if longitudes is None or latitudes is None
            else (longitudes[position], latitudes[position]),
        )
        for position, moment in enumerate(seconds.tolist())
    ]


def series(thing: SimulatedThing, seconds: Floats, city: City) -> dict[str, Floats]:
    """Unrounded values by observed property; a bus gives longitude and latitude instead of a location."""
    match thing.character:
        case Road() as road:
            flow, speed = vehicles(city, thing, road, seconds)
            return {"vehicle_flow": flow, "vehicle_speed": speed}
        case CarPark() as park:
            return {"free_spaces": free_spaces(city, thing, park, seconds)}
        case Line() as line:
            return bus(city, thing, line, seconds)
        case None:
            return _station(thing, seconds, city)


def _station(thing: SimulatedThing, seconds: Floats, city: City) -> dict[str, Floats]:
    if thing.description.kind == "wadi_gauge":
        return {"water_level": water_level(city, thing, seconds)}
    weather = weather_at(city, thing, seconds)
    if thing.description.kind == "air_quality_station":
        return air_quality(city, thing, weather, seconds)
    return {
        "air_temperature": weather.air_temperature,
        "relative_humidity": weather.relative_humidity,
        "wind_speed": weather.wind_speed,
        "wind_direction": np.round(weather.wind_direction) % 360.0,
        "air_pressure": weather.air_pressure,
        "visibility": weather.visibility,
    }


def air_quality(city: City, thing: SimulatedThing, weather: Weather, seconds: Floats) -> dict[str, Floats]:
    """Micrograms per cubic metre: traffic makes NO2 and particles, wind thins them, sun makes
    ozone and NO2 eats it, rain washes, and dust buries everything.
    """
    key = key_of(city.seed, thing.code)
    near_road = 0.6 + 0.8 * (key % 1_000) / 1_000.0
    traffic = demand(city, seconds, inbound=True) + demand(city, seconds, inbound=False)
    thinning = 0.55 + 0.13 * weather.wind_speed
    no2 = (5.0 + 24.0 * near_road * traffic) / thinning * _wander(key ^ 1, seconds)
    sun = _sunshine(weather, seconds)
    o3 = 32.0 + 50.0 * sun * (1.0 + 0.03 * (weather.air_temperature - 28.0)) - 0.35 * no2
    washed = 1.0 - 0.6 * weather.rain
    coarse = (48.0 + 16.0 * near_road * traffic / thinning) * washed * _wander(key ^ 2, seconds)
    storm = 1_500.0 * weather.dust**1.3 * _wander(key ^ 3, seconds)
    fine = (11.0 + 9.0 * near_road * traffic / thinning) * washed * _wander(key ^ 4, seconds)
    return {
        "pm2_5": np.clip(fine + 0.17 * storm, 1.0, None),
        "pm10": np.clip(coarse + storm, 3.0, None),
        "no2": np.clip(no2, 0.5, None),
        "o3": np.clip(o3 * (1.0 - 0.4 * weather.dust) + 3.0 * grain(key ^ 5, seconds), 2.0, None),
    }


def _sunshine(weather: Weather, seconds: Floats) -> Floats:
    # Ozone lags the sun by about two hours.
    hour = ((seconds / HOUR_SECONDS + 4.0) % 24.0) - 2.0
    return np.clip(np.sin(np.pi * (hour - 6.0) / 12.0), 0.0, None) * (1.0 - 0.7 * weather.rain)


def _wander(key: int, seconds: Floats) -> Floats:
    """A factor around 1: slow swings of the air over the site, and the instrument's noise."""
    return 1.0 + 0.16 * smooth(key, seconds, 5.0 * HOUR_SECONDS) + 0.05 * grain(key, seconds)


def water_level(city: City, thing: SimulatedThing, seconds: Floats) -> Floats:
    """Metres above the bed: nearly dry, a flash after rain that rises in minutes and drains in hours."""
    key = key_of(city.seed, thing.code)
    age, strength = rain_events(city, seconds)
    # Water needs its time from the mountains, and catchments differ.
    hours = age / HOUR_SECONDS - 0.5 - 1.5 * (key % 100) / 100.0
    rising = np.clip(hours / 0.6, 0.0, 1.0)
    draining = np.exp(-np.clip(hours - 0.6, 0.0, None) / 7.0)
    flash = np.where((age >= 0.0) & (hours > 0.0), strength * rising * draining, 0.0)
    dry = 0.12 + 0.15 * (key % 97) / 97.0 + 0.03 * smooth(key, seconds, 48.0 * HOUR_SECONDS)
    return dry + (0.8 + 1.8 * thing.inland) * flash + 0.01 * grain(key, seconds)
