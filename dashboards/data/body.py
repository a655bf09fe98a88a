"""The page of data: the query builder, then the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

import falaj_client as api
from dashboards import choices, noise, pieces, state
from dashboards.choices import choose
from dashboards.data import client as own
from dashboards.data.model import Catalogue, things_of
from dashboards.data.query import BUCKETS, FORMATS, Query, codes
from dashboards.downloads import Table, show_rows, show_table
from dashboards.language import number_text
from dashboards.row import View, thing_label
from dashboards.state import ANY
from dashboards.tables import Linked, stamp

DATASET_COLUMNS = (
    "dataset",
    "licence",
    "things",
    "datastreams",
    "start",
    "newest_phenomenon_time",
    "bulk_files",
    "simulated",
)
DATASET_SHOWN = ("dataset", "licence", "things", "since", "age", "bulk_files")
FILE_SHOWN = ("date", "dataset", "row_count", "size", "sha256")
LANGUAGES = {"curl": "bash", "Python": "python", "pandas": "python", "R": "r"}


def show(data: Catalogue, view: View) -> None:
    words = view.words
    if data.query is not None:
        show_builder(data.query, data.rows, view)
    if data.datasets:
        pieces.show_subheading(words, words("data.catalogue"))
        calls = [own.datasets_url(), *(own.observations_url(one.dataset) for one in data.datasets)]
        show_table("datasets", dataset_table(data.datasets, view), calls, words)
    known = [one for one in view.city.properties if one.datastream_count]
    if known:
        pieces.show_subheading(words, words("data.properties_title"))
        show_table("observed-properties", property_table(view), [own.properties_url()], words)
        if not noise.is_measured(known):
            pieces.show_hint(words, words("noise.not_measured"))
    if data.files:
        pieces.show_subheading(words, words("data.files"))
        show_table("bulk-files", file_table(data.files, view), [own.bulk_url()], words)
        pieces.show_hint(words, words("data.files_help"))


def show_builder(query: Query, rows: Sequence[api.Observation | api.Statistics] | None, view: View) -> None:
    """Choices beside those of the row, what they come to as an address and as code, and its first rows."""
    words = view.words
    pieces.show_subheading(words, words("data.build"))
    pieces.show_hint(words, words("data.build_help"))
    if not view.state.wall:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            choose(
                words("row.thing"),
                [ANY, *things_of(view)],
                "thing",
                query.thing,
                lambda code: thing_label(view, code) if code else words("data.every"),
            )
            choose(
                words("data.bucket"),
                list(BUCKETS),
                "bucket",
                query.bucket,
                lambda code: words(f"data.buckets.{code}"),
            )
            choose(words("data.format"), list(FORMATS), "format", query.format, str.upper)
    st.code(query.url(), language=None, wrap_lines=True)
    made = codes(query)
    for tab, (name, code) in zip(st.tabs(list(made)), made.items(), strict=True):
        tab.code(code, language=LANGUAGES[name], wrap_lines=True)
    if not view.state.wall:
        st.button(words("data.try"), on_click=_try, key=f"try-{words.language}")
    if rows is not None:
        show_trial(rows, view)


def _try() -> None:
    choices.keep(state.changed(choices.current_state(), "try", "1"))


def show_trial(rows: Sequence[api.Observation | api.Statistics], view: View) -> None:
    words = view.words
    if not rows:
        pieces.show_hint(words, words("data.no_rows"))
        return
    cells = [_row_cells(one, view) for one in rows]
    pieces.show_hint(words, words("data.first_rows", n=len(rows)))
    show_rows(
        Table(
            columns=(),
            rows=list,
            shown=("time", "thing", "value", "completeness"),
            cells=cells,
            titles={"completeness": words("data.column.completeness")},
        ),
        words,
    )


def _row_cells(one: api.Observation | api.Statistics, view: View) -> tuple[str, ...]:
    words, none = view.words, view.words("none")
    thing = view.city.thing(one.thing or "")
    name = (one.thing or none) if thing is None else thing.name.text(words.language)
    if isinstance(one, api.Statistics):
        value = none if one.mean is None else words.value(one.mean, one.unit or "1")
        share = none if one.completeness is None else words.code(f"{one.completeness:.0%}")
        return words.instant(one.bucket_start), name, value, share
    result = one.result
    value = words.value(result, one.unit or "1") if isinstance(result, (int, float)) else str(result or none)
    return words.instant(one.phenomenon_time), name, value, none


def dataset_table(found: Sequence[api.Dataset], view: View) -> Table:
    return Table(
        columns=DATASET_COLUMNS,
        rows=lambda: [_dataset_row(one) for one in found],
        shown=DATASET_SHOWN,
        cells=[_dataset_cells(one, view) for one in found],
        titles={"bulk_files": view.words("data.column.bulk_files")},
    )


def _dataset_row(one: api.Dataset) -> tuple[object, ...]:
    start, newest = (None if at is None else stamp(at) for at in (one.start, one.newest_phenomenon_time))
    licence = None if one.licence is None else one.licence.id
    counts = (one.thing_count, one.datastream_count)
    return one.dataset, licence, *counts, start, newest, one.bulk_file_count, str(one.simulated).lower()


def _dataset_cells(one: api.Dataset, view: View) -> tuple[str, ...]:
    words, newest, none = view.words, one.newest_phenomenon_time, view.words("none")
    licence = none if one.licence is None else words.code(one.licence.id)
    if one.licence is not None and one.licence.url:
        licence = Linked(licence, one.licence.url)
    return (
        one.name.text(words.language),
        licence,
        words.code(f"{one.thing_count:,}"),
        none if one.start is None else words.date(one.start),
        none if newest is None else words.ago(view.now - newest),
        words.code(f"{one.bulk_file_count:,}"),
    )


def property_table(view: View) -> Table:
    words = view.words
    known = sorted(
        (one for one in view.city.properties if one.datastream_count), key=lambda one: -one.datastream_count
    )
    return Table(
        columns=("observed_property", "name_en", "name_ar", "sector", "unit", "datastream_count"),
        rows=lambda: [
            (one.code, one.name.en, one.name.ar, one.sector, one.unit, one.datastream_count) for one in known
        ],
        shown=("name", "code", "unit", "datastreams"),
        cells=[
            (
                one.name.text(words.language),
                words.code(one.code),
                words.unit(one.unit) or words("none"),
                words.code(f"{one.datastream_count:,}"),
            )
            for one in known
        ],
        titles={key: words(f"data.column.{key}") for key in ("code", "datastreams")},
    )


def file_table(files: Sequence[api.BulkFile], view: View) -> Table:
    words = view.words
    return Table(
        columns=("date", "dataset", "url", "row_count", "byte_count", "sha256"),
        rows=lambda: [
            (one.date.isoformat(), one.dataset, one.url, one.row_count, one.byte_count, one.sha256)
            for one in files
        ],
        shown=FILE_SHOWN,
        cells=[
            (
                Linked(words.code(one.date.isoformat()), one.url),
                words.code(one.dataset),
                words.code(f"{one.row_count:,}"),
                words("data.megabytes", size=words.code(number_text(one.byte_count / 1e6))),
                words.code(f"{one.sha256[:12]}…"),
            )
            for one in files
        ],
        titles={key: words(f"data.column.{key}") for key in ("date", "row_count", "size", "sha256")},
    )
