"""The forecast below its facts: where it comes from, the chart, and how far to trust it."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from citycore.language import isolate
from citycore.model import SourceKind
from dashboards import pieces, time_line
from dashboards.downloads import Figure, Table, show_figure
from dashboards.exceedance import JudgedForecast, is_in_reach, judged_chart
from dashboards.forecast import beside, explain, marks, nowcast
from dashboards.forecast.model import Shown
from dashboards.language import Words, number_text
from dashboards.model import LEVELS, Datastream, Forecast, Source
from dashboards.period import Period
from dashboards.row import View
from dashboards.tables import FORECAST_COLUMNS, FORECAST_SHOWN, forecast_cells, forecast_rows

WIDEST = LEVELS[-1]


def show(shown: Shown, view: View) -> None:
    words, one, drawn = view.words, shown.stream, shown.drawn
    if one is None or drawn is None:
        st.info(f"**{words('forecast.none')}** — {words('forecast.none_hint')}")
        return
    if shown.forecast is None:
        st.info(words("forecast.not_issued"))
    else:
        show_origin(shown, shown.forecast, view)
    if not drawn.hours:
        pieces.show_hint(words, words("forecast.no_history"))
    first, *others = figures(shown, view)
    show_figure(first, words, heading=False)
    beside.show_limits(shown, view)
    for other in others:
        show_figure(other, words)
    if shown.forecast is not None:
        show_words(shown.forecast, words)
    if shown.skill:
        beside.show_skill(shown.skill, one, view)


def figures(shown: Shown, view: View) -> Iterator[Figure]:
    """The forecast, the next hours, how probably each hour exceeds a limit, and what it said last week; none without a series."""
    one, drawn = shown.stream, shown.drawn
    if one is None or drawn is None:
        return
    yield figure(shown, one, drawn, view.words)
    if shown.near is not None:
        yield nowcast.figure(shown.near, one, view)
    if drawn.odds and is_in_reach(drawn.odds):
        yield beside.odds_figure(drawn, one, shown.calls, view)
    if shown.past is not None:
        yield beside.past_figure(shown.past, one, view)


def show_origin(shown: Shown, forecast: Forecast, view: View) -> None:
    """Where the values come from, and when the forecast was issued."""
    words, source, kind = view.words, shown.source, shown.kind
    if kind is SourceKind.SIMULATED:
        badges = [pieces.badge(words("simulated"), words("simulated_help"))]
    elif kind is SourceKind.RECORDED and source is not None:
        title = words("recorded_help", name=source.name.text(words.language))
        badges = [pieces.badge(words("recorded"), title, plain=True)]
    else:
        badges = [pieces.badge(words("measured"), words("measured"), plain=True)]
    issued = words(
        "forecast.issued",
        instant=words.instant(forecast.issued_at),
        ago=words.ago(view.now - forecast.issued_at),
        origin=words.instant(forecast.origin),
        hours=words.counted("span.hour", forecast.horizon_hours),
    )
    pieces.show_line(words, [issued], badges)
    if source is not None and kind is not SourceKind.SIMULATED and (source.attribution or source.licence):
        pieces.show_hint(words, _credits(source, words))


def _credits(source: Source, words: Words) -> str:
    parts = [source.name.text(words.language)]
    parts += [isolate(source.attribution)] if source.attribution else []
    parts += [words("licence", licence=isolate(source.licence))] if source.licence else []
    return " · ".join(parts)


def figure(shown: Shown, one: Datastream, drawn: JudgedForecast, words: Words) -> Figure:
    name = one.thing_name.text(words.language)
    steps = drawn.forecast.steps if drawn.forecast else ()
    medians = [step.median for step in steps]
    # Whose clock the chart shows: a recording's rush hours are those of its own city.
    elsewhere = shown.source is not None and shown.source.kind is SourceKind.RECORDED
    return Figure(
        code=f"forecast-{one.thing}-{one.observed_property}",
        title=name,
        alt=words(
            "forecast.alt",
            name=name,
            hours=words.counted("span.hour", len(steps)),
            low=number_text(min(medians)) if medians else words("none"),
            high=number_text(max(medians)) if medians else words("none"),
            unit=words.unit(drawn.unit),
        ),
        draw=lambda palette: marks.with_annotations(
            marks.with_holidays(
                judged_chart(drawn, words, palette), shown.holidays, reach(shown), words, palette
            ),
            shown.noted.found if shown.noted else (),
            reach(shown),
            words,
            palette,
        ),
        table=Table(
            columns=FORECAST_COLUMNS,
            rows=lambda: forecast_rows(drawn.hours, drawn.forecast, drawn.unit, simulated=one.simulated),
            shown=FORECAST_SHOWN,
            cells=lambda: forecast_cells(drawn.hours, drawn.forecast, words),
        ),
        calls=shown.calls,
        hints=[
            words("forecast.times_recorded" if elsewhere else "forecast.times"),
            *([words("forecast.holidays_hint")] if shown.holidays else []),
            *time_line.hints(shown.noted, words),
        ],
        simulated=one.simulated,
        pinned=beside.pinned(one),
    )


def reach(shown: Shown) -> Period:
    """From the first hour that is drawn to the last."""
    hours = shown.drawn.hours if shown.drawn else ()
    steps = shown.forecast.steps if shown.forecast else ()
    moments = [*(hour.bucket_start for hour in hours), *(step.phenomenon_time for step in steps)]
    if not moments:
        assert shown.period is not None, "what is shown has a period"
        return shown.period
    return Period(min(moments), max(moments))


def show_words(forecast: Forecast, words: Words) -> None:
    """How good, how sure, what to expect: three columns that stack on a phone."""
    left, middle, right = st.columns(3, gap="large")
    with left:
        lines = explain.judgement(forecast, words)
        why = explain.fallback(forecast, words)
        pieces.show_paragraphs(words, words("forecast.how_good"), [*lines, *([why] if why else [])])
    with middle:
        pieces.show_paragraphs(words, words("forecast.coverage_title"), explain.coverage(forecast, words))
    with right:
        pieces.show_paragraphs(words, words("forecast.expect"), _expected(forecast, words))


def _expected(forecast: Forecast, words: Words) -> list[str]:
    if not forecast.steps:
        return [words("none")]
    ordered = sorted(forecast.steps, key=lambda step: step.median)
    lowest = min(step.bands[WIDEST][0] for step in forecast.steps)
    highest = max(step.bands[WIDEST][1] for step in forecast.steps)
    said = [
        words(
            f"forecast.{key}",
            value=words.value(step.median, forecast.unit),
            instant=words.instant(step.phenomenon_time),
        )
        for key, step in (("next_peak", ordered[-1]), ("next_low", ordered[0]))
    ]
    reach = words(
        "forecast.reach",
        level=WIDEST,
        low=words.value(lowest, forecast.unit),
        high=words.value(highest, forecast.unit),
    )
    return [*said, reach]
