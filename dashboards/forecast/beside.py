"""Beside the forecast: limits and how probably they are exceeded, what it said last week and what came, and its skill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

import falaj_client as api
from citycore.language import isolate
from dashboards import pieces
from dashboards.charts import Drawn, forecast_chart
from dashboards.choices import choose
from dashboards.downloads import Figure, Table, show_table
from dashboards.exceedance import JudgedForecast, sentence
from dashboards.forecast import client as own
from dashboards.forecast import marks
from dashboards.forecast.model import Shown
from dashboards.forecast.past import Past, outcome
from dashboards.language import number_text, percent_text
from dashboards.model import Datastream
from dashboards.row import WIDTHS, Control, View
from dashboards.state import ANY
from dashboards.tables import FORECAST_COLUMNS, FORECAST_SHOWN, forecast_cells, forecast_rows, stamp

SKILL_SHOWN = (
    "ahead",
    "promised_error",
    "came_error",
    "promised_skill",
    "came_skill",
    "promised_80",
    "came_80",
    "days",
)


def show_limits(shown: Shown, view: View) -> None:
    """Whose limits, where there is a choice, and when they are exceeded most probably."""
    words, drawn = view.words, shown.drawn
    if drawn is None:
        return
    if len(shown.tables) > 1 and shown.forecast is not None and not view.state.wall:
        with st.container(width=WIDTHS[Control.THING]):
            choose(
                words("forecast.limit_table"),
                [ANY, *shown.tables],
                "limits",
                view.state.chosen("limits"),
                lambda code: words.text(shown.tables[code]) if code else words("forecast.limit_usual"),
            )
    said = sentence(drawn.odds, words)
    if said is not None:
        pieces.show_line(words, [said], [])
    elif view.state.chosen("limits"):
        pieces.show_hint(words, words("forecast.no_odds"))


def pinned(one: Datastream) -> Mapping[str, str]:
    return {"property": one.observed_property, "thing": one.thing}


def odds_figure(drawn: JudgedForecast, one: Datastream, calls: Sequence[str], view: View) -> Figure:
    words, first = view.words, drawn.odds[0]
    bound = words.value(first.bound, first.bound_unit)
    title = words("forecast.odds", table=first.table.text(words.language), bound=bound)
    highest = max(odds.probability for odds in drawn.odds)
    return Figure(
        code=f"exceedance-{one.thing}-{one.observed_property}",
        title=title,
        alt=words("forecast.odds_alt", title=title, share=percent_text(highest)),
        draw=lambda palette: marks.odds_chart(drawn.odds, words, palette),
        table=Table(
            columns=("phenomenon_time", "bound", "bound_unit", "probability", "relation"),
            rows=lambda: [
                (stamp(odds.moment), odds.bound, odds.bound_unit, odds.probability, odds.relation)
                for odds in drawn.odds
            ],
            shown=("time", "probability"),
            cells=[(words.instant(odds.moment), percent_text(odds.probability)) for odds in drawn.odds],
            titles={"probability": words("forecast.probability")},
        ),
        calls=calls[-1:],
        simulated=one.simulated,
        pinned=pinned(one),
    )


def past_figure(past: Past, one: Datastream, view: View) -> Figure:
    """The bands of a week ago under the hours that came."""
    words, drawn = view.words, Drawn(past.hours, past.forecast, past.forecast.unit)
    found, title = outcome(past), words("forecast.said", instant=words.instant(past.forecast.issued_at))
    told = [words("forecast.nothing_came")]
    if found is not None:
        told = [
            words(
                "forecast.outcome",
                inside=found.inside,
                hours=words.counted("forecast.of_hours", found.hours),
                error=words.value(found.error, past.forecast.unit),
            )
        ]
    return Figure(
        code=f"said-{one.thing}-{one.observed_property}",
        title=title,
        alt=f"{title}. {told[0]}",
        draw=lambda palette: forecast_chart(drawn, words, palette),
        table=Table(
            columns=FORECAST_COLUMNS,
            rows=lambda: forecast_rows(past.hours, past.forecast, drawn.unit, simulated=one.simulated),
            shown=FORECAST_SHOWN,
            cells=lambda: forecast_cells(past.hours, past.forecast, words),
        ),
        calls=past.calls,
        hints=told,
        simulated=one.simulated,
        pinned=pinned(one),
    )


def show_skill(skill: Sequence[api.ForecastSkill], one: Datastream, view: View) -> None:
    """What the backtest promises for each part of the horizon, and what became of it."""
    words = view.words
    pieces.show_subheading(words, words("forecast.promised"))
    table = Table(
        columns=(
            "first_hour",
            "last_hour",
            "promised_mae",
            "came_true_mae",
            "promised_skill",
            "came_true_skill",
            "promised_coverage_80",
            "came_true_coverage_80",
            "came_true_days",
        ),
        rows=lambda: [
            (
                each.first_hour,
                each.last_hour,
                each.promised.mae,
                each.came_true.mae,
                each.promised.skill,
                each.came_true.skill,
                each.promised.coverage.band_80,
                each.came_true.coverage.band_80,
                each.came_true.days,
            )
            for each in skill
        ],
        shown=SKILL_SHOWN,
        cells=[_skill_cells(each, view) for each in skill],
        titles={key: words(f"forecast.column.{key}") for key in SKILL_SHOWN},
    )
    show_table(f"skill-{one.thing}-{one.observed_property}", table, [own.skill_url(one.number)], words)
    pieces.show_hint(words, words("forecast.promised_help"))


def _skill_cells(each: api.ForecastSkill, view: View) -> tuple[str, ...]:
    words, none = view.words, view.words("none")
    promised, came = each.promised, each.came_true

    def share(number: float | None) -> str:
        return none if number is None else percent_text(number)

    def skilled(number: float | None) -> str:
        return none if number is None else isolate(f"{number_text(round(number * 100))}%")

    return (
        words("forecast.ahead", first=each.first_hour, last=each.last_hour),
        none if promised.mae is None else words.value(promised.mae, each.unit),
        none if came.mae is None else words.value(came.mae, each.unit),
        skilled(promised.skill),
        skilled(came.skill),
        share(promised.coverage.band_80),
        share(came.coverage.band_80),
        words.counted("span.day", came.days) if came.days else none,
    )
