"""What stands below the answer: what to compare and what to lay over it, the chart, what happened, and the ranking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import streamlit as st

from dashboards import noise, pieces, time_line, unreviewed
from dashboards.downloads import Figure, Table, offer, show_figure, show_rows
from dashboards.explore.boxes import show_boxes
from dashboards.explore.chart import Drawn, cells_of, lines_chart
from dashboards.explore.lines import Line
from dashboards.explore.model import Explored, Weather, load_ranking
from dashboards.explore.ranked import show_ranking
from dashboards.explore.writing import show_writing
from dashboards.language import number_cell, number_text, percent_text
from dashboards.row import View
from dashboards.tables import stamp

__all__ = ["show"]


def show(data: Explored, view: View) -> None:
    words = view.words
    is_controlled = not (view.state.wall or st.context.is_embedded)
    if is_controlled:
        show_boxes(view)
    for key in data.unread:
        pieces.show_hint(words, words(key))
    for figure in figures(data, view):
        show_figure(figure, words)
    _show_marks(data, view)
    show_writing(view)
    show_ranking(data, load_ranking(data, view), view)
    if is_controlled:
        unreviewed.show(view, view.observed_property)


def figures(data: Explored, view: View) -> Iterator[Figure]:
    """The lines, and the weather on the same time."""
    if any(line.means for line in data.lines):
        yield lines_figure(data, view)
    for one in data.weather:
        yield weather_figure(one, data, view)


def line_names(data: Explored, view: View) -> list[str]:
    """What stands at the end of each line: whose it is, or of when."""
    words, several = view.words, len({one.subject for one in data.lines}) > 1

    def named(line: Line) -> str:
        if several or len(data.lines) == 1:
            return words.drawn(line.subject.name.text(words.language))
        return words.drawn(words(f"explore.line_{line.back or 'chosen'}"))

    return [named(one) for one in data.lines]


def lines_figure(data: Explored, view: View) -> Figure:
    words, names = view.words, line_names(data, view)
    drawn = Drawn(data.lines, names, data.unit, data.bucket, view.period, data.limit, data.marks.marks)
    means = [mean for line in data.lines for mean in line.means]
    subjects = list(dict.fromkeys(one.subject.name.text(words.language) for one in data.lines))
    title = words(
        "explore.title",
        property=view.property_name(view.observed_property),
        thing=words("answer.list_comma").join(subjects),
    )
    low, high = (number_text(edge) for edge in (min(means), max(means)))
    return Figure(
        code=f"explore-{view.observed_property}".replace("_", "-"),
        title=title,
        alt=words("explore.alt", title=title, low=low, high=high),
        draw=lambda palette: lines_chart(drawn, words, palette),
        table=lines_table(data, names, view),
        calls=data.calls,
        hints=_hints(data, view),
        simulated=data.simulated,
        pinned=_pinned(data, view),
    )


def lines_table(data: Explored, names: Sequence[str], view: View) -> Table:
    words, of = view.words, data.lines
    keys = [f"line{place}" for place in range(len(of))]
    return Table(
        columns=("line", "back", "bucket_start", "mean", "unit", "simulated"),
        rows=lambda: [
            (
                line.subject.place or name,
                line.back,
                stamp(one.time),
                one.mean,
                data.unit,
                str(data.simulated).lower(),
            )
            for line, name in zip(of, names, strict=True)
            for one in line.points
        ],
        shown=("time", *keys),
        cells=lambda: [
            (words.instant(moment), *(number_cell(one, words) for one in values))
            for moment, values in reversed(list(cells_of(of)))
        ],
        titles=dict(zip(keys, names, strict=True)),
    )


def _pinned(data: Explored, view: View) -> Mapping[str, str]:
    thing = {} if data.lines[0].subject.datastream is None else {"thing": view.thing}
    return {"property": view.observed_property, **thing}


def _hints(data: Explored, view: View) -> list[str]:
    words = view.words
    hints = [words(f"explore.bucket_{data.bucket}"), words("explore.times")]
    if data.lines[0].subject.datastream is None:
        hints.append(words("explore.mean_of_things"))
    is_judged = data.limit is not None
    hints += noise.told(view.observed_property, words, is_averaged=True, is_judged=is_judged)
    if data.coverage is not None:
        hints.append(words("explore.coverage", share=percent_text(data.coverage)))
    if data.limit is not None:
        hints.append(words("limits.lines_hint", **words.limit(data.limit)))
        hints += [words("limits.lines_longer")] if data.bucket == "PT1H" else []
    if data.marks.left_out:
        key = "explore.marks_left_out_least" if data.marks.is_cut else "explore.marks_left_out"
        hints.append(words(key, n=data.marks.left_out))
    return hints


def weather_figure(weather: Weather, data: Explored, view: View) -> Figure:
    """Below the chart on the same axis of time: two measures never share one axis of values."""
    words, known = view.words, view.city.property(weather.code)
    name = weather.code if known is None else known.name.text(words.language)
    place = weather.line.subject.name.text(words.language)
    title = words("explore.title", property=name, thing=place)
    low, high = (number_text(edge) for edge in (min(weather.line.means), max(weather.line.means)))
    drawn = Drawn([weather.line], [words.drawn(name)], weather.unit, data.bucket, view.period)
    shown = Explored([weather.line], weather.unit, data.bucket, simulated=data.simulated)
    return Figure(
        code=f"weather-{weather.code}".replace("_", "-"),
        title=title,
        alt=words("explore.alt", title=title, low=low, high=high),
        draw=lambda palette: lines_chart(drawn, words, palette),
        table=lines_table(shown, [words.drawn(name)], view),
        calls=weather.calls,
        simulated=data.simulated,
        pinned=_pinned(data, view),
    )


def _show_marks(data: Explored, view: View) -> None:
    """What is drawn as bands and signs, in words; what was asked for and is not there, too."""
    words, marks = view.words, data.marks.marks
    if not marks:
        return
    has_notes = any(one.note for one in marks)
    pieces.show_subheading(words, words("explore.marks_title"))
    cells = [
        (
            words(f"explore.kind_{one.kind}"),
            one.name.text(words.language),
            *time_line.when_text(one.start, one.end, words, whole_days=one.is_whole_days),
            *([one.note.text(words.language) if one.note else ""] if has_notes else []),
        )
        for one in reversed(marks)
    ]
    table = Table(
        columns=("kind", "name_en", "name_ar", "start", "end", "note_en", "note_ar"),
        rows=lambda: [
            (
                one.kind,
                one.name.en,
                one.name.ar,
                stamp(one.start),
                one.end and stamp(one.end),
                one.note and one.note.en,
                one.note and one.note.ar,
            )
            for one in marks
        ],
        shown=("kind", "name", "since", "until", *(["note"] if has_notes else [])),
        cells=cells,
        titles={"until": words("explore.until"), "note": words("explore.note")},
    )
    show_rows(table, words)
    offer("explore-marks", table, data.marks.calls, words)
