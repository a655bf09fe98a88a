"""What sensors say that the hub's staff has not accepted: on request, apart from what counts, and marked. Pages show it below theirs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards import pieces
from dashboards.client import LIMITS, hub, listed, shown_url
from dashboards.downloads import Table, show_table
from dashboards.model import Latest, latest_of
from dashboards.row import View
from dashboards.tables import stamp, value_text

UNREVIEWED = "unreviewed"


def show(view: View, observed_property: str | None = None) -> None:
    """A switch, and below it the newest values, of one property or of all."""
    words = view.words
    if not st.toggle(words("unreviewed.show"), key="unreviewed"):
        return
    rows = [one for one in read() if observed_property in (None, one.observed_property)]
    if not rows:
        pieces.show_hint(words, words("unreviewed.none"))
        return
    pieces.show_line(words, [], [pieces.badge(words("unreviewed.badge"), words("unreviewed.help"))])
    pieces.show_hint(words, words("unreviewed.help"))
    show_table("unreviewed", table(rows, view), [url(observed_property)], words)


@st.cache_resource(ttl=LIMITS.live_ttl_seconds, max_entries=4, show_spinner=False)
def read() -> list[Latest]:
    """The newest values of sensors that the hub's staff has not accepted; nothing else on these pages has them."""
    told = listed(lambda one: one, hub().latest(include=UNREVIEWED))
    return [latest_of(one) for one in told if not one.reviewed]


def url(observed_property: str | None) -> str:
    return shown_url(hub().latest(observed_property=observed_property, include=UNREVIEWED).url)


def table(rows: Sequence[Latest], view: View) -> Table:
    words = view.words
    return Table(
        columns=("thing", "observed_property", "phenomenon_time", "result", "unit", "source", "reviewed"),
        rows=lambda: [
            (
                row.thing,
                row.observed_property,
                stamp(row.phenomenon_time),
                str(row.result),
                row.unit,
                row.source,
                "false",
            )
            for row in rows
        ],
        shown=("thing", "property", "value", "age", "quality"),
        cells=[
            (
                f"{row.thing_name.text(words.language)} ({words('unreviewed.badge')})",
                view.property_name(row.observed_property),
                value_text(row, words),
                words.ago(view.now - row.phenomenon_time),
                words(f"quality.{row.quality.value}"),
            )
            for row in rows
        ],
        titles={"property": words("unreviewed.property")},
    )
