"""The air of a place by the index: that of its worst station, and what people are told at its level. Pure.

Advice belongs to a level of the table that judges: without a level there is none, and a table may have none at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

import falaj_client as api
from citycore.limits.model import Level, Origin
from dashboards.language import Words
from dashboards.limits import INDEX_TABLES, Known, level_named
from dashboards.settings import dashboard_settings

SETTINGS = dashboard_settings()
#: Whom advice is shown for, in this order; tables may tell further groups, which are in the open data.
GROUPS = ("general", "children", "sensitive")


@dataclass(frozen=True, slots=True)
class Air:
    """The newest hour of the station that is worst, of ``thing_count``; ``origin`` is who has the levels, where that is known."""

    hour: api.AirQuality
    level: Level
    thing_count: int
    origin: Origin | None = None


def worst(hours: Iterable[api.AirQuality], things: frozenset[str], known: Known, now: datetime) -> Air | None:
    """Of what is not too old and has a level. A level that no table has is the worst: nobody knows how bad it is."""
    oldest = now - timedelta(hours=SETTINGS.air_quality_hours_max)
    limits = [one for one in known.limits if one.origin.code == INDEX_TABLES[SETTINGS.air_quality_index]]
    ranks = {band.level.code: band.level.rank for limit in limits for band in limit.bands}
    fresh = [one for one in hours if one.thing in things and one.end >= oldest and one.level is not None]
    if not fresh:
        return None

    def rank(hour: api.AirQuality) -> tuple[int, float]:
        return ranks.get(hour.level or "", len(ranks)), hour.value or 0

    found = max(fresh, key=rank)
    level = level_named(found.level or "", rank(found)[0], found.level_name, found.colour)
    return Air(found, level, len(fresh), limits[0].origin if limits else None)


def advice_of(air: Air | None, words: Words) -> list[tuple[str, str]]:
    """Whom, and what: in the order of :data:`GROUPS`. What is the same for all is said once, to everybody."""
    told = {} if air is None else {one.group: one.text.text(words.language) for one in air.hour.advice}
    said = [(words(f"advice.{group}"), told[group]) for group in GROUPS if group in told]
    is_same = len({text for _, text in said}) == 1 and GROUPS[0] in told
    return said[:1] if is_same else said


def source_of(air: Air, words: Words) -> str:
    """Whose advice it is. The words are the hub's own, which is said too."""
    level = words.text(air.level.name)
    if air.origin is None:
        return words("advice.level", level=level)
    return words("advice.source", level=level, authority=words.text(air.origin.authority))


def advice_html(said: Sequence[tuple[str, str]]) -> str:
    """A list of groups with what each is told."""
    rows = "".join(f"<div><dt>{escape(whom)}</dt><dd>{escape(what)}</dd></div>" for whom, what in said)
    return f'<dl class="falaj-advice-list">{rows}</dl>'
