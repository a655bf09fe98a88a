"""The unit of a datastream in UCUM, out of what was posted as ``unitOfMeasurement``. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from citycore.units import UNIT_CHARACTERS_MAX, is_unit, normalise_unit

#: What UCUM lets stand between braces: any unit that is none.
_ANNOTATION = re.compile(r"[^!-z|~]|[{}]")
_UCUM = re.compile(r"(?:^ucum:|unitsofmeasure\.org.*#(?:para-)?)(?P<code>[^#/]+)$", re.IGNORECASE)
NONE = "1"


def ucum_of(posted: Mapping[str, Any]) -> str:
    """The code, or the symbol as an annotation (``{symbol}``) where it is none of UCUM; ``1`` where there is neither."""
    definition = str(posted.get("definition") or "")
    found = _UCUM.search(definition)
    for text in (found["code"] if found else "", posted.get("symbol") or "", posted.get("name") or ""):
        if 0 < len(text) <= UNIT_CHARACTERS_MAX and is_unit(code := normalise_unit(text)):
            return code
    symbol = _ANNOTATION.sub("", str(posted.get("symbol") or posted.get("name") or ""))
    return f"{{{symbol[: UNIT_CHARACTERS_MAX - 2]}}}" if symbol else NONE
