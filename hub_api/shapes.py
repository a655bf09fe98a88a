"""Small shapes that occur in several answers."""

from __future__ import annotations

from typing import Any


def names(english: str, arabic: str) -> dict[str, str]:
    return {"en": english, "ar": arabic}


def point(longitude: float | None, latitude: float | None) -> dict[str, Any] | None:
    """A GeoJSON point, or None for what stands nowhere."""
    if longitude is None or latitude is None:
        return None
    return {"type": "Point", "coordinates": [longitude, latitude]}
