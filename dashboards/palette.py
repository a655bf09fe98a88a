"""Colours of charts and maps: water, sand and slate, for light and dark pages.

Every line and text colour keeps 4.5:1 against its page, every shape 3:1.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Of pictures drawn without a browser, by direction. What a font lacks is taken from any face that has it, be it bold and
#: italic: so the first one has to have all letters, and of those with Arabic ones that is DejaVu.
PICTURE_FONTS: dict[str, str] = {
    "ltr": "'Noto Sans', 'DejaVu Sans', sans-serif",
    "rtl": "'DejaVu Sans', 'Noto Sans Arabic', 'Noto Sans', sans-serif",
}


@dataclass(frozen=True, slots=True)
class Palette:
    """``bands`` from the widest to the narrowest, ``scale`` from low to high values."""

    page: str
    text: str
    muted: str
    grid: str
    observed: str
    forecast: str
    bands: tuple[str, str, str]
    land: str
    border: str
    scale: tuple[str, ...]


LIGHT = Palette(
    page="#fdfcf9",
    text="#1d2b31",
    muted="#5b6a70",
    grid="#e7e2d8",
    observed="#24424d",
    forecast="#0a7285",
    bands=("#dcecee", "#b9dbe0", "#8fc5cd"),
    land="#efe8da",
    border="#a8997c",
    scale=("#f2c14e", "#e0813f", "#b8434e", "#7b2a63", "#3a1d5c"),
)

DARK = Palette(
    page="#0f1a1f",
    text="#e6eef0",
    muted="#a3b4ba",
    grid="#24343b",
    observed="#e3d5b8",
    forecast="#62c8d6",
    bands=("#1b3f48", "#265f6b", "#37828f"),
    land="#1c2b31",
    border="#5c727a",
    scale=("#5b3f8c", "#a64a86", "#e06a5f", "#f3a655", "#fbe38e"),
)


def palette(*, dark: bool) -> Palette:
    return DARK if dark else LIGHT
