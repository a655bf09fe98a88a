"""Steps of many objects that are taken together: few statements, and in the end the same as one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest

from casework.access.model import Actor
from casework.audit.repository import find_lines
from casework.audit.service import verify
from casework.lists.model import DeskList
from casework.lists.service import Outcome, take_each
from casework.outbox.model import Mail, Template
from casework.programme import Session
from casework.workflow.model import Moved, Standing
from citycore.store.connections import Connection
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.permits import AMAL, NOW, PACKAGE, PERMITS, read, state_of, store_permit

GREETING = Template(PACKAGE, "greeting")
FIELDS = {"name": "Amal", "closes": NOW, "state": "draft", "door_link": "https://falaj.example/door"}


def read_some(connection: Connection, object_ids: Sequence[UUID], actor: Actor) -> dict[UUID, Standing[Any]]:
    found = {one: read(connection, one, actor) for one in object_ids}
    return {one: standing for one, standing in found.items() if standing is not None}


DESK = DeskList(
    "SELECT", "permit_id", lambda _: {}, sorts={}, first="", binding=replace(PERMITS, read_some=read_some)
)


class Desk:
    """Where permits are handed in together: ``asked`` is with how many steps what follows was asked for."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.asked: list[int] = []

    def follow(self, session: Session, steps: Sequence[Moved]) -> None:
        self.asked.append(len(steps))

    def hand_in(self, session: Session, permit: UUID, version: int | None) -> None:
        """With a mail before the step, which goes with it if that is refused."""
        session.send([Mail(GREETING, "en", f"{permit}@example.om", FIELDS)], NOW)
        session.then(self.follow, session.apply(PERMITS, permit, "submit", version))

    def hand_in_all(self, chosen: Sequence[tuple[UUID, int | None]]) -> Outcome:
        with programme_for(self.connection, lambda: NOW).session(AMAL) as session:
            return take_each(session, DESK, chosen, self.hand_in)


def mailed(connection: Connection) -> set[str]:
    return {row[0].partition("@")[0] for row in connection.execute("SELECT recipient FROM innovation.outbox")}


def test_what_is_refused_leaves_nothing_and_the_rest_is_done_and_logged(portal: Connection) -> None:
    desk, permits = Desk(portal), sorted(store_permit(portal) for _ in range(5))
    stale, missing = permits[1], UUID(int=99)
    outcome = desk.hand_in_all([*((one, 9 if one == stale else 1) for one in permits), (missing, 1)])
    assert (outcome.done, {one.object_id for one in outcome.refused}) == (4, {stale, missing})
    done = [one for one in permits if one != stale]
    assert [state_of(portal, one) for one in done] == [("submitted", 2)] * 4
    assert state_of(portal, stale) == ("draft", 1)
    assert _handed_in(portal) == done
    assert verify(portal).findings == ()
    assert mailed(portal) == {str(one) for one in done}
    assert desk.asked == [4], "once, about all that were done"


def _handed_in(connection: Connection) -> list[UUID]:
    """As the log has it."""
    with connection.transaction():
        lines = list(find_lines(connection, "permits"))
    return [one.line.object_id for one in lines if one.line.event == "submit"]


def test_what_was_written_before_a_refusal_is_taken_back_alone(portal: Connection) -> None:
    desk, permits = Desk(portal), sorted(store_permit(portal) for _ in range(4))
    stale = permits[2]

    def rewrite(session: Session, permit: UUID, version: int | None) -> None:
        session.connection.execute("UPDATE innovation.permits SET pages = 7 WHERE permit_id = %s", [permit])
        desk.hand_in(session, permit, version)

    with programme_for(portal, lambda: NOW).session(AMAL) as session:
        outcome = take_each(session, DESK, [(one, 9 if one == stale else 1) for one in permits], rewrite)
    assert (outcome.done, [one.object_id for one in outcome.refused]) == (3, [stale])
    assert _pages(portal, permits) == [7, 7, 1, 7]
    assert [state_of(portal, one)[0] for one in permits] == ["submitted", "submitted", "draft", "submitted"]
    assert desk.asked == [3]
    assert verify(portal).findings == ()


def _pages(connection: Connection, permits: Sequence[UUID]) -> list[int]:
    known = connection.execute("SELECT permit_id, pages FROM innovation.permits").fetchall()
    return [dict(known)[one] for one in permits]


def test_each_more_costs_one_statement(portal: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    execute: Callable[..., Any] = psycopg.Cursor.execute

    def counting(cursor: Any, query: Any, *rest: Any, **options: Any) -> Any:
        sent.append(str(query))
        return execute(cursor, query, *rest, **options)

    def count(number: int) -> int:
        permits = [store_permit(portal) for _ in range(number)]
        with monkeypatch.context() as during:
            during.setattr(psycopg.Cursor, "execute", counting)
            sent.clear()
            assert Desk(portal).hand_in_all([(one, 1) for one in permits]).done == number
        # This noun reads one after the other.
        return sum("FROM innovation.permits WHERE permit_id" not in one for one in sent)

    few = count(3)
    assert count(20) - few == 17, "the step itself, and nothing else"


def test_where_one_is_locked_elsewhere_the_others_are_done(portal: Connection, programme: Database) -> None:
    permits = sorted(store_permit(portal) for _ in range(3))
    portal.execute("SET lock_timeout = '50ms'")
    with programme.connect() as other, other.transaction():
        other.execute("SELECT FROM innovation.permits WHERE permit_id = %s FOR UPDATE", [permits[1]])
        outcome = Desk(portal).hand_in_all([(one, 1) for one in permits])
    assert [(one.object_id, one.why.slug) for one in outcome.refused] == [(permits[1], "busy")]
    assert [state_of(portal, one)[0] for one in permits] == ["submitted", "draft", "submitted"]
    assert verify(portal).findings == ()
