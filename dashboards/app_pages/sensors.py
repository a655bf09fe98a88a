"""Which sensors can be trusted? Things by their state of health."""

from __future__ import annotations

from dashboards import client
from dashboards.choices import choose
from dashboards.downloads import Table, show_table
from dashboards.page import Page, run
from dashboards.row import Control, View
from dashboards.sensors.model import Sensor, claims_of, load, shown
from dashboards.state import ANY, HEALTH
from dashboards.tables import stamp


def body(sensors: list[Sensor], view: View) -> None:
    words = view.words
    choose(
        words("sensors.health"),
        [ANY, *HEALTH],
        "health",
        view.state.health,
        lambda code: words(f"health.{code or 'any'}"),
    )
    wanted = shown(sensors, view.state.health)
    table = Table(
        columns=("thing", "health", "newest_phenomenon_time", "place", "simulated"),
        rows=lambda: [
            (
                one.thing.code,
                one.health,
                None if one.newest is None else stamp(one.newest),
                one.thing.place,
                str(one.thing.simulated).lower(),
            )
            for one in wanted
        ],
        shown=("thing", "health", "age", "place"),
        cells=[_cells(one, view) for one in wanted],
    )
    if wanted:
        show_table("sensors", table, [client.presence_url(view.state.place or None)], words)


def _cells(one: Sensor, view: View) -> tuple[str, ...]:
    words, place = view.words, view.city.place(one.thing.place or "")
    return (
        one.thing.name.text(words.language),
        words(f"health.{one.health}"),
        words("none") if one.newest is None else words.ago(view.now - one.newest),
        words("none") if place is None else place.name.text(words.language),
    )


run(Page(code="sensors", load=load, answer=claims_of, body=body, controls=(Control.PLACE,), is_live=True))
