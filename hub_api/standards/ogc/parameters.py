"""The parameters of OGC API, read from the query by hand: what each resource takes is known only when its collection is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import isfinite
from sys import float_info

from citycore.language import LANGUAGES
from hub_api.serving.errors import Fault, InvalidParameters, nearest
from hub_api.serving.parameters import Box
from hub_api.standards.ogc.errors import OgcFault, refused

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
#: Other ways to write it.
CRS84_NAMES = frozenset({CRS84, "CRS84", "OGC:CRS84", "urn:ogc:def:crs:OGC:1.3:CRS84", f"[{CRS84}]"})
EVERYWHERE = ("f", "lang")
INTEGER_DIGITS_MAX = 18
#: Wrong parameters that one answer names, and how much of a name is looked at.
FAULTS_MAX, NAME_CHARACTERS_MAX = 20, 63
DIGITS = "0123456789"
COORDINATES_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Warned:
    """Something in the request that is possible and hardly meant; ``code`` names the text."""

    code: str
    fields: Mapping[str, object]


def check_names(given: Mapping[str, str], known: Collection[str]) -> None:
    """``InvalidParameters`` for parameters that this resource does not take, and for a language that is none of ours."""
    allowed = (*EVERYWHERE, *known)
    faults: list[Fault] = []
    for name in given:
        if name not in allowed and len(faults) < FAULTS_MAX:
            likely = nearest(name[:NAME_CHARACTERS_MAX], allowed)
            shown: dict[str, object] = {"known": ", ".join(allowed), "likely": likely}
            code = "unknown_parameter" if likely is None else "unknown_parameter_but"
            faults.append(OgcFault(name[:NAME_CHARACTERS_MAX], code, shown))
    if "lang" in given and given["lang"] not in LANGUAGES:
        faults.append(OgcFault("lang", "not_one_of", {"expected": ", ".join(LANGUAGES)}))
    if faults:
        raise InvalidParameters(faults)


def read_limit(text: str | None, default: int, most: int) -> int:
    """A page's length; more than the most is the most (Part 1, 7.15.2)."""
    if text is None:
        return default
    if not text.isascii() or not text.removeprefix("+").isdigit() or int(text[:INTEGER_DIGITS_MAX]) < 1:
        raise refused("limit", "not_a_limit", most=most)
    return min(int(text[:INTEGER_DIGITS_MAX]), most)


def read_number(parameter: str, text: str) -> float:
    """A finite number."""
    try:
        number = float(text)
    except ValueError:
        raise refused(parameter, "not_a_number", found=text) from None
    if "_" in text or (not isfinite(number) and not any(digit in text for digit in DIGITS)):
        raise refused(parameter, "not_a_number", found=text)
    # Beyond all numbers of the store, as the largest one is.
    return max(-float_info.max, min(float_info.max, number))


def read_box(text: str) -> Box:
    """``bbox``: four numbers, or six with heights, which nothing here has. West may be more than east (antimeridian)."""
    parts = text.split(",")
    if len(text) > COORDINATES_CHARACTERS_MAX or len(parts) not in {4, 6}:
        raise refused("bbox", "not_a_box", found=text)
    numbers = [read_number("bbox", part) for part in parts]
    half = len(numbers) // 2
    return Box(numbers[0], numbers[1], numbers[half], numbers[half + 1])


def read_crs(parameter: str, text: str | None) -> None:
    """``InvalidParameters`` for any system but WGS 84 with longitude first."""
    if text is not None and text not in CRS84_NAMES:
        raise refused(parameter, "not_this_crs", found=text, known=CRS84)


def warnings_of_box(box: Box, extent: Box | None) -> list[Warned]:
    """Why a box finds nothing though it is written as it should be."""
    if box.south > box.north:
        return [Warned("south_above_north", {})]
    if not (
        -90 <= box.south <= box.north <= 90 and -180 <= box.west <= 180 and -180 <= box.east <= 180
    ):  # degrees
        warned = [Warned("beyond_the_globe", {})]
    else:
        warned = []
    if extent is not None and looks_swapped(box, extent):
        swapped = ",".join(f"{number:g}" for number in (box.south, box.west, box.north, box.east))
        warned.append(Warned("box_swapped", {"swapped": swapped}))
    return warned


def looks_swapped(box: Box, extent: Box) -> bool:
    """Whether a box misses everything there is, and would not if latitude and longitude changed places."""
    return not _meet(box, extent) and _meet(Box(box.south, box.west, box.north, box.east), extent)


def _meet(one: Box, other: Box) -> bool:
    return (
        one.west <= other.east
        and one.east >= other.west
        and one.south <= other.north
        and one.north >= other.south
    )
