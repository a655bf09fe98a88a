"""What has ended by itself is removed; what still counts stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.people.desk import Desk
from casework.people.errors import SignInRefused
from casework.people.model import Names, Visitor
from casework.people.oidc.model import Flow
from casework.people.oidc.repository import store_flow
from casework.people.sessions.service import resume
from casework.people.settings import PeopleSettings
from casework.people.sign_up import find_sign_up, sign_up
from casework.people.tidying import tidy
from citycore.store.connections import Connection
from tests.hackathon.calling import programme_for
from tests.hackathon.people.conftest import PASSWORD, Town, Watch
from tests.hackathon.people.entering import ask_for_password, sign_in

TABLES = ("sign_ups", "sessions", "links", "identity_flows", "attempts")


def counts(portal: Connection) -> list[int]:
    rows = portal.execute(
        b" UNION ALL ".join(f"SELECT count(*) FROM innovation.{table}".encode() for table in TABLES)
    ).fetchall()
    return [count for (count,) in rows]


def test_only_what_has_ended_goes(
    portal: Connection, desk: Desk, town: Town, visitor: Visitor, watch: Watch
) -> None:
    settings = PeopleSettings(tidy_rows_max=2)  # several portions
    email = str(town.join().person.email)
    for number in range(5):
        sign_up(portal, desk, town.address(), Names(None, "Late"), "en", Visitor(f"192.0.2.{number}", ""))
        flow = Flow("https://sign-in.example", f"n{number}", "v")
        store_flow(portal, flow, bytes([number]) * 32, bytes(32), watch.at + timedelta(minutes=15))
        sign_in(portal, desk, email, PASSWORD, visitor)
    ask_for_password(portal, desk, email, visitor)
    with pytest.raises(SignInRefused):
        sign_in(portal, desk, email, "guess", visitor)
    before = counts(portal)
    assert all(before)
    tidy(programme_for(portal, watch, settings, desk.throttle))
    assert counts(portal) == before
    watch.pass_by(hours=100)
    late = town.address("late")
    sign_up(portal, desk, late, Names(None, "New"), "en", visitor)
    session = sign_in(portal, desk, email, PASSWORD, visitor)
    assert tidy(programme_for(portal, watch, settings, desk.throttle)) > sum(before[:4])
    find_sign_up(portal, desk, town.token(late))
    resume(portal, desk, session.token)
    assert counts(portal)[:4] == [1, 1, 0, 0]
    watch.pass_by(hours=10_000)
    tidy(programme_for(portal, watch, settings, desk.throttle))
    assert counts(portal) == [0] * 5
