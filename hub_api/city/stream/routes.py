"""``/v1/stream``: observations as they are committed, as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic_core import PydanticCustomError

from hub_api.city.stream.model import Position, Step
from hub_api.city.stream.repository import find_step
from hub_api.city.stream.response import EventStream
from hub_api.city.stream.rules import checked_position, end, gap, notice
from hub_api.city.stream.schemas import StreamQuery
from hub_api.city.stream.service import Listener, Live
from hub_api.serving.errors import invalid
from hub_api.serving.exports.readers import reader_of
from hub_api.serving.hub import Hub, HubHere
from hub_api.serving.names.service import check_names

router = APIRouter()
FILTERS = {"observed_property", "place", "thing", "source"}


async def live_of(request: Request) -> Live:
    live: Live = request.app.state.live
    return live


LiveHere = Annotated[Live, Depends(live_of)]


@router.get("/v1/stream", operation_id="stream", response_class=EventStream, status_code=200)
async def stream(request: Request, hub: HubHere, live: LiveHere, query: StreamQuery) -> Response:
    filters = query.model_dump(include=FILTERS)
    await check_names(hub, filters)
    since = query.last_event_id or _header(request)
    listener = await live.join(filters, reader_of(request.scope))
    try:
        missed = None if since is None else await _missed(hub, live, since, listener.position)
    except BaseException:
        live.leave(listener)
        raise
    return EventStream(
        _events(hub, live, listener, missed, query.seconds),
        stall_seconds=live.settings.stall_seconds_max,
        unsent_bytes=live.settings.unsent_bytes_max,
        on_end=lambda: live.leave(listener),
    )


def _header(request: Request) -> Position | None:
    """Where a reader was who comes back; the header's name is not a parameter's."""
    text = request.headers.get("last-event-id", "")
    try:
        return checked_position(text) if text else None
    except PydanticCustomError:
        raise invalid("last_event_id", "bad_position") from None


async def _missed(hub: Hub, live: Live, since: Position, until: Position) -> Step:
    settings = live.settings
    return await find_step(
        hub.database.fetch, since, until, settings.replay_rows_max, settings.replay_batches_max
    )


async def _events(
    hub: Hub, live: Live, listener: Listener, missed: Step | None, seconds: int | None
) -> AsyncIterator[bytes]:
    """What was missed, then what comes, with heartbeats between; the last says why it ends."""
    loop = asyncio.get_running_loop()
    over = None if seconds is None else loop.time() + seconds
    yield f"retry: {live.settings.reconnect_milliseconds}\n\n".encode()
    if missed is None:
        yield _heartbeat(hub, live, listener)
    else:
        for event in _replay(live, listener, missed):
            yield event
    while True:
        if over is not None and loop.time() >= over:
            listener.end("time_is_over")
        while (waiting := listener.take()) is not None:
            yield waiting
        if listener.ending is not None:
            yield end(listener.ending)
            return
        wait = live.settings.heartbeat_seconds
        if not await _woken(listener, wait if over is None else min(wait, over - loop.time())):
            yield _heartbeat(hub, live, listener)


async def _woken(listener: Listener, seconds: float) -> bool:
    """Whether there is something to take; False after so many seconds without."""
    try:
        async with asyncio.timeout(seconds):
            await listener.wake.wait()
    except TimeoutError:
        return False
    return True


def _replay(live: Live, listener: Listener, missed: Step) -> list[bytes]:
    if missed.rows is None:
        return [gap(missed.position)]
    return live.events_of(missed.rows, listener.filters, missed.position)


def _heartbeat(hub: Hub, live: Live, listener: Listener) -> bytes:
    return notice("heartbeat", listener.position, as_of=hub.clock(), database=not live.is_away)
