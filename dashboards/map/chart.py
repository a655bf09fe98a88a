"""The map as a value: districts in the colours of their levels, things on top, roads and coast of a local file.

Everything is projected here (Mercator, in degrees) and drawn on two linear axes, which can be moved and zoomed; the outlines
follow by an identity projection of the axes' own scale, so that they stay shapes one can point at.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from dashboards.exchange import inline
from dashboards.language import Words
from dashboards.limits import NO_COLOUR
from dashboards.map.basemap import Basemap
from dashboards.map.model import District, Judge, Spot
from dashboards.maps import HEIGHT, LEGEND_ROW, LETTER_PIXELS, POINT_SIZE, SHAPES, half_width, label_position
from dashboards.palette import Palette

#: Marks of levels in text, from the best to the worst, as ``SHAPES`` draws them.
MARKS = "●■▲◆▼✚"
#: Around what is shown, as a part of it.
MARGIN = 1.08
#: A place without an extent, or none at all, is shown with so many degrees around it.
SPAN_LEAST = 0.05
#: What is clicked, by the name of its selection and of its field: a click reaches both, and finds only its own.
PLACE, THING = "district", "sensor"
FIELDS = ("thing", "value", "level", "condition", "origin", "place")
#: Where a mark stands on the map; axes that some layers have and others not cannot be merged.
PLACED: dict[str, Any] = {"x": alt.X("x:Q", axis=None), "y": alt.Y("y:Q", axis=None)}
#: On a phone, marks are smaller, and levels stand in the list beside the map and not in it.
ROOMY = alt.ExprRef(expr="width < 480 ? 0 : 1")
MARK_SIZE = alt.ExprRef(expr=f"width < 480 ? {POINT_SIZE // 2} : {POINT_SIZE}")
Rows = list[dict[str, Any]]
Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mapped:
    """What is drawn. ``values`` are the words of each thing's value, by its code; ``names`` those of places."""

    spots: Sequence[Spot]
    districts: Sequence[District]
    judge: Judge | None
    basemap: Basemap
    values: Mapping[str, str]
    names: Mapping[str, str]
    thing: str = ""
    #: Pixels, without the legend.
    height: int = HEIGHT


def mercator(longitude: float, latitude: float) -> Position:
    """A position on a Mercator map, both in degrees."""
    return longitude, math.degrees(math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)))


def projected(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """The same GeoJSON geometry on the map."""

    def each(part: Any) -> Any:
        if part and isinstance(part[0], (int, float)):
            return [round(value, 5) for value in mercator(part[0], part[1])]
        return [each(one) for one in part]

    return {"type": geometry["type"], "coordinates": each(geometry["coordinates"])}


def map_chart(mapped: Mapped, words: Words, palette: Palette) -> alt.LayerChart:
    """Roads and coast under names and things. A layer without anything would be an unnamed picture: it is left out."""
    layers: list[alt.Chart] = []
    coast, roads = (
        [one.geometry for one in mapped.basemap.lines if one.kind == kind] for kind in ("coast", "road")
    )
    if mapped.districts:
        layers += [_districts(mapped, words, palette)]
    layers += _lines(coast, palette.forecast, 2.0)
    # A road lies on districts of any colour: a wider line in the colour of the page keeps it visible.
    layers += [*_lines(roads, palette.page, 3.4), *_lines(roads, palette.muted, 1.3)]
    if mapped.districts:
        layers += _names(mapped, words, palette)
    layers += _things(mapped, words, palette)
    layers += [_ground(mapped)]
    rows = len(mapped.judge.levels) if mapped.judge else 0
    chart = alt.LayerChart(layer=layers, height=mapped.height + LEGEND_ROW * rows)
    drawn: alt.LayerChart = chart.add_params(*_extent(mapped), *_axes()).resolve_scale(
        color="independent", shape="independent"
    )
    return drawn


def extent(positions: Iterable[Position]) -> tuple[float, float, float, float]:
    """Middle and size of what is shown, on the map: x, y, width, height."""
    across, up = zip(*positions, strict=True)
    width, height = max(across) - min(across), max(up) - min(up)
    middle = (min(across) + max(across)) / 2, (min(up) + max(up)) / 2
    return *middle, max(width, SPAN_LEAST) * MARGIN, max(height, SPAN_LEAST) * MARGIN


def _extent(mapped: Mapped) -> list[alt.Parameter]:
    """The degrees of half a pixel, so that all is seen whatever the page's width."""
    *_, width, height = extent(_positions(mapped))
    return [alt.param(name="half", expr=f"max({width:.5f} / width, {height:.5f} / height) / 2")]


def _positions(mapped: Mapped) -> list[Position]:
    found = [
        corner
        for one in mapped.districts
        for corner in _corners(projected(one.place.geometry)["coordinates"])
    ]
    if not found:
        found = [mercator(*one.reading.position) for one in mapped.spots if one.reading.position]
    return found or [mercator(0.0, 0.0)]


def _corners(part: Any) -> list[Position]:
    if isinstance(part[0], (int, float)):
        return [(part[0], part[1])]
    return [corner for one in part for corner in _corners(one)]


def _axes() -> list[alt.Parameter]:
    """What the outlines' projection takes of the axes: pixels a degree, and where the origin lies."""
    return [
        alt.param(name="degree", expr="abs(scale('x', 1) - scale('x', 0))"),
        alt.param(name="origin_x", expr="scale('x', 0)"),
        alt.param(name="origin_y", expr="scale('y', 0)"),
    ]


def _ground(mapped: Mapped) -> alt.Chart:
    """An invisible point in the middle that carries the axes: dragging moves them, Ctrl and the wheel zoom, a double click resets."""
    middle_x, middle_y, *_ = extent(_positions(mapped))

    def scale(middle: float, length: str) -> alt.Scale:
        low, high = (alt.ExprRef(f"{middle:.5f} {sign} half * {length}") for sign in "-+")
        return alt.Scale(domainMin=low, domainMax=high, nice=False, zero=False)

    chart = alt.Chart(inline([{"x": middle_x, "y": middle_y}])).mark_point(opacity=0, aria=False)
    # Without a key the wheel scrolls the page, and so does a finger.
    moved = alt.selection_interval(
        name="moved",
        bind="scales",
        zoom="wheel![event.ctrlKey || event.metaKey]",
        translate="[mousedown, window:mouseup] > window:mousemove!",
    )
    ground: alt.Chart = chart.encode(
        x=alt.X("x:Q", axis=None, scale=scale(middle_x, "width")),
        y=alt.Y("y:Q", axis=None, scale=scale(middle_y, "height")),
    ).add_params(moved)
    return ground


def _shapes(rows: Rows, **mark: Any) -> alt.Chart:
    shapes: alt.Chart = (
        alt.Chart(inline(rows))
        .mark_geoshape(clip=True, **mark)
        .project(
            type="identity",
            reflectY=True,
            scale=alt.ExprRef("degree"),
            translate=alt.ExprRef("[origin_x, origin_y]"),
        )
    )
    return shapes


def _lines(geometries: Sequence[Mapping[str, Any]], colour: str, width: float) -> list[alt.Chart]:
    rows: Rows = [{"type": "Feature", "geometry": projected(one), "properties": {}} for one in geometries]
    if not rows:
        return []
    return [
        _shapes(
            rows, filled=False, fill=None, stroke=colour, strokeWidth=width, strokeCap="round", aria=False
        )
    ]


def _districts(mapped: Mapped, words: Words, palette: Palette) -> alt.Chart:
    rows: Rows = [
        {
            "type": "Feature",
            "geometry": projected(one.place.geometry),
            "properties": {},
            PLACE: one.place.code,
            "place": one.place.name.text(words.language),
            "said": said(one, mapped, words),
            "fresh": words("map.fresh_of", fresh=one.fresh, things=words.counted("things", one.total)),
            "colour": one.worst.level.colour if one.worst and one.worst.level else palette.land,
        }
        for one in mapped.districts
    ]
    tooltip = [
        alt.Tooltip("place:N", title=words("place")),
        alt.Tooltip("said:N", title=words("column.value")),
        alt.Tooltip("fresh:N", title=words("map.reporting")),
    ]
    picked = alt.selection_point(name=PLACE, fields=[PLACE], toggle=False)
    # Pale, so that names and things on it can be read.
    shapes = _shapes(
        rows, fillOpacity=0.5, stroke=palette.border, strokeWidth=1, cursor="pointer", aria=False
    )
    districts: alt.Chart = shapes.encode(
        fill=alt.Fill("colour:N", scale=None, legend=None), tooltip=tooltip
    ).add_params(picked)
    return districts


def said(district: District, mapped: Mapped, words: Words) -> str:
    """What a district shows, in words with the mark of its level."""
    worst = district.worst
    if worst is None:
        return words("map.silent" if district.total else "map.nothing_here")
    value = mapped.values[worst.reading.thing.code]
    return (
        value
        if worst.level is None
        else words.drawn(level_text(worst, words) + (f" · {value}" if value else ""))
    )


def level_text(spot: Spot, words: Words) -> str:
    """A level as its mark and its word; empty where nothing judges."""
    level = spot.level
    if level is None:
        return ""
    return f"{MARKS[min(level.rank, len(MARKS) - 1)]} {words.text(level.name)}"


def _names(mapped: Mapped, words: Words, palette: Palette) -> list[alt.Chart]:
    taken = [one.reading.thing.position for one in mapped.spots if one.reading.thing.position]
    rows: Rows = []
    outlines = [one.place for one in mapped.districts]
    for one in mapped.districts:
        level = level_text(one.worst, words) if one.worst else ""
        second = level or said(one, mapped, words)
        name = one.place.name.text(words.language)
        wide = half_width(max(name, second, key=len), outlines)
        x, y = mercator(*label_position(one.place, taken, wide))
        rows.append({"x": x, "y": y, "name": words.drawn(name), "said": words.drawn(second)})
    base = alt.Chart(inline(rows)).encode(**PLACED)
    layers = []
    for field, lower, weight, seen in (("name", -7, 700, 1), ("said", 8, 500, ROOMY)):
        text: dict[str, Any] = {
            "fontSize": 12,
            "fontWeight": weight,
            "dx": alt.ExprRef(expr=_inwards(field)),
            "dy": lower,
            "clip": True,
            "opacity": seen,
        }
        # Letters keep a rim of the page's colour: a name must be read on a district of any level.
        rim = base.mark_text(**text, stroke=palette.page, strokeWidth=3.5, strokeJoin="round", aria=False)
        name = base.mark_text(**text, color=palette.text)
        layers += [rim.encode(text=f"{field}:N"), name.encode(text=f"{field}:N")]
    return layers


def _inwards(field: str) -> str:
    """So far a text that begins or ends beyond the map moves into it; nothing where its middle is not in it."""
    middle, half = "scale('x', datum.x)", f"length(datum.{field}) * {LETTER_PIXELS / 2}"
    moved = f"max(0, {half} - {middle}) - max(0, {middle} + {half} - width)"
    return f"{middle} < 0 || {middle} > width ? 0 : {moved}"


def _things(mapped: Mapped, words: Words, palette: Palette) -> list[alt.Chart]:
    rows = point_rows(mapped, words)
    fresh, hollow = ([row for row in rows if row["fresh"] is is_fresh] for is_fresh in (True, False))
    tooltip = [alt.Tooltip(f"{name}:N", title=words(_title(name))) for name in FIELDS]
    layers: list[alt.Chart] = []

    def points(of: Rows, **mark: Any) -> alt.Chart:
        chart: alt.Chart = alt.Chart(inline(of)).mark_point(cursor="pointer", clip=True, **mark)
        return chart.encode(**PLACED, tooltip=tooltip)

    if hollow:
        # A fill that lets everything through still takes the pointer; without one only the ring would.
        ring: dict[str, Any] = {
            "filled": False,
            "fill": "transparent",
            "stroke": palette.muted,
            "strokeWidth": 1.8,
        }
        layers.append(points(hollow, shape="circle", size=MARK_SIZE, **ring))
    if fresh and mapped.judge is None:
        layers.append(points(fresh, size=MARK_SIZE, filled=True, color=palette.forecast, opacity=1))
    elif fresh and mapped.judge is not None:
        layers.append(_levelled(points(fresh, **_solid(palette)), mapped.judge, fresh, words))
    picked = alt.selection_point(name=THING, fields=[THING], toggle=False)
    layers = [one.add_params(picked) for one in layers]
    chosen = [row for row in rows if row[THING] == mapped.thing]
    if chosen:
        halo: dict[str, Any] = {"filled": False, "stroke": palette.text, "strokeWidth": 2.4, "aria": False}
        layers.append(points(chosen, shape="circle", size=POINT_SIZE * 4, **halo))
    return layers


def _solid(palette: Palette) -> dict[str, Any]:
    return {"size": MARK_SIZE, "filled": True, "opacity": 1, "stroke": palette.text, "strokeWidth": 0.8}


def _title(field: str) -> str:
    return "limits.level" if field == "level" else f"column.{field}"


def point_rows(mapped: Mapped, words: Words) -> Rows:
    """One row a thing with a position: where it is drawn, and the words of its tooltip under the names of ``FIELDS``."""
    rows: Rows = []
    for one in mapped.spots:
        if one.reading.position is None:
            continue
        x, y = mercator(*one.reading.position)
        thing = one.reading.thing
        rows.append(
            {
                "x": x,
                "y": y,
                THING: thing.code,
                "fresh": one.number is not None or one.level is not None,
                "thing": words.drawn(thing.name.text(words.language)),
                "value": words.drawn(mapped.values[thing.code] or words("none")),
                "level": words.drawn(level_text(one, words) or words("limits.no_level")),
                "condition": words(f"condition.{one.reading.condition}"),
                "origin": words("origin.simulated" if thing.simulated else "origin.device"),
                "place": mapped.names.get(thing.place or "", words("none")),
                "rank": words.drawn(words.text(one.level.name)) if one.level else _unjudged(words),
            }
        )
    return rows


def _unjudged(words: Words) -> str:
    return words.drawn(words("limits.no_level"))


def _levelled(points: alt.Chart, judge: Judge, rows: Rows, words: Words) -> alt.Chart:
    """By level, in colour and shape, with all levels in the legend: the scale does not depend on the day."""
    styles = {
        words.drawn(words.text(level.name)): (level.colour, SHAPES[place % len(SHAPES)])
        for place, level in enumerate(judge.levels)
    }
    if any(row["rank"] == _unjudged(words) for row in rows):
        styles[_unjudged(words)] = (NO_COLOUR, "stroke")
    legend = alt.Legend(
        orient="top",
        title=words.drawn(judge.name.text(words.language)),
        titleLimit=320,
        labelLimit=320,
        columns=1,
        symbolStrokeWidth=0.8,
        symbolSize=POINT_SIZE,
    )
    names, colours, shapes = list(styles), *zip(*styles.values(), strict=True)
    encoded: alt.Chart = points.encode(
        color=alt.Color("rank:N", legend=legend).scale(domain=names, range=list(colours)),
        shape=alt.Shape("rank:N", legend=legend).scale(domain=names, range=list(shapes)),
    )
    return encoded
