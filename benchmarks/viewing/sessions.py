"""Sessions of the dashboards without a browser, by Streamlit's own socket: they ask for a page, and refresh it as its fragments say.

A browser does the same: the server names a fragment and its interval, and whoever shows the page asks for it again, whatever else runs.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

WELL = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}
TROUBLE = {Alert.ERROR, Alert.WARNING}
#: The server is asked whether it lives only by what the session asks: as a browser does.
NO_PING = None


@dataclass(slots=True)
class Refresh:
    """What was asked by itself of a fragment that wants to be asked every ``interval`` seconds."""

    interval: float
    seconds: float


@dataclass(slots=True)
class Session:
    """One viewer of ``page``. ``troubles`` are what it was told went wrong, ``refreshes`` those that were answered."""

    url: str
    page: str
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    #: Seconds of the first run, and what it brought.
    first_seconds: float = 0.0
    first_bytes: int = 0
    refreshes: list[Refresh] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    _page_hash: str = ""
    _timers: dict[str, tuple[float, asyncio.Task[None]]] = field(default_factory=dict)
    #: What was asked and not yet answered: by fragment, when.
    _asked: dict[str, float] = field(default_factory=dict)

    async def live(self) -> None:
        """Until cancelled, or the server ends it, which is trouble."""
        address = f"{self.url.replace('http', 'ws', 1)}/_stcore/stream"
        began = time.monotonic()
        try:
            async with connect(
                address,
                subprotocols=[Subprotocol("streamlit")],
                max_size=None,
                proxy=None,
                ping_interval=NO_PING,
            ) as socket:
                await socket.send(self._question())
                async for frame in socket:
                    assert isinstance(frame, bytes)
                    if not self.opened.is_set():
                        self.first_bytes += len(frame)
                    told = ForwardMsg()
                    told.ParseFromString(frame)
                    self._hear(told, socket, began)
            self.troubles.append("the socket was closed")
        except (OSError, WebSocketException) as error:
            self.troubles.append(f"{type(error).__name__}: {error}")
        finally:
            self._stop_timers()

    def overdue(self, now: float, seconds_max: float) -> list[str]:
        """Refreshes that have been waited for longer than their interval, and than ``seconds_max``.

        What looks every two seconds may be late on a busy server: the page refreshes all the same.
        """
        return [
            f"no refresh for {seconds_max:.0f} s of what asks every {self._timers[fragment][0]:.0f} s"
            for fragment, at in self._asked.items()
            if now - at > seconds_max and fragment in self._timers
        ]

    def _question(self, fragment: str = "") -> bytes:
        asked = BackMsg()
        state = asked.rerun_script
        state.query_string = urlencode({"lang": "en"})
        state.page_script_hash = self._page_hash
        if fragment:
            state.fragment_id, state.is_auto_rerun = fragment, True
        else:
            state.page_name = self.page
        state.context_info.locale = "en"
        state.context_info.timezone = "Asia/Muscat"
        state.context_info.url = f"{self.url}/{self.page}"
        return asked.SerializeToString()

    def _hear(self, told: ForwardMsg, socket: ClientConnection, began: float) -> None:
        kind = told.WhichOneof("type")
        if kind == "new_session":
            self._page_hash = told.new_session.page_script_hash
            if not told.metadata.run.fragment_ids:
                self._stop_timers()
        elif kind == "auto_rerun":
            self._time(told.auto_rerun.fragment_id, told.auto_rerun.interval, socket)
        elif kind == "stop_auto_rerun":
            for fragment in told.stop_auto_rerun.fragment_ids:
                self._forget(fragment)
        elif kind == "delta":
            self._look(told)
        elif kind == "page_not_found":
            self.troubles.append(f"no page {told.page_not_found.page_name}")
        elif kind == "script_finished":
            # A run says itself what it was of: the next one may have begun before this is read.
            self._finish(told.script_finished, list(told.metadata.run.fragment_ids), began)

    def _look(self, told: ForwardMsg) -> None:
        element = told.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.troubles.append(f"exception: {element.exception.message[:80]}")
        elif kind == "alert" and element.alert.format in TROUBLE:
            self.troubles.append(element.alert.body[:80])

    def _finish(self, how: int, fragments: list[str], began: float) -> None:
        now = time.monotonic()
        # So ends a fragment's run during which another one was asked for, too, once all of it is there: only a run of the
        # whole page cuts one short, and none is asked for here.
        is_followed = how == ForwardMsg.FINISHED_EARLY_FOR_RERUN and bool(fragments)
        if how not in WELL and not is_followed:
            if how != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                self.troubles.append("a run ended badly")
            return
        if not self.opened.is_set():
            self.first_seconds = now - began
            self.opened.set()
        for fragment in fragments:
            if (asked_at := self._asked.pop(fragment, None)) is not None and fragment in self._timers:
                self.refreshes.append(Refresh(self._timers[fragment][0], now - asked_at))

    def _time(self, fragment: str, interval: float, socket: ClientConnection) -> None:
        known = self._timers.get(fragment)
        if known is None or known[0] != interval:
            if known is not None:
                known[1].cancel()
            self._timers[fragment] = (interval, asyncio.create_task(self._repeat(fragment, interval, socket)))

    async def _repeat(self, fragment: str, interval: float, socket: ClientConnection) -> None:
        while True:
            await asyncio.sleep(interval)
            self._asked.setdefault(fragment, time.monotonic())
            try:
                await socket.send(self._question(fragment))
            except WebSocketException:
                return  # whoever listens says so

    def _forget(self, fragment: str) -> None:
        """It stands on the page no more; what was asked of it meanwhile is answered by nobody."""
        self._asked.pop(fragment, None)
        if (timer := self._timers.pop(fragment, None)) is not None:
            timer[1].cancel()

    def _stop_timers(self) -> None:
        for _, task in self._timers.values():
            task.cancel()
        self._timers.clear()
        self._asked.clear()


class Audience:
    """Sessions that go on in this thread's loop."""

    def __init__(self) -> None:
        self.sessions: list[Session] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self, url: str, page: str, seconds_max: float) -> Session:
        """One more, once its first run has ended; :class:`TimeoutError` when it does not end in time."""
        session = Session(url, page)
        task = asyncio.create_task(session.live())
        self.sessions.append(session)
        self._tasks.append(task)
        opened = asyncio.create_task(_reached(session.opened))
        await asyncio.wait({opened, task}, timeout=seconds_max, return_when=asyncio.FIRST_COMPLETED)
        if not session.opened.is_set():
            opened.cancel()
            raise TimeoutError(f"{page} did not open: {', '.join(session.troubles) or 'no answer'}")
        return session

    async def leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _reached(event: asyncio.Event) -> None:
    await event.wait()
