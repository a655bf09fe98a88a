"""Units: one spelling, what is a code of UCUM, and how one unit becomes another.

Everything is by text, so that the store keeps what was meant. The libraries behind it (pint, ucumvert) take a second to
load, and are loaded when two unlike units first meet.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from math import inf
from typing import TYPE_CHECKING, Any

from citycore.errors import UnknownUnit
from citycore.gases import GASES, convention, grams_per_cubic_metre
from citycore.settings import UnitsSettings
from citycore.unit_names import EXACT, FOLDED, SPELLINGS

if TYPE_CHECKING:
    from pint.facets.plain import PlainQuantity
    from ucumvert import PintUcumRegistry

#: No code of a unit is longer; what comes from devices is not parsed beyond.
UNIT_CHARACTERS_MAX = 60
NEAREST_MAX = 3
#: How many decimal digits of a double can be trusted after a multiplication and an addition.
DIGITS = 14
#: Between these, the power of ten that a result is rounded with is a whole number that a double holds.
LEAST, MOST = 1e-8, 1e13


@lru_cache(maxsize=4096)
def normalise_unit(text: str) -> str:
    """One spelling for the spellings of a unit; it never converts between units."""
    plain = text.translate(SPELLINGS)
    return EXACT.get(plain) or FOLDED.get(plain.lower(), plain)


def unit_by_spelling(text: str) -> str | None:
    """The code of a unit as devices spell it, None for any other text: nothing is computed, so that any text may be tried."""
    unit = normalise_unit(text)
    return unit if unit in _codes() else None


@cache
def _codes() -> frozenset[str]:
    return frozenset(known_units())


@dataclass(frozen=True, slots=True)
class Conversion:
    """``result = sent * factor + shift``; ``convention`` is what a conversion of amount to mass rests on."""

    factor: float
    shift: float = 0.0
    convention: str | None = None

    def __call__(self, sent: float) -> float:
        """The result without what binary fractions leave behind: 72.5 °F are 22.5 Cel and not 22.500000000000007."""
        scaled = sent * self.factor
        result = scaled + self.shift
        largest = max(abs(scaled), abs(self.shift))
        if not LEAST <= largest < MOST:
            return result
        scale = 10.0 ** (DIGITS - 1 - math.floor(math.log10(largest)))
        return round(result * scale) / scale


SAME = Conversion(1.0)


@lru_cache(maxsize=4096)
def conversion(
    sent: str, wanted: str, substance: str | None = None, reference_celsius: int | None = None
) -> Conversion | None:
    """From one unit to another; None if they are no units of one quantity.

    ``substance`` is the code of a gas (an observed property): with it parts of the air (ppb) become mass per volume and
    back, at ``reference_celsius`` (None: the setting) and 1 atm.
    """
    sent, wanted = normalise_unit(sent), normalise_unit(wanted)
    if sent == wanted:
        return SAME
    source, target = _scale(sent), _scale(wanted)
    if source is None or target is None:
        return None
    if source.quantity == target.quantity or {source.quantity, target.quantity} in _BARE_NUMBERS:
        shift = (source.zero - target.zero) / target.factor
        return Conversion(_rounded(source.factor / target.factor), _rounded(shift))
    gas = GASES.get(substance or "")
    if gas is None:
        return None
    celsius = _reference() if reference_celsius is None else reference_celsius
    density = grams_per_cubic_metre(gas, celsius)
    if sent in _PARTS and target.quantity == _DENSITY:
        factor = source.factor * density * _GRAM / target.factor
    elif source.quantity == _DENSITY and wanted in _PARTS:
        factor = source.factor / (density * _GRAM * target.factor)
    else:
        return None
    return Conversion(factor, 0.0, convention(gas, celsius))


#: Quantities whose base is that of a bare number.
_BARE_NUMBERS = ({"number", "count"}, {"number", "ratio"})
#: Of a gas in the air, by volume and so by number of molecules.
_PARTS = frozenset({"[ppb]", "[ppm]", "[pptr]", "mmol/mol", "%"})
_DENSITY = "[mass] / [length] ** 3"
_GRAM = 1e-3


@cache
def _reference() -> int:
    return UnitsSettings().gas_reference_celsius


def _rounded(number: float) -> float:
    """Without what binary fractions leave behind: 1000 and not 999.9999999999999."""
    short = float(f"{number:.12g}")
    return short if math.isclose(short, number, rel_tol=1e-15) else number


@dataclass(frozen=True, slots=True)
class _Scale:
    """A unit as a multiple of the base of its quantity, and where its zero lies on it."""

    quantity: str
    factor: float = 1.0
    zero: float = 0.0


_ANGLE = "dimensionless; angle"
#: What UCUM or pint do not know, cannot convert, or mix with something else.
#: Reactive power is not apparent power, although both are volts times amperes; levels are logarithms.
_OWN = {
    "1": _Scale("number"),
    "K": _Scale("temperature"),
    "Cel": _Scale("temperature", 1.0, 273.15),
    "[degF]": _Scale("temperature", 5 / 9, 459.67 * 5 / 9),
    # pint takes minutes of arc for minutes of time, columns of warm liquid for those of UCUM, and [Cal] for calories.
    "deg": _Scale(_ANGLE, math.pi / 180),
    "'": _Scale(_ANGLE, math.pi / 10_800),
    "''": _Scale(_ANGLE, math.pi / 648_000),
    "[in_i'Hg]": _Scale("[mass] / [length] / [time] ** 2", 3_386.389),
    "[in_i'H2O]": _Scale("[mass] / [length] / [time] ** 2", 249.08891),
    "[Cal]": _Scale("[mass] * [length] ** 2 / [time] ** 2", 4_184.0),
    "[Btu]": _Scale("[mass] * [length] ** 2 / [time] ** 2", 1_054.35),
    "[cft_i]": _Scale("[length] ** 3", 0.028316846592),
    "[cyd_i]": _Scale("[length] ** 3", 0.764554857984),
    "[pH]": _Scale("pH"),
    "{NTU}": _Scale("turbidity"),
    "{FNU}": _Scale("turbidity, infrared"),
    "dB": _Scale("level"),
    "dB[SPL]": _Scale("sound level"),
    "dB[mW]": _Scale("power level"),
    "dB[W]": _Scale("power level", 1.0, 30.0),
    "V.A": _Scale("apparent power"),
    "kV.A": _Scale("apparent power", 1e3),
    "MV.A": _Scale("apparent power", 1e6),
    "var": _Scale("reactive power"),
    "kvar": _Scale("reactive power", 1e3),
    "Mvar": _Scale("reactive power", 1e6),
    "V.A.h": _Scale("apparent energy"),
    "kV.A.h": _Scale("apparent energy", 1e3),
    "var.h": _Scale("reactive energy"),
    "kvar.h": _Scale("reactive energy", 1e3),
    "Mvar.h": _Scale("reactive energy", 1e6),
}
#: What is counted: vehicles and persons are units of one quantity, turbidity is none of them.
_COUNTED = frozenset(
    {
        "#",
        "vehicles",
        "cars",
        "persons",
        "people",
        "passengers",
        "spaces",
        "bicycles",
        "pieces",
        "count",
        "counts",
    }
    | {"events", "devices", "particles", "packets", "messages", "trips", "pulses", "strikes"}
)
#: Units that have a dimension with others but mean something else: degrees are not percents, nor lux candelas.
_MEANINGS = {
    "degree": "angle",
    "radian": "angle",
    "grade": "angle",
    "arcminute": "angle",
    "arcsecond": "angle",
    "steradian": "solid angle",
    "bit": "information",
    "byte": "information",
    "baud": "information",
    "hertz": "frequency",
    "becquerel": "activity",
    "curie": "activity",
    "sievert": "dose",
    "rem": "dose",
    "gray": "absorbed dose",
    "lux": "light that falls",
    "lumen": "light that falls",
}
#: What ucumvert reads otherwise than UCUM defines it, within another unit as well ("[cft_i]/min"): rather none than a wrong one.
_MISREAD = re.compile(r"\[(?:cft_i|cyd_i|Btu|Cal|rd_br|LPF|in_i'Hg|in_i'H2O)\]|g%|(?:^|[^\[\w])'")
_ANNOTATION = re.compile(r"\{([^{}]*)\}")
#: Exponents and numbers so long that computing with them would take for ever.
_HUGE = re.compile(r"\d{5}|[*^][+-]?\d{3}")


@lru_cache(maxsize=4096)
def _scale(unit: str) -> _Scale | None:
    own = _OWN.get(unit)
    if own is not None:
        return own
    if annotation := _ANNOTATION.fullmatch(unit):
        return _Scale("count" if annotation[1] in _COUNTED else unit)
    return _scale_by_pint(unit)


def _scale_by_pint(unit: str) -> _Scale | None:
    from pint import PintError

    registry = _registry()
    quantity = _parsed(unit)
    if quantity is None:
        return None
    try:
        base = quantity.to_base_units()
        meanings = {
            _MEANINGS[root]
            for name, _ in quantity.unit_items()
            for _, root, _ in registry.parse_unit_name(name)
            if root in _MEANINGS
        }
        factor = float(base.magnitude)
        zero = float(registry.Quantity(0.0, quantity.units).to_base_units().magnitude)
    except (PintError, ArithmeticError, ValueError, TypeError):
        return None
    # Scales with a zero of their own are above; those that are not there are none that devices send.
    if not 0 < factor < inf or zero != 0:
        return None
    # What is annotated with a substance ("ug{N}/L") is no unit of what is not.
    meanings |= {note for note in _ANNOTATION.findall(unit) if note not in _COUNTED}
    dimension = str(quantity.dimensionality)
    if dimension == "[temperature]":
        return _Scale("temperature", factor)
    if dimension == "dimensionless" and not meanings:
        return _Scale("ratio", factor)
    return _Scale("; ".join([dimension, *sorted(meanings)]), factor)


def _parsed(unit: str) -> PlainQuantity[Any] | None:
    """What UCUM's grammar makes of a text; None if it is no code, or none that can be computed with."""
    from lark.exceptions import LarkError
    from pint import PintError, Quantity

    if len(unit) > UNIT_CHARACTERS_MAX or not unit.isascii() or _HUGE.search(unit) or _MISREAD.search(unit):
        return None
    try:
        quantity = _registry().from_ucum(unit)
    except (LarkError, PintError, ArithmeticError, ValueError, TypeError):
        return None
    return quantity if isinstance(quantity, Quantity) else None


@cache
def _registry() -> PintUcumRegistry:
    from ucumvert import PintUcumRegistry

    return PintUcumRegistry()


def is_unit(text: str) -> bool:
    """Whether a text is a code of UCUM, or one of the few beside it that the hub knows (var, dB[mW])."""
    return text in _OWN or _scale(text) is not None


def checked_unit(text: str) -> str:
    """The code that a spelling means; :class:`UnknownUnit` names the nearest if it means none."""
    unit = normalise_unit(text)
    if not is_unit(unit):
        raise UnknownUnit(name=text, nearest=nearest_units(text))
    return unit


def known_units() -> dict[str, tuple[str, ...]]:
    """The units that devices send, by code, with other spellings of each."""
    found: dict[str, list[str]] = {code: [] for code in sorted({*FOLDED.values(), *EXACT.values(), *_OWN})}
    for spelling, code in (*FOLDED.items(), *EXACT.items()):
        if spelling != code:
            found[code].append(spelling)
    return {code: tuple(spellings) for code, spellings in found.items()}


def nearest_units(text: str) -> tuple[str, ...]:
    """The codes whose code or spelling is most like a text, best first."""
    known = {**FOLDED, **{code.lower(): code for code in {*FOLDED.values(), *EXACT.values(), *_OWN}}}
    plain = text[:UNIT_CHARACTERS_MAX].translate(SPELLINGS).lower()
    alike = get_close_matches(plain, known, n=4 * NEAREST_MAX, cutoff=0.5)
    return tuple(dict.fromkeys(known[spelling] for spelling in alike))[:NEAREST_MAX]


def bounds_in(
    unit: str,
    own_unit: str,
    lower_bound: float | None,
    upper_bound: float | None,
    substance: str | None = None,
) -> tuple[float, float]:
    """A property's bounds for results in ``unit``; infinite where there is none, or none is known.

    What is impossible in one unit is so in another.
    """
    lower = -inf if lower_bound is None else lower_bound
    upper = inf if upper_bound is None else upper_bound
    if unit == own_unit:
        return lower, upper
    into = conversion(own_unit, unit, substance)
    if into is not None:
        return into(lower), into(upper)
    # Amounts cannot be negative whatever they are counted in; without the molar mass no more is known.
    return (0.0, inf) if unit in _PARTS and lower == 0 else (-inf, inf)
