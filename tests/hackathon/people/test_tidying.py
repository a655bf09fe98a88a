"""What has ended by itself is removed; what still counts stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.access.model import ANONYMOUS
from casework.people.errors import SignInRefused
from casework.people.model import Names, Visitor
from casework.people.oidc.model import Flow
from casework.people.oidc.repository import store_flow
from casework.people.settings import PeopleSettings, ThrottleSettings
from casework.people.sign_up import find_sign_up
from casework.people.tidying import tidy
from casework.programme import Programme
from citycore.store.connections import Connection
from tests.hackathon.calling import programme_for
from tests.hackathon.people.conftest import PASSWORD, Town, Watch
from tests.hackathon.people.entering import ask_for_password, resume, sign_in, sign_up

TABLES = ("sign_ups", "sessions", "links", "identity_flows", "attempts")


def counts(portal: Connection) -> list[int]:
    rows = portal.execute(
        b" UNION ALL ".join(f"SELECT count(*) FROM innovation.{table}".encode() for table in TABLES)
    ).fetchall()
    return [count for (count,) in rows]


def test_only_what_has_ended_goes(
    portal: Connection, accounts: Programme, town: Town, visitor: Visitor, watch: Watch
) -> None:
    settings = PeopleSettings(tidy_rows_max=2)  # several portions
    email = str(town.join().person.email)
    for number in range(5):
        sign_up(accounts, town.address(), Names(None, "Late"), "en", Visitor(f"192.0.2.{number}", ""))
        flow = Flow("https://sign-in.example", f"n{number}", "v")
        store_flow(portal, flow, bytes([number]) * 32, bytes(32), watch.at + timedelta(minutes=15))
        sign_in(accounts, email, PASSWORD, visitor)
    ask_for_password(accounts, email, visitor)
    with pytest.raises(SignInRefused):
        sign_in(accounts, email, "guess", visitor)
    before = counts(portal)
    assert all(before)
    tidy(programme_for(portal, watch, settings, accounts.of(ThrottleSettings)))
    assert counts(portal) == before
    watch.pass_by(hours=100)
    late = town.address("late")
    sign_up(accounts, late, Names(None, "New"), "en", visitor)
    session = sign_in(accounts, email, PASSWORD, visitor)
    assert tidy(programme_for(portal, watch, settings, accounts.of(ThrottleSettings))) > sum(before[:4])
    accounts.call(ANONYMOUS, find_sign_up, town.token(late))
    resume(accounts, session.token)
    assert counts(portal)[:4] == [1, 1, 0, 0]
    watch.pass_by(hours=10_000)
    tidy(programme_for(portal, watch, settings, accounts.of(ThrottleSettings)))
    assert counts(portal) == [0] * 5
