"""Units as SensorThings writes them. Of those without a name the code is the name."""

from __future__ import annotations

from functools import cache
from typing import Final

import orjson

from citycore.unit_symbols import NAMES

#: Where OGC defines the codes of UCUM.
DEFINITION: Final = "http://www.opengis.net/def/uom/UCUM/"


@cache
def unit_of(code: str) -> dict[str, str]:
    """``unitOfMeasurement`` of a code."""
    name, symbol = NAMES.get(code, (code, code))
    return {"name": name, "symbol": symbol, "definition": DEFINITION + code.replace("%", "%25")}


@cache
def known_units() -> str:
    """Those with a name, by their codes, as JSON: a filter sees what an answer tells."""
    return orjson.dumps({code: unit_of(code) for code in NAMES}).decode()
