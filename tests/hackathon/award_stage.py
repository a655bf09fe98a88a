"""An award with its people, for the tests of its money and of who decides about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from casework.access.model import Actor, Grant, Role, Scope, ScopeKind
from citycore.store.connections import Connection
from hackathon.funding.awards import repository
from tests.hackathon.award_specimens import NOON, store_award, store_milestone
from tests.hackathon.calling import programme_for
from tests.hackathon.machines import store_account

GRANTED = 1_000_000


@dataclass
class Play:
    """One award of 1,000 OMR with three milestones of 500, and everybody who has to do with its money."""

    portal: Connection
    owner: Connection
    award_id: UUID = field(init=False)
    milestones: list[UUID] = field(init=False)
    application_id: UUID = field(init=False)
    call_id: UUID = field(init=False)

    def begin(self) -> None:
        self.call = programme_for(self.portal, lambda: NOON).call
        self.award_id = store_award(self.owner, "active")
        self.milestones = [store_milestone(self.owner, self.award_id, "accepted") for _ in range(3)]
        award = repository.find_award(self.portal, self.award_id)
        assert award is not None
        self.application_id, self.call_id = award.application_id, award.call_id
        scope = Scope(ScopeKind.APPLICATION, award.application_id)
        self.lead = self.actor(Role.LEAD_APPLICANT, scope)
        self.officer, self.finance = self.actor(Role.PROGRAMME_OFFICER), self.actor(Role.FINANCE)
        both = (Grant(Role.PROGRAMME_OFFICER), Grant(Role.FINANCE))
        self.both = Actor(store_account(self.owner), both)

    def actor(self, role: Role, *scopes: Scope) -> Actor:
        return Actor(store_account(self.owner), (Grant(role, *scopes),))

    def version(self) -> int:
        award = repository.find_award(self.portal, self.award_id)
        assert award is not None
        return award.version
