"""The page of alerts below its facts: what goes on, and what went on in the period."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import falaj_client as api
from dashboards import page, pieces
from dashboards.alerting import ALERT_COLUMNS, alert_table, severity_text
from dashboards.alerts import acknowledging
from dashboards.alerts.days import days_chart, days_of
from dashboards.alerts.model import Alerts, RuleFigures, age, by_rule
from dashboards.downloads import Figure, Table, show_figure, show_table
from dashboards.language import percent_text
from dashboards.row import View
from dashboards.tables import Linked

OPEN_SHOWN = ("severity", "what", "thing", "place", "value", "limit", "since", "acknowledged")


def show(data: Alerts, view: View) -> None:
    words = view.words
    if data.open:
        show_table("alerts", open_table(data.open, view), data.calls[:1], words)
        acknowledging.show(data.open, view)
    pieces.show_subheading(words, words("alerts.history"))
    if data.is_cut:
        pieces.show_hint(words, words("alerts.cut"))
    if not data.raised:
        pieces.show_hint(words, words("alerts.none_raised"))
        return
    for figure in figures(data, view):
        show_figure(figure, words, heading=False)
    pieces.show_line(words, [false_alarms(data.raised, view)], [])
    show_table("alert-rules", rules_table(by_rule(data.raised), view), data.calls[1:], words)


def figures(data: Alerts, view: View) -> Iterator[Figure]:
    if data.raised:
        yield history_figure(data, view)


def open_table(alerts: Sequence[api.Alert], view: View) -> Table:
    """Those that go on, each with the bound it lies beyond, and where it is looked at and acknowledged."""
    plain = alert_table(alerts, view)
    return Table(
        columns=(*ALERT_COLUMNS, "above", "below", "bound_unit"),
        rows=lambda: [
            (*row, one.above, one.below, one.bound_unit)
            for row, one in zip(plain.rows(), alerts, strict=True)
        ],
        shown=OPEN_SHOWN,
        cells=[_cells(one, cells, view) for one, cells in zip(alerts, plain.said(), strict=True)],
        titles={"limit": view.words("alerts.column.limit")},
    )


def _cells(one: api.Alert, plain: Sequence[str], view: View) -> tuple[str, ...]:
    severity, what, thing, place, value, since, acknowledged = plain
    asked = {"thing": one.thing} | ({"property": one.observed_property} if one.observed_property else {})
    explored = Linked(thing, page.address(view.state, "explore", **asked))
    if one.place is not None:
        place = Linked(place, page.address(view.state, "explore", place=one.place, **asked))
    if one.acknowledged_at is None:
        said = view.words("alerts.acknowledge" if page.LIMITS.public_url else "alerts.nobody")
        acknowledged = Linked(said, desk_address(one, view)) if page.LIMITS.public_url else said
    return severity, what, explored, place, value, bound_text(one, view), since, acknowledged


def desk_address(one: api.Alert, view: View) -> str:
    """Where duty officers acknowledge it; the portal asks them to sign in."""
    return f"{page.LIMITS.public_url.rstrip('/')}/portal/desk/alerts/{one.alert}?lang={view.words.language}"


def bound_text(one: api.Alert, view: View) -> str:
    """The bound that the value lies beyond, as its rule has it."""
    words, known = view.words, view.city.property(one.observed_property or "")
    unit = one.bound_unit or ("1" if known is None or one.kind == "anomaly" else known.unit)
    per_hour = one.kind == "rate"
    said = [
        words(f"alerts.{key}_per_hour" if per_hour else f"alerts.{key}", bound=words.value(bound, unit))
        for key, bound in (("above", one.above), ("below", one.below))
        if bound is not None
    ]
    if said and one.probability is not None:
        said.append(words("alerts.with_probability", share=percent_text(one.probability)))
    return words("alerts.or").join(said) or words("none")


def history_figure(data: Alerts, view: View) -> Figure:
    words, days = view.words, days_of(data.raised)
    return Figure(
        code="alerts-by-day",
        title=words("alerts.history"),
        alt=words("alerts.alt", alerts=words.counted("alerts.counted", len(data.raised))),
        draw=lambda palette: days_chart(days, view.period, words, palette),
        table=alert_table(data.raised, view),
        calls=data.calls[1:],
        simulated=any(one.simulated for one in data.raised),
    )


def false_alarms(alerts: Sequence[api.Alert], view: View) -> str:
    """How many of those that somebody has assessed were false."""
    words = view.words
    judged = [one.false_alarm for one in alerts if one.false_alarm is not None]
    total = words.counted("alerts.counted", len(alerts))
    if not judged:
        return words("alerts.not_assessed", alerts=total)
    return words(
        "alerts.false_alarms",
        alerts=total,
        assessed=len(judged),
        false=sum(judged),
        share=percent_text(sum(judged) / len(judged)),
    )


def rules_table(rules: Sequence[RuleFigures], view: View) -> Table:
    words = view.words
    own = ("rule", "count", "typical", "assessed", "false_share")
    return Table(
        columns=("name_en", "name_ar", "severity", "count", "assessed", "false", "typical_seconds"),
        rows=lambda: [
            (
                one.name.en,
                one.name.ar,
                one.severity,
                one.count,
                one.assessed,
                one.false,
                None if one.typical is None else one.typical.total_seconds(),
            )
            for one in rules
        ],
        shown=("rule", "severity", "count", "typical", "assessed", "false_share"),
        cells=[
            (
                one.name.text(words.language),
                severity_text(one.severity, words),
                words.code(f"{one.count:,}"),
                _duration(one.typical, view),
                words.code(f"{one.assessed:,}"),
                words("none") if one.false_share is None else percent_text(one.false_share),
            )
            for one in rules
        ],
        titles={key: words(f"alerts.column.{key}") for key in own},
    )


def _duration(passed: timedelta | None, view: View) -> str:
    if passed is None:
        return view.words("none")
    counted = age(passed)
    return view.words.counted(counted.key, counted.number)
