"""The page of buses below its facts: lines by how they keep to their schedule, hours of the day, and what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dashboards import pieces
from dashboards.answers import listed
from dashboards.buses import client as own
from dashboards.buses.announced import told
from dashboards.buses.hours import hours_chart, known_hours
from dashboards.buses.model import WEEK, Adherence, Bounds, Buses, Line, Spans, days_of, unseen
from dashboards.downloads import Figure, Table, show_figure, show_table
from dashboards.language import Words, percent_text
from dashboards.row import View

MINUTE = 60
NUMBERS = (
    "on_time_share",
    "on_time_share_today",
    "on_time_share_before",
    "early_share",
    "late_share",
    "mean_lateness_seconds",
    "trips_seen",
    "trip_count",
    "observed_share",
)
SHOWN = ("on_time", "today", "before", "early", "late", "lateness", "trips", "seen")


def show(data: Buses, view: View) -> None:
    words = view.words
    if data.simulated:
        pieces.show_line(words, [], [pieces.badge(words("simulated"), words("simulated_help"))])
    if data.announced is None:
        pieces.show_hint(words, words("buses.announced_unread"))
    elif data.announced:
        pieces.show_paragraphs(words, words("buses.announced"), told(data.announced, data.names, words))
    if data.lines:
        pieces.show_subheading(words, words("buses.by_line" if data.is_week else "buses.by_line_today"))
        show_table("bus-lines", lines_table(data, words), _days_call(view), words)
    for figure in figures(data, view):
        show_figure(figure, words)
    pieces.show_paragraphs(words, words("buses.to_know"), to_know(data, words))


def figures(data: Buses, view: View) -> Iterator[Figure]:
    if known_hours(data.hours):
        yield hours_figure(data, view)


def _days_call(view: View) -> list[str]:
    days = days_of(view.now)
    return own.urls("P1D", days.before, days.end)


def _hours_call(data: Buses, view: View) -> list[str]:
    days = days_of(view.now)
    return own.urls("PT1H", *((days.week, days.today) if data.is_week else (days.today, days.end)))


def lines_table(data: Buses, words: Words) -> Table:
    """The least on time first; of the week before only where anything is known of it."""
    with_before = data.every.before.observed > 0
    shown = [one for one in SHOWN if with_before or one != "before"]
    return Table(
        columns=("source", "route", *NUMBERS),
        rows=lambda: [(*line, *_numbers(spans)) for line, spans in data.lines.items()],
        shown=("line", *shown),
        cells=[
            (data.names[line].text(words.language), *map(_cells(one, words).__getitem__, shown))
            for line, one in data.lines.items()
        ],
        titles={key: words(f"buses.column.{key}") for key in ("line", *shown)},
    )


def _numbers(spans: Spans) -> tuple[float | None, ...]:
    adherence = spans.shown
    return (
        adherence.on_time_share,
        spans.today.on_time_share,
        spans.before.on_time_share,
        adherence.share(adherence.early),
        adherence.share(adherence.late),
        adherence.mean_lateness_seconds,
        adherence.trips_seen,
        adherence.trips,
        adherence.observed_share,
    )


def _cells(spans: Spans, words: Words) -> dict[str, str]:
    adherence = spans.shown
    seen, trips = (words.code(f"{count:,}") for count in (adherence.trips_seen, adherence.trips))
    return {
        "on_time": share_text(adherence.on_time_share, words),
        "today": share_text(spans.today.on_time_share, words),
        "before": share_text(spans.before.on_time_share, words),
        "early": share_text(adherence.share(adherence.early), words),
        "late": share_text(adherence.share(adherence.late), words),
        "lateness": lateness_text(adherence.mean_lateness_seconds, words),
        "trips": words("buses.of_trips", seen=seen, trips=trips) if adherence.trips else words("none"),
        "seen": share_text(adherence.observed_share, words),
    }


def share_text(share: float | None, words: Words) -> str:
    return words("none") if share is None else percent_text(share)


def lateness_text(seconds: float | None, words: Words) -> str:
    """In minutes with one decimal; early is said in words."""
    if seconds is None:
        return words("none")
    minutes = words.value(round(abs(seconds) / MINUTE, 1), "min")
    return words("buses.ahead", minutes=minutes) if seconds <= -MINUTE / 20 else minutes


def hours_figure(data: Buses, view: View) -> Figure:
    words, hours = view.words, known_hours(data.hours)
    title = words("buses.by_hour" if data.is_week else "buses.by_hour_today")
    worst = min(hours, key=lambda hour: hours[hour].on_time_share or 0.0)
    share = percent_text(hours[worst].on_time_share or 0.0)
    return Figure(
        code="buses-by-hour",
        title=title,
        alt=words("buses.alt", title=title, hour=hour_text(worst, words), share=share),
        draw=lambda palette: hours_chart(hours, words, palette),
        table=hours_table(data.hours, words),
        calls=_hours_call(data, view),
        hints=[words("buses.worst_hour", hour=hour_text(worst, words), share=share), words("buses.hour_is")],
        simulated=data.simulated,
    )


def hours_table(hours: Mapping[int, Adherence], words: Words) -> Table:
    shown = ("hour", "on_time", "early", "late", "lateness", "stops", "seen")
    return Table(
        columns=(
            "local_hour",
            "on_time_share",
            "early_share",
            "late_share",
            "mean_lateness_seconds",
            "observed_count",
            "scheduled_count",
        ),
        rows=lambda: [
            (
                hour,
                one.on_time_share,
                one.share(one.early),
                one.share(one.late),
                one.mean_lateness_seconds,
                one.observed,
                one.scheduled,
            )
            for hour, one in hours.items()
        ],
        shown=shown,
        cells=[
            (
                hour_text(hour, words),
                share_text(one.on_time_share, words),
                share_text(one.share(one.early), words),
                share_text(one.share(one.late), words),
                lateness_text(one.mean_lateness_seconds, words),
                words.code(f"{one.observed:,}"),
                share_text(one.observed_share, words),
            )
            for hour, one in hours.items()
        ],
        titles={key: words(f"buses.column.{key}") for key in shown},
    )


def hour_text(hour: int, words: Words) -> str:
    return words.code(f"{hour:02}:00")


def to_know(data: Buses, words: Words) -> list[str]:
    """Paragraphs on what counts as on time, what the figures rest on, and what is not known."""
    shown, said = data.every.shown, on_time_is(data.bounds, words)
    if (share := shown.observed_share) is not None:
        key = "buses.rests_on" if shown.observed < shown.scheduled else "buses.rests_on_all"
        said.append(words(key, share=percent_text(share)))
    if 0 < data.days_seen < WEEK:
        said.append(words("buses.few_days", n=words.code(str(data.days_seen))))
    if shown.cancelled:
        said.append(words("buses.cancelled", count=words.code(f"{shown.cancelled:,}")))
    if lines := unseen(data):
        said.append(words("buses.unseen_lines", lines=_names(lines, data, words)))
    said += [
        words("buses.ended", source=words.code(source), day=words.code(day.isoformat()))
        for source, day in data.ended.items()
    ]
    if not data.has_schedule:
        said.append(words("buses.no_schedule_help"))
    return said


def on_time_is(bounds: Sequence[Bounds | None], words: Words) -> list[str]:
    """What counted as on time in the days shown, as the hub states it; that it differs, or is not known of some."""
    said = [
        words("buses.on_time_is" if place == 0 else "buses.on_time_was", early=early, late=late)
        for place, (early, late) in enumerate(
            (_span(early, words), _span(late, words)) for early, late in filter(None, bounds)
        )
    ]
    if None in bounds:
        said.append(words("buses.on_time_unknown" if said else "buses.on_time_unstated"))
    return [*said, words("buses.weighed")] if bounds else []


def _names(lines: Sequence[Line], data: Buses, words: Words) -> str:
    return listed([data.names[line].text(words.language) for line in lines], words)


def _span(seconds: float, words: Words) -> str:
    if seconds % MINUTE == 0:
        return words.counted("span.minute", int(seconds) // MINUTE)
    return words.counted("span.second", round(seconds))
