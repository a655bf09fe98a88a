"""Rows of a chart beside the chart, so that a browser exchanges them and does not build the chart anew. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import altair as alt


class _Rows(tuple[dict[str, Any], ...]):
    """Rows that are told apart from others also while there are none: an empty tuple is the same as any."""

    __slots__ = ()


def inline(rows: Iterable[dict[str, Any]]) -> alt.InlineData:
    """Rows of one base; whatever layers are made of it share them."""
    return alt.InlineData(values=_Rows(rows))


def x_value(pixels: float | str) -> Any:
    """Where something stands whatever its data; ``alt.value`` would be looked up among all parts of the schema."""
    return alt.XValue(pixels)  # type: ignore[no-untyped-call]  # Altair's own


def y_value(pixels: float | str) -> Any:
    """As :func:`x_value`."""
    return alt.YValue(pixels)  # type: ignore[no-untyped-call]  # Altair's own


@contextmanager
def named_rows(chart: alt.LayerChart) -> Iterator[Mapping[str, Sequence[Any]]]:
    """The chart's rows by their names, which stand in their place meanwhile; layers made of the same base have the same rows.

    In place, since each copy of a chart copies all of its layers.
    """
    holders = [(one, one.data) for one in (chart, *chart.layer) if isinstance(one.data, alt.InlineData)]
    rows: dict[int, Sequence[Any]] = {id(data.values): data.values for _, data in holders}
    # Altair copies what holds them, and never a tuple.
    names = {number: f"rows{place}" for place, number in enumerate(rows)}
    try:
        for holder, data in holders:
            holder.data = alt.NamedData(name=names[id(data.values)])
        yield {names[number]: these for number, these in rows.items()}
    finally:
        for holder, data in holders:
            holder.data = data
