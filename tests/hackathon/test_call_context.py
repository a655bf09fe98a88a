"""One call in one transaction: all of it or nothing, as of one moment where it only looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from threading import Thread
from typing import Self
from uuid import UUID

import psycopg
import pytest

from casework.audit.repository import find_lines_of
from casework.outbox.model import Mail, Template
from casework.people.settings import PeopleSettings
from casework.programme import Programme, Session
from casework.workflow.errors import Busy, ChangedMeanwhile, NotAllowed
from citycore.store.connections import Connection
from tests.conftest import Database
from tests.hackathon.permits import AMAL, DESK, NOW, ORGANISER, PERMITS, STRANGER, state_of, store_permit
from tests.hackathon.permits import PACKAGE as PERMIT_PACKAGE


def programme_on(database: Database, *parts: object) -> Programme:
    """With a connection for each call, as a portal has it."""

    @contextmanager
    def connect() -> Iterator[Connection]:
        with database.connect("portal") as connection:
            yield connection

    return Programme(connect, lambda: NOW, parts)


def events(portal: Connection, permit: UUID) -> list[str]:
    """The newest first, without those of its making."""
    found = [stored.line.event for stored in find_lines_of(portal, permit, 9)]
    return [event for event in found if event != "plan_deadlines"]


def touch_and_submit(session: Session, permit: UUID) -> None:
    """The second of the two is refused."""
    session.note(PERMITS, session.lock(PERMITS, permit), "touch", session.now(), sheets=3)
    session.apply(PERMITS, permit, "submit", 7)


def test_a_call_is_kept_whole_or_not_at_all(programme: Database, portal: Connection):
    permit, mail = store_permit(portal), Mail(Template(PERMIT_PACKAGE, "nothing"), "en", "amal@example.om")
    built = programme_on(programme)
    with pytest.raises(ChangedMeanwhile), built.session(AMAL) as session:
        touch_and_submit(session, permit)
    assert state_of(portal, permit) == ("draft", 1)
    assert events(portal, permit) == []
    with built.session(AMAL) as session:
        moved = session.apply(PERMITS, permit, "submit", 1, sheets=3)
        session.send([], moved)
        assert state_of(portal, permit) == ("draft", 1), "nobody else sees it yet"
    assert state_of(portal, permit) == ("submitted", 2)
    assert find_lines_of(portal, permit, 1)[0].line.details == {"sheets": 3}
    with pytest.raises(Exception, match="nothing"), built.session(AMAL) as session:
        session.send([mail], NOW)


def test_a_part_is_undone_alone(programme: Database, portal: Connection):
    first, second = store_permit(portal), store_permit(portal)
    with programme_on(programme).session(AMAL) as session:
        session.apply(PERMITS, first, "submit", 1)
        with pytest.raises(ChangedMeanwhile), session.part():
            touch_and_submit(session, second)
    assert (state_of(portal, first)[0], state_of(portal, second)[0]) == ("submitted", "draft")
    assert events(portal, second) == []


def test_a_look_sees_one_moment_and_a_post_what_is_new(programme: Database, portal: Connection):
    built = programme_on(programme)
    for is_look, seen in ((True, "draft"), (False, "submitted")):
        permit = store_permit(portal)
        with built.session(AMAL, is_look=is_look) as session:
            assert session.look(PERMITS, permit).state == "draft"
            with built.session(AMAL) as other:
                other.apply(PERMITS, permit, "submit", 1)
            assert session.look(PERMITS, permit).state == seen
            assert bool(session.steps(PERMITS, permit))


def test_a_look_may_note_and_leaves_the_connection_as_it_was(portal: Connection):
    built, permit = Programme(lambda: nullcontext(portal), lambda: NOW), store_permit(portal)
    before = portal.isolation_level
    with built.session(AMAL, is_look=True) as session:
        session.note(PERMITS, session.look(PERMITS, permit), "touch", NOW)
    assert portal.isolation_level == before
    assert events(portal, permit) == ["touch"]
    with portal.transaction(), built.session(AMAL, is_look=True) as session:
        assert session.look(PERMITS, permit).state == "draft", "part of the caller's transaction"


def test_a_look_whose_note_came_too_late_is_busy(programme: Database, portal: Connection):
    permit, built = store_permit(portal), programme_on(programme)

    def look_and_note(session: Session) -> None:
        standing = session.look(PERMITS, permit)
        with built.session(AMAL) as other:
            other.note(PERMITS, other.lock(PERMITS, permit), "touch", NOW)
        session.note(PERMITS, standing, "touch", NOW)

    with pytest.raises(Busy), built.session(AMAL, is_look=True) as session:
        look_and_note(session)


def test_a_lock_that_is_not_to_be_had_is_busy(programme: Database, portal: Connection):
    permit, built = store_permit(portal), programme_on(programme)

    def lock_soon(session: Session) -> None:
        session.connection.execute("SET LOCAL lock_timeout = '50ms'")
        session.lock(PERMITS, permit)

    with built.session(AMAL) as holder:
        holder.lock(PERMITS, permit)
        with pytest.raises(Busy), built.session(AMAL) as other:
            lock_soon(other)


def test_the_clock_is_read_when_it_is_asked_for(programme: Database):
    instants = iter([NOW, NOW.replace(hour=9)])
    built = Programme(lambda: programme.connect("portal"), lambda: next(instants))
    with built.session(AMAL) as session:
        assert [session.now(), session.now()] == [NOW, NOW.replace(hour=9)]


def test_who_may(programme: Database):
    built = programme_on(programme)
    with built.session(ORGANISER) as session:
        session.require(PERMITS.machine.planners, [DESK])
    with built.session(STRANGER) as session, pytest.raises(NotAllowed):
        session.require(PERMITS.machine.planners, [DESK])


class Shelf:
    """Counts how often one was made."""

    made: int = 0

    def __init__(self, at: datetime) -> None:
        self.at = at

    @classmethod
    def made_for(cls, programme: Programme) -> Self:
        cls.made += 1
        return cls(programme.clock())


def test_a_part_exists_once(programme: Database):
    settings = PeopleSettings(portal_url="https://hub.example/portal/")
    built = programme_on(programme, settings)
    assert built.of(PeopleSettings) is settings
    with built.session(AMAL) as session:
        assert session.link("/needs") == "https://hub.example/portal/needs"
    seen: list[Shelf] = []
    threads = [Thread(target=lambda: seen.append(built.of(Shelf))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Shelf.made, len({id(one) for one in seen}), seen[0].at) == (1, 1, NOW)


def test_a_database_that_is_away_is_no_refusal():
    def connect() -> Connection:
        raise psycopg.OperationalError("away")

    with pytest.raises(psycopg.OperationalError), Programme(connect).session(AMAL):
        pass
