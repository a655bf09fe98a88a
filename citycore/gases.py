"""Parts of the air and mass per volume: what one is in the other depends on the gas, the temperature and the pressure."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: J/(mol.K), exact since 2019.
GAS_CONSTANT = 8.31446261815324
ATMOSPHERE_PASCAL = 101_325.0
ZERO_CELSIUS = 273.15


@dataclass(frozen=True, slots=True)
class Gas:
    """Molar mass in g/mol, from the standard atomic weights of IUPAC; ``counted_as`` where it is a mixture."""

    molar_mass: float
    counted_as: str | None = None


#: By the code of their observed property.
GASES = {
    "no": Gas(30.006),
    "no2": Gas(46.006),
    "no2_background": Gas(46.006),
    # Nitrogen oxides are stated as the mass that they would have as nitrogen dioxide (2008/50/EC, article 2).
    "nox": Gas(46.006, "NO2"),
    "o3": Gas(47.998),
    "so2": Gas(64.064),
    "co": Gas(28.010),
    "co2": Gas(44.009),
    "ch4": Gas(16.043),
    "o2": Gas(31.998),
    "nh3": Gas(17.031),
    "h2s": Gas(34.081),
    "benzene": Gas(78.114),
    "toluene": Gas(92.141),
    "ethylbenzene": Gas(106.168),
    "xylene": Gas(106.168),
    "formaldehyde": Gas(30.026),
}
#: Mixtures without a molar mass: the property of their parts, and the other one, of their mass per volume.
BY_MASS = {"tvoc": "tvoc_mass"}


def grams_per_cubic_metre(gas: Gas, celsius: float) -> float:
    """What a cubic metre of the pure gas weighs, taken as ideal, at 1 atm."""
    moles = ATMOSPHERE_PASCAL / (GAS_CONSTANT * (celsius + ZERO_CELSIUS))
    return moles * gas.molar_mass


def convention(gas: Gas, celsius: int) -> str:
    """What a conversion rests on, as it is kept beside results."""
    stated = f"{celsius} Cel, 1 atm"
    return f"{stated}, as {gas.counted_as}" if gas.counted_as else stated


_STATED = re.compile(r"(-?\d+) Cel, 1 atm")


def celsius_of(stated: str | None) -> int | None:
    """The temperature that a convention states, if it states one."""
    found = None if stated is None else _STATED.match(stated)
    return None if found is None else int(found[1])
