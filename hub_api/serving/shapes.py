"""Small shapes that occur in several answers."""

from __future__ import annotations

from typing import Any

from citycore.licences import Licence


def names(english: str, arabic: str) -> dict[str, str]:
    return {"en": english, "ar": arabic}


def licence_element(licence: Licence | None) -> dict[str, Any] | None:
    """A licence, or None where none is stated."""
    if licence is None:
        return None
    return {"id": licence.code, "name": names(licence.name_en, licence.name_ar), "url": licence.url}


def point(longitude: float | None, latitude: float | None) -> dict[str, Any] | None:
    """A GeoJSON point, or None for what stands nowhere."""
    if longitude is None or latitude is None:
        return None
    return {"type": "Point", "coordinates": [longitude, latitude]}
