"""The page of innovation below its facts: what can be taken part in, and figures by governorate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import altair as alt
import streamlit as st

from dashboards import page, pieces
from dashboards.charts import locale
from dashboards.choices import choose
from dashboards.downloads import Figure, Table, show_figure, show_table
from dashboards.exchange import inline
from dashboards.innovation.client import urls
from dashboards.innovation.model import FIGURES, GOVERNORATES, NATIONWIDE, Innovation, Open, ranked
from dashboards.language import Words
from dashboards.palette import Palette
from dashboards.row import WIDTHS, Control, View
from dashboards.tables import Linked, stamp

ROW, AROUND = 26, 30


def show(data: Innovation, view: View) -> None:
    words = view.words
    if data.open:
        pieces.show_subheading(words, words("innovation.open"))
        show_table("open", open_table(data.open, view), urls()[:3], words)
    if data.figures:
        kind = _kind(data, view)
        if not view.state.wall:
            with st.container(width=WIDTHS[Control.THING]):
                choose(
                    words("innovation.figure"),
                    FIGURES,
                    "figure",
                    kind,
                    lambda code: words(f"innovation.figures.{code}"),
                )
        for figure in figures(data, view):
            show_figure(figure, words)


def figures(data: Innovation, view: View) -> Iterator[Figure]:
    if data.figures:
        yield governorates_figure(data, _kind(data, view), view.words)


def _kind(data: Innovation, view: View) -> str:
    return view.state.chosen("figure") or most_telling(data)


def most_telling(data: Innovation) -> str:
    """What is there of in most governorates."""
    return max(FIGURES, key=lambda kind: sum(bool(_count(data, code, kind)) for code in GOVERNORATES))


def open_table(rows: Sequence[Open], view: View) -> Table:
    words = view.words
    return Table(
        columns=("kind", "code", "name_en", "name_ar", "date_en", "at"),
        rows=lambda: [
            (one.kind, one.code, one.name.en, one.name.ar, one.date.en if one.date else None, stamp(one.at))
            for one in rows
        ],
        shown=("kind", "name", "state", "date", "at"),
        cells=[
            (
                words(f"innovation.kind_{one.kind}"),
                _name(one, words),
                one.state.text(words.language),
                words(f"innovation.date_{one.kind}") if one.date is None else one.date.text(words.language),
                words.instant(one.at),
            )
            for one in rows
        ],
        titles={key: words(f"innovation.column.{key}") for key in ("date", "at")},
    )


def _name(one: Open, words: Words) -> str:
    name, base = one.name.text(words.language), page.LIMITS.public_url.rstrip("/")
    return Linked(name, f"{base}/portal/{one.path}?lang={words.language}") if base else name


def governorates_figure(data: Innovation, kind: str, words: Words) -> Figure:
    """Bars of one figure; the table behind them has all of them."""
    bars = ranked(data, kind)
    title = words("innovation.by_governorate", figure=words(f"innovation.figures.{kind}"))
    every = [*GOVERNORATES, NATIONWIDE]
    hints = [words("innovation.nationwide_hint")]
    if data.hidden and kind == "voices":
        hints.append(words("innovation.hidden", n=data.hidden))
    return Figure(
        code=f"governorates-{kind}",
        title=title,
        alt=words("innovation.alt", title=title, most=governorate(bars[0][0], words), count=bars[0][1]),
        draw=lambda palette: bars_chart(bars, words, palette),
        table=Table(
            columns=("governorate", *FIGURES),
            rows=lambda: [(code.upper(), *(_count(data, code, one) for one in FIGURES)) for code in every],
            shown=("governorate", *FIGURES),
            cells=[
                (governorate(code, words), *(words.code(f"{_count(data, code, one):,}") for one in FIGURES))
                for code in every
            ],
            titles={"governorate": words("innovation.column.governorate")}
            | {one: words(f"innovation.figures.{one}") for one in FIGURES},
        ),
        calls=urls(),
        hints=hints,
        pinned={"figure": kind},
    )


def _count(data: Innovation, code: str, kind: str) -> int:
    return data.figures[code][kind] if code in data.figures else 0


def governorate(code: str, words: Words) -> str:
    return words(f"innovation.governorate.{code}")


def bars_chart(bars: Sequence[tuple[str, int]], words: Words, palette: Palette) -> alt.LayerChart:
    """A bar each with its number beside it, the most on top."""
    names = [words.drawn(governorate(code, words)) for code, _ in bars]
    rows = [{"name": name, "count": count} for name, (_, count) in zip(names, bars, strict=True)]
    y = alt.Y("name:N", title=None, sort=names, axis=alt.Axis(labelLimit=150, ticks=False, domain=False))
    x = alt.X(
        "count:Q",
        title=None,
        axis=None,
        scale=alt.Scale(domain=[0, 1.15 * max(1, *(count for _, count in bars))]),
    )
    base = alt.Chart(inline(rows))
    bar = base.mark_bar(color=palette.forecast, height=16).encode(x=x, y=y)
    said = base.mark_text(align="left", dx=5, color=palette.text).encode(x=x, y=y, text="count:Q")
    chart = alt.LayerChart(layer=[bar, said], height=AROUND + ROW * len(names))
    drawn: alt.LayerChart = chart.configure(locale=locale(words))
    return drawn
