"""A verified agency and who speaks for it, for the tests of organisations."""

from __future__ import annotations

from uuid import UUID

import pytest

from casework.access.model import SYSTEM, Grant, Role, Scope, ScopeKind
from casework.organisations import members, service
from casework.organisations.model import Invited, Kind, Membership
from casework.people.model import Names
from casework.people.roles.service import find_actor, grant
from casework.people.sessions.model import Signed
from casework.programme import Programme
from citycore.store.connections import Connection
from tests.hackathon.people.conftest import Town


def refreshed(portal: Connection, accounts: Programme, signed: Signed) -> Signed:
    """With the roles that the person has now."""
    actor = find_actor(portal, signed.person.person_id, accounts.clock())
    return Signed(signed.session_id, signed.person, actor)


@pytest.fixture
def administrator(portal: Connection, accounts: Programme, town: Town) -> Signed:
    signed = town.join(names=Names(None, "Ada Min"))
    accounts.call(SYSTEM, grant, signed.person.person_id, Grant(Role.ADMINISTRATOR))
    return refreshed(portal, accounts, signed)


class Office:
    """A verified agency and who speaks for it."""

    def __init__(self, portal: Connection, accounts: Programme, town: Town, administrator: Signed) -> None:
        self.portal, self.accounts, self.town = portal, accounts, town
        founder = town.join()
        made = accounts.call(
            founder.actor,
            service.register,
            Kind.AGENCY,
            Names("مكتب التخطيط", "Planning Office"),
            ["office.example"],
        )
        accounts.call(administrator.actor, service.move, made.organisation_id, "verify", 1)
        self.organisation_id = made.organisation_id
        self.founder = refreshed(portal, accounts, founder)

    @property
    def scope(self) -> Scope:
        return Scope(ScopeKind.ORGANISATION, self.organisation_id)

    def invite(self, email: str, *, is_admin: bool = False) -> UUID:
        return members.invite(self.accounts, self.founder.actor, self.organisation_id, Invited(email, is_admin=is_admin), self.town.visitor)  # fmt: skip

    def add(self, signed: Signed, *, is_admin: bool = False) -> UUID:
        membership_id = self.invite(str(signed.person.email), is_admin=is_admin)
        self.accounts.call(signed.actor, members.accept, membership_id, 2)
        return membership_id

    def own(self, signed: Signed) -> Membership:
        (one,) = [
            one
            for one in self.accounts.call(signed.actor, members.list_memberships)
            if one.organisation_id == self.organisation_id
        ]
        return one


@pytest.fixture
def office(portal: Connection, accounts: Programme, town: Town, administrator: Signed) -> Office:
    return Office(portal, accounts, town, administrator)
