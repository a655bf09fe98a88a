"""A need and an offering that fit, with the people of both sides, and a clock that the test moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from casework.governorates.model import Governorate
from casework.taxonomy.model import Capability, Maturity, Sector
from citycore.store.connections import Connection
from hackathon.market.introductions import outcomes, service
from hackathon.market.introductions.model import Introduction, Side
from hackathon.market.introductions.repository import find_introduction
from hackathon.market.offerings.model import Content
from hackathon.market.pilots import service as pilots
from hackathon.market.pilots.model import Origin, Pilot, Plan
from hackathon.market.pilots.repository import find_pilot
from tests.hackathon.introduction_specimens import store_listed
from tests.hackathon.need_stage import ABOUT, NeedStage

#: Answered by introductions, not by responses.
OPEN = replace(ABOUT, is_sealed=False, criteria=())
LEAKS = Content(
    title_ar="كشف تسرب المياه بالصوت", title_en="Hearing leaks in water pipes",
    summary_ar="أجهزة تسمع التسرب.", summary_en="Ears on pipes that find leaks.",
    sectors=(Sector.WATER,), capabilities=(Capability.LEAK_DETECTION, Capability.DASHBOARDS),
    maturity=Maturity.COMPLETE_AND_TESTED, governorates=tuple(Governorate), languages=("ar", "en"),
)  # fmt: skip
PLAN = Plan(
    code="leaks", title_ar="سماع التسرب", title_en="Hearing leaks", purpose_ar="نجرب في حي واحد.",
    purpose_en="We try it in one quarter.", starts_on=date(2026, 12, 1), ends_on=date(2027, 3, 1),
)  # fmt: skip


class IntroductionStage(NeedStage):
    """``vendor`` and ``rival`` offer the same; ``need_id`` is open."""

    def __init__(self, portal: Connection, owner: Connection) -> None:
        super().__init__(portal, owner)
        # What tests before this one have left fits as well, and would fill the list.
        owner.execute("UPDATE innovation.offerings SET state = 'retired', version = version + 1")
        owner.execute("UPDATE innovation.needs SET state = 'cancelled', version = version + 1")
        self.offering_id = self.listed(self.vendor)
        self.need_id = self.published(OPEN)

    def vendor_id(self, person_id: UUID) -> UUID:
        row = self.owner.execute(
            "SELECT vendor_id FROM innovation.vendors WHERE organisation_id = %s",
            [self.company_of(person_id)],
        ).fetchone()
        assert row is not None
        found: UUID = row[0]
        return found

    def listed(self, person_id: UUID, content: Content = LEAKS) -> UUID:
        return store_listed(self.owner, self.vendor_id(person_id), content)

    def introduce(
        self,
        person_id: UUID | None = None,
        by: Side = Side.AGENCY,
        need_id: UUID | None = None,
        offering_id: UUID | None = None,
    ) -> UUID:
        actor, pair = (
            self.actor(person_id or self.officer),
            (need_id or self.need_id, offering_id or self.offering_id),
        )
        return self.call(actor, service.introduce, *pair, by)

    def introduction(self, introduction_id: UUID) -> Introduction:
        found = find_introduction(self.portal, introduction_id)
        assert found is not None
        return found

    def step(self, introduction_id: UUID, event: str, person_id: UUID, reason: str | None = None) -> str:
        """The state it came to."""
        version = self.introduction(introduction_id).version
        actor = self.actor(person_id)
        return self.call(actor, service.move, introduction_id, event, version, reason).target

    def shared(self) -> UUID:
        """Both are interested."""
        introduction_id = self.introduce()
        assert self.step(introduction_id, "vendor_interest", self.vendor) == "contacts_shared"
        return introduction_id

    def ask(self) -> int:
        return outcomes.ask_due(self.innovation)

    def propose(
        self, origin_id: UUID, plan: Plan, person_id: UUID | None = None, origin: Origin = Origin.INTRODUCTION
    ) -> UUID:
        actor = self.actor(person_id or self.vendor)
        return self.call(actor, pilots.propose, origin, origin_id, plan)

    def pilot(self, pilot_id: UUID) -> Pilot:
        found = find_pilot(self.portal, pilot_id)
        assert found is not None
        return found

    def pilot_step(self, pilot_id: UUID, event: str, person_id: UUID, reason: str | None = None) -> str:
        version = self.pilot(pilot_id).version
        actor = self.actor(person_id)
        return self.call(actor, pilots.move, pilot_id, event, version, reason).target

    def agreed(self, code: str) -> UUID:
        """A pilot that both sides have agreed on, with a code of its own."""
        pilot_id = self.propose(self.shared(), replace(PLAN, code=code))
        assert self.pilot_step(pilot_id, "agency_agree", self.officer) == "agreed"
        return pilot_id

    def agreed_elsewhere(self, code: str) -> UUID:
        """A pilot of another need."""
        self.need_id = self.published(OPEN)
        return self.agreed(code)
