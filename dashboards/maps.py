"""The map of the latest values, drawn from outlines alone: no tiles, no request to anyone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import altair as alt

from citycore.limits.model import Limit
from dashboards.exchange import inline
from dashboards.language import Words
from dashboards.limits import NO_COLOUR, level
from dashboards.model import Name, Place
from dashboards.palette import Palette
from dashboards.rules import Condition, Reading
from dashboards.tables import LATEST_SHOWN, latest_cells

HEIGHT = 460
POINT_SIZE = 100
#: A name is tried on so many columns and rows of its place.
LABEL_GRID = 12
#: Of a letter of such a name, and of the outlines of all places beside a column, as they are mostly drawn.
LETTER_PIXELS, MAP_PIXELS = 7.0, 520.0
#: What a name keeps off things, of the height of its place; further off is no better.
CLEAR = 0.12
#: What a level takes of the map's height in its legend.
LEGEND_ROW = 20
#: From the best level to the worst, so that nobody has to tell colours apart.
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")


@dataclass(frozen=True, slots=True)
class Mapped:
    """What the map shows: one property's readings over the outlines of places, at an instant."""

    readings: Sequence[Reading]
    places: Sequence[Place]
    title: str
    now: datetime
    #: What judges the newest values; None where nothing does.
    limit: Limit | None = None


def map_chart(mapped: Mapped, words: Words, palette: Palette) -> alt.LayerChart:
    """Outlines with their names, and the things: filled and coloured by level or value when fresh, else hollow.

    Things without a position are not drawn. Outlines need clockwise rings, or Vega fills the rest
    of the world instead.
    """
    names = {place.code: place.name for place in mapped.places}
    rows = point_rows(mapped.readings, names, words, mapped.now)
    layers: list[alt.Chart] = []
    if mapped.places:
        layers += [_outlines(mapped.places, palette), _names(mapped, words, palette)]
    hollow, fresh = ([row for row in rows if row["fresh"] is is_fresh] for is_fresh in (False, True))
    # A layer without points would be an unnamed picture to screen readers.
    if hollow or not (layers or fresh):
        layers += [_hollow(hollow, words, palette)]
    height = HEIGHT
    if fresh and mapped.limit is None:
        layers += [_filled(fresh, mapped.title, words, palette)]
    elif fresh and mapped.limit is not None:
        height += LEGEND_ROW * len(mapped.limit.bands)
        layers += [_levelled(fresh, mapped.limit, words, palette)]
    return alt.LayerChart(layer=layers, projection=alt.Projection(type="mercator"), height=height)


def point_rows(
    readings: Iterable[Reading], places: Mapping[str, Name], words: Words, now: datetime
) -> list[dict[str, Any]]:
    """One row a drawn thing: ``longitude``, ``latitude``, ``value`` (None unless fresh), and the
    tooltip's words under the names of ``LATEST_SHOWN``.
    """
    located = [reading for reading in readings if reading.position is not None]
    cells = latest_cells(located, dict(places), words, now)
    return [
        _point_row(reading) | dict(zip(LATEST_SHOWN, row, strict=True))
        for reading, row in zip(located, cells, strict=True)
    ]


def _point_row(reading: Reading) -> dict[str, Any]:
    assert reading.position is not None, "only located readings are drawn"
    result = None if reading.latest is None else reading.latest.result
    number = float(result) if isinstance(result, (int, float)) else None
    fresh = reading.condition is Condition.FRESH
    return {
        "longitude": reading.position[0],
        "latitude": reading.position[1],
        "fresh": fresh,
        "number": number if fresh else None,
        "code_of_unit": "" if reading.latest is None else reading.latest.unit,
    }


def _outlines(places: Iterable[Place], palette: Palette) -> alt.Chart:
    features = [{"type": "Feature", "geometry": place.geometry, "properties": {}} for place in places]
    chart: alt.Chart = alt.Chart(inline(features)).mark_geoshape(
        fill=palette.land,
        stroke=palette.border,
        strokeWidth=1,
        aria=False,  # the outlines say nothing that the points do not
    )
    return chart


def _names(mapped: Mapped, words: Words, palette: Palette) -> alt.Chart:
    # Only what stands still: a name must not wander with the buses.
    taken = [one.thing.position for one in mapped.readings if one.thing.position is not None]
    rows = []
    for place in mapped.places:
        wide = half_width(place.name.text(words.language), mapped.places)
        longitude, latitude = label_position(place, taken, wide)
        rows.append({"longitude": longitude, "latitude": latitude, "name": place.name.text(words.language)})
    chart: alt.Chart = (
        alt.Chart(inline(rows))
        .mark_text(color=palette.muted, fontSize=12, fontWeight=600)
        .encode(longitude="longitude:Q", latitude="latitude:Q", text="name:N")
    )
    return chart


def half_width(text: str, places: Iterable[Place]) -> float:
    """Half of what a text takes on a map of these places, in degrees; an estimate, since letters differ."""
    from shapely.geometry import shape

    bounds = [shape(place.geometry).bounds for place in places]
    span = max((one[2] for one in bounds), default=0.0) - min((one[0] for one in bounds), default=0.0)
    return len(text) * LETTER_PIXELS / 2 * span / MAP_PIXELS


def label_position(
    place: Place, taken: Sequence[tuple[float, float]], wide: float = 0.0
) -> tuple[float, float]:
    """A point inside the place for the middle of its name, far from its border and from what is drawn there.

    Longitude and latitude; ``taken`` too. ``wide`` is half of the name, in degrees.
    """
    from shapely.geometry import LineString, MultiPoint, Point, shape

    outline = shape(place.geometry)
    west, south, east, north = outline.bounds
    steps = [number / LABEL_GRID for number in range(1, LABEL_GRID)]
    grid = [Point(west + x * (east - west), south + y * (north - south)) for x in steps for y in steps]
    obstacles = outline.boundary.union(MultiPoint(list(taken)))
    inside = [point for point in grid if outline.contains(point)] or [outline.representative_point()]
    things = MultiPoint(list(taken))

    def free(point: Point) -> tuple[float, float]:
        """A name may cross a border, but not a thing."""
        name = LineString([(point.x - wide, point.y), (point.x + wide, point.y)]) if wide else point
        off_things = name.distance(things) if taken else float("inf")
        return min(off_things, CLEAR * (north - south)), name.distance(obstacles)

    best = max(inside, key=free)
    return float(best.x), float(best.y)


def _tooltip(words: Words) -> list[alt.Tooltip]:
    return [alt.Tooltip(f"{column}:N", title=words(f"column.{column}")) for column in LATEST_SHOWN]


def _points(rows: list[dict[str, Any]], words: Words) -> alt.Chart:
    chart: alt.Chart = alt.Chart(inline(rows)).encode(
        longitude="longitude:Q", latitude="latitude:Q", tooltip=_tooltip(words)
    )
    return chart


def _hollow(rows: list[dict[str, Any]], words: Words, palette: Palette) -> alt.Chart:
    # A fill that lets everything through still takes the pointer; without one only the ring would.
    chart: alt.Chart = _points(rows, words).mark_point(
        shape="circle",
        size=POINT_SIZE,
        filled=False,
        fill="transparent",
        stroke=palette.muted,
        strokeWidth=1.8,
    )
    return chart


def _filled(rows: list[dict[str, Any]], title: str, words: Words, palette: Palette) -> alt.Chart:
    colour = alt.Color(
        "number:Q",
        title=words.drawn(title),
        scale=alt.Scale(range=list(palette.scale), nice=True),
        legend=alt.Legend(
            orient="top", gradientLength=200, titleLimit=320, tickCount=3, labelOverlap="greedy"
        ),
    )
    chart: alt.Chart = _points(rows, words).mark_circle(
        size=POINT_SIZE, opacity=1, stroke=palette.page, strokeWidth=1
    )
    return chart.encode(color=colour)


def _levelled(rows: list[dict[str, Any]], limit: Limit, words: Words, palette: Palette) -> alt.Chart:
    """Points by the level of their value, with all levels of the limit in the legend."""
    known = {band.level.rank: band.level for band in limit.bands}
    styles = {
        words.drawn(words.text(known[rank].name)): (known[rank].colour, SHAPES[place % len(SHAPES)])
        for place, rank in enumerate(sorted(known))
    }
    unjudged = words.drawn(words("limits.no_level"))
    judged = []
    for row in rows:
        found = level(row["number"], row["code_of_unit"], limit)
        judged.append(row | {"level": unjudged if found is None else words.drawn(words.text(found.name))})
    if any(row["level"] == unjudged for row in judged):
        styles[unjudged] = (NO_COLOUR, "stroke")
    # One column: on a phone the words of two would be cut.
    legend = alt.Legend(
        orient="top",
        title=words.drawn(words.text(limit.origin.name)),
        titleLimit=320,
        labelLimit=320,
        columns=1,
        symbolStrokeWidth=0.8,
        symbolSize=POINT_SIZE,
    )
    names = list(styles)
    encoded: alt.Chart = (
        _points(judged, words)
        .mark_point(size=POINT_SIZE, filled=True, opacity=1, stroke=palette.text, strokeWidth=0.8)
        .encode(
            color=alt.Color("level:N", legend=legend).scale(
                domain=names, range=[one for one, _ in styles.values()]
            ),
            shape=alt.Shape("level:N", legend=legend).scale(
                domain=names, range=[one for _, one in styles.values()]
            ),
            tooltip=[alt.Tooltip("level:N", title=words("limits.level")), *_tooltip(words)],
        )
    )
    return encoded
