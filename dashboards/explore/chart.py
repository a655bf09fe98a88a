"""Lines of a period on one axis, with their names at their ends, limits, and what happened. Rows in, ``alt.LayerChart`` out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import altair as alt

from citycore.limits.model import Limit
from dashboards.charts import HEIGHT, LABEL_WIDTH, layered, parted, reaching, rimmed, wall_clock
from dashboards.exchange import inline, x_value, y_value
from dashboards.explore.lines import LENGTHS, Bucket, Line, Point
from dashboards.explore.marks import Mark
from dashboards.language import Words
from dashboards.limits import lines as limit_lines
from dashboards.palette import Palette
from dashboards.period import Period

#: Of the lines, in their order: nobody has to tell colours apart.
DASHES = ([1, 0], [7, 3], [2, 2], [9, 3, 2, 3])
#: Shapes of what happened, by kind.
SHAPES = {
    "events": "diamond",
    "alerts": "triangle-up",
    "decisions": "square",
    "anomalies": "cross",
    "annotations": "circle",
}
#: Names at the ends of lines stand apart by this part of the chart's range.
APART = 0.075
#: The row of marks lies so many pixels below the upper edge.
MARKS_ROW = 10
#: Up to so many days the axis says hours; up to the other every day.
DAYS_SHOWN, MONTH_SHOWN = timedelta(days=3), timedelta(days=31)
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a chart shows over ``period``. ``names`` are those of the lines, in their order; ``limit`` is the one whose bounds are drawn."""

    lines: Sequence[Line]
    names: Sequence[str]
    unit: str
    bucket: Bucket
    period: Period
    limit: Limit | None = None
    marks: Sequence[Mark] = ()


def lines_chart(drawn: Drawn, words: Words, palette: Palette) -> alt.LayerChart:
    """The marks lie under the lines, their signs in a row of their own along the upper edge."""
    frame = reaching(drawn.period.start, drawn.period.end, _time(drawn, words))
    layers, said = parted([frame, *_bands(drawn, words, palette), *_limits(drawn, words, palette)])
    layers += [*_lines(drawn, words, palette), *_lone(drawn, words, palette), *said]
    layers += [*_ends(drawn, words, palette), _tooltips(drawn, words), *_signs(drawn, words, palette)]
    return layered(layers, HEIGHT, words, color="independent", shape="independent", strokeDash="independent")


def gapless(points: Sequence[Point], bucket: Bucket) -> list[Point]:
    """With an empty point in every gap, so that a line breaks there. Months are not filled: they differ in length."""
    filled: list[Point] = []
    for one in points:
        if filled and bucket != "P1M" and one.time - filled[-1].time > LENGTHS[bucket]:
            filled.append(Point(filled[-1].time + LENGTHS[bucket], None))
        filled.append(one)
    return filled


def colours(palette: Palette) -> list[str]:
    return [palette.observed, palette.forecast, palette.scale[1], palette.scale[3]]


def _time(drawn: Drawn, words: Words, field: str = "time:T") -> alt.X:
    start, end = words.drawn("|").split("|")  # an axis has no direction of its own
    span = drawn.period.end - drawn.period.start
    texts = ("%e %b", "%H:%M") if span <= DAYS_SHOWN else ("%b %Y", "%e %b")
    large, small = (f"'{start}' + utcFormat(datum.value, '{text}') + '{end}'" for text in texts)
    # Within some days midnights have their date; within months the first of each has its name.
    is_large = (
        "utchours(datum.value) === 0"
        if span <= DAYS_SHOWN
        else "utcdate(datum.value) === 1 && utcmonth(datum.value) === 0"
    )
    # Left to itself, an axis of some days has the same date twice.
    daily: dict[str, Any] = (
        {"tickCount": {"interval": "day", "step": 1}} if DAYS_SHOWN < span <= MONTH_SHOWN else {}
    )
    expression = f"{is_large} ? {large} : {small}"
    return alt.X(
        field,
        title=None,
        scale=alt.Scale(type="utc"),
        axis=alt.Axis(labelExpr=expression, labelOverlap=True, grid=True, **daily),
    )


def _value(drawn: Drawn, words: Words, field: str = "value:Q") -> alt.Y:
    title = words.drawn(words.unit(drawn.unit))
    return alt.Y(field, title=title, scale=alt.Scale(zero=False, nice=True))


def _lines(drawn: Drawn, words: Words, palette: Palette) -> list[alt.Chart]:
    names = list(drawn.names)
    rows: Rows = [
        {"time": wall_clock(line.shifted(one)), "value": one.mean, "name": name}
        for line, name in zip(drawn.lines, names, strict=True)
        for one in gapless(line.points, drawn.bucket)
    ]
    used = colours(palette)[: len(names)]
    chart: alt.Chart = (
        alt.Chart(inline(rows))
        .mark_line(strokeWidth=2, invalid="break-paths-show-path-domains", clip=True)
        .encode(
            x=_time(drawn, words),
            y=_value(drawn, words),
            color=alt.Color("name:N", scale=alt.Scale(domain=names, range=used), legend=None),
            strokeDash=alt.StrokeDash(
                "name:N", scale=alt.Scale(domain=names, range=list(DASHES[: len(names)])), legend=None
            ),
        )
    )
    return [chart]


def _lone(drawn: Drawn, words: Words, palette: Palette) -> list[alt.Chart]:
    """Points between gaps: a line needs two. The layer is there without any, so that the chart stays the same one."""
    rows: Rows = []
    for line, colour in zip(drawn.lines, colours(palette), strict=False):
        grid = gapless(line.points, drawn.bucket)
        means = [None, *(one.mean for one in grid), None]
        rows += [
            {"time": wall_clock(line.shifted(one)), "value": one.mean, "colour": colour}
            for before, one, after in zip(means, grid, means[2:], strict=False)
            if one.mean is not None and before is None and after is None
        ]
    chart = alt.Chart(inline(rows)).mark_point(aria=False, filled=True, size=40, opacity=1, clip=True)
    own = alt.Color("colour:N", scale=None, legend=None)
    return [chart.encode(x=_time(drawn, words), y=_value(drawn, words), color=own)]


def _ends(drawn: Drawn, words: Words, palette: Palette) -> list[alt.Chart]:
    """The name of each line at its end, in its colour; apart from one another, also where the lines are not."""
    ends: Rows = []
    values = [mean for line in drawn.lines for mean in line.means]
    for line, name, colour in zip(drawn.lines, drawn.names, colours(palette), strict=False):
        last = next((one for one in reversed(line.points) if one.mean is not None), None)
        if last is not None:
            ends.append(
                {"time": wall_clock(line.shifted(last)), "value": last.mean, "name": name, "colour": colour}
            )
    # The heading names one line alone.
    if len(drawn.lines) < 2 or not ends:
        return []
    heights = apart([row["value"] for row in ends], (max(values) - min(values)) * APART)
    rows = [{**row, "value": height} for row, height in zip(ends, heights, strict=True)]
    base = alt.Chart(inline(rows)).encode(
        x=_time(drawn, words), y=_value(drawn, words), text=alt.Text("name:N")
    )
    text: dict[str, Any] = {
        "align": "right",
        "dx": -4,
        "dy": -9,
        "fontSize": 12,
        "fontWeight": 600,
        "limit": LABEL_WIDTH,
    }
    rim = base.mark_text(**text, stroke=palette.page, strokeWidth=4, strokeJoin="round", aria=False)
    name = base.mark_text(**text).encode(color=alt.Color("colour:N", scale=None, legend=None))
    return [rim, name]


def apart(values: Sequence[float], least: float) -> list[float]:
    """The same values, those too near to a lower one moved up."""
    order = sorted(range(len(values)), key=values.__getitem__)
    moved = list(values)
    for lower, upper in pairwise(order):
        moved[upper] = max(moved[upper], moved[lower] + least)
    return moved


def _limits(drawn: Drawn, words: Words, palette: Palette) -> list[alt.Chart]:
    """Bounds within the range of the lines or near it, each with the level that ends there; the layers are there without any."""
    if drawn.limit is None:
        return []
    values = [mean for line in drawn.lines for mean in line.means]
    rows: Rows = [
        {
            "value": one.value,
            "colour": one.level.colour,
            "label": words.drawn(
                words(
                    "limits.line", level=words.text(one.level.name), value=words.value(one.value, drawn.unit)
                )
            ),
        }
        for one in limit_lines(drawn.limit, drawn.unit, values)
    ]
    base = alt.Chart(inline(rows)).encode(y=_value(drawn, words))
    # The line in the colour of its level lies on a wider one, since no colour of a table stands out on every page.
    under = base.mark_rule(color=palette.muted, strokeWidth=3)
    rule = base.mark_rule(strokeWidth=1.6).encode(color=alt.Color("colour:N", scale=None, legend=None))
    named = base.encode(x=x_value(0), text=alt.Text("label:N"))
    return [under, rule, *rimmed(named, palette, align="left", dx=4, dy=-8, fontSize=11)]


def _bands(drawn: Drawn, words: Words, palette: Palette) -> list[alt.Chart]:
    """What lasts lies as a band behind the lines; days of the calendar have their name in it."""
    rows: Rows = []
    for one in drawn.marks:
        if one.end is not None:
            start, end = max(one.start, drawn.period.start), min(one.end, drawn.period.end)
            name = words.drawn(one.name.text(words.language)) if one.kind == "calendar" else ""
            rows.append({"time": wall_clock(start), "until": wall_clock(end), "name": name})
    if not rows:
        return []
    base = alt.Chart(inline(rows)).encode(x=_time(drawn, words))
    band = base.mark_rect(color=palette.muted, opacity=0.14, aria=False).encode(x2=alt.X2("until:T"))
    layers = [band]
    if any(row["name"] for row in rows):
        named = base.encode(y=y_value("height"), text=alt.Text("name:N"))
        layers += rimmed(named, palette, align="left", baseline="bottom", dx=3, dy=-4, fontSize=11)
    return layers


def _signs(drawn: Drawn, words: Words, palette: Palette) -> list[alt.Chart]:
    """A sign at the beginning of all that is no day of the calendar, with its kind in the legend."""
    rows: Rows = [
        {
            "time": wall_clock(max(one.start, drawn.period.start)),
            "kind": words.drawn(words(f"explore.kind_{one.kind}")),
            "name": words.drawn(one.name.text(words.language)),
            "when": words.instant(one.start),
        }
        for one in drawn.marks
        if one.kind in SHAPES
    ]
    if not rows:
        return []
    kinds = [kind for kind in SHAPES if any(one.kind == kind for one in drawn.marks)]
    names = [words.drawn(words(f"explore.kind_{kind}")) for kind in kinds]
    legend = alt.Legend(orient="top", title=None, labelLimit=LABEL_WIDTH)
    chart = alt.Chart(inline(rows)).mark_point(
        aria=False, size=90, filled=True, opacity=1, color=palette.text, clip=True
    )
    signs: alt.Chart = chart.encode(
        x=_time(drawn, words),
        y=y_value(MARKS_ROW),
        shape=alt.Shape("kind:N", legend=legend).scale(domain=names, range=[SHAPES[kind] for kind in kinds]),
        tooltip=[
            alt.Tooltip("kind:N", title=words("column.kind")),
            alt.Tooltip("name:N", title=words("column.name")),
            alt.Tooltip("when:N", title=words("column.time")),
        ],
    )
    return [signs]


def _tooltips(drawn: Drawn, words: Words) -> alt.Chart:
    """Invisible rules, one a bucket, that carry the words of all lines."""
    rows: Rows = [
        {"time": wall_clock(moment), "when": words.instant(moment), **texts}
        for moment, texts in sorted(_texts(drawn, words).items())
    ]
    titles = [alt.Tooltip("when:N", title=words("column.time"))]
    titles += [alt.Tooltip(f"line{place}:N", title=name) for place, name in enumerate(drawn.names)]
    chart: alt.Chart = alt.Chart(inline(rows)).mark_rule(strokeWidth=6, opacity=0, clip=True)
    return chart.encode(x=_time(drawn, words), tooltip=titles)


def _texts(drawn: Drawn, words: Words) -> Mapping[datetime, dict[str, str]]:
    found: dict[datetime, dict[str, str]] = {}
    for moment, values in cells_of(drawn.lines):
        shown = (words("none") if one is None else words.value(one, drawn.unit) for one in values)
        found[moment] = {f"line{place}": text for place, text in enumerate(shown)}
    return found


def cells_of(lines: Sequence[Line]) -> Iterable[tuple[datetime, list[float | None]]]:
    """The values of all lines by the time of the chosen period, oldest first."""
    found: dict[datetime, list[float | None]] = {}
    for place, line in enumerate(lines):
        for one in line.points:
            found.setdefault(line.shifted(one), [None] * len(lines))[place] = one.mean
    return sorted(found.items())
