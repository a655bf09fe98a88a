"""Things of a pilot that the demo's programme tells of: gauges at crossings of wadis, computed like the city's own.

They are registered by whoever provides the pilot, not with the city, and publish under the pilot's own source.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib.resources import files

from simulators.city import DEFAULT_SEED, SimulatedThing, fixed_thing

#: The pilot's source, and what the codes of its things begin with.
PILOT_CODE = "pilot-crossings"
#: Areas of ``muscat.toml`` with a crossing.
CROSSINGS = ("hajir", "misfah", "jafnayn")


def build_pilot(seed: int = DEFAULT_SEED) -> tuple[SimulatedThing, ...]:
    """One gauge for each crossing; the seed moves them a little."""
    plan = tomllib.loads((files("simulators") / "muscat.toml").read_text("utf-8"))
    things = []
    for area in CROSSINGS:
        place = plan["areas"][area]
        names = (f"Crossing gauge, {place['en']}", f"مقياس المعبر، {place['ar']}")
        gauge = fixed_thing(seed, plan, f"{PILOT_CODE}-{area}", "wadi_gauge", area, names)
        things.append(replace(gauge, source=PILOT_CODE))
    return tuple(things)
