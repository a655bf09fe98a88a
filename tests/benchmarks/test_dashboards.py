"""What the benchmark of the dashboards reads from the moments of a page, and from what a session is told."""

from __future__ import annotations

import asyncio
import time

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.viewing.browser import redrawn_after, seen_of
from benchmarks.viewing.city import many_things
from benchmarks.viewing.crowd import Told, cases_of
from benchmarks.viewing.sessions import Refresh, Session


def moment(at: float, **said: object) -> dict[str, object]:
    bare = {"charts": 0, "drawn": 0, "painted": 0, "answered": False, "waiting": 0, "idle": False}
    return {"at": at, **bare, **said}


DRAWN = [
    moment(100, waiting=2),
    moment(200, charts=1),
    moment(300, charts=1, drawn=1, painted=300, answered=True),
    moment(400, charts=2, drawn=1, painted=300, answered=True),
    moment(500, charts=2, drawn=2, painted=500, answered=True, waiting=1),
    moment(600, charts=2, drawn=2, painted=500, answered=True, idle=True),
]


def test_charts_are_drawn_when_all_are_that_the_page_has_in_the_end():
    seen = seen_of(DRAWN, 50.0, answers=True)
    assert (seen.charts, seen.whole, seen.chart_count) == (500, 600, 2)


def test_a_page_without_charts_is_drawn_when_all_is_there():
    seen = seen_of([moment(100), moment(250, answered=True, idle=True)], 50.0, answers=True)
    assert (seen.charts, seen.chart_count) == (250, 0)


def test_a_choice_is_over_when_the_last_chart_that_it_changes_is_drawn():
    after = [
        *DRAWN,
        moment(1100, charts=2, drawn=2, painted=500),
        moment(1300, charts=2, drawn=2, painted=1300),
    ]
    assert redrawn_after([*after, moment(1500, charts=2, drawn=2, painted=1300, idle=True)], 1000) == 300
    unchanged = [*DRAWN, moment(1100), moment(1400, painted=500, idle=True)]
    assert redrawn_after(unchanged, 1000) == 400


def told(**fields: object) -> ForwardMsg:
    return ForwardMsg(**fields)


def test_a_session_counts_what_it_was_told_went_wrong():
    session = Session("http://127.0.0.1:1", "map")
    answer = ForwardMsg()
    answer.delta.new_element.alert.body = "No connection to the data"
    answer.delta.new_element.alert.format = 1
    session._hear(answer, None, 0.0)
    assert session.troubles == ["No connection to the data"]
    session._hear(told(script_finished=ForwardMsg.FINISHED_WITH_COMPILE_ERROR), None, 0.0)
    assert not session.opened.is_set()
    session._hear(told(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY), None, time.monotonic())
    assert session.opened.is_set()
    assert len(session.troubles) == 2


@pytest.mark.parametrize(
    "end", [ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY, ForwardMsg.FINISHED_EARLY_FOR_RERUN]
)
def test_a_refresh_is_asked_for_as_its_fragment_wants_and_is_overdue_until_it_comes(end):
    """Streamlit ends it in the second way where another fragment was asked for meanwhile."""

    class Socket:
        def __init__(self) -> None:
            self.sent: list[bytes] = []
            self.asked = asyncio.Event()

        async def send(self, asked: bytes) -> None:
            self.sent.append(asked)
            self.asked.set()

    async def play() -> tuple[Session, Socket, list[str]]:
        session, socket = Session("http://127.0.0.1:1", ""), Socket()
        wanted = ForwardMsg()
        wanted.auto_rerun.interval, wanted.auto_rerun.fragment_id = 0.125, "live"
        session._hear(wanted, socket, 0.0)
        await socket.asked.wait()
        late = session.overdue(time.monotonic() + 60, 30.0)
        # Another run has begun before the end of this one is read.
        begun, over = ForwardMsg(), told(script_finished=end)
        begun.new_session.page_script_hash = "x"
        begun.metadata.run.fragment_ids.append("watch")
        over.metadata.run.fragment_ids.append("live")
        session._hear(begun, socket, 0.0)
        session._hear(over, socket, 0.0)
        session._stop_timers()
        return session, socket, late

    session, socket, late = asyncio.run(play())
    assert b"live" in socket.sent[0]
    assert late == ["no refresh for 30 s of what asks every 0 s"]
    assert [one.interval for one in session.refreshes] == [0.125]


def test_what_stands_on_the_page_no_more_is_not_waited_for():
    async def play() -> list[str]:
        session = Session("http://127.0.0.1:1", "")
        wanted, gone = ForwardMsg(), ForwardMsg()
        wanted.auto_rerun.interval, wanted.auto_rerun.fragment_id = 60.0, "again"
        session._hear(wanted, None, 0.0)
        session._asked["again"] = 0.0
        assert len(session.overdue(100.0, 30.0)) == 1
        gone.stop_auto_rerun.fragment_ids.append("again")
        session._hear(gone, None, 0.0)
        return session.overdue(100.0, 30.0)

    assert asyncio.run(play()) == []


def test_a_crowd_fails_with_the_first_refresh_that_does():
    crowd = Told({"map": [9.0, 7.0, 90.0]}, [Refresh(30.0, 0.5)])
    assert [case.meets for case in cases_of(crowd, 3) if case.target is not None] == [True] * 3
    crowd.troubles["map: no refresh for 30 s"] += 1
    assert cases_of(crowd, 3)[-1].meets is False


def test_things_are_as_many_as_one_likes_and_no_two_alike():
    things = many_things()
    assert len({next(things).code for _ in range(400)}) == 400
