"""The first step of a membership: founded, invited or asked for."""

from __future__ import annotations

from casework.access.model import Actor
from casework.organisations import repository
from casework.organisations.desk import Registrar
from casework.organisations.errors import AlreadyMember
from casework.organisations.machines import MEMBERSHIPS
from casework.organisations.repository import NewMembership
from casework.workflow.model import Moved
from casework.workflow.service import apply
from citycore.store.connections import Connection


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
