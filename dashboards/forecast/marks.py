"""What stands on the time axis beside the series: holidays; and how probably each hour exceeds a bound. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from citycore.clock import CITY_ZONE, day_end, day_start
from dashboards.charts import day_label, locale, wall_clock
from dashboards.exceedance import Odds
from dashboards.forecast.client import Holiday
from dashboards.language import Words
from dashboards.palette import Palette
from dashboards.period import Period

ODDS_HEIGHT = 170


def with_holidays(
    chart: alt.LayerChart, holidays: Sequence[Holiday], period: Period, words: Words, palette: Palette
) -> alt.LayerChart:
    """The chart over days that are shaded and named; what is estimated has a question mark. Only what lies in the period."""
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
    base = alt.Chart(alt.InlineData(values=tuple(rows))).encode(x=x)
    shade = base.mark_rect(color=palette.muted, opacity=0.18, aria=False).encode(x2="end:T")
    said = base.mark_text(align="left", baseline="bottom", dx=4, dy=-4, color=palette.text, fontSize=11)
    marked = chart.copy(deep=False)
    marked.layer = [shade, *chart.layer, said.encode(y=alt.value("height"), text="label:N")]
    return marked


def odds_chart(odds: Sequence[Odds], words: Words, palette: Palette) -> alt.LayerChart:
    """A bar an hour, from 0 to 100%."""
    rows = [
        {"start": wall_clock(one.moment), "share": one.probability, "when": words.instant(one.moment)}
        for one in odds
    ]
    chart = alt.Chart(alt.InlineData(values=tuple(rows))).mark_bar(color=palette.forecast)
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
    drawn: alt.LayerChart = alt.LayerChart(layer=[chart], height=ODDS_HEIGHT).configure(locale=locale(words))
    return drawn
