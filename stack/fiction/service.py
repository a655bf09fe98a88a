"""Telling the story once, in one transaction, and how to sign in to it."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from citycore.store.connections import Connection
from citycore.store.queries import load_queries
from stack.fiction.calls import opened, paying, researchers, reviewed
from stack.fiction.duty import on_duty
from stack.fiction.illustrated import illustrated
from stack.fiction.outreach import ambassadors_at_work
from stack.fiction.residents import heard
from stack.fiction.scenes import announced, coming, crowd, day_of, judged, offices, over
from stack.fiction.sessions import dialogue
from stack.fiction.sign_in import VISITORS
from stack.fiction.stage import Stage
from stack.fiction.surveys import hours, kiosks, services
from stack.fiction.trade import crossings, indicators, leaks, lighting, noise, parking, vendors

QUERIES = load_queries("stack.fiction")
SCENES: tuple[Callable[[Stage], Iterator[float]], ...] = (
    offices,
    researchers,
    ambassadors_at_work,
    crowd,
    over,
    judged,
    coming,
    announced,
    paying,
    reviewed,
    opened,
    vendors,
    crossings,
    parking,
    leaks,
    lighting,
    indicators,
    noise,
    heard,
    hours,
    kiosks,
    services,
    dialogue,
    on_duty,
    illustrated,
)


def tell_programme(
    connection: Connection, folder: Path, portal_url: str, now: datetime, seed: int | None = None
) -> bool:
    """Tell the story in a hub that has no programme yet; whether it is there now.

    ``folder`` is the data folder: files go where the services look for them, and its list of sign-ins has the
    passwords of those whom a visitor can be. All of it is there afterwards, or nothing but files that nobody knows.
    """
    with connection.transaction():
        connection.execute(QUERIES["lock"])
        if _is_so(connection, "is_told"):
            return _is_so(connection, "is_own", email=VISITORS["administrator"])
        stage = Stage(connection, folder, portal_url, now, _things(seed))
        play(stage)
        recipients = [*stage.addresses, *(signed.person.email for signed in stage.people.values())]
        connection.execute(QUERIES["forget_mails"], {"recipients": recipients})
    return True


def play(stage: Stage) -> None:
    """All scenes side by side, in the order of time."""
    waiting: list[tuple[float, int, Iterator[float]]] = []
    for number, tell in enumerate(SCENES):
        began = tell(stage)
        waiting.append((next(began), number, began))
    heapq.heapify(waiting)
    while waiting:
        days, number, scene = heapq.heappop(waiting)
        day_of(stage, days)
        following = next(scene, None)
        if following is not None:
            assert following >= days, f"{SCENES[number].__name__} goes back in time to day {following}"
            heapq.heappush(waiting, (following, number, scene))


def _is_so(connection: Connection, question: str, **values: str) -> bool:
    row = connection.execute(QUERIES[question], values).fetchone()
    return row is not None and bool(row[0])


def _things(seed: int | None) -> dict[str, Any]:
    """Codes of the simulated city by kind, that of its dataset, and the things of a pilot with their source."""
    from simulators.city import DEFAULT_SEED, SOURCE_CODE, describe_city
    from simulators.pilot import PILOT_CODE, build_pilot

    seed = DEFAULT_SEED if seed is None else seed
    found: dict[str, Any] = {"dataset": SOURCE_CODE, "pilot_source": PILOT_CODE}
    for thing in describe_city(seed)[1]:
        found.setdefault(thing.kind, []).append(thing.code)
    found["pilot"] = [thing.description for thing in build_pilot(seed)]
    return found
