"""A verified agency and who speaks for it, for the tests of organisations."""

from __future__ import annotations

from uuid import UUID

import pytest

from casework.access.model import SYSTEM, Grant, Role, Scope, ScopeKind
from casework.organisations import members, service
from casework.organisations.desk import Registrar
from casework.organisations.model import Kind, Membership
from casework.people.desk import Desk
from casework.people.model import Names
from casework.people.roles.service import find_actor, grant
from casework.people.sessions.model import Signed
from citycore.store.connections import Connection
from tests.hackathon.people.conftest import Town


@pytest.fixture
def registrar(desk: Desk) -> Registrar:
    return Registrar(desk)


def refreshed(portal: Connection, desk: Desk, signed: Signed) -> Signed:
    """With the roles that the person has now."""
    actor = find_actor(portal, signed.person.person_id, desk.clock())
    return Signed(signed.session_id, signed.person, actor)


@pytest.fixture
def administrator(portal: Connection, desk: Desk, town: Town) -> Signed:
    signed = town.join(names=Names(None, "Ada Min"))
    grant(portal, desk, SYSTEM, signed.person.person_id, Grant(Role.ADMINISTRATOR))
    return refreshed(portal, desk, signed)


class Office:
    """A verified agency and who speaks for it."""

    def __init__(self, portal: Connection, registrar: Registrar, town: Town, administrator: Signed) -> None:
        self.portal, self.registrar, self.town = portal, registrar, town
        founder = town.join()
        made = service.register(
            portal,
            registrar,
            founder,
            Kind.AGENCY,
            Names("مكتب التخطيط", "Planning Office"),
            ["office.example"],
        )
        service.move(portal, registrar, administrator.actor, made.organisation_id, "verify", 1)
        self.organisation_id = made.organisation_id
        self.founder = refreshed(portal, registrar.desk, founder)

    @property
    def scope(self) -> Scope:
        return Scope(ScopeKind.ORGANISATION, self.organisation_id)

    def invite(self, email: str, *, is_admin: bool = False) -> UUID:
        return members.invite(
            self.portal, self.registrar, self.founder, self.organisation_id, email, self.town.visitor,
            is_admin=is_admin,
        )  # fmt: skip

    def add(self, signed: Signed, *, is_admin: bool = False) -> UUID:
        membership_id = self.invite(str(signed.person.email), is_admin=is_admin)
        members.accept(self.portal, self.registrar, signed, membership_id, 2)
        return membership_id

    def own(self, signed: Signed) -> Membership:
        (one,) = [
            one
            for one in members.list_memberships(self.portal, signed)
            if one.organisation_id == self.organisation_id
        ]
        return one


@pytest.fixture
def office(portal: Connection, registrar: Registrar, town: Town, administrator: Signed) -> Office:
    return Office(portal, registrar, town, administrator)
