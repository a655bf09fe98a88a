"""The next hours by the quarter: the nowcast of the series, over what came last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import altair as alt

from dashboards.charts import layered, wall_clock
from dashboards.downloads import Figure, Table
from dashboards.exchange import inline
from dashboards.forecast import client as own
from dashboards.language import Words, number_text, percent_text
from dashboards.model import Datastream, Hour
from dashboards.palette import Palette
from dashboards.row import View
from dashboards.soon import QUARTER, Soon
from dashboards.tables import stamp

HEIGHT = 260
#: So many quarters before the nowcast are drawn.
PAST_QUARTERS = 16
COLUMNS = (
    "phenomenon_time",
    "observed",
    "median",
    "lower_80",
    "upper_80",
    "lower_95",
    "upper_95",
    "unit",
    "simulated",
)
SHOWN = ("time", "observed", "median", "lower_80", "upper_80", "lower_95", "upper_95")


@dataclass(frozen=True, slots=True)
class Near:
    """A nowcast with the quarters that came before it, whose ``mean`` may be missing."""

    soon: Soon
    came: Sequence[Hour]
    calls: Sequence[str]


def load(datastream: int, now: datetime) -> Near | None:
    """None where there is none that still says something of the hours ahead."""
    soon = own.nowcast(datastream)
    if soon is None or not soon.is_current(now) or not soon.quarters:
        return None
    start = soon.origin - PAST_QUARTERS * QUARTER
    came = own.quarters(datastream, start, soon.origin)
    return Near(soon, came, [own.nowcast_url(datastream), own.quarters_url(datastream, start, soon.origin)])


def figure(near: Near, one: Datastream, view: View) -> Figure:
    words, soon = view.words, near.soon
    medians = [quarter.median for quarter in soon.quarters]
    title = words("nowcast.title", span=words.counted("span.hour", round(len(medians) / 4)))
    return Figure(
        code=f"nowcast-{one.thing}-{one.observed_property}",
        title=title,
        alt=words(
            "nowcast.alt",
            title=title,
            low=words.value(min(medians), soon.unit),
            high=words.value(max(medians), soon.unit),
        ),
        draw=lambda palette: chart(near, words, palette),
        table=Table(
            columns=COLUMNS,
            rows=lambda: _rows(near),
            shown=SHOWN,
            cells=lambda: [_cells(row, near, words) for row in reversed(_rows(near))],
        ),
        calls=near.calls,
        hints=hints(near, view),
        simulated=one.simulated,
    )


def hints(near: Near, view: View) -> list[str]:
    """Which model, how old, and how the bands did since."""
    words, soon = view.words, near.soon
    said = [
        words(
            "nowcast.issued",
            model=words(f"nowcast.model.{soon.model}"),
            ago=words.ago(view.now - soon.issued_at),
        )
        if soon.model in MODELS
        else words("soon.issued", ago=words.ago(view.now - soon.issued_at))
    ]
    if soon.held.seen:
        quarters = words.counted("soon.quarters", soon.held.seen)
        said.append(words("soon.held", share=percent_text(soon.held.share), quarters=quarters))
    return said


MODELS = ("persistence", "profile", "decay_to_profile", "lightgbm")


def _rows(near: Near) -> list[tuple[object, ...]]:
    soon, last = near.soon, (near.soon.unit, str(near.soon.simulated).lower())
    rows: list[tuple[object, ...]] = [
        (stamp(hour.bucket_start), hour.mean, None, None, None, None, None, *last) for hour in near.came
    ]
    rows += [(stamp(one.start), None, one.median, *one.band_80, *one.band_95, *last) for one in soon.quarters]
    return rows


def _cells(row: Sequence[object], near: Near, words: Words) -> tuple[str, ...]:
    moments: Mapping[str, datetime] = {
        stamp(moment): moment
        for moment in (*(one.bucket_start for one in near.came), *(one.start for one in near.soon.quarters))
    }
    numbers = [
        words.code(number_text(cell)) if isinstance(cell, (int, float)) else words("none")
        for cell in row[1:7]
    ]
    return (words.instant(moments[str(row[0])]), *numbers)


def chart(near: Near, words: Words, palette: Palette) -> alt.LayerChart:
    """What came solid, the median dashed over its 95 and 80% bands."""
    soon = near.soon
    names = {key: words.drawn(words(key)) for key in ("forecast.observed", "forecast.median")}
    bands = {level: words.drawn(words("forecast.band", level=level)) for level in ("95", "80")}
    x = alt.X(
        "time:T",
        title=None,
        scale=alt.Scale(type="utc"),
        # Left to itself: of an interval of hours Vega draws nothing at all.
        axis=alt.Axis(format="%H:%M", labelOverlap=True),
    )
    band_rows = [
        {"time": wall_clock(one.start), "lower": low, "upper": high, "band": bands[level]}
        for level in bands
        for one in soon.quarters
        for low, high in [one.band_95 if level == "95" else one.band_80]
    ]
    fill = alt.Fill(
        "band:N",
        title=None,
        scale=alt.Scale(domain=list(bands.values()), range=list(palette.bands[:2])),
        legend=alt.Legend(orient="bottom", symbolOpacity=1),
    )
    unit = words.drawn(words.unit(soon.unit))
    area = alt.Chart(inline(band_rows)).mark_area(opacity=1)
    area = area.encode(
        x=x, y=alt.Y("lower:Q", title="", scale=alt.Scale(zero=False)), y2=alt.Y2("upper:Q"), fill=fill
    )
    rows = [
        {"time": wall_clock(one.bucket_start), "value": one.mean, "series": names["forecast.observed"]}
        for one in near.came
    ]
    rows += [
        {"time": wall_clock(one.start), "value": one.median, "series": names["forecast.median"]}
        for one in soon.quarters
    ]
    domain = list(names.values())
    legend = alt.Legend(orient="top", title=None, symbolType="stroke", symbolStrokeWidth=2.5, symbolSize=300)
    line = alt.Chart(inline(rows)).mark_line(strokeWidth=2, invalid="break-paths-show-path-domains")
    line = line.encode(
        x=x,
        y=alt.Y("value:Q", title=unit, scale=alt.Scale(zero=False)),
        color=alt.Color(
            "series:N",
            scale=alt.Scale(domain=domain, range=[palette.observed, palette.forecast]),
            legend=legend,
        ),
        strokeDash=alt.StrokeDash(
            "series:N", scale=alt.Scale(domain=domain, range=[[1, 0], [6, 4]]), legend=legend
        ),
    )
    return layered([area, line, _tooltips(near, words, x)], HEIGHT, words, fill="independent")


def _tooltips(near: Near, words: Words, x: alt.X) -> alt.Chart:
    """Invisible rules, one a quarter, that carry the words."""
    none, unit = words("none"), near.soon.unit
    rows = [
        {
            "time": wall_clock(one.bucket_start),
            "when": words.instant(one.bucket_start),
            "median": none,
            "observed": none if one.mean is None else words.value(one.mean, unit),
            "band": none,
        }
        for one in near.came
    ]
    rows += [
        {
            "time": wall_clock(one.start),
            "when": words.instant(one.start),
            "observed": none,
            "median": words.value(one.median, unit),
            "band": words.between(*one.band_80),
        }
        for one in near.soon.quarters
    ]
    titles = {
        "when": words("column.time"),
        "observed": words("column.observed"),
        "median": words("column.median"),
        "band": words("forecast.band", level="80"),
    }
    tooltip = [alt.Tooltip(f"{field}:N", title=title) for field, title in titles.items()]
    chart: alt.Chart = alt.Chart(inline(rows)).mark_rule(strokeWidth=7, opacity=0)
    return chart.encode(x=x, tooltip=tooltip)
