"""What a sound level is: how it is weighted, whether it is a mean of energy, and how it is averaged here. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dashboards.language import Words
from dashboards.model import ObservedProperty

SECTOR = "noise"
#: Which text says what the values of a property are.
KINDS: Mapping[str, str] = {
    "sound_level": "energy",
    "sound_level_a_equivalent": "energy",
    "sound_level_a_max": "stated",
    "sound_level_a_min": "stated",
    "sound_level_a_slow": "stated",
    "sound_level_a10": "stated",
    "sound_level_a90": "stated",
    "sound_level_c_peak": "peak",
    "sound_level_day_evening_night": "day_evening_night",
}


def told(code: str, words: Words, *, is_averaged: bool, is_judged: bool) -> list[str]:
    """What a level of sound is, in words; nothing for what is none."""
    kind = KINDS.get(code)
    if kind is None:
        return []
    said = [words(f"noise.{kind}")]
    if is_averaged:
        said.append(words("noise.averaged"))
    if not is_judged:
        said.append(words("noise.not_judged"))
    return said


def is_measured(properties: Iterable[ObservedProperty]) -> bool:
    return any(one.datastream_count for one in properties if one.sector == SECTOR)
