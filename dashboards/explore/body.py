"""The chart of the period."""

from __future__ import annotations

from dashboards.charts import Drawn, forecast_chart
from dashboards.downloads import Figure, Table, show_figure
from dashboards.explore.model import Explored
from dashboards.language import number_text
from dashboards.row import View
from dashboards.tables import HOURS_COLUMNS, HOURS_SHOWN, hours_cells, hours_rows


def show(data: Explored, view: View) -> None:
    one, words = data.stream, view.words
    means = [hour.mean for hour in data.hours if hour.mean is not None]
    if one is None or not means:
        return
    drawn = Drawn(data.hours, None, one.unit)
    name = one.thing_name.text(words.language)
    title = words("explore.title", property=view.property_name(one.observed_property), thing=name)
    figure = Figure(
        code=f"hours-{one.thing}-{one.observed_property}",
        title=title,
        alt=words("explore.alt", title=title, low=number_text(min(means)), high=number_text(max(means))),
        draw=lambda palette: forecast_chart(drawn, words, palette),
        table=Table(
            columns=HOURS_COLUMNS,
            rows=lambda: hours_rows(data.hours, one.unit, simulated=one.simulated),
            shown=HOURS_SHOWN,
            cells=hours_cells(data.hours, one.unit, words),
        ),
        calls=data.calls,
        hints=[words("explore.times")],
        simulated=one.simulated,
    )
    show_figure(figure, words)
