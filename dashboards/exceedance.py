"""What a forecast says of a limit: one line in words, and one in the chart. Pure, as :mod:`dashboards.charts` is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

import altair as alt

import falaj_client as api
from citycore.clock import CITY_ZONE
from citycore.intervals import HOUR
from citycore.language import isolate
from dashboards.charts import Drawn, forecast_chart, rimmed, wall_clock
from dashboards.exchange import inline, x_value
from dashboards.language import Words, number_text
from dashboards.model import Name
from dashboards.palette import Palette

#: Hours beside the most probable one are named with it while they are at least so probable, as a share of it.
SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Odds:
    """How probable it is that an hour lies above a bound; ``threshold`` is in the unit of the forecast, ``bound`` in its own."""

    moment: datetime
    table: Name
    bound: float
    bound_unit: str
    threshold: float
    probability: float
    relation: str


@dataclass(frozen=True, slots=True)
class JudgedForecast(Drawn):
    """What the forecast chart shows, with the hours of the lowest bound that the forecast is judged by."""

    odds: Sequence[Odds] = ()


def odds_of(one: api.ForecastExceedance) -> Odds | None:
    """None for a limit that hours are not judged by, and for an hour of which nothing can be said."""
    if one.phenomenon_time is None or one.bound is None or one.threshold is None:
        return None
    if one.probability is None or one.relation is None:
        return None
    return Odds(
        one.phenomenon_time,
        one.table_name,
        one.bound,
        one.limit_unit,
        one.threshold,
        one.probability,
        one.relation,
    )


def judged(drawn: Drawn, odds: Sequence[Odds]) -> JudgedForecast:
    """Of all bounds the lowest, and of its hours those that are drawn."""
    moments = {step.phenomenon_time for step in drawn.forecast.steps} if drawn.forecast else set()
    lowest = min((one.threshold for one in odds), default=None)
    kept = [one for one in odds if one.threshold == lowest and one.moment in moments]
    return JudgedForecast(
        drawn.hours, drawn.forecast, drawn.unit, odds=tuple(sorted(kept, key=lambda one: one.moment))
    )


def is_in_reach(odds: Sequence[Odds]) -> bool:
    """Whether any hour may well lie above the bound."""
    return any(one.relation != "at_most" for one in odds)


def sentence(odds: Sequence[Odds], words: Words) -> str | None:
    """When the bound is exceeded most probably, and how probably; None where there is no bound."""
    if not odds:
        return None
    peak = max(odds, key=lambda one: one.probability)
    told = {
        "table": peak.table.text(words.language),
        "bound": words.value(peak.bound, peak.bound_unit),
        "percent": isolate(f"{number_text(round(peak.probability * 100, 1))}%"),
    }
    if not is_in_reach(odds):
        return words("forecast.limit_hardly", **told)
    start, end = _span(odds, peak)
    is_one_day = start.astimezone(CITY_ZONE).date() == end.astimezone(CITY_ZONE).date()
    return words(
        "forecast.limit_certain" if peak.relation == "at_least" else "forecast.limit_likely",
        start=words.instant(start),
        end=words.clock(end) if is_one_day else words.instant(end),
        **told,
    )


def _span(odds: Sequence[Odds], peak: Odds) -> tuple[datetime, datetime]:
    """The hours around the most probable one that are nearly as probable, without a gap."""
    enough = peak.probability if peak.relation == "at_least" else SHARE * peak.probability
    likely = {one.moment for one in odds if one.probability >= enough}
    before = list(takewhile(likely.__contains__, (peak.moment - n * HOUR for n in range(len(odds)))))
    after = list(takewhile(likely.__contains__, (peak.moment + n * HOUR for n in range(len(odds)))))
    return before[-1], after[-1] + HOUR


def judged_chart(drawn: JudgedForecast, words: Words, palette: Palette) -> alt.LayerChart:
    """The forecast chart; with the bound as a line, where the bands reach it: elsewhere it would only make them flat."""
    chart = forecast_chart(drawn, words, palette)
    if not is_in_reach(drawn.odds):
        return chart
    first = drawn.odds[0]
    label = words("forecast.limit", table=first.table.text(words.language))
    row = {"time": wall_clock(first.moment), "limit": first.threshold, "label": words.drawn(label)}
    y = alt.Y("limit:Q", title="", scale=alt.Scale(zero=False, nice=True))
    base = alt.Chart(inline([row])).encode(y=y)
    rule = base.mark_rule(color=palette.text, strokeWidth=1, strokeDash=[8, 3])
    named = base.encode(x=x_value(0), text=alt.Text("label:N"))
    said = rimmed(named, palette, align="left", baseline="bottom", dx=4, dy=-2, fontSize=12)
    chart.layer = [*chart.layer, rule, *said]
    return chart
