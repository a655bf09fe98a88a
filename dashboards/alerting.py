"""Alerts as a table: the newest first, with what to do."""

from __future__ import annotations

from collections.abc import Sequence

import falaj_client as api
from dashboards.downloads import Table
from dashboards.language import Words
from dashboards.row import View
from dashboards.tables import stamp

ALERT_COLUMNS = (
    "alert",
    "rule",
    "severity",
    "thing",
    "place",
    "observed_property",
    "value",
    "unit",
    "raised_at",
    "cleared_at",
    "acknowledged_at",
    "simulated",
)
ALERT_SHOWN = ("severity", "what", "thing", "place", "value", "since", "acknowledged")


def alert_table(alerts: Sequence[api.Alert], view: View) -> Table:
    return Table(
        columns=ALERT_COLUMNS,
        rows=lambda: [_row(one) for one in alerts],
        shown=ALERT_SHOWN,
        cells=[_cells(one, view) for one in alerts],
    )


def _row(one: api.Alert) -> tuple[object, ...]:
    instants = (one.raised_at, one.cleared_at, one.acknowledged_at)
    return (
        one.alert,
        one.rule,
        one.severity,
        one.thing,
        one.place,
        one.observed_property,
        one.value,
        one.unit,
        *(None if moment is None else stamp(moment) for moment in instants),
        str(one.simulated).lower(),
    )


def _cells(one: api.Alert, view: View) -> tuple[str, ...]:
    words = view.words
    return (
        severity_text(one.severity, words),
        one.name.text(words.language),
        one.thing_name.text(words.language),
        words("none") if one.place_name is None else one.place_name.text(words.language),
        words("none") if one.value is None else words.value(one.value, one.unit or "1"),
        f"{words.instant(one.raised_at)} ({words.ago(view.now - one.raised_at)})",
        words("none") if one.acknowledged_at is None else words.instant(one.acknowledged_at),
    )


def severity_text(code: str, words: Words) -> str:
    return words.known(f"severity.{code}", code)
