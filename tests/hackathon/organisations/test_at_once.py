"""Members of an organisation who do something at the same moment."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from time import sleep
from typing import Any

import pytest

from casework.organisations import members, service
from casework.organisations.errors import (
    AlreadyMember,
    TooManyOpen,
)
from casework.organisations.model import Invited, Kind, Membership
from casework.organisations.settings import OrganisationSettings
from casework.people.model import Names, Visitor
from casework.people.sessions.model import Signed
from casework.programme import Programme
from casework.workflow.errors import Refusal
from citycore.store.connections import Connection
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.organisations.office import Office, administrator, office, refreshed
from tests.hackathon.people.conftest import Town, accounts, passwords, town, visitor, watch

__all__ = ["accounts", "administrator", "office", "passwords", "town", "visitor", "watch"]


def test_of_two_who_leave_at_once_one_stays(
    programme: Database, portal: Connection, accounts: Programme, town: Town, office: Office
) -> None:
    second = town.join()
    office.add(second, is_admin=True)
    pair = [(signed, office.own(signed)) for signed in (office.founder, second)]
    outcomes: list[str] = []

    def leave(signed: Signed, own: Membership) -> None:
        with programme.connect("portal") as connection:
            own_way = programme_for(connection, accounts.clock)
            try:
                own_way.call(signed.actor, members.move, own.membership_id, "leave", own.version)
                outcomes.append("left")
            except Refusal as refusal:
                outcomes.append(refusal.slug)

    threads = [threading.Thread(target=leave, args=one) for one in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["last_admin", "left"]


def wait_for(programme: Database, other: Future[Any]) -> None:
    """Until the other waits for a lock, or is through."""
    with programme.connect() as watching:
        while not other.done():
            if watching.execute("SELECT FROM pg_locks WHERE NOT granted").fetchone() is not None:
                return
            sleep(0.01)


def test_of_accepting_and_asking_at_once_one_counts(
    programme: Database, portal: Connection, accounts: Programme, town: Town, office: Office
) -> None:
    signed = town.join()
    membership_id = office.invite(str(signed.person.email))
    with programme.connect("portal") as asking, ThreadPoolExecutor(1) as pool:
        with asking.transaction():
            own_way = programme_for(asking, accounts.clock)
            own_way.call(signed.actor, members.ask_to_join, office.organisation_id)
            accepted = pool.submit(accounts.call, signed.actor, members.accept, membership_id, 2)
            wait_for(programme, accepted)
        with pytest.raises(AlreadyMember):
            accepted.result(60)


def test_of_two_who_invite_at_once_one_finds_that_there_are_enough(
    programme: Database, portal: Connection, accounts: Programme, town: Town, office: Office
) -> None:
    second = town.join()
    office.add(second, is_admin=True)
    second = refreshed(portal, accounts, second)
    limits = OrganisationSettings(invitations_max=1)
    strict = programme_for(portal, accounts.clock, limits)
    with programme.connect("portal") as first, ThreadPoolExecutor(1) as pool:
        with first.transaction():
            own_way = programme_for(first, accounts.clock, limits)
            members.invite(
                own_way,
                office.founder.actor,
                office.organisation_id,
                Invited(town.address("a")),
                town.visitor,
            )
            elsewhere = Visitor("198.51.100.7", "")
            other = pool.submit(
                members.invite,
                strict,
                second.actor,
                office.organisation_id,
                Invited(town.address("b")),
                elsewhere,
            )
            wait_for(programme, other)
        with pytest.raises(TooManyOpen):
            other.result(60)


def test_of_two_who_register_for_one_person_at_once_one_is_too_many(
    programme: Database, portal: Connection, accounts: Programme, town: Town
) -> None:
    limits, founder = OrganisationSettings(registrations_max=1), town.join()
    strict = programme_for(portal, accounts.clock, limits)
    with programme.connect("portal") as first, ThreadPoolExecutor(1) as pool:
        with first.transaction():
            own_way, register = programme_for(first, accounts.clock, limits), service.register
            own_way.call(founder.actor, register, Kind.COMPANY, Names(None, "A"), [])
            other = pool.submit(strict.call, founder.actor, register, Kind.COMPANY, Names(None, "B"), [])
            wait_for(programme, other)
        with pytest.raises(TooManyOpen):
            other.result(60)
