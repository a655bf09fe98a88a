"""The first step of a membership: founded, invited or asked for."""

from __future__ import annotations

from citycore.store.connections import Connection
from hackathon.access.model import Actor
from hackathon.organisations import repository
from hackathon.organisations.desk import Registrar
from hackathon.organisations.errors import AlreadyMember
from hackathon.organisations.machines import MEMBERSHIPS
from hackathon.organisations.repository import NewMembership
from hackathon.workflow.model import Moved
from hackathon.workflow.service import apply


def begin(
    connection: Connection, registrar: Registrar, actor: Actor, new: NewMembership, event: str
) -> Moved:
    """Store a membership and take its first step, in the caller's transaction; :class:`AlreadyMember`."""
    repository.lock_organisation(connection, new.organisation_id)
    key = None if new.address is None else new.address.key
    if repository.is_member(connection, new.organisation_id, new.person_id, key):
        raise AlreadyMember
    repository.store_membership(connection, new, registrar.desk.clock())
    return apply(
        connection, MEMBERSHIPS, new.membership_id, event, actor, registrar.desk.clock, seen_version=1
    )
