"""The page of sensors below its facts: all of them by health, one in detail, and what became of what was received."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import streamlit as st

from dashboards import client, page, pieces, unreviewed
from dashboards.choices import choose
from dashboards.downloads import Figure, Table, show_figure, show_table
from dashboards.language import percent_text
from dashboards.row import WIDTHS, Control, View, thing_label
from dashboards.sensors import client as own
from dashboards.sensors.detail import Detail, Stream
from dashboards.sensors.model import Health, Sensor, shown
from dashboards.sensors.strip import span, strip_chart
from dashboards.state import ANY, HEALTH
from dashboards.tables import Linked, stamp, value_text


def show(data: Health, view: View) -> None:
    words = view.words
    if data.sensors:
        if not view.state.wall:
            with st.container(width=WIDTHS[Control.PLACE]):
                choose(
                    words("sensors.health"),
                    [ANY, *HEALTH],
                    "health",
                    view.state.health,
                    lambda code: words(f"health.{code or 'any'}"),
                )
        wanted = shown(data.sensors, view.state.health)
        if wanted:
            show_table("sensors", sensor_table(wanted, view), _calls(view), words)
        else:
            pieces.show_hint(words, words("sensors.none_such"))
    if data.detail is not None:
        show_detail(data.detail, data.sensors, view)
    if not view.state.wall:
        unreviewed.show(view)
    pieces.show_subheading(words, words("sensors.received"))
    show_table("ledger", ledger_table(data, view), own.ledger_urls(), words)
    pieces.show_hint(words, words("sensors.dead_letters_help"))


def figures(data: Health, view: View) -> Iterator[Figure]:
    if data.detail is not None:
        yield gaps_figure(data.detail, view)


def _calls(view: View) -> list[str]:
    return [client.presence_url(view.state.place or None)]


def sensor_table(sensors: Sequence[Sensor], view: View) -> Table:
    return Table(
        columns=("thing", "health", "newest_phenomenon_time", "offline_since", "place", "simulated"),
        rows=lambda: [
            (
                one.thing.code,
                one.health,
                None if one.newest is None else stamp(one.newest),
                None if one.offline_since is None else stamp(one.offline_since),
                one.thing.place,
                str(one.thing.simulated).lower(),
            )
            for one in sensors
        ],
        shown=("thing", "health", "since", "connection", "place"),
        cells=[_cells(one, view) for one in sensors],
        titles={"connection": view.words("sensors.column.connection")},
    )


def _cells(one: Sensor, view: View) -> tuple[str, ...]:
    words, place, none = view.words, view.city.place(one.thing.place or ""), view.words("none")
    since = none
    if one.since is not None:
        since = f"{words.instant(one.since)} ({words.ago(view.now - one.since)})"
    elif one.newest is None:
        since = words("sensors.never_heard")
    health = {"health": view.state.health} if view.state.health else {}
    leads_to = page.address(view.state, "sensors", thing=one.thing.code, **health)
    gone = one.offline_since
    return (
        Linked(one.thing.name.text(words.language), leads_to),
        words(f"health.{one.health}"),
        since,
        none if gone is None else words("sensors.offline", since=words.instant(gone)),
        none if place is None else place.name.text(words.language),
    )


def show_detail(detail: Detail, sensors: Sequence[Sensor], view: View) -> None:
    """One sensor: its datastreams, a strip of its gaps, these by day and reason, and its flags by test."""
    words, name = view.words, detail.thing.name.text(view.words.language)
    if not view.state.wall:
        codes = sorted((one.thing.code for one in sensors), key=lambda code: thing_label(view, code))
        with st.container(width=WIDTHS[Control.THING]):
            choose(
                words("sensors.detail_of"),
                codes,
                "thing",
                detail.thing.code,
                lambda code: thing_label(view, code),
            )
    pieces.show_subheading(words, words("sensors.detail", sensor=name))
    if detail.left_out:
        pieces.show_hint(words, words("sensors.left_out", count=detail.left_out))
    if detail.thing.simulated:
        pieces.show_line(words, [], [pieces.badge(words("simulated"), words("simulated_help"))])
    show_table(f"datastreams-{detail.thing.code}", stream_table(detail, view), detail.calls[:1], words)
    show_figure(gaps_figure(detail, view), words)
    tests = detail.tests()
    said = [
        words(
            "sensors.flagged_by",
            property=view.property_name(code),
            test=words.known(f"sensors.test.{test}", test),
            values=words.counted("sensors.values", count),
        )
        for (code, test), count in tests.most_common()
    ]
    pieces.show_paragraphs(words, words("sensors.flags"), said or [words("sensors.no_flags")])


def stream_table(detail: Detail, view: View) -> Table:
    now = view.now
    return Table(
        columns=("datastream", "observed_property", "completeness", "flagged_count", "missing_seconds"),
        rows=lambda: [
            (
                one.datastream.number,
                one.datastream.observed_property,
                one.completeness(),
                one.flagged(),
                one.missing(now).total_seconds(),
            )
            for one in detail.streams
        ],
        shown=("property", "value", "age", "quality", "completeness", "missing", "flagged"),
        cells=[_stream_cells(one, view) for one in detail.streams],
        titles={
            key: view.words(f"sensors.column.{key}")
            for key in ("property", "completeness", "missing", "flagged")
        },
    )


def _stream_cells(one: Stream, view: View) -> tuple[str, ...]:
    words, row, share, none = view.words, one.latest, one.completeness(), view.words("none")
    missing = one.missing(view.now)
    return (
        view.property_name(one.datastream.observed_property),
        none if row is None else value_text(row, words),
        none if row is None else words.ago(view.now - row.phenomenon_time),
        none if row is None else words(f"quality.{row.quality.value}"),
        none if share is None else percent_text(share),
        length(missing, view) if missing else none,
        words.counted("sensors.values", one.flagged()) if one.days else none,
    )


def gaps_figure(detail: Detail, view: View) -> Figure:
    words, now = view.words, view.now
    name = detail.thing.name.text(words.language)
    names = [view.property_name(one.datastream.observed_property) for one in detail.streams]
    reasons = detail.reasons(now)
    gaps = [(one, gap) for one in detail.streams for gap in one.gaps]
    title = words("sensors.gaps", days=words.counted("span.day", len(_days(detail))))
    by_reason: dict[str, timedelta] = {}
    for (_, reason), lost in reasons.items():
        by_reason[reason] = by_reason.get(reason, timedelta()) + lost
    told = [
        words("sensors.lost", reason=words.known(f"sensors.reason.{reason}", reason), span=length(lost, view))
        for reason, lost in sorted(by_reason.items(), key=lambda pair: -pair[1])
    ]
    return Figure(
        code=f"gaps-{detail.thing.code}",
        title=title,
        alt=words("sensors.gaps_alt", sensor=name, gaps=words.counted("sensors.counted_gaps", len(gaps))),
        draw=lambda palette: strip_chart(detail, names, now, words, palette),
        table=Table(
            columns=("datastream", "observed_property", "local_date", "start", "end", "reason"),
            rows=lambda: [
                (
                    one.datastream.number,
                    one.datastream.observed_property,
                    gap.local_date.isoformat(),
                    stamp(gap.start),
                    None if gap.end is None else stamp(gap.end),
                    gap.reason,
                )
                for one, gap in gaps
            ],
            shown=("property", "when", "missing", "reason"),
            cells=[
                (
                    view.property_name(one.datastream.observed_property),
                    span(gap, words),
                    length((gap.end or now) - gap.start, view),
                    words.known(f"sensors.reason.{gap.reason}", gap.reason),
                )
                for one, gap in reversed(gaps)
            ],
            titles={key: words(f"sensors.column.{key}") for key in ("property", "when", "missing", "reason")},
        ),
        calls=detail.calls,
        hints=told or [words("sensors.no_gaps")],
        simulated=detail.thing.simulated,
        pinned={"thing": detail.thing.code},
    )


def _days(detail: Detail) -> range:
    return range((detail.period.end - detail.period.start).days + 1)


def length(span_of_time: timedelta, view: View) -> str:
    """In the largest unit of which there are at least two, as :meth:`Words.ago` says it."""
    seconds = int(span_of_time.total_seconds())
    unit, size = next(
        ((unit, size) for unit, size in (("day", 86_400), ("hour", 3600)) if seconds >= 2 * size),
        ("minute", 60),
    )
    return view.words.counted(f"span.{unit}", max(1, seconds // size))


def ledger_table(data: Health, view: View) -> Table:
    """What became of every value the hub received; the sum of the middle is the first."""
    one, letters, words = data.ledger, data.letters, view.words
    keys = ("received", "stored", "duplicate", "conflicting", "quarantined", "batches")
    counts: list[tuple[str, int | None]] = [(key, getattr(one, key)) for key in keys]
    counts.append(("dead_letters", None if letters is None else letters.open_count))
    return Table(
        columns=("what", "count"),
        rows=lambda: counts,
        shown=("what", "count"),
        cells=[
            (
                words(f"sensors.ledger.{key}"),
                words("none") if count is None else words.code(f"{count:,}"),
            )
            for key, count in counts
        ],
        titles={"count": words("sensors.column.count")},
    )
