"""What comes next? One series with its forecast, and how far to trust it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import streamlit as st

from citycore.clock import system_clock
from citycore.errors import FalajError
from citycore.intervals import HOUR, floor_hour
from citycore.language import isolate
from citycore.model import SourceKind
from dashboards import client, explain, page
from dashboards.charts import Drawn, chart_png
from dashboards.exceedance import JudgedForecast, judged, judged_chart, sentence
from dashboards.language import Words, number_text
from dashboards.model import LEVELS, Datastream, Forecast, Name, Source
from dashboards.palette import LIGHT
from dashboards.rules import forecast_series, live_sources
from dashboards.settings import dashboard_settings
from dashboards.state import DAYS, State
from dashboards.tables import (
    FORECAST_COLUMNS,
    FORECAST_SHOWN,
    csv_bytes,
    forecast_cells,
    forecast_rows,
    html_table,
)

LIMITS = dashboard_settings()
#: Traffic first: its week is what everybody knows.
PROPERTY_PREFERRED = "vehicle_flow"
WIDEST = LEVELS[-1]
FIRST = datetime.min.replace(tzinfo=UTC)


def choose_datastream(state: State, words: Words, known: Sequence[Datastream]) -> Datastream:
    """Property, then thing, then days of history; all kept in the address. ``known``: the first first."""
    names = {one.code: one.name for one in client.observed_properties()}
    kinds = {source.code: source.kind for source in client.sources()}
    properties = sorted({one.observed_property for one in known})
    wanted = state.observed_property if state.observed_property in properties else _preferred(known)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        with st.container(width=250):
            code = page.choose(
                words("forecast_page.property"),
                properties,
                "observed_property",
                wanted,
                lambda one: _name(names.get(one), one, words),
            )
        series = {one.thing: one for one in known if one.observed_property == code}
        with st.container(width=340):
            thing = page.choose(
                words("forecast_page.thing"),
                list(series),
                "thing",
                state.thing,
                lambda one: _labelled(series[one], kinds, words),
            )
        with st.container(width=130):
            page.choose(
                words("forecast_page.days"),
                [str(days) for days in DAYS],
                "days",
                str(state.days),
                lambda days: words.counted("span.day", int(days)),
            )
    return series[thing]


def _preferred(known: Sequence[Datastream]) -> str:
    """Of the city's own properties, or those of whatever else comes first."""
    live = live_sources(client.sources())
    properties = sorted({one.observed_property for one in known if one.source in live}) or sorted(
        {one.observed_property for one in known}
    )
    return PROPERTY_PREFERRED if PROPERTY_PREFERRED in properties else properties[0]


def _name(name: Name | None, code: str, words: Words) -> str:
    return code if name is None else name.text(words.language)


def _labelled(one: Datastream, kinds: dict[str, SourceKind], words: Words) -> str:
    kind = kinds.get(one.source, SourceKind.DEVICE)
    return f"{one.thing_name.text(words.language)} · {words(f'origin.{kind}')}"


def show_origin(source: Source | None, forecast: Forecast, words: Words, now: datetime) -> None:
    """Where the values come from, and when the forecast was issued."""
    kind = SourceKind.SIMULATED if forecast.simulated else source.kind if source else SourceKind.DEVICE
    if kind is SourceKind.SIMULATED:
        badges = [page.badge(words("simulated"), words("simulated_help"))]
    elif kind is SourceKind.RECORDED and source is not None:
        title = words("recorded_help", name=source.name.text(words.language))
        badges = [page.badge(words("recorded"), title, plain=True)]
    else:
        badges = [page.badge(words("measured"), words("measured"), plain=True)]
    issued = words(
        "forecast_page.issued",
        instant=words.instant(forecast.issued_at),
        ago=words.ago(now - forecast.issued_at),
        origin=words.instant(forecast.origin),
        hours=words.counted("span.hour", forecast.horizon_hours),
    )
    page.show_line(words, [issued], badges)
    if source is not None and kind is not SourceKind.SIMULATED and (source.attribution or source.licence):
        page.show_hint(words, _credits(source, words))


def _credits(source: Source, words: Words) -> str:
    parts = [source.name.text(words.language)]
    parts += [isolate(source.attribution)] if source.attribution else []
    parts += [words("licence", licence=isolate(source.licence))] if source.licence else []
    return " · ".join(parts)


def show_chart(drawn: JudgedForecast, one: Datastream, words: Words) -> None:
    chart = judged_chart(drawn, words, page.current_palette())
    name = one.thing_name.text(words.language)
    steps = drawn.forecast.steps if drawn.forecast else ()
    medians = [step.median for step in steps]
    st.altair_chart(
        chart,
        width="stretch",
        alt=words(
            "forecast_page.alt",
            name=name,
            hours=words.counted("span.hour", len(steps)),
            low=number_text(min(medians)) if medians else words("none"),
            high=number_text(max(medians)) if medians else words("none"),
            unit=words.unit(drawn.unit),
        ),
    )


def show_clock(source: Source | None, words: Words) -> None:
    """Whose clock the chart shows; a recording's rush hours are those of its own city."""
    elsewhere = source is not None and source.kind is SourceKind.RECORDED
    page.show_hint(words, words("forecast_page.times_recorded" if elsewhere else "forecast_page.times"))


def show_words(forecast: Forecast, words: Words) -> None:
    """How good, how sure, what to expect: three columns that stack on a phone."""
    left, middle, right = st.columns(3, gap="large")
    with left:
        lines = explain.judgement(forecast, words)
        why = explain.fallback(forecast, words)
        page.show_paragraphs(words, words("forecast_page.how_good"), [*lines, *([why] if why else [])])
    with middle:
        page.show_paragraphs(words, words("forecast_page.coverage_title"), explain.coverage(forecast, words))
    with right:
        page.show_paragraphs(words, words("forecast_page.expect"), _expected(forecast, words))


def _expected(forecast: Forecast, words: Words) -> list[str]:
    if not forecast.steps:
        return [words("none")]
    ordered = sorted(forecast.steps, key=lambda step: step.median)
    lowest = min(step.bands[WIDEST][0] for step in forecast.steps)
    highest = max(step.bands[WIDEST][1] for step in forecast.steps)
    said = [
        words(
            f"forecast_page.{key}",
            value=words.value(step.median, forecast.unit),
            instant=words.instant(step.phenomenon_time),
        )
        for key, step in (("next_peak", ordered[-1]), ("next_low", ordered[0]))
    ]
    reach = words(
        "forecast_page.reach",
        level=WIDEST,
        low=words.value(lowest, forecast.unit),
        high=words.value(highest, forecast.unit),
    )
    return [*said, reach]


def show_behind(drawn: JudgedForecast, one: Datastream, calls: Sequence[str], words: Words) -> None:
    """The table, the calls, and the chart and its rows to take away."""
    cells = forecast_cells(drawn.hours, drawn.forecast, words)
    shown = cells[: LIMITS.table_rows_max]
    page.show_table(words, html_table(words, FORECAST_SHOWN, shown), len(shown), len(cells))
    page.show_calls(words, calls)
    stem = f"forecast-{one.thing}-{one.observed_property}"
    with st.container(horizontal=True):
        st.download_button(
            words("download_csv"),
            data=lambda: csv_bytes(
                FORECAST_COLUMNS,
                forecast_rows(drawn.hours, drawn.forecast, drawn.unit, simulated=one.simulated),
            ),
            file_name=f"{stem}.csv",
            mime="text/csv",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            words("download_png"),
            data=lambda: _png(drawn, one, words),
            file_name=f"{stem}.png",
            mime="image/png",
            on_click="ignore",
            icon=":material/image:",
        )


def _png(drawn: JudgedForecast, one: Datastream, words: Words) -> bytes:
    title = one.thing_name.text(words.language)
    if one.simulated:
        title = f"{title} — {words('simulated')}"
    chart = judged_chart(drawn, words, LIGHT).properties(title=title)
    return chart_png(chart, words, LIGHT, LIMITS.png_scale)


def window(forecast: Forecast | None, days: int, now: datetime) -> tuple[datetime, datetime]:
    """The observed hours to draw: ``days`` before the forecast's start, and what came true since."""
    this_hour = floor_hour(now) + HOUR
    if forecast is None:
        return this_hour - timedelta(days=days), this_hour
    start = max(forecast.origin - FIRST, timedelta(days=days)) - timedelta(days=days) + FIRST
    reach = timedelta(hours=min(forecast.horizon_hours, LIMITS.forecast_hours_max))
    # Of differences, since either sum may lie beyond the calendar.
    return start, forecast.origin + max(timedelta(), min(reach, this_hour - forecast.origin))


def show(state: State, words: Words, now: datetime) -> None:
    """The page below its heading. :class:`FalajError` when the API does not give what it needs."""
    known = forecast_series(client.datastreams(), live_sources(client.sources()))
    if not known:
        st.info(f"**{words('forecast_page.none')}** — {words('forecast_page.none_hint')}")
        return
    one = choose_datastream(state, words, known)
    source = next((origin for origin in client.sources() if origin.code == one.source), None)
    forecast = client.forecast(one.number)
    start, end = window(forecast, state.days, now)
    hours = client.hours(one.number, start, end)
    odds = client.exceedance(one.number) if forecast else []
    drawn = judged(Drawn(hours, forecast, forecast.unit if forecast else one.unit), odds)
    if forecast is None:
        st.info(words("forecast_page.not_issued"))
    else:
        show_origin(source, forecast, words, now)
    show_series(drawn, one, source, words)
    calls = [client.forecast_url(one.number), client.hours_url(one.number, start, end)]
    show_behind(drawn, one, [*calls, client.exceedance_url(one.number)] if drawn.odds else calls, words)


def show_series(drawn: JudgedForecast, one: Datastream, source: Source | None, words: Words) -> None:
    if not drawn.hours:
        page.show_hint(words, words("forecast_page.no_history"))
    show_chart(drawn, one, words)
    show_clock(source, words)
    if (said := sentence(drawn.odds, words)) is not None:
        page.show_line(words, [said], [])
    if drawn.forecast is not None:
        show_words(drawn.forecast, words)


def shown() -> bool:
    """Show the page or, when the API is away, the banner; whether it was the page."""
    state = page.current_state()
    words = Words(state.language)
    try:
        show(state, words, system_clock())
    except FalajError as error:
        page.show_banner(words, error)
        return False
    return True


@st.fragment(run_every=LIMITS.refresh_seconds)
def look_again(since: datetime) -> None:
    """Run the page anew after a while; a fragment also runs at once, when that would be too soon."""
    if system_clock() - since > timedelta(seconds=LIMITS.refresh_seconds / 2):
        st.rerun()


WORDS = Words(page.current_state().language)
page.show_heading(WORDS, WORDS("forecast_page.question"))
if not shown():
    look_again(system_clock())
