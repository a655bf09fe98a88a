"""Vehicles and parking: Oman's working week from Sunday to Thursday, its Friday, its evenings."""

from __future__ import annotations

import numpy as np

from simulators.calendar import DAY_SECONDS, Profile, at_hours
from simulators.city import CarPark, City, Road, Scenario, SimulatedThing, Use
from simulators.noise import Floats, grain, key_of, smooth
from simulators.weather import dust, rain, staged

# Shares of what a road carries, for the hours 0 to 23. Working days: into town at 7, the end of
# school and offices at 14, the evening from 18 to 21. Friday: late, and quiet at the noon prayer.
_FRIDAY = (
    0.22,
    0.14,
    0.08,
    0.06,
    0.06,
    0.07,
    0.10,
    0.14,
    0.20,
    0.28,
    0.36,
    0.30,
    0.18,
    0.26,
    0.34,
    0.38,
    0.50,
    0.64,
    0.74,
    0.76,
    0.70,
    0.60,
    0.48,
    0.34,
)
_SATURDAY = (
    0.18,
    0.11,
    0.07,
    0.05,
    0.05,
    0.08,
    0.14,
    0.24,
    0.34,
    0.44,
    0.52,
    0.56,
    0.56,
    0.52,
    0.48,
    0.48,
    0.54,
    0.64,
    0.72,
    0.72,
    0.64,
    0.50,
    0.36,
    0.24,
)
INBOUND: Profile = {
    "working": (
        0.08,
        0.05,
        0.04,
        0.04,
        0.06,
        0.16,
        0.55,
        0.98,
        0.85,
        0.60,
        0.50,
        0.50,
        0.55,
        0.62,
        0.66,
        0.58,
        0.52,
        0.56,
        0.66,
        0.66,
        0.55,
        0.42,
        0.28,
        0.16,
    ),
    "friday": _FRIDAY,
    "saturday": _SATURDAY,
}
OUTBOUND: Profile = {
    "working": (
        0.10,
        0.06,
        0.04,
        0.04,
        0.05,
        0.10,
        0.30,
        0.52,
        0.50,
        0.46,
        0.46,
        0.50,
        0.60,
        0.82,
        0.98,
        0.80,
        0.62,
        0.66,
        0.80,
        0.78,
        0.62,
        0.46,
        0.32,
        0.18,
    ),
    "friday": _FRIDAY,
    "saturday": _SATURDAY,
}

# Shares of the spaces that are taken.
_QUIET = (0.07,) * 24
PARKED: dict[Use, Profile] = {
    "office": {
        "working": (
            0.06,
            0.06,
            0.06,
            0.06,
            0.06,
            0.07,
            0.14,
            0.46,
            0.80,
            0.92,
            0.95,
            0.93,
            0.90,
            0.78,
            0.45,
            0.24,
            0.17,
            0.14,
            0.12,
            0.10,
            0.08,
            0.07,
            0.06,
            0.06,
        ),
        "friday": _QUIET,
        "saturday": (*_QUIET[:8], 0.12, 0.16, 0.18, 0.18, 0.16, 0.14, 0.12, 0.10, *_QUIET[16:]),
    },
    "shopping": {
        "working": (
            0.06,
            0.04,
            0.03,
            0.03,
            0.03,
            0.03,
            0.04,
            0.06,
            0.12,
            0.22,
            0.32,
            0.38,
            0.40,
            0.36,
            0.32,
            0.32,
            0.40,
            0.54,
            0.70,
            0.82,
            0.85,
            0.70,
            0.42,
            0.18,
        ),
        "friday": (
            0.10,
            0.05,
            0.03,
            0.03,
            0.03,
            0.03,
            0.03,
            0.05,
            0.10,
            0.20,
            0.28,
            0.18,
            0.10,
            0.22,
            0.42,
            0.54,
            0.66,
            0.80,
            0.92,
            0.96,
            0.95,
            0.84,
            0.58,
            0.28,
        ),
        "saturday": (
            0.08,
            0.05,
            0.03,
            0.03,
            0.03,
            0.03,
            0.04,
            0.07,
            0.16,
            0.32,
            0.48,
            0.56,
            0.58,
            0.52,
            0.48,
            0.48,
            0.56,
            0.68,
            0.82,
            0.90,
            0.90,
            0.76,
            0.48,
            0.22,
        ),
    },
    "market": {
        "working": (
            0.08,
            0.06,
            0.05,
            0.05,
            0.06,
            0.10,
            0.20,
            0.34,
            0.50,
            0.60,
            0.62,
            0.56,
            0.42,
            0.26,
            0.20,
            0.24,
            0.44,
            0.66,
            0.82,
            0.88,
            0.80,
            0.58,
            0.32,
            0.14,
        ),
        "friday": (
            0.08,
            0.06,
            0.05,
            0.05,
            0.06,
            0.12,
            0.26,
            0.44,
            0.58,
            0.60,
            0.48,
            0.24,
            0.12,
            0.18,
            0.24,
            0.34,
            0.58,
            0.78,
            0.92,
            0.94,
            0.86,
            0.64,
            0.38,
            0.18,
        ),
        "saturday": (
            0.08,
            0.06,
            0.05,
            0.05,
            0.06,
            0.10,
            0.22,
            0.40,
            0.58,
            0.66,
            0.66,
            0.58,
            0.44,
            0.28,
            0.24,
            0.28,
            0.50,
            0.72,
            0.88,
            0.92,
            0.84,
            0.62,
            0.36,
            0.16,
        ),
    },
}


def activity(city: City, seconds: Floats) -> Floats:
    """How much goes on in the whole city, around 1: busy and slow days, rain and dust.

    Roads and car parks share it, so that both are full or empty on the same days.
    """
    mood = 1.0 + 0.07 * smooth(key_of(city.seed, "activity"), seconds, DAY_SECONDS)
    return mood * (1.0 - 0.15 * rain(city, seconds)) * (1.0 - 0.35 * dust(city, seconds))


def demand(city: City, seconds: Floats, *, inbound: bool) -> Floats:
    """The share of a road's capacity that wants to drive, about 0 to 1.1."""
    usual = at_hours(INBOUND if inbound else OUTBOUND, seconds)
    rush = 0.98 * staged(city, Scenario.RUSH_HOUR, seconds)
    return np.maximum(usual, rush) * activity(city, seconds)


def vehicles(city: City, thing: SimulatedThing, road: Road, seconds: Floats) -> tuple[Floats, Floats]:
    """Vehicles per hour and their mean speed (km/h) at a counter: the fuller, the slower."""
    key = key_of(city.seed, thing.code)
    uneven = 1.0 + 0.06 * smooth(key, seconds, 1_800.0) + 0.05 * grain(key, seconds)
    load = 0.92 * demand(city, seconds, inbound=road.inbound) * uneven
    slowing = 1.0 - 0.10 * load - 0.50 * load**4 - 0.12 * rain(city, seconds) - 0.25 * dust(city, seconds)
    speed = road.free_speed * np.clip(slowing, 0.12, 1.0) * (1.0 + 0.03 * grain(key ^ 1, seconds))
    return road.vehicles_per_hour_max * load, speed


def free_spaces(city: City, thing: SimulatedThing, park: CarPark, seconds: Floats) -> Floats:
    """Spaces still free; whole numbers between 0 and the size of the car park."""
    key = key_of(city.seed, thing.code)
    uneven = 1.0 + 0.08 * smooth(key, seconds, 2_400.0) + 0.01 * grain(key, seconds)
    taken = park.spaces * at_hours(PARKED[park.use], seconds) * activity(city, seconds) * uneven
    return park.spaces - np.clip(np.rint(taken), 0.0, park.spaces)
