"""The simulated city: about 120 things with their characters, built from ``muscat.toml``.

Nothing is measured here. The source says so, and every thing belongs to it.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from citycore.model import DatastreamDescription, SourceDescription, SourceKind, ThingDescription
from simulators.noise import chance, key_of

SOURCE_CODE = "muscat-sim"
DEFAULT_SEED = 7
#: Things stand up to this far from the centre of their area, as the seed decides. About 300 m.
SCATTER_DEGREES = 0.003

Use = Literal["office", "shopping", "market"]
Point = tuple[float, float]

#: Observed properties and the interval (seconds) of each kind of thing.
KINDS: dict[str, tuple[tuple[str, ...], int]] = {
    "air_quality_station": (("pm2_5", "pm10", "no2", "o3"), 300),
    "weather_station": (
        (
            "air_temperature",
            "relative_humidity",
            "wind_speed",
            "wind_direction",
            "air_pressure",
            "visibility",
        ),
        300,
    ),
    "traffic_counter": (("vehicle_flow", "vehicle_speed"), 60),
    "bus": (("location", "vehicle_speed", "occupancy"), 20),
    "car_park": (("free_spaces",), 120),
    "wadi_gauge": (("water_level",), 300),
}


class Scenario(StrEnum):
    """What is staged from ``City.scenario_at`` on; CALM stages nothing."""

    CALM = "calm"
    RUSH_HOUR = "rush_hour"
    SANDSTORM = "sandstorm"
    HEATWAVE = "heatwave"


@dataclass(frozen=True, slots=True)
class Road:
    """A direction of a road: what it carries (vehicles/h), its free speed (km/h), into town or out."""

    vehicles_per_hour_max: float
    free_speed: float
    inbound: bool


@dataclass(frozen=True, slots=True)
class CarPark:
    spaces: int
    use: Use


@dataclass(frozen=True, slots=True)
class Line:
    """A bus line: stops (longitude, latitude), and which of its buses this is (from 0)."""

    path: tuple[Point, ...]
    number: int
    bus_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedThing:
    """A thing with what its signals depend on. ``inland`` is 0 on the shore, 1 in the mountains."""

    description: ThingDescription
    #: The code of the source under which it publishes.
    source: str = SOURCE_CODE
    inland: float = 0.0
    character: Road | CarPark | Line | None = None

    @property
    def code(self) -> str:
        return self.description.code

    @property
    def interval_seconds(self) -> int:
        return KINDS[self.description.kind][1]


@dataclass(frozen=True, slots=True)
class City:
    """Everything its signals depend on, besides the instant. ``scenario_at`` is a Unix time."""

    seed: int
    things: tuple[SimulatedThing, ...]
    scenario: Scenario = Scenario.CALM
    scenario_at: float = math.inf


def describe_city(seed: int = DEFAULT_SEED) -> tuple[SourceDescription, tuple[ThingDescription, ...]]:
    """The source ``muscat-sim`` and its 120 things, to be registered by whoever runs the hub.

    The seed moves the fixed things a little; codes and kinds are the same for every seed.
    """
    source = SourceDescription(
        code=SOURCE_CODE,
        kind=SourceKind.SIMULATED,
        name_en="Simulated Muscat",
        name_ar="مسقط (محاكاة)",
        attribution="Simulated, not measured. بيانات محاكاة وليست قياسات.",
        description_en=(
            "What invented things in Muscat would measure: air quality, weather, traffic, buses, car parks"
            " and wadis, computed from a seed. Nothing is measured; no thing described here exists."
        ),
        description_ar=(
            "ما كانت ستقيسه أشياء متخيَّلة في مسقط: جودة الهواء والطقس وحركة المرور والحافلات والمواقف"
            " والأودية، محسوبًا من بذرة عشوائية. لا شيء هنا مقيس، ولا وجود لأي شيء موصوف هنا."
        ),
        provider_en="Falaj, simulator",
        provider_ar="فلج، المحاكي",
        # Computed by this project from what this project holds, so its own licence is theirs.
        licence="Apache-2.0",
    )
    return source, tuple(thing.description for thing in build_city(seed).things)


@cache
def build_city(seed: int = DEFAULT_SEED) -> City:
    """The city of a seed, with no scenario staged."""
    plan = read_plan()
    things = (*_stations(seed, plan), *_counters(seed, plan), *_car_parks(seed, plan), *_buses(plan))
    return City(seed, things)


@cache
def read_plan() -> dict[str, Any]:
    """Where everything stands, as ``muscat.toml`` has it."""
    return tomllib.loads((files("simulators") / "muscat.toml").read_text("utf-8"))


_STATION_NAMES = {
    "air_quality": ("aq", "Air quality, {}", "جودة الهواء، {}"),
    "weather": ("wx", "Weather, {}", "الطقس، {}"),
    "wadi_gauge": ("wadi", "Wadi gauge, {}", "مقياس الوادي، {}"),
}


def _stations(seed: int, plan: dict[str, Any]) -> Iterator[SimulatedThing]:
    for station, areas in plan["stations"].items():
        prefix, name_en, name_ar = _STATION_NAMES[station]
        kind = station if station == "wadi_gauge" else f"{station}_station"
        for area in areas:
            names = (name_en.format(plan["areas"][area]["en"]), name_ar.format(plan["areas"][area]["ar"]))
            yield fixed_thing(seed, plan, f"{prefix}-{area}-01", kind, area, names)


def _counters(seed: int, plan: dict[str, Any]) -> Iterator[SimulatedThing]:
    numbers: dict[str, int] = {}
    for road in plan["roads"]:
        for area in road["counted"]:
            place = plan["areas"][area]
            for inbound, way_en, way_ar in (
                (True, "inbound", "باتجاه الداخل"),
                (False, "outbound", "باتجاه الخارج"),
            ):
                numbers[area] = numbers.get(area, 0) + 1
                names = (
                    f"{road['en']}, {place['en']}, {way_en}",
                    f"{road['ar']}، {place['ar']}، {way_ar}",
                )
                # No two places of a road are alike: the seed gives each its share of the traffic.
                share = 0.75 + 0.25 * chance(key_of(seed, road["en"], area))
                character = Road(road["vehicles_per_hour_max"] * share, road["free_speed"], inbound)
                code = f"tc-{area}-{numbers[area]:02d}"
                yield fixed_thing(seed, plan, code, "traffic_counter", area, names, character)


_USES = {
    "office": ("Offices car park", "مواقف المكاتب"),
    "shopping": ("Shopping car park", "مواقف التسوق"),
    "market": ("Market car park", "مواقف السوق"),
}


def _car_parks(seed: int, plan: dict[str, Any]) -> Iterator[SimulatedThing]:
    for group in plan["car_parks"]:
        place = plan["areas"][group["area"]]
        for number, park in enumerate(group["parks"], 1):
            use_en, use_ar = _USES[park["use"]]
            names = (f"{use_en} {number}, {place['en']}", f"{use_ar} {number}، {place['ar']}")
            code = f"cp-{group['area']}-{number:02d}"
            character = CarPark(park["spaces"], park["use"])
            yield fixed_thing(seed, plan, code, "car_park", group["area"], names, character)


def _buses(plan: dict[str, Any]) -> Iterator[SimulatedThing]:
    for route in plan["routes"]:
        path = tuple((point[0], point[1]) for point in route["path"])
        for number in range(route["buses"]):
            names = (
                f"Bus {number + 1} of line {route['code']}, {route['en']}",
                f"الحافلة {number + 1} على الخط {route['code']}، {route['ar']}",
            )
            yield SimulatedThing(
                description=_description(f"bus-{route['code']}-{number + 1:02d}", "bus", names, None),
                character=Line(path, number, route["buses"]),
            )


def fixed_thing(  # noqa: PLR0913, PLR0917  # the plan's row, spelt out once for all kinds
    seed: int,
    plan: dict[str, Any],
    code: str,
    kind: str,
    area: str,
    names: tuple[str, str],
    character: Road | CarPark | None = None,
) -> SimulatedThing:
    place = plan["areas"][area]
    longitude, latitude = place["at"]
    at = (
        round(longitude + SCATTER_DEGREES * (2 * chance(key_of(seed, code, "longitude")) - 1), 5),
        round(latitude + SCATTER_DEGREES * (2 * chance(key_of(seed, code, "latitude")) - 1), 5),
    )
    return SimulatedThing(
        description=_description(code, kind, names, at),
        inland=place.get("inland", 0.1),
        character=character,
    )


def _description(code: str, kind: str, names: tuple[str, str], at: Point | None) -> ThingDescription:
    properties, interval_seconds = KINDS[kind]
    return ThingDescription(
        code=code,
        kind=kind,
        name_en=names[0],
        name_ar=names[1],
        longitude=None if at is None else at[0],
        latitude=None if at is None else at[1],
        datastreams=tuple(
            DatastreamDescription(
                observed_property=name,
                result_type="position" if name == "location" else "measurement",
                interval_seconds=interval_seconds,
            )
            for name in properties
        ),
    )
