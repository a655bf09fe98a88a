"""Charts as values: rows in, ``alt.LayerChart`` out. Nothing here asks or shows anything.

The city's wall clock is drawn on a UTC axis, so that every browser shows Muscat time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import altair as alt
from altair.utils import schemapi

from citycore.clock import CITY_ZONE
from citycore.intervals import HOUR
from citycore.limits.model import Limit
from dashboards.exchange import inline, named_rows, x_value, y_value
from dashboards.language import Words
from dashboards.limits import Line, lines
from dashboards.model import LEVELS, Forecast, Hour, Level, Step
from dashboards.palette import PICTURE_FONTS, Palette

HEIGHT = 380
#: Up to so long a span the axis of time marks hours: with days alone, a chart of 24 hours has a single label.
HOURS_MARKED_MAX = timedelta(days=2)
HOURS_MARKED = 8
PNG_WIDTH = 960
#: Beyond it a label is cut: a chart on a phone is not wider, and the line under it has the whole name.
LABEL_WIDTH = 300
#: From the widest band to the narrowest: what is drawn later lies on top.
BAND_ORDER: tuple[Level, ...] = tuple(reversed(LEVELS))

Rows = list[dict[str, Any]]

# Altair would check each part of a chart by its schema when it is made, with every row of its data: a fifth of what a page
# costs. Charts are checked whole, by the tests. For the same reason rows are given as tuples, which it does not copy with
# each part that is put together.
schemapi.disable_debug_mode()


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the forecast chart shows; ``forecast`` may be missing or empty. ``limit`` is the one whose bounds are drawn."""

    hours: Sequence[Hour]
    forecast: Forecast | None
    unit: str
    limit: Limit | None = None

    def lines(self) -> list[Line]:
        """The bounds within the range of what is drawn, or near it."""
        values = [hour.mean for hour in self.hours if hour.mean is not None]
        values += [step.median for step in self.forecast.steps] if self.forecast else []
        return [] if self.limit is None else lines(self.limit, self.unit, values)

    @property
    def tick_count(self) -> dict[str, Any] | int:
        """Gives the axis of time about so many marks, on hours, for a day or two, else one a day."""
        moments = [hour.bucket_start for hour in self.hours]
        moments += [step.phenomenon_time for step in self.forecast.steps] if self.forecast else []
        is_short = bool(moments) and max(moments) - min(moments) <= HOURS_MARKED_MAX
        return HOURS_MARKED if is_short else {"interval": "day", "step": 1}


def forecast_chart(drawn: Drawn, words: Words, palette: Palette) -> alt.LayerChart:
    """Observed hours solid, the forecast's median dashed over its 95, 80 and 50% bands."""
    steps = drawn.forecast.steps if drawn.forecast else ()
    layers: list[alt.Chart] = []
    if steps:
        layers += [_bands(drawn, steps, words, palette), *_origin(drawn, words, palette)]
    bounds, said = parted(_limit_lines(drawn, words, palette))
    layers += [*bounds, _lines(drawn, words, palette), *_lone_hours(drawn, words, palette)]
    layers += [*said, _tooltips(drawn, words)]
    return layered(layers, HEIGHT, words, fill="independent")


def layered(
    layers: Sequence[alt.Chart], height: int, words: Words, **scales: Literal["independent"]
) -> alt.LayerChart:
    """One chart of several; ``scales`` are those that layers do not share. Made at once: each method of Altair copies all layers."""
    resolve = alt.Resolve(scale=alt.ScaleResolveMap(**scales)) if scales else alt.Undefined
    return alt.LayerChart(
        layer=layers, height=height, config=alt.Config(locale=locale(words)), resolve=resolve
    )


def spec_of(chart: alt.LayerChart) -> dict[str, Any]:
    """The chart as Vega-Lite, for a page: as wide as there is room, not as Altair's own theme would have it.

    Rows stand beside it under names by place (``rows0`` and so on), so that other rows leave the rest as it is: of a chart
    whose rows alone are others a browser exchanges these, and does not build it anew.
    """
    with named_rows(chart) as rows_by_name:
        spec: dict[str, Any] = chart.to_dict(validate=False)
    for side in ("continuousWidth", "continuousHeight"):
        spec.get("config", {}).get("view", {}).pop(side, None)
    # Streamlit takes a list for outlines, and whatever else for a table, which has no outlines to fit the map to.
    spec["datasets"] = {name: list(rows) for name, rows in rows_by_name.items()}
    return spec


def chart_png(
    chart: alt.LayerChart, words: Words, palette: Palette, scale: float, width: int = PNG_WIDTH
) -> bytes:
    """The chart as a picture of its own, drawn without a browser and without a network; ``width`` before scaling."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(_framed(chart, words, palette, width), scale=scale))


def chart_svg(chart: alt.LayerChart, words: Words, palette: Palette) -> bytes:
    """The same as a drawing that stays sharp at any size; UTF-8."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(_framed(chart, words, palette))).encode()


def _framed(chart: alt.LayerChart, words: Words, palette: Palette, width: int = PNG_WIDTH) -> dict[str, Any]:
    framed = chart.properties(width=width).configure(
        background=palette.page,
        font=PICTURE_FONTS[words.direction],
        locale=locale(words),
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(labelColor=palette.muted, titleColor=palette.muted, gridColor=palette.grid),
        legend=alt.LegendConfig(labelColor=palette.text, titleColor=palette.text),
        title=alt.TitleConfig(color=palette.text),
    )
    described: dict[str, Any] = framed.to_dict()
    return described


def wall_clock(moment: datetime) -> str:
    """Muscat's wall clock, written as if it were UTC: what an axis of type "utc" shows."""
    return f"{moment.astimezone(CITY_ZONE).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def hourly_grid(hours: Iterable[Hour]) -> list[Hour]:
    """The hours in order with an empty one in every gap, so that a line breaks there."""
    known = {hour.bucket_start: hour for hour in hours}
    if not known:
        return []
    start, end = min(known), max(known)
    count = int((end - start) / HOUR) + 1
    moments = (start + timedelta(hours=number) for number in range(count))
    return [known.get(moment) or Hour(moment, None) for moment in moments]


def locale(words: Words) -> dict[str, Any]:
    """The names of days and months for Vega's axes; numbers keep Western digits."""
    sunday_first = [words(f"weekday.{day}") for day in (6, 0, 1, 2, 3, 4, 5)]
    months = [words(f"month.{number}") for number in range(1, 13)]
    return {
        "time": {
            "dateTime": "%a %e %b %Y %X",
            "date": "%d/%m/%Y",
            "time": "%H:%M:%S",
            "periods": ["AM", "PM"],
            "days": sunday_first,
            "shortDays": sunday_first,
            "months": months,
            "shortMonths": months,
        },
        "number": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", ""]},
    }


def day_label(words: Words) -> str:
    """What an axis of days says at its marks, for ``labelExpr``: an axis has no direction of its own."""
    start, end = words.drawn("|").split("|")
    return f"'{start}' + utcFormat(datum.value, '%e %b') + '{end}'"


def reaching(start: datetime, end: datetime, x: alt.X) -> alt.Chart:
    """An invisible layer that makes an axis of time reach from ``start`` to ``end``.

    A domain would say so in the chart itself, and a browser builds a chart anew that is another one; of the same one it
    exchanges the data.
    """
    rows = ({"time": wall_clock(start)}, {"time": wall_clock(end)})
    chart: alt.Chart = alt.Chart(inline(rows)).mark_rule(opacity=0, aria=False)
    return chart.encode(x=x)


def _time_axis(words: Words, drawn: Drawn) -> alt.X:
    start, end = words.drawn("|").split("|")  # an axis has no direction of its own
    day, clock = (f"'{start}' + utcFormat(datum.value, '{text}') + '{end}'" for text in ("%e %b", "%H:%M"))
    return alt.X(
        "time:T",
        title=None,
        scale=alt.Scale(type="utc"),
        axis=alt.Axis(
            labelExpr=f"utchours(datum.value) === 0 ? {day} : {clock}",
            labelOverlap=True,
            tickCount=drawn.tick_count,
            grid=True,
        ),
    )


def _value_axis(field: str, unit: str) -> alt.Y:
    return alt.Y(field, title=unit, scale=alt.Scale(zero=False, nice=True))


def _bands(drawn: Drawn, steps: Sequence[Step], words: Words, palette: Palette) -> alt.Chart:
    labels = {level: words.drawn(words("forecast.band", level=level)) for level in BAND_ORDER}
    rows: Rows = [
        {
            "time": wall_clock(step.phenomenon_time),
            "lower": step.bands[level][0],
            "upper": step.bands[level][1],
            "band": labels[level],
        }
        for level in BAND_ORDER
        for step in steps
    ]
    fill = alt.Fill(
        "band:N",
        title=None,
        scale=alt.Scale(domain=list(labels.values()), range=list(palette.bands)),
        legend=alt.Legend(orient="bottom", symbolOpacity=1),
    )
    chart: alt.Chart = (
        alt.Chart(inline(rows))
        .mark_area(opacity=1)
        .encode(x=_time_axis(words, drawn), y=_value_axis("lower:Q", ""), y2=alt.Y2("upper:Q"), fill=fill)
    )
    return chart


def _lines(drawn: Drawn, words: Words, palette: Palette) -> alt.Chart:
    observed, median = (
        words.drawn(words("forecast.observed")),
        words.drawn(words("forecast.median")),
    )
    steps = drawn.forecast.steps if drawn.forecast else ()
    rows: Rows = [
        {"time": wall_clock(hour.bucket_start), "value": hour.mean, "series": observed}
        for hour in hourly_grid(drawn.hours)
    ]
    rows += [
        {"time": wall_clock(step.phenomenon_time), "value": step.median, "series": median} for step in steps
    ]
    # Both domains are set: left to itself, Vega sorts the names and draws the forecast solid.
    domain = [observed, median] if steps else [observed]
    legend = alt.Legend(orient="top", title=None, symbolType="stroke", symbolStrokeWidth=2.5, symbolSize=300)
    dashes = alt.StrokeDash(
        "series:N", scale=alt.Scale(domain=domain, range=[[1, 0], [6, 4]][: len(domain)]), legend=legend
    )
    colours = alt.Color(
        "series:N",
        scale=alt.Scale(domain=domain, range=[palette.observed, palette.forecast][: len(domain)]),
        legend=legend,
    )
    chart: alt.Chart = (
        alt.Chart(inline(rows))
        .mark_line(strokeWidth=2, invalid="break-paths-show-path-domains")
        .encode(
            x=_time_axis(words, drawn),
            y=_value_axis("value:Q", words.drawn(words.unit(drawn.unit))),
            color=colours,
            strokeDash=dashes,
        )
    )
    return chart


def _lone_hours(drawn: Drawn, words: Words, palette: Palette) -> list[alt.Chart]:
    """Observed hours between gaps, as points: a line needs two. The layer is there without any, so that the chart stays the same one."""
    grid = hourly_grid(drawn.hours)
    means = [None, *(hour.mean for hour in grid), None]
    rows: Rows = [
        {"time": wall_clock(hour.bucket_start), "value": hour.mean}
        for before, hour, after in zip(means, grid, means[2:], strict=False)
        if hour.mean is not None and before is None and after is None
    ]
    chart = alt.Chart(inline(rows)).mark_point(
        aria=False, filled=True, size=40, opacity=1, color=palette.observed
    )
    y = _value_axis("value:Q", words.drawn(words.unit(drawn.unit)))
    return [chart.encode(x=_time_axis(words, drawn), y=y)]


def _limit_lines(drawn: Drawn, words: Words, palette: Palette) -> list[alt.Chart]:
    """Bounds as lines, each with the level that ends there; below the axis, who says so and of which mean."""
    rows: Rows = [
        {
            "value": line.value,
            "colour": line.level.colour,
            "label": words.drawn(
                words(
                    "limits.line",
                    level=words.text(line.level.name),
                    value=words.value(line.value, drawn.unit),
                )
            ),
        }
        for line in drawn.lines()
    ]
    if not rows or drawn.limit is None:
        return []
    y = _value_axis("value:Q", words.drawn(words.unit(drawn.unit)))
    base = alt.Chart(inline(rows)).encode(y=y)
    # The line in the colour of its level lies on a wider one, since no colour of a table stands out on every page.
    under = base.mark_rule(color=palette.muted, strokeWidth=3)
    colour = alt.Color("colour:N", scale=None, legend=None)
    rule = base.mark_rule(strokeWidth=1.6).encode(color=colour)
    named = base.encode(x=x_value(0), text=alt.Text("label:N"))
    said = alt.Chart(inline([{"label": words.drawn(words("limits.by", **words.limit(drawn.limit)))}]))
    who = said.mark_text(
        align="right",
        baseline="top",
        dy=36,
        color=palette.muted,
        fontSize=11,
        limit=alt.ExprRef(expr="width"),
    )
    return [
        under,
        rule,
        *rimmed(named, palette, align="left", dx=4, dy=-8, fontSize=11),
        who.encode(x=x_value("width"), y=y_value("height"), text=alt.Text("label:N")),
    ]


def rimmed(base: alt.Chart, palette: Palette, **text: Any) -> list[alt.Chart]:
    """A text with a rim of the page's colour, so that it is read over lines; ``base`` has all it is encoded by."""
    rim = base.mark_text(**text, stroke=palette.page, strokeWidth=3.5, strokeJoin="round", aria=False)
    return [rim, base.mark_text(**text, color=palette.text)]


def parted(layers: Iterable[alt.Chart]) -> tuple[list[alt.Chart], list[alt.Chart]]:
    """What lies under lines, and texts, which are read over them."""
    shapes: list[alt.Chart] = []
    texts: list[alt.Chart] = []
    for one in layers:
        (texts if getattr(one.mark, "type", one.mark) == "text" else shapes).append(one)
    return shapes, texts


def _origin(drawn: Drawn, words: Words, palette: Palette) -> list[alt.Chart]:
    assert drawn.forecast is not None, "only drawn beside a forecast"
    rows: Rows = [{"time": wall_clock(drawn.forecast.origin), "label": words("forecast.origin")}]
    base = alt.Chart(inline(rows)).encode(x=_time_axis(words, drawn))
    rule = base.mark_rule(color=palette.muted, strokeWidth=1, strokeDash=[2, 3])
    text = base.mark_text(align="right", dx=-6, baseline="top", color=palette.muted, fontSize=12)
    return [rule, text.encode(y=y_value(4), text=alt.Text("label:N"))]


def _tooltips(drawn: Drawn, words: Words) -> alt.Chart:
    """Invisible rules, one an hour, that carry the words."""
    rows = [
        {"time": wall_clock(moment), **{f"field{place}": text for place, text in enumerate(texts)}}
        for moment, texts in sorted(_tooltip_texts(drawn, words).items())
    ]
    titles = [words("column.time"), words("column.observed"), words("column.median")]
    titles += [words("forecast.band", level=level) for level in LEVELS]
    tooltip = [alt.Tooltip(f"field{place}:N", title=title) for place, title in enumerate(titles)]
    chart: alt.Chart = alt.Chart(inline(rows)).mark_rule(strokeWidth=7, opacity=0)
    return chart.encode(x=_time_axis(words, drawn), tooltip=tooltip)


def _tooltip_texts(drawn: Drawn, words: Words) -> Mapping[datetime, list[str]]:
    none = words("none")
    texts: dict[datetime, list[str]] = {}
    for hour in drawn.hours:
        value = none if hour.mean is None else words.value(hour.mean, drawn.unit)
        texts[hour.bucket_start] = [words.instant(hour.bucket_start), value, *[none] * 4]
    for step in drawn.forecast.steps if drawn.forecast else ():
        row = texts.setdefault(step.phenomenon_time, [words.instant(step.phenomenon_time), *[none] * 5])
        row[2] = words.value(step.median, drawn.unit)
        row[3:] = [words.between(*step.bands[level]) for level in LEVELS]
    return texts
