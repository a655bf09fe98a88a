"""When something came of each datastream of a sensor, and when nothing did: a strip each. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import altair as alt

import falaj_client as api
from dashboards.charts import day_label, locale, wall_clock
from dashboards.exchange import inline
from dashboards.language import Words
from dashboards.palette import Palette
from dashboards.sensors.detail import Detail

#: Reasons in the order of the legend; each has a thickness too, since colour is never the only sign.
REASONS = {"offline": 20, "refused": 14, "hub_away": 9, "unknown": 5}
ROW, AROUND = 34, 110
LABEL_WIDTH = 140


def span(gap: api.DatastreamGap, words: Words) -> str:
    """From when to when, or that it goes on."""
    if gap.end is None:
        return words("sensors.goes_on", start=words.instant(gap.start))
    return words("sensors.span", start=words.instant(gap.start), end=words.instant(gap.end))


def strip_chart(
    detail: Detail, names: Sequence[str], now: datetime, words: Words, palette: Palette
) -> alt.LayerChart:
    """Local days from left to right; a bar for each gap, by its reason. ``names`` are those of the datastreams."""
    names = [words.drawn(name) for name in names]
    start, end = wall_clock(detail.period.start), wall_clock(detail.period.end)
    whole = [{"row": name, "start": start, "end": end} for name in names]
    reasons = {reason: words.drawn(words(f"sensors.reason.{reason}")) for reason in REASONS}
    gaps = [
        {
            "row": name,
            "start": wall_clock(gap.start),
            "end": wall_clock(gap.end or now),
            "reason": reasons.get(gap.reason, reasons["unknown"]),
            "when": span(gap, words),
        }
        for name, stream in zip(names, detail.streams, strict=True)
        for gap in stream.gaps
    ]
    x = alt.X(
        "start:T",
        title=None,
        scale=alt.Scale(type="utc", domain=[start, end]),
        axis=alt.Axis(
            labelExpr=day_label(words), labelOverlap=True, tickCount={"interval": "day", "step": 7}
        ),
    )
    y = alt.Y(
        "row:N", title=None, sort=names, axis=alt.Axis(labelLimit=LABEL_WIDTH, ticks=False, domain=False)
    )
    base = alt.Chart(inline(whole)).mark_bar(size=20, color=palette.bands[0], aria=False)
    layers = [base.encode(x=x, x2="end:T", y=y)]
    if gaps:
        colours = [palette.text, palette.scale[2], palette.scale[1], palette.muted]
        colour = alt.Color(
            "reason:N",
            scale=alt.Scale(domain=list(reasons.values()), range=colours),
            legend=alt.Legend(orient="bottom", title=None, columns=1, labelLimit=260),
        )
        size = alt.Size(
            "reason:O",
            sort=list(reasons.values()),
            scale=alt.Scale(domain=list(reasons.values()), range=list(REASONS.values()), type="ordinal"),
            legend=None,
        )
        tooltip = [
            alt.Tooltip(f"{field}:N", title=words(f"sensors.column.{field}"))
            for field in ("row", "reason", "when")
        ]
        bars = alt.Chart(inline(gaps)).mark_bar()
        layers.append(
            bars.encode(
                x=alt.X("start:T", title=None), x2="end:T", y=y, color=colour, size=size, tooltip=tooltip
            )
        )
    chart = alt.LayerChart(layer=layers, height=AROUND + ROW * max(1, len(names)))
    drawn: alt.LayerChart = chart.configure(locale=locale(words))
    return drawn
