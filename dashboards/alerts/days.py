"""How many alerts began on each day, by severity. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import altair as alt

import falaj_client as api
from citycore.clock import CITY_ZONE
from dashboards.alerting import severity_text
from dashboards.alerts.model import SEVERITIES, rank
from dashboards.charts import day_label, layered, reaching
from dashboards.exchange import inline
from dashboards.language import Words
from dashboards.palette import Palette
from dashboards.period import Period

HEIGHT = 240
Days = Counter[tuple[str, str]]


def days_of(alerts: Iterable[api.Alert]) -> Days:
    """By local day (ISO) and severity."""
    return Counter(
        (one.raised_at.astimezone(CITY_ZONE).date().isoformat(), one.severity.lower()) for one in alerts
    )


def days_chart(days: Days, period: Period, words: Words, palette: Palette) -> alt.LayerChart:
    """Bars, the gravest at the bottom; days without any are empty."""
    codes = sorted({code for _, code in days}, key=lambda code: (rank(code), code))
    names = {code: words.drawn(severity_text(code, words)) for code in codes}
    rows = [
        {"day": f"{day}T00:00:00Z", "severity": names[code], "rank": rank(code), "count": count}
        for (day, code), count in sorted(days.items())
    ]
    colours = [palette.text, *reversed(palette.scale[1:3]), palette.muted]
    span = len(SEVERITIES)
    chart = alt.Chart(inline(rows)).mark_bar(stroke=palette.page, strokeWidth=1)
    chart = chart.encode(
        x=alt.X(
            "day:T",
            timeUnit="utcyearmonthdate",
            title=None,
            scale=alt.Scale(type="utc"),
            axis=alt.Axis(labelExpr=day_label(words), labelOverlap=True, grid=False),
        ),
        y=alt.Y("count:Q", title=None, axis=alt.Axis(tickMinStep=1, format="d")),
        order=alt.Order("rank:Q"),
        color=alt.Color(
            "severity:N",
            scale=alt.Scale(
                domain=list(names.values()),
                range=[colours[min(rank(code), span - 1)] for code in codes],
            ),
            legend=alt.Legend(orient="bottom", title=None, columns=2),
        ),
        tooltip=[
            alt.Tooltip(
                "day:T", timeUnit="utcyearmonthdate", title=words("alerts.column.day"), format="%e %b %Y"
            ),
            alt.Tooltip("severity:N", title=words("column.severity")),
            alt.Tooltip("count:Q", title=words("alerts.column.count")),
        ],
    )
    frame = reaching(period.start, period.end, alt.X("time:T", title=None, scale=alt.Scale(type="utc")))
    return layered([chart, frame], HEIGHT, words)
