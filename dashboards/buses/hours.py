"""A chart of the adherence to the schedule: a bar for each hour of the day, in three parts. Pure."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt

from dashboards.buses.model import OBSERVED_MIN, Adherence
from dashboards.charts import layered
from dashboards.exchange import inline
from dashboards.language import Words, percent_text
from dashboards.palette import Palette

HEIGHT = 280
#: From the foot of a bar upwards.
PARTS = ("on_time", "late", "early")


def known_hours(hours: Mapping[int, Adherence]) -> dict[int, Adherence]:
    """Hours of which enough was seen."""
    return {hour: one for hour, one in hours.items() if one.observed >= OBSERVED_MIN}


def hours_chart(hours: Mapping[int, Adherence], words: Words, palette: Palette) -> alt.LayerChart:
    """All 24 hours from left to right; those of which too little was seen are empty."""
    names = {part: words.drawn(words(f"buses.column.{part}")) for part in PARTS}
    every = [f"{hour:02}" for hour in range(24)]
    rows = [
        {
            "hour": f"{hour:02}",
            "clock": f"{hour:02}:00",
            "part": names[part],
            "place": PARTS.index(part),
            "share": share,
            "said": percent_text(share),
        }
        for hour, one in hours.items()
        for part, count in (("on_time", one.on_time), ("late", one.late), ("early", one.early))
        if (share := one.share(count)) is not None
    ]
    chart = alt.Chart(inline(rows)).mark_bar(stroke=palette.page, strokeWidth=1)
    chart = chart.encode(
        x=alt.X(
            "hour:O",
            title=words.drawn(words("buses.hour_axis")),
            scale=alt.Scale(domain=every),
            axis=alt.Axis(labelAngle=0, labelOverlap=True, ticks=False),
        ),
        y=alt.Y(
            "share:Q",
            title=None,
            stack="zero",
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format="%", tickCount=5),
        ),
        order=alt.Order("place:Q"),
        color=alt.Color(
            "part:N",
            scale=alt.Scale(
                domain=list(names.values()), range=[palette.forecast, palette.scale[1], palette.muted]
            ),
            legend=alt.Legend(orient="bottom", title=None, columns=3),
        ),
        tooltip=[
            alt.Tooltip("clock:N", title=words("buses.column.hour")),
            alt.Tooltip("part:N", title=words("buses.kept")),
            alt.Tooltip("said:N", title=words("buses.column.stops")),
        ],
    )
    return layered([chart], HEIGHT, words)
