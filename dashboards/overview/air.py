"""The air-quality index of a place as a tile, and the advice beside it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from citycore.language import isolate
from dashboards.air import Air, advice_html, advice_of, source_of
from dashboards.language import Words
from dashboards.limits import AVERAGINGS
from dashboards.model import Name
from dashboards.overview.tiles import level_html
from dashboards.settings import dashboard_settings

SETTINGS = dashboard_settings()


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


def advice_tile_html(air: Air, words: Words) -> str:
    """What people are told at this level, by group; empty where the table says nothing of it."""
    said = advice_of(air, words)
    if not said:
        return ""
    return (
        '<li class="falaj-tile falaj-advice">'
        f'<div class="falaj-tile-name">{escape(words("advice.title"))}</div>'
        f'{advice_html(said)}<div class="falaj-tile-note"><span>{escape(source_of(air, words))}</span></div></li>'
    )


def _notes(air: Air, names: Mapping[str, Name], words: Words) -> list[str]:
    hour, index = air.hour, words(f"air_quality.{SETTINGS.air_quality_index}")
    code, averaging = hour.observed_property or "", hour.averaging or ""
    name = names[code].text(words.language) if code in names else isolate(code)
    mean = words("air_quality.nowcast") if hour.method == "nowcast" else isolate(averaging)
    mean = words(f"averaging.{averaging}") if averaging in AVERAGINGS else mean
    decided = words("air_quality.decided", index=index, property=name, averaging=mean) if code else index
    things = words.counted("things", air.thing_count)
    return [decided, words("air_quality.worst", things=things, clock=words.clock(hour.end))]
