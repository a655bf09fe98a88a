"""The map of one property's newest values as a figure: with its words, its table and its call."""

from __future__ import annotations

from collections.abc import Sequence

from citycore.limits.model import Limit
from dashboards import client, limits, rules
from dashboards.downloads import Figure, Table
from dashboards.maps import Mapped, map_chart
from dashboards.model import Name, ObservedProperty, Place
from dashboards.row import View
from dashboards.scene import Scene
from dashboards.tables import LATEST_COLUMNS, LATEST_SHOWN, latest_cells, latest_rows


def map_figure(view: View, scene: Scene, shown: ObservedProperty) -> Figure:
    """The highest fresh values first in its table. It holds whatever reads the property, also what has no position."""
    words, codes = view.words, rules.covered_places(view.state.place, scene.places)
    readings = ranked(scene.readings_of(shown.code))
    outlines = [
        one for one in scene.places if _outlined(one, scene.places) and (not codes or one.code in codes)
    ]
    name, unit = shown.name.text(words.language), _unit_of(readings, shown)
    named = words.unit(unit)
    limit = limits.for_value(scene.limits_of(shown.code, unit))
    mapped = Mapped(readings, outlines, f"{name} ({named})" if named else name, scene.now, limit)
    silent = sum(one.condition is not rules.Condition.FRESH for one in readings)
    names: dict[str, Name] = {place.code: place.name for place in scene.places}
    return Figure(
        code=f"latest-{shown.code}",
        title=words("map_figure.title"),
        alt=words("map_figure.alt", things=words.counted("things", len(readings)), name=name, silent=silent),
        draw=lambda palette: map_chart(mapped, words, palette),
        table=Table(
            columns=LATEST_COLUMNS,
            rows=lambda: latest_rows(readings, shown.code),
            shown=LATEST_SHOWN,
            cells=latest_cells(readings, names, words, scene.now),
        ),
        calls=[client.latest_url(shown.code, view.state.place if codes else None)],
        hints=[*_judgement(view, scene, shown, limit), *_hints(view, readings, outlined=bool(outlines))],
        simulated=any(one.thing.simulated for one in readings),
        pinned={"property": shown.code},
    )


def ranked(readings: Sequence[rules.Reading]) -> list[rules.Reading]:
    """The highest fresh values first, what is not fresh last."""

    def rank(reading: rules.Reading) -> tuple[bool, float]:
        result = reading.latest.result if reading.latest is not None else 0.0
        number = float(result) if isinstance(result, (int, float)) else 0.0
        return reading.condition is not rules.Condition.FRESH, -number

    return sorted(readings, key=rank)


def _unit_of(readings: Sequence[rules.Reading], shown: ObservedProperty) -> str:
    return next((one.latest.unit for one in readings if one.latest), shown.unit)


def _judgement(view: View, scene: Scene, shown: ObservedProperty, limit: Limit | None) -> list[str]:
    """What judges every newest value, or that no single value is judged."""
    if limit is not None:
        return [view.words("limits.map_hint", **view.words.limit(limit))]
    found = scene.limits_of(shown.code, shown.unit)
    return [view.words("limits.not_judged", **view.words.limit(found[0]))] if found else []


def _hints(view: View, readings: Sequence[rules.Reading], *, outlined: bool) -> list[str]:
    words = view.words
    hints = [words("map_figure.generalised" if outlined else "map_figure.no_outlines")]
    if any(one.condition is not rules.Condition.FRESH for one in readings):
        hints.insert(0, words("map_figure.legend_silent"))
    if unplaced := sum(one.position is None for one in readings):
        hints.append(words("map_figure.unplaced", things=words.counted("things", unplaced)))
    return hints


def _outlined(place: Place, places: Sequence[Place]) -> bool:
    """Only the smallest areas are drawn: one that holds others would cover them."""
    return not any(other.parent == place.code for other in places)
