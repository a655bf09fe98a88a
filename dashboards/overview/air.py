"""The air-quality index of a place: the worst of its stations, as one tile. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

import falaj_client as api
from citycore.language import isolate
from citycore.limits.model import Level
from dashboards.language import Words
from dashboards.limits import AVERAGINGS, INDEX_TABLES, Known, level_named
from dashboards.model import Name
from dashboards.overview.tiles import level_html
from dashboards.settings import dashboard_settings

SETTINGS = dashboard_settings()


@dataclass(frozen=True, slots=True)
class Air:
    """The newest hour of the station that is worst, of ``thing_count``."""

    hour: api.AirQuality
    level: Level
    thing_count: int


def worst(hours: Iterable[api.AirQuality], things: frozenset[str], known: Known, now: datetime) -> Air | None:
    """Of what is not too old and has a level. A level that no table has is the worst: nobody knows how bad it is."""
    oldest = now - timedelta(hours=SETTINGS.air_quality_hours_max)
    ranks = {
        band.level.code: band.level.rank
        for limit in known.limits
        if limit.origin.code == INDEX_TABLES[SETTINGS.air_quality_index]
        for band in limit.bands
    }
    fresh = [one for one in hours if one.thing in things and one.end >= oldest and one.level is not None]
    if not fresh:
        return None

    def rank(hour: api.AirQuality) -> tuple[int, float]:
        return ranks.get(hour.level or "", len(ranks)), hour.value or 0

    found = max(fresh, key=rank)
    return Air(
        found, level_named(found.level or "", rank(found)[0], found.level_name, found.colour), len(fresh)
    )


def tile_html(air: Air, names: Mapping[str, Name], words: Words) -> str:
    """The level in words with its mark, its number where the index has one, and what decided."""
    hour = air.hour
    number = "" if hour.value is None else f'<bdi dir="ltr" class="falaj-number">{hour.value}</bdi>'
    if hour.beyond:
        number = f'<span class="falaj-unit">{escape(words("air_quality.beyond"))}</span>'
    chip = f'<span class="falaj-chip">{words("simulated_short")}</span>' if hour.simulated else ""
    notes = "".join(f"<span>{escape(note)}</span>" for note in _notes(air, names, words))
    return (
        '<li class="falaj-tile falaj-fresh">'
        f'<div class="falaj-tile-name">{escape(words("air_quality.name"))}</div>'
        f'<div class="falaj-tile-value">{number}<span class="falaj-chips">{chip}</span></div>'
        f'{level_html(air.level, words)}<div class="falaj-tile-note">{notes}</div></li>'
    )


def _notes(air: Air, names: Mapping[str, Name], words: Words) -> list[str]:
    hour, index = air.hour, words(f"air_quality.{SETTINGS.air_quality_index}")
    code, averaging = hour.observed_property or "", hour.averaging or ""
    name = names[code].text(words.language) if code in names else isolate(code)
    mean = words(f"averaging.{averaging}") if averaging in AVERAGINGS else isolate(averaging)
    decided = words("air_quality.decided", index=index, property=name, averaging=mean) if code else index
    things = words.counted("things", air.thing_count)
    advice = [one.text.text(words.language) for one in hour.advice if one.group == "general"]
    return [decided, words("air_quality.worst", things=things, clock=words.clock(hour.end)), *advice]
