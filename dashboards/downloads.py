"""Everything a chart shows, to take away: CSV, PNG, SVG, and the call of the API behind it.

A page describes what it draws as a :class:`Figure` and shows it by :func:`show_figure`; a table alone is a
:class:`Table` and :func:`show_table`. What is written is made when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from urllib.parse import urlencode

import streamlit as st
from altair import LayerChart

from citycore.topics import CODE
from dashboards import choices
from dashboards.charts import chart_png, chart_svg
from dashboards.language import Words
from dashboards.palette import LIGHT, Palette
from dashboards.pieces import current_palette, show_hint, show_subheading
from dashboards.settings import dashboard_settings
from dashboards.state import State, write
from dashboards.tables import csv_bytes, html_table

LIMITS = dashboard_settings()
#: Pixels; a chart with its heading, its legend and its line fits.
FRAME_HEIGHT = 700


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows for people and rows for machines.

    ``columns`` name what ``rows`` has, in codes and UTC; ``shown`` are keys under ``column`` of what ``cells`` says in words.
    """

    columns: Sequence[str]
    rows: Callable[[], Iterable[Sequence[object]]]
    shown: Sequence[str]
    cells: Sequence[Sequence[str]]
    #: Names of columns that are no texts of ours, by their key in ``shown``.
    titles: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart with the table behind it. ``code`` names its files, and its widgets on the page.

    ``draw`` makes the chart in the colours it is given: the page's own, or light ones for a picture. ``alt`` is what it shows, in words.
    """

    code: str
    title: str
    alt: str
    draw: Callable[[Palette], LayerChart]
    table: Table
    calls: Sequence[str]
    hints: Sequence[str] = ()
    simulated: bool = False
    #: What happens when somebody clicks in the chart: by the name of a selection, whose field of that name has the code.
    picks: Mapping[str, Callable[[str], None]] = field(default_factory=dict)


def show_figure(figure: Figure, words: Words, *, heading: bool = True) -> None:
    """The chart under its heading, what is to be said of it, and everything to take away."""
    is_alone = choices.current_state().only == figure.code
    with st.container(key=f"figure-{figure.code}"):
        if heading or is_alone:
            show_subheading(words, figure.title)
        _show_chart(figure)
        # Alone, nothing else on the page says so.
        hints = [words("simulated"), *figure.hints] if is_alone and figure.simulated else figure.hints
        if hints:
            show_hint(words, " · ".join(hints))
    if choices.is_bare():
        return
    with st.expander(words("show_data")):
        show_rows(figure.table, words)
    pictures = {"png": lambda: picture(figure, words, "png"), "svg": lambda: picture(figure, words, "svg")}
    offer(figure.code, figure.table, figure.calls, words, pictures)


def _show_chart(figure: Figure) -> None:
    chart, key = figure.draw(current_palette()), f"chart-{figure.code}"
    if not figure.picks:
        st.altair_chart(chart, width="stretch", alt=figure.alt, key=key)
        return

    def pick() -> None:
        selected = st.session_state[key]["selection"]
        for name, picked in figure.picks.items():
            if codes := [one[name] for one in selected.get(name) or [] if one.get(name)]:
                picked(codes[-1])

    st.altair_chart(
        chart, width="stretch", alt=figure.alt, key=key, on_select=pick, selection_mode=list(figure.picks)
    )


def show_table(code: str, table: Table, calls: Sequence[str], words: Words) -> None:
    """A table that stands for itself, with its CSV and its call."""
    show_rows(table, words)
    offer(code, table, calls, words, {})


def show_rows(table: Table, words: Words) -> None:
    shown = table.cells[: LIMITS.table_rows_max]
    if len(shown) < len(table.cells):
        show_hint(words, words("cut", shown=len(shown), total=len(table.cells)))
    st.html(html_table(words, table.shown, shown, table.titles))


def offer(
    code: str,
    table: Table,
    calls: Sequence[str],
    words: Words,
    pictures: dict[str, Callable[[], bytes]],
) -> None:
    """The files to download, and the calls to copy; of a figure also how it stands in another page."""
    if choices.is_bare():
        return
    kinds = {"png": "image/png", "svg": "image/svg+xml"}
    with st.container(horizontal=True):
        _button(code, "csv", "text/csv", lambda: csv_bytes(table.columns, table.rows()), words)
        for kind, made in pictures.items():
            _button(code, kind, kinds[kind], made, words)
        with st.popover(words("get_data"), icon=":material/code:"):
            show_hint(words, words("get_data_help"))
            st.code("\n".join(f"curl '{url}'" for url in calls), language="bash", wrap_lines=True)
        if pictures and CODE.fullmatch(code):
            with st.popover(words("embed"), icon=":material/add_to_photos:"):
                address = frame(code, st.context.url or "", choices.current_state())
                st.code(address, language="html", wrap_lines=True)


def frame(code: str, page: str, state: State) -> str:
    """The figure in another page, as HTML to paste there: ``page`` is the address of this one, without parameters."""
    asked = urlencode({**write(replace(state, only=code, wall=False)), "embed": "true"})
    address = f"{page.split('?', maxsplit=1)[0]}?{asked}"
    return f'<iframe src="{escape(address)}" title="{escape(code)}" width="100%" height="{FRAME_HEIGHT}"></iframe>'


def _button(code: str, kind: str, mime: str, made: Callable[[], bytes], words: Words) -> None:
    st.download_button(
        words(f"download_{kind}"),
        data=made,
        file_name=f"{code}.{kind}",
        mime=mime,
        on_click="ignore",
        icon=":material/download:" if kind == "csv" else ":material/image:",
        key=f"{kind}-{code}-{words.language}",
    )


def picture(figure: Figure, words: Words, kind: str) -> bytes:
    """The chart as a picture with its title, drawn without a browser and without a network."""
    title = f"{figure.title} — {words('simulated')}" if figure.simulated else figure.title
    chart = figure.draw(LIGHT).properties(title=words.drawn(title))
    if kind == "svg":
        return chart_svg(chart, words, LIGHT)
    return chart_png(chart, words, LIGHT, LIMITS.png_scale)
