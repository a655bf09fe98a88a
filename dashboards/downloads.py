"""Everything a chart shows, to take away: CSV, PNG, SVG, and the call of the API behind it.

A page describes what it draws as a :class:`Figure` and shows it by :func:`show_figure`; a table alone is a
:class:`Table` and :func:`show_table`. What is written is made when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from html import escape
from urllib.parse import urlencode, urljoin

import streamlit as st
from altair import LayerChart

from citycore.topics import CODE
from dashboards import choices
from dashboards.arranging import Origin, offer_to_add
from dashboards.charts import chart_png, chart_svg, spec_of
from dashboards.language import ROOMS, Words
from dashboards.palette import LIGHT, Palette
from dashboards.pieces import current_palette, show_below, show_hint, show_subheading
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
    #: A sequence, or what makes it when it is looked at.
    cells: Sequence[Sequence[str]] | Callable[[], Sequence[Sequence[str]]]
    #: Names of columns that are no texts of ours, by their key in ``shown``.
    titles: dict[str, str] = field(default_factory=dict)

    def said(self) -> Sequence[Sequence[str]]:
        """The cells, made now if they are not."""
        return self.cells() if callable(self.cells) else self.cells


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
    #: What clicks do, where they do something.
    how_to: str = ""
    #: Of an address, what makes this figure whatever its page opens on.
    pinned: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pictured:
    """What there is of a chart beside its table: its pictures by kind, made when they are asked for, and where it comes from."""

    pictures: Mapping[str, Callable[[], bytes]] = field(default_factory=dict)
    origin: Origin | None = None


UNPICTURED = Pictured()


def show_figure(figure: Figure, words: Words, *, heading: bool = True, origin: Origin | None = None) -> None:
    """The chart under its heading, what is to be said of it, and everything to take away.

    ``origin`` is the page that makes it, where it stands on another one; its code is then one that only this page has, and
    what there is to take away stands behind one line.
    """
    is_alone = choices.current_state().only == figure.code
    with st.container(key=f"figure-{figure.code}"):
        if heading or is_alone:
            show_subheading(words, figure.title)
        _show_chart(figure)
        # Alone, nothing else on the page says so.
        hints = [words("simulated")] if is_alone and figure.simulated else []
        hints += [figure.how_to] if figure.picks and figure.how_to else []
        show_below(words, figure.alt, [*hints, *figure.hints])
    if choices.is_bare():
        return
    if origin is not None:
        with st.expander(words("take_away")):
            with st.container(horizontal=True):
                _files(figure.code, figure.table, words, _pictures(figure, words))
            show_rows(figure.table, words)
            _calls(figure.calls, words)
            _embedding(origin, words)
        return
    _show_behind(figure, words)
    here = Origin(choices.opened_page(), choices.current_state(), figure.code)
    offer(figure.code, figure.table, figure.calls, words, Pictured(_pictures(figure, words), here))
    offer_to_add(here, figure.pinned, words)


@st.fragment
def _show_behind(figure: Figure, words: Words) -> None:
    """The table behind one line: made and sent when somebody opens it, since few do and it is most of what a page sends."""
    line = st.expander(words("show_data"), key=f"data-{figure.code}-{words.language}", on_change="rerun")
    if line.open:
        with line:
            show_rows(figure.table, words)


def _embedding(origin: Origin, words: Words) -> None:
    """How it stands in another page; nothing of a figure whose code no address takes."""
    if CODE.fullmatch(origin.figure):
        show_hint(words, words("embed_help"))
        st.code(frame(origin.figure, _page_of(origin), origin.state), language="html", wrap_lines=True)


def _page_of(origin: Origin) -> str:
    """The address of the page that makes a figure, without parameters."""
    here = (st.context.url or "").split("?", maxsplit=1)[0]
    if origin.page == choices.opened_page():
        return here
    return urljoin(here, "./" if origin.page == ROOMS[0] else origin.page)


def _show_chart(figure: Figure) -> None:
    """Under its title as its name: what changes with its data is said beside it, since a browser builds a chart anew whose name is another one."""
    spec, key = spec_of(figure.draw(current_palette())), f"chart-{figure.code}"
    if not figure.picks:
        st.vega_lite_chart(spec, width="stretch", alt=figure.title, key=key)
        return

    def pick() -> None:
        selected = st.session_state[key]["selection"]
        for name, picked in figure.picks.items():
            if codes := [one[name] for one in selected.get(name) or [] if one.get(name)]:
                picked(codes[-1])

    st.vega_lite_chart(
        spec, width="stretch", alt=figure.title, key=key, on_select=pick, selection_mode=list(figure.picks)
    )


def show_table(code: str, table: Table, calls: Sequence[str], words: Words) -> None:
    """A table that stands for itself, with its CSV and its call."""
    show_rows(table, words)
    offer(code, table, calls, words)


def show_rows(table: Table, words: Words) -> None:
    cells = table.said()
    shown = cells[: LIMITS.table_rows_max]
    if len(shown) < len(cells):
        show_hint(words, words("cut", shown=len(shown), total=len(cells)))
    st.html(html_table(words, table.shown, shown, table.titles))


def offer(
    code: str,
    table: Table,
    calls: Sequence[str],
    words: Words,
    pictured: Pictured = UNPICTURED,
) -> None:
    """The files to download, the calls to copy, and how it stands in another page."""
    if choices.is_bare():
        return
    with st.container(horizontal=True):
        _files(code, table, words, pictured.pictures)
        with st.popover(words("get_data"), icon=":material/code:"):
            _calls(calls, words)
        if pictured.origin is not None and CODE.fullmatch(code):
            with st.popover(words("embed"), icon=":material/add_to_photos:"):
                _embedding(pictured.origin, words)


def _files(code: str, table: Table, words: Words, pictures: Mapping[str, Callable[[], bytes]]) -> None:
    kinds = {"png": "image/png", "svg": "image/svg+xml"}
    _button(code, "csv", "text/csv", lambda: csv_bytes(table.columns, table.rows()), words)
    for kind, made in pictures.items():
        _button(code, kind, kinds[kind], made, words)


def _calls(calls: Sequence[str], words: Words) -> None:
    show_hint(words, words("get_data_help"))
    st.code("\n".join(f"curl '{url}'" for url in calls), language="bash", wrap_lines=True)


def _pictures(figure: Figure, words: Words) -> Mapping[str, Callable[[], bytes]]:
    return {kind: partial(picture, figure, words, kind) for kind in ("png", "svg")}


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
