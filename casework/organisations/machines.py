"""How organisations and memberships change their states, and what binds their tables to the engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from casework.access.model import Actor, Role, Scope, ScopeKind
from casework.audit.model import HUB_CHAIN
from casework.organisations import repository
from casework.organisations.errors import AlreadyFounded, LastAdmin, NotVerified
from casework.workflow.errors import Refusal
from casework.workflow.model import Binding, Looks, Machine, Standing, State, Transition, Window, one_of
from citycore.store.connections import Connection
from citycore.store.rows import known

STAFF = frozenset({Role.ADMINISTRATOR})
#: Those who speak for the organisation; see the roles that follow from being its admin.
SPEAKERS = frozenset({Role.OFFICER, Role.VENDOR, Role.ADMINISTRATOR})
_SELF = frozenset({Role.PERSON})
_CLOCK = frozenset({Role.SYSTEM})
#: The deadline of an invitation.
INVITATION = "invitation"

_DOUBTS = ("not_found", "not_authorised", "duplicate", "other")
_REMOVALS = ("left_job", "conduct", "mistake", "other")


def scopes_of(organisation_id: UUID) -> frozenset[Scope]:
    return frozenset({Scope(ScopeKind.ORGANISATION, organisation_id)})


class OrganisationFacts(NamedTuple):
    """Nothing stands against its steps but roles."""


class MembershipFacts(NamedTuple):
    organisation_state: str
    is_last_admin: bool


def is_verified(facts: MembershipFacts) -> Refusal | None:
    return None if facts.organisation_state == "verified" else NotVerified()


def is_still_registered(facts: MembershipFacts) -> Refusal | None:
    """Whoever registers it belongs to it from the beginning; nobody founds it later."""
    return None if facts.organisation_state == "registered" else AlreadyFounded()


def another_admin_stays(facts: MembershipFacts) -> Refusal | None:
    return LastAdmin() if facts.is_last_admin else None


ORGANISATION: Machine[OrganisationFacts] = Machine(
    name="organisation",
    package="casework.organisations",
    states=(
        State("registered"),
        State("verified"),
        State("suspended", reasons=_DOUBTS),
        State("rejected", reasons=_DOUBTS, is_terminal=True),
        State("dissolved", reasons=("wished", "merged", "closed"), is_terminal=True),
    ),
    looks=Looks(waiting="registered", open="verified", bad_end="rejected dissolved", paused="suspended"),
    transitions=(
        Transition("registered", "verify", "verified", STAFF),
        Transition("registered", "reject", "rejected", STAFF),
        Transition("verified", "suspend", "suspended", STAFF),
        Transition("suspended", "reinstate", "verified", STAFF),
        Transition("suspended", "reject", "rejected", STAFF),
        Transition("verified", "dissolve", "dissolved", STAFF),
    ),
)

MEMBERSHIP: Machine[MembershipFacts] = Machine(
    name="membership",
    package="casework.organisations",
    states=(
        State("new"),
        State("invited"),
        State("requested"),
        State("member"),
        State("declined", reasons=("by_person", "by_organisation"), is_terminal=True),
        State("withdrawn", reasons=("by_person", "by_organisation"), is_terminal=True),
        State("expired", reasons=("unanswered",), is_terminal=True),
        State("left", reasons=("by_person",), is_terminal=True),
        State("removed", reasons=_REMOVALS, is_terminal=True),
    ),
    looks=Looks(
        waiting="new invited requested", open="member", bad_end="declined withdrawn expired left removed"
    ),
    transitions=(
        Transition("new", "invite", "invited", SPEAKERS, guards=(is_verified,)),
        Transition("new", "ask", "requested", _SELF, guards=(is_verified,)),
        Transition("new", "found", "member", _SELF, guards=(is_still_registered,)),
        Transition("invited", "accept", "member", _SELF, guards=(is_verified,)),
        Transition("invited", "decline", "declined", _SELF, reason="by_person"),
        Transition("invited", "withdraw", "withdrawn", SPEAKERS, reason="by_organisation"),
        Transition(
            "invited", "expire", "expired", _CLOCK, window=Window(from_=INVITATION), reason="unanswered"
        ),
        Transition("requested", "approve", "member", SPEAKERS, guards=(is_verified,)),
        Transition("requested", "refuse", "declined", SPEAKERS, reason="by_organisation"),
        Transition("requested", "take_back", "withdrawn", _SELF, reason="by_person"),
        Transition("member", "leave", "left", _SELF, guards=(another_admin_stays,), reason="by_person"),
        Transition("member", "remove", "removed", SPEAKERS, guards=(another_admin_stays,)),
    ),
    deadlines=(INVITATION,),
)


def _read_organisations(
    connection: Connection, organisation_ids: Sequence[UUID], _actor: Actor
) -> dict[UUID, Standing[OrganisationFacts]]:
    return {
        one: Standing(one, known.state, known.version, HUB_CHAIN, scopes_of(one), one, OrganisationFacts())
        for one, known in repository.find_some(connection, organisation_ids).items()
    }


def _read_membership(
    connection: Connection, membership_id: UUID, actor: Actor
) -> Standing[MembershipFacts] | None:
    member = repository.find_membership(connection, membership_id)
    if member is None:
        return None
    organisation = known(repository.find_organisation(connection, member.organisation_id))
    is_last = member.is_admin and not repository.has_other_admins(connection, member)
    scopes = set(scopes_of(member.organisation_id))
    if member.state == "invited" and repository.is_invited(connection, membership_id, actor.person_id):
        assert actor.person_id is not None
        scopes.add(Scope(ScopeKind.PERSON, actor.person_id))
    if member.person_id is not None:
        scopes.add(Scope(ScopeKind.PERSON, member.person_id))
    facts = MembershipFacts(organisation.state, is_last)
    return Standing(
        membership_id, member.state, member.version, HUB_CHAIN, frozenset(scopes), membership_id, facts
    )


ORGANISATIONS = Binding(
    machine=ORGANISATION,
    lock=repository.QUERIES["lock_organisation"],
    read=one_of(_read_organisations),
    read_some=_read_organisations,
    move=repository.QUERIES["move_organisation"],
)
MEMBERSHIPS = Binding(
    machine=MEMBERSHIP,
    lock=repository.QUERIES["lock_membership"],
    read=_read_membership,
    move=repository.QUERIES["move_membership"],
    due=repository.QUERIES["due_memberships"],
)
