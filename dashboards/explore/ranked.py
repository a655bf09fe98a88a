"""The ranking over the period: districts, or the things of a place; a row leads on to what it is of."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboards import pieces
from dashboards.downloads import Table, offer
from dashboards.explore.lines import Ranked
from dashboards.explore.model import PLACES, SETTINGS, Explored, Ranking
from dashboards.language import percent_text
from dashboards.page import address
from dashboards.row import View
from dashboards.state import write

COLUMNS = ("rank", "code", "name_en", "name_ar", "mean", "unit", "days_above", "days", "coverage", "things")


def show_ranking(data: Explored, ranking: Ranking, view: View) -> None:
    if not ranking.rows:
        return
    words = view.words
    pieces.show_subheading(words, words(f"explore.ranking_{ranking.by}", place=view.place_name()))
    st.html(_table(data, ranking, view))
    if len(ranking.rows) > SETTINGS.ranked_max:
        pieces.show_hint(words, words("cut", shown=SETTINGS.ranked_max, total=len(ranking.rows)))
    table = Table(
        columns=COLUMNS,
        rows=lambda: [_row(place, one, data) for place, one in enumerate(ranking.rows, 1)],
        shown=(),
        cells=(),
    )
    offer(f"ranking-{view.observed_property}".replace("_", "-"), table, ranking.calls, words)


def _row(place: int, one: Ranked, data: Explored) -> tuple[object, ...]:
    share = None if one.coverage is None else round(one.coverage, 4)
    names = (place, one.code, one.name.en, one.name.ar)
    return *names, one.mean, data.unit, one.days_above, one.day_count, share, one.thing_count


def _table(data: Explored, ranking: Ranking, view: View) -> str:
    words, by_place = view.words, ranking.by == PLACES
    titles = ["explore.rank", "column.place" if by_place else "column.thing", "explore.mean_column"]
    titles += ["explore.days_column"] if data.limit is not None else []
    titles += ["explore.coverage_column", *(["column.things"] if by_place else [])]
    head = "".join(f'<th scope="col">{escape(words(title))}</th>' for title in titles)
    rows = enumerate(ranking.rows[: SETTINGS.ranked_max], 1)
    body = "".join(f"<tr>{_cells(place, one, data, ranking.by, view)}</tr>" for place, one in rows)
    return (
        f'<div class="falaj-table" dir="{words.direction}" lang="{words.language}" tabindex="0">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cells(place: int, one: Ranked, data: Explored, by: str, view: View) -> str:
    words, by_place = view.words, by == PLACES
    cells = [words.code(str(place)), "", words.value(one.mean, data.unit)]
    if data.limit is not None:
        above = one.days_above is not None and one.day_count
        cells.append(
            words("explore.days_of", above=one.days_above, days=one.day_count) if above else words("none")
        )
    cells.append(words("none") if one.coverage is None else percent_text(one.coverage))
    cells += [words.code(str(one.thing_count))] if by_place else []
    shown = [f"<td>{escape(cell)}</td>" for cell in cells]
    shown[1] = f"<td>{pieces.link(one.name.text(words.language), _to(one, by, view))}</td>"
    return "".join(shown)


def _to(one: Ranked, by: str, view: View) -> str:
    """The same property and period of what a row is of."""
    kept = {name: code for name, code in write(view.state).items() if name in {"days", "from", "to", "marks"}}
    kept["property"] = view.observed_property
    if by == PLACES:
        return address(view.state, "explore", **{**kept, "place": one.code, "of": "place"})
    return address(view.state, "explore", **{**kept, "thing": one.code})
