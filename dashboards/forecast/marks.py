"""What stands on the time axis beside the series: holidays and annotations; and how probably each hour exceeds a bound. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

import falaj_client as api
from citycore.clock import CITY_ZONE, day_end, day_start
from dashboards.charts import day_label, layered, rimmed, wall_clock
from dashboards.exceedance import Odds
from dashboards.exchange import inline, y_value
from dashboards.forecast.client import Holiday
from dashboards.language import Words
from dashboards.palette import Palette
from dashboards.period import Period

ODDS_HEIGHT = 170
#: The row of signs lies so many pixels below the upper edge.
SIGNS_ROW = 10


def with_holidays(
    chart: alt.LayerChart, holidays: Sequence[Holiday], period: Period, words: Words, palette: Palette
) -> alt.LayerChart:
    """The same chart over days that are shaded and named; what is estimated has a question mark. Only what lies in the period."""
    rows = []
    for one in holidays:
        start, end = day_start(one.first, CITY_ZONE), day_end(one.last, CITY_ZONE)
        name = one.name.text(words.language)
        rows.append(
            {
                "start": wall_clock(max(start, period.start)),
                "end": wall_clock(min(end, period.end)),
                "label": words.drawn(name if one.is_sure else words("forecast.estimated", name=name)),
            }
        )
    if not rows:
        return chart
    x = alt.X("start:T", title=None, scale=alt.Scale(type="utc"))
    base = alt.Chart(inline(rows)).encode(x=x)
    shade = base.mark_rect(color=palette.muted, opacity=0.18, aria=False).encode(x2=alt.X2("end:T"))
    named = base.encode(y=y_value("height"), text=alt.Text("label:N"))
    said = rimmed(named, palette, align="left", baseline="bottom", dx=4, dy=-4, fontSize=11)
    chart.layer = [shade, *chart.layer, *said]
    return chart


def with_annotations(
    chart: alt.LayerChart, found: Sequence[api.Annotation], period: Period, words: Words, palette: Palette
) -> alt.LayerChart:
    """The same chart with a sign at the beginning of each, along the upper edge, and a band behind what lasts."""
    rows = []
    for one in found:
        start = max(one.start, period.start)
        rows.append(
            {
                "start": wall_clock(start),
                "end": wall_clock(max(start, min(one.end or start, period.end))),
                "name": words.drawn(one.name.text(words.language)),
                "when": words.instant(one.start),
            }
        )
    if not rows:
        return chart
    x = alt.X("start:T", title=None, scale=alt.Scale(type="utc"))
    base = alt.Chart(inline(rows)).encode(x=x)
    band = base.mark_rect(color=palette.muted, opacity=0.12, aria=False).encode(x2=alt.X2("end:T"))
    sign = base.mark_point(shape="circle", size=80, filled=True, opacity=1, color=palette.text)
    told = [
        alt.Tooltip("name:N", title=words("column.name")),
        alt.Tooltip("when:N", title=words("column.time")),
    ]
    chart.layer = [band, *chart.layer, sign.encode(y=y_value(SIGNS_ROW), tooltip=told)]
    return chart


def odds_chart(odds: Sequence[Odds], words: Words, palette: Palette) -> alt.LayerChart:
    """A bar an hour, from 0 to 100%."""
    rows = [
        {"start": wall_clock(one.moment), "share": one.probability, "when": words.instant(one.moment)}
        for one in odds
    ]
    chart = alt.Chart(inline(rows)).mark_bar(color=palette.forecast)
    chart = chart.encode(
        x=alt.X(
            "start:T",
            timeUnit="utcyearmonthdatehours",
            title=None,
            scale=alt.Scale(type="utc"),
            axis=alt.Axis(
                labelExpr=day_label(words), tickCount={"interval": "day", "step": 1}, labelOverlap=True
            ),
        ),
        y=alt.Y(
            "share:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%", tickCount=5)
        ),
        tooltip=[
            alt.Tooltip("when:N", title=words("column.time")),
            alt.Tooltip("share:Q", title=words("forecast.probability"), format=".0%"),
        ],
    )
    return layered([chart], ODDS_HEIGHT, words)
