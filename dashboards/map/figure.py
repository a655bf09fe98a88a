"""The map as a figure: with its words, its table, its calls, and what a click does."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards import choices, limits, noise, state
from dashboards.downloads import Figure, Table
from dashboards.map.basemap import Basemap, basemap
from dashboards.map.chart import PLACE, THING, Mapped, level_text, map_chart
from dashboards.map.model import INDEX, SETTINGS, Spot, Where, badness
from dashboards.maps import HEIGHT
from dashboards.row import View
from dashboards.rules import Condition
from dashboards.tables import stamp, value_text

#: Pixels of the map where it stands alone on a wall.
WALL_HEIGHT = 560
COLUMNS = (
    "thing",
    "name_en",
    "name_ar",
    "place",
    "observed_property",
    "result",
    "unit",
    "phenomenon_time",
    "level",
    "condition",
    "simulated",
)
SHOWN = ("thing", "value", "level", "condition", "origin", "place")


def map_figure(where: Where, view: View) -> Figure:
    """The worst first in its table, which holds also what has no position."""
    words, ground = view.words, basemap(SETTINGS.basemap_file, SETTINGS.basemap_bytes_max)
    spots = sorted(where.spots, key=_badness, reverse=True)
    silent = sum(one.number is None and one.level is None for one in spots)
    mapped = Mapped(
        spots=spots,
        districts=where.districts,
        judge=where.judge,
        basemap=ground,
        values={one.reading.thing.code: value_of(one, view) for one in spots},
        names=view.city.place_names(words.language),
        thing=view.thing if view.state.thing else "",
        height=WALL_HEIGHT if view.state.wall else HEIGHT,
    )
    name = words("map.index") if where.code == INDEX else view.property_name(where.code)
    things = words.counted("things", len(spots))
    return Figure(
        code=f"map-{where.code}".replace("_", "-"),
        title=words("map.title", name=name),
        alt=words("map.alt", things=things, name=name, silent=silent, districts=_districts_said(where, view)),
        draw=lambda palette: map_chart(mapped, words, palette),
        table=Table(
            columns=COLUMNS,
            rows=lambda: [_row(one, where) for one in spots],
            shown=SHOWN,
            cells=[_cells(one, view) for one in spots],
            titles={"level": words("limits.level")},
        ),
        calls=where.calls,
        hints=[*_judgement(where, view), *_hints(where, view, ground)],
        simulated=any(one.reading.thing.simulated for one in spots),
        picks={PLACE: _pick_place, THING: _pick_thing},
        how_to="" if view.state.wall else words("map.how_to"),
        pinned={} if where.code == INDEX else {"property": where.code},
    )


def _badness(spot: Spot) -> tuple[bool, int, float]:
    is_fresh = spot.number is not None or spot.level is not None
    return is_fresh, *badness(spot)


def _pick_place(code: str) -> None:
    choices.keep(state.changed(choices.current_state(), "place", code))


def _pick_thing(code: str) -> None:
    choices.keep(state.changed(choices.current_state(), "thing", code))


def value_of(spot: Spot, view: View) -> str:
    """A newest value with its unit, or the number of an index; empty where there is neither."""
    words, latest = view.words, spot.reading.latest
    if latest is not None:
        return value_text(latest, words)
    return "" if spot.number is None else words.code(f"{spot.number:g}")


def _districts_said(where: Where, view: View) -> str:
    """Each district with its level, for who does not see the map."""
    words = view.words
    parts = [
        words(
            "map.district_said", place=one.place.name.text(words.language), level=level_text(one.worst, words)
        )
        for one in where.districts
        if one.worst and one.worst.level
    ]
    return words("answer.list_comma").join(parts)


def _row(spot: Spot, where: Where) -> tuple[object, ...]:
    thing, latest = spot.reading.thing, spot.reading.latest
    if latest is not None:
        value: tuple[object, ...] = (latest.result, latest.unit, stamp(latest.phenomenon_time))
    else:
        value = (spot.number, None, None)
    level = None if spot.level is None else spot.level.code
    names = (thing.code, thing.name.en, thing.name.ar, thing.place, where.code)
    return *names, *value, level, str(spot.reading.condition), str(thing.simulated).lower()


def _cells(spot: Spot, view: View) -> tuple[str, ...]:
    words, thing = view.words, spot.reading.thing
    place = view.city.place(thing.place or "")
    return (
        thing.name.text(words.language),
        value_of(spot, view) or words("none"),
        level_text(spot, words) or words("none"),
        words(f"condition.{spot.reading.condition}"),
        words("origin.simulated" if thing.simulated else "origin.device"),
        words("none") if place is None else place.name.text(words.language),
    )


def _judgement(where: Where, view: View) -> list[str]:
    """What colours the map, or why nothing does."""
    words = view.words
    if where.code == INDEX:
        return [words("map.by_index"), words("map.worst_decides")]
    found = where.scene.limits_of(where.code, where.unit)
    limit = limits.for_value(found)
    if limit is not None:
        return [words("limits.map_hint", **words.limit(limit)), words("map.worst_decides")]
    return [words("limits.not_judged", **words.limit(found[0])) if found else words("map.no_limit")]


def _hints(where: Where, view: View, ground: Basemap) -> Sequence[str]:
    words = view.words
    # The judgement has said already that no limit is set.
    hints = noise.told(where.code, words, is_averaged=where.hour is not None, is_judged=True)
    if any(one.reading.condition is not Condition.FRESH for one in where.spots):
        hints.append(words("map_figure.legend_silent"))
    hints.append(words("map_figure.generalised" if where.districts else "map_figure.no_outlines"))
    if unplaced := sum(one.reading.position is None for one in where.spots):
        hints.append(words("map_figure.unplaced", things=words.counted("things", unplaced)))
    if ground.attribution:
        licence = words.code(ground.licence) if ground.licence else words("none")
        hints.append(words("map.basemap", attribution=words.code(ground.attribution), licence=licence))
    if ground.unread:
        hints.append(words("map.basemap_unread", reason=words.code(ground.unread)))
    return hints
